"""The difference of two sentences on one subject: a number, date, name, place, speaker, denial or opposite.

Both sentences are cut into mentions (`rag.text.mentions`) and aligned word by word (`alignment`). A mention of each
that the other lacks, of one kind and in a similar context, may be a difference; a logistic model gives the probability.
`tests/benchmarks/fit_disagreements.py` fits `differing.json`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, cached_property
from importlib.resources import files

import numpy as np

from rag.results.spans import DifferenceKind
from rag.text.mentions import (
    Unit,
    all_initials,
    counted,
    date_parts,
    is_money,
    is_place,
    of_one_country,
    other_number,
    same_name,
    speaker_of,
    units_of,
)
from rag.text.negation import DENYING
from rag.text.quantities import ORDINAL, quantities_of
from rag.text.span import Span
from rag.text.text_cache import text_cache
from rag.text.tokens import DENIALS, tokens_of, weight
from rag.text.word_similarity import Embed
from rag.verify.alignment import Values, match_tokens
from rag.verify.conflicts import bare, find_denials, find_opposites, may_exclude, other_date, other_roles

SAID = 0.8
"""What a name's word must match to be the same name."""
CONTEXT = 3
"""Telling words to either side of a unit that are its context."""
REACH = 5
"""Words to either side of the other unit in which their like is looked for."""


class AlignedSentence:
    """One of two sentences; `matches` of shape (own words, the other's words) is how well each word is said there."""

    def __init__(self, text: str, other: str, matches: Values) -> None:
        self.text, self.other = text, other
        self.tokens, self.others = tokens_of(text), tokens_of(other)
        self.matches = matches
        self.weights = np.array([weight(t.kind, t.key) for t in self.tokens])

    @cached_property
    def said(self) -> Values:
        """How well the other sentence says each word, wherever."""
        return np.asarray(self.matches.max(axis=1), float)

    @cached_property
    def alone(self) -> tuple[Unit, ...]:
        """The units that the other sentence does not have."""
        tests: dict[str, Callable[[Unit], bool]]
        tests = {"number": self._no_number, "date": self._no_date, "name": self._no_name}
        return tuple(u for u in units_of(self.text) if tests[u.kind](u))

    def cover(self, left_out: Unit) -> float:
        """The share of the sentence's weight that the other one says, without one unit of it."""
        weights = self.weights.copy()
        weights[left_out.first : left_out.last] = 0
        return float(self.said @ weights / weights.sum()) if weights.any() else 0.0

    def near(self, own: Unit, theirs: Unit) -> float:
        """How far the words around a unit are said around one of the other sentence, in [0, 1]."""
        before, after = range(max(0, theirs.first - REACH), theirs.first), range(theirs.last, theirs.last + REACH)
        window = [*before, *(j for j in after if j < len(self.others))]
        company = self._company(own)
        if not window or not company:
            return 0.0
        best = self.matches[:, window].max(axis=1)
        return float(sum(best[i] * share for i, share in company) / sum(share for _, share in company))

    def _company(self, unit: Unit) -> list[tuple[int, float]]:
        """The telling words around a unit, and what each counts."""
        before = [i for i in range(unit.first) if self.tokens[i].telling][-CONTEXT:][::-1]
        after = [i for i in range(unit.last, len(self.tokens)) if self.tokens[i].telling][:CONTEXT]
        return [
            (i, (0.2 + float(self.weights[i])) / n) for side in (before, after) for n, i in enumerate(side, start=1)
        ]

    def _no_number(self, unit: Unit) -> bool:
        numbers = [u for u in units_of(self.other) if u.kind == "number"]
        return all(other_number(self.text, unit, self.other, u) for u in numbers)

    def _no_date(self, unit: Unit) -> bool:
        """Whether every date of the other sentence has another day, month or year."""
        parts = date_parts(unit, self.tokens)
        theirs = [date_parts(u, self.others) for u in units_of(self.other) if u.kind == "date"]
        return all(other_date(parts, p) for p in theirs)

    def _no_name(self, unit: Unit) -> bool:
        own = self.tokens[unit.first : unit.last]
        if not self.missing(unit) or any(self._free(j, unit) for j in of_one_country(own, self.others)):
            return False
        written = {bare(t) for t in self.others}
        if all_initials(own) & written or any(bare(t) in written for t in own if t.text[:2].isupper()):
            return False
        short = {bare(t) for t in own}
        return not any(
            all_initials(self.others[u.first : u.last]) & short for u in units_of(self.other) if u.kind == "name"
        )

    def missing(self, unit: Unit) -> tuple[int, ...]:
        """The telling words of a name that the other sentence does not have."""
        return tuple(i for i in unit.core if not self._has(i, unit))

    def _has(self, i: int, unit: Unit) -> bool:
        """Whether the other sentence has a word of a name, or one that is like it and not another's match."""
        if self.said[i] < SAID or self.said[i] == 1:
            return bool(self.said[i] == 1)
        return self._free(int(self.matches[i].argmax()), unit)

    def _free(self, j: int, unit: Unit) -> bool:
        """Whether no word outside a unit is the very word j of the other sentence."""
        same = np.flatnonzero(self.matches[:, j] == 1)
        return all(unit.first <= i < unit.last for i in same)

    @cached_property
    def shared_names(self) -> int:
        """How many names the other sentence has too."""
        return sum(u.kind == "name" and not self.missing(u) for u in units_of(self.text))


FEATURES = (
    "number", "date", "name", "place", "attribution", "denial",
    "least cover", "most cover", "least company", "most company", "rivals here", "rivals there",
    "counts the same", "counts other things", "other role", "shared names",
    "cover and company", "company of a speaker", "short", "only this",
)  # fmt: skip
"""What the weights are for; the first six say of which kind a difference is."""
CLOSE = 0.5
"""What the word that says what a number counts must match in the other sentence."""
ONE_SPELLING = 0.7
"""The likeness of letters from which two first names may be spellings of one: Yiannis, Giannis."""
SHORT = 6.0
"""The weight of a sentence below which it says little, and is easily like another."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What the first sentence has at `here` and the second at `there`; `score` in [0, 1] is how sure this is.

    `features` are what the score was made of, by their names in `FEATURES`; those that are 0 are left out.
    """

    kind: DifferenceKind
    here: Span
    there: Span
    score: float
    features: Mapping[str, float]


def find_differences(first: str, second: str, embed: Embed, threshold: float | None = None) -> tuple[Difference, ...]:
    """The differences of two English sentences, the surest first; none if they do not speak of the same thing.

    `embed` gives unit vectors of texts and must be quick; `threshold` is the least score, by default the fitted one.
    """
    if not (tokens_of(first) and tokens_of(second) and may_differ(first, second)):
        return ()
    matches = match_tokens(tokens_of(first), tokens_of(second), embed)
    a, b = AlignedSentence(first, second, matches), AlignedSentence(second, first, matches.T)
    least = fitted_threshold() if threshold is None else threshold
    found = [d for d in (*_of_units(a, b), *_of_conflicts(a, b)) if d.score >= least]
    return tuple(sorted(found, key=lambda d: -d.score))


def may_differ(first: str, second: str) -> bool:
    """Whether each of two sentences has a unit of one kind that the other lacks, or one denies: a quick look."""
    a, b = _marks(first), _marks(second)
    if a["no"] or b["no"] or may_exclude(first, second):
        return True
    return any(a[kind] - b[kind] and b[kind] - a[kind] for kind in ("number", "date", "name"))


def same_version(kind: DifferenceKind, first: str, here: Span, second: str, there: Span) -> bool:
    """Whether two places of sentences give the same number, date or name, or both deny."""
    if kind == "denial":
        return _denies(first[here.start : here.end]) == _denies(second[there.start : there.end])
    x, y = _unit_at(first, here), _unit_at(second, there)
    if x is None or y is None or x.kind != y.kind:
        return False
    if x.kind == "number":
        return not other_number(first, x, second, y)
    if x.kind == "date":
        return not other_date(date_parts(x, tokens_of(first)), date_parts(y, tokens_of(second)))
    return same_name(first, x, second, y)


def _unit_at(text: str, span: Span) -> Unit | None:
    return next((u for u in units_of(text) if u.start == span.start), None)


def _denies(text: str) -> bool:
    return any(t.key in DENIALS or t.key in DENYING for t in tokens_of(text))


@text_cache(maxsize=16_384)
def _marks(text: str) -> Mapping[str, frozenset[str]]:
    tokens = tokens_of(text)
    marks: dict[str, set[str]] = {"number": set(), "date": set(), "name": set()}
    for unit in units_of(text):
        if unit.kind != "number":
            marks[unit.kind].update(tokens[i].key for i in unit.core)
    marks["number"].update(f"{q.dimension.removeprefix(ORDINAL)} {q.value:.6g}" for q in quantities_of(text))
    return {**{k: frozenset(v) for k, v in marks.items()}, "no": frozenset(t.key for t in tokens if t.key in DENIALS)}


def _of_units(a: AlignedSentence, b: AlignedSentence) -> Iterator[Difference]:
    """Units of one kind that either sentence has alone, those in the likest company first, each once."""
    pairs = [(a.near(x, y), b.near(y, x), x, y) for x in a.alone for y in b.alone if _rivals(a, x, b, y)]
    taken_here: set[Unit] = set()
    taken_there: set[Unit] = set()
    for here, there, x, y in sorted(pairs, key=lambda p: -(p[0] + p[1])):
        if x not in taken_here and y not in taken_there:
            taken_here.add(x)
            taken_there.add(y)
            kind = _kind(a.text, x, b.text, y)
            features = {**_common_features(a, x, b, y, (here, there)), **_unit_features(a, x, b, y, kind)}
            if kind == "attribution":
                features["company of a speaker"] = (here + there) / 2
            yield _difference(kind, Span(x.start, x.end), Span(y.start, y.end), features)


def _rivals(a: AlignedSentence, x: Unit, b: AlignedSentence, y: Unit) -> bool:
    if x.kind == y.kind == "date":
        return other_date(date_parts(x, a.tokens), date_parts(y, b.tokens))
    if x.kind == y.kind == "number" and other_roles(a.text, x.start, b.text, y.start):
        return False
    return x.kind == y.kind and (x.kind != "name" or _other_names(a, x, b, y))


def _other_names(a: AlignedSentence, x: Unit, b: AlignedSentence, y: Unit) -> bool:
    """Whether two names differ as a whole, or each has a word of its own beside those that both have."""
    x_said, y_said = set(x.core).difference(a.missing(x)), set(y.core).difference(b.missing(y))
    if not x_said and not y_said:
        return True
    keys = {a.tokens[i].spelling for i in x_said} & {b.tokens[j].spelling for j in y_said}
    words = a.tokens[a.missing(x)[0]].plain, b.tokens[b.missing(y)[0]].plain
    return bool(keys) and words[0][0] != words[1][0] and SequenceMatcher(None, *words).ratio() < ONE_SPELLING


def _kind(first: str, x: Unit, second: str, y: Unit) -> DifferenceKind:
    if x.kind != "name":
        return x.kind
    if speaker_of(first, x) and speaker_of(second, y):
        return "attribution"
    return "place" if is_place(first, x) or is_place(second, y) else "name"


def _common_features(
    a: AlignedSentence, x: Unit, b: AlignedSentence, y: Unit, company: tuple[float, float], rivals: bool = True
) -> dict[str, float]:
    cover, near = sorted((a.cover(x), b.cover(y))), sorted(company)
    weight = min(a.weights.sum(), b.weights.sum())
    return {
        "least cover": cover[0],
        "most cover": cover[1],
        "least company": near[0],
        "most company": near[1],
        "cover and company": cover[1] * near[1],
        "rivals here": min(len(a.alone) - 1, 4) if rivals else 0,
        "rivals there": min(len(b.alone) - 1, 4) if rivals else 0,
        "shared names": min(a.shared_names, b.shared_names, 3),
        "only this": cover[0] * cover[1] if rivals and len(a.alone) == len(b.alone) == 1 else 0.0,
        "short": max(0.0, 1 - float(weight) / SHORT),
    }


def _unit_features(a: AlignedSentence, x: Unit, b: AlignedSentence, y: Unit, kind: DifferenceKind) -> dict[str, float]:
    """Whether two numbers count the same, or two names play other roles."""
    if kind == "number":
        same = _count_the_same(a, x, b, y)
        return {"counts the same": float(same is True), "counts other things": float(same is False)}
    if kind == "name":
        return {"other role": float(speaker_of(a.text, x) != speaker_of(b.text, y))}
    return {}


def _count_the_same(a: AlignedSentence, x: Unit, b: AlignedSentence, y: Unit) -> bool | None:
    """Whether two numbers count the same thing; None if it is not plain what they count."""
    if is_money(a.text, x) or is_money(b.text, y):
        return is_money(a.text, x) and is_money(b.text, y)
    i, j = counted(a.text, x), counted(b.text, y)
    if i is None or j is None:
        return None
    if a.matches[i, j] >= CLOSE:
        return True
    return None if a.said[i] >= CLOSE or b.said[j] >= CLOSE else False


def _of_conflicts(a: AlignedSentence, b: AlignedSentence) -> Iterator[Difference]:
    """What one sentence denies and the other one says, and opposites in one place of both."""
    for conflict in (*find_denials(a.text, b.text), *find_opposites(a.text, b.text)):
        x, y = _words_at(a, conflict.here), _words_at(b, conflict.there)
        features = _common_features(a, x, b, y, (a.near(x, y), b.near(y, x)), rivals=False)
        kind: DifferenceKind = "denial" if conflict.kind == "denial" else "opposite"
        yield _difference(kind, conflict.here, conflict.there, features)


def _words_at(sentence: AlignedSentence, span: Span) -> Unit:
    """The words of a span as a unit."""
    own = [i for i, token in enumerate(sentence.tokens) if span.start <= token.start < span.end]
    return Unit("name", own[0], own[-1] + 1, span.start, span.end, ())


def _difference(kind: DifferenceKind, here: Span, there: Span, features: dict[str, float]) -> Difference:
    features = {kind: 1.0, **{name: value for name, value in features.items() if value}}
    weights = _fitted()
    known = "denial" if kind == "opposite" else kind
    total = weights[known] + math.fsum(
        weights.get(name, 0.0) * value for name, value in features.items() if name != kind
    )
    return Difference(kind, here, there, 1 / (1 + math.exp(-total)), features)


def fitted_threshold() -> float:
    """The least score of a difference between two sentences of two articles."""
    return _fitted()["threshold"]


@cache
def _fitted() -> Mapping[str, float]:
    """The weight of each sign in a logistic model, and the threshold."""
    fitted: dict[str, float] = json.loads((files(__package__) / "differing.json").read_text("utf-8"))
    return fitted

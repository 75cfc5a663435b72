"""Whether two sentences say the same in other words: "delaying" or "postponing", Kyiv or Kiev.

Each telling word of either sentence looks for its like in the other; the shares of weight that find one must be high.
Whatever makes another fact of it decides against, however alike the rest is: another number or day, another name in
the same place, a denial, an opposite.

Two sentences laid beside each other: what either has alone, and how far what is around it is said by the other.

In what two sentences differ that speak of the same thing: a number, a date, a name, a place, who said it, a denial.

Both sentences are cut into units (`units`) and laid beside each other word by word (`alignment`). A unit of each that
the other sentence does not have, of one kind and in like company, may be a difference; fitted weights say how surely.
`tests/benchmarks/fit_disagreements.py` makes `differing.json`.

Words that two tellings of one fact put in one place, where the choice of the word carries weight.

Most other words of a rewording mean nothing. Told are only those within a quotation, where a word was changed that
somebody spoke; a verb of saying that takes sides ("claimed" for "said"); and words of one group in `loaded.txt`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, cached_property
from importlib.resources import files

import numpy as np

from rag.results.spans import DifferenceKind
from rag.text.idf import rarity
from rag.text.lexicon import CALENDARS
from rag.text.mentions import (
    SAYING,
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
from rag.text.text_cache import text_cache
from rag.text.tokens import DENIALS, UNSURE, Token, Word, tokens_of, weight, words_of
from rag.text.word_similarity import Embed, Matrix, QuestionWord, related, word_scores
from rag.text.wordnet import OPPOSITES, opposite
from rag.verify.alignment import Values, match_tokens

SAID = 0.8
"""What a name's word must match to be the same name."""
AROUND = 3
"""Telling words to either side of a unit that are its company."""
REACH = 5
"""Words to either side of the other unit in which their like is looked for."""


class LaidBeside:
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
        before = [i for i in range(unit.first) if self.tokens[i].telling][-AROUND:][::-1]
        after = [i for i in range(unit.last, len(self.tokens)) if self.tokens[i].telling][:AROUND]
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


def other_date(first: Mapping[str, str], second: Mapping[str, str]) -> bool:
    """Whether two dates give another day, month or year; a part that one does not give may be any."""
    return any(second.get(part, value) != value for part, value in first.items())


def bare(token: Token) -> str:
    """A name's word without dots and genitive: U.S., SVB's."""
    return token.text.replace(".", "").removesuffix("'s").removesuffix("’s")


SIGNS = (
    "number", "date", "name", "place", "attribution", "denial",
    "least cover", "most cover", "least company", "most company", "rivals here", "rivals there",
    "counts the same", "counts other things", "other role", "shared names",
    "cover and company", "company of a speaker", "short", "only this",
)  # fmt: skip
"""What the weights are for; the first six say of which kind a difference is."""
CLOSE = 0.5
"""What the word that is denied must match in the other sentence."""
DENYING = frozenset("deni refus reject fail lack unabl unlik avoid prevent stop refrain dismiss halt".split())
"""Stems of words that deny as much as "not" does."""
DENIED = 4
"""Words after a denial among which the denied one is looked for."""
AFFIRMS = re.compile(
    r"(?:not|nothing|no) (?:just|only|merely|simply|solely|less|far|more|fewer|long|least|but)\b|No\. ?\d",
    re.IGNORECASE,
)
"""Denials that deny nothing."""
_CLAUSE = re.compile(r"[,;:.!?—–]")
SCOPE = 5
"""Words to either side of what is denied in which the other sentence may deny it too."""
ONE_SPELLING = 0.7
"""The likeness of letters from which two first names may be spellings of one: Yiannis, Giannis."""
SHORT = 6.0
"""The weight of a sentence below which it says little, and is easily like another."""


@dataclass(frozen=True, slots=True)
class Span:
    """The characters [start, end) of a sentence."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What the first sentence has at `here` and the second at `there`; `score` in [0, 1] is how sure this is.

    `signs` are what the score was made of, by their names in `SIGNS`; those that are 0 are left out.
    """

    kind: DifferenceKind
    here: Span
    there: Span
    score: float
    signs: Mapping[str, float]


def find_differences(first: str, second: str, embed: Embed, bar: float | None = None) -> tuple[Difference, ...]:
    """The differences of two English sentences, the surest first; none if they do not speak of the same thing.

    `embed` gives unit vectors of texts and must be quick; `bar` is the least score, by default the fitted one.
    """
    if not (tokens_of(first) and tokens_of(second) and may_differ(first, second)):
        return ()
    matches = match_tokens(tokens_of(first), tokens_of(second), embed)
    a, b = LaidBeside(first, second, matches), LaidBeside(second, first, matches.T)
    least = fitted_bar() if bar is None else bar
    found = [d for d in (*_of_units(a, b), *_denials(a, b)) if d.score >= least]
    return tuple(sorted(found, key=lambda d: -d.score))


def may_differ(first: str, second: str) -> bool:
    """Whether each of two sentences has a unit of one kind that the other lacks, or one denies: a quick look."""
    a, b = _marks(first), _marks(second)
    if a["no"] or b["no"]:
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
        marks[unit.kind].update(tokens[i].key for i in unit.core)
    return {**{k: frozenset(v) for k, v in marks.items()}, "no": frozenset(t.key for t in tokens if t.key in DENIALS)}


def _of_units(a: LaidBeside, b: LaidBeside) -> Iterator[Difference]:
    """Units of one kind that either sentence has alone, those in the likest company first, each once."""
    pairs = [(a.near(x, y), b.near(y, x), x, y) for x in a.alone for y in b.alone if _rivals(a, x, b, y)]
    taken_here: set[Unit] = set()
    taken_there: set[Unit] = set()
    for here, there, x, y in sorted(pairs, key=lambda p: -(p[0] + p[1])):
        if x not in taken_here and y not in taken_there:
            taken_here.add(x)
            taken_there.add(y)
            kind = _kind(a.text, x, b.text, y)
            signs = {**_common_signs(a, x, b, y, (here, there)), **_unit_signs(a, x, b, y, kind)}
            if kind == "attribution":
                signs["company of a speaker"] = (here + there) / 2
            yield _difference(kind, Span(x.start, x.end), Span(y.start, y.end), signs)


def _rivals(a: LaidBeside, x: Unit, b: LaidBeside, y: Unit) -> bool:
    if x.kind == y.kind == "date":
        return other_date(date_parts(x, a.tokens), date_parts(y, b.tokens))
    return x.kind == y.kind and (x.kind != "name" or _other_names(a, x, b, y))


def _other_names(a: LaidBeside, x: Unit, b: LaidBeside, y: Unit) -> bool:
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


def _common_signs(
    a: LaidBeside, x: Unit, b: LaidBeside, y: Unit, company: tuple[float, float], rivals: bool = True
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


def _unit_signs(a: LaidBeside, x: Unit, b: LaidBeside, y: Unit, kind: DifferenceKind) -> dict[str, float]:
    """Whether two numbers count the same, or two names play other roles."""
    if kind == "number":
        same = _count_the_same(a, x, b, y)
        return {"counts the same": float(same is True), "counts other things": float(same is False)}
    if kind == "name":
        return {"other role": float(speaker_of(a.text, x) != speaker_of(b.text, y))}
    return {}


def _count_the_same(a: LaidBeside, x: Unit, b: LaidBeside, y: Unit) -> bool | None:
    """Whether two numbers count the same thing; None if it is not plain what they count."""
    if is_money(a.text, x) or is_money(b.text, y):
        return is_money(a.text, x) and is_money(b.text, y)
    i, j = counted(a.text, x), counted(b.text, y)
    if i is None or j is None:
        return None
    if a.matches[i, j] >= CLOSE:
        return True
    return None if a.said[i] >= CLOSE or b.said[j] >= CLOSE else False


def _denials(a: LaidBeside, b: LaidBeside) -> Iterator[Difference]:
    """What one sentence denies and the other one says; if each denies something, it is one denial that was moved."""
    here, there = list(_denied(a, b)), list(_denied(b, a))
    if not there:
        yield from here
    elif not here:
        yield from (Difference(d.kind, d.there, d.here, d.score, d.signs) for d in there)


def _denied(a: LaidBeside, b: LaidBeside) -> Iterator[Difference]:
    for i, token in enumerate(a.tokens):
        if token.key not in DENIALS or AFFIRMS.match(a.text, token.start):
            continue
        head = _denied_word(a, i)
        if head is None:
            continue
        at = int(a.matches[head].argmax())
        around = b.tokens[max(0, at - SCOPE) : at + SCOPE]
        if a.matches[head, at] < CLOSE or any(_cancels(a.tokens[head].key, t.key) for t in around):
            continue
        x = Unit("name", i, head + 1, token.start, a.tokens[head].end, ())
        y = Unit("name", at, at + 1, b.tokens[at].start, b.tokens[at].end, ())
        signs = _common_signs(a, x, b, y, (a.near(x, y), b.near(y, x)), rivals=False)
        yield _difference("denial", Span(x.start, x.end), Span(y.start, y.end), signs)


def _denied_word(a: LaidBeside, denial: int) -> int | None:
    """Of the plain words soon after a denial the one that the other sentence says best."""
    clause = _CLAUSE.search(a.text, a.tokens[denial].end)
    end = clause.start() if clause else len(a.text)
    after = range(denial + 1, min(len(a.tokens), denial + 1 + DENIED))
    heads = [j for j in after if a.tokens[j].kind in ("plain", "opening") and a.tokens[j].end <= end]
    heads = [j for j in heads if a.tokens[j].key not in SAYING]
    return max(heads, key=lambda j: float(a.said[j]) - 0.05 * (j - denial), default=None)


def _cancels(denied: str, word: str) -> bool:
    """Whether a word beside the denied one denies too, or says the contrary."""
    return word in DENIALS or word in DENYING or opposite(denied, word)


def _difference(kind: DifferenceKind, here: Span, there: Span, signs: dict[str, float]) -> Difference:
    signs = {kind: 1.0, **{name: value for name, value in signs.items() if value}}
    weights = _fitted()
    total = math.fsum(weights.get(name, 0.0) * value for name, value in signs.items())
    return Difference(kind, here, there, 1 / (1 + math.exp(-total)), signs)


def fitted_bar() -> float:
    """The least score of a difference between two sentences of two articles."""
    return _fitted()["bar"]


@cache
def _fitted() -> Mapping[str, float]:
    """The weight of each sign in a logistic model, and the bar."""
    fitted: dict[str, float] = json.loads((files(__package__) / "differing.json").read_text("utf-8"))
    return fitted


SAME = 0.9
"""What a word matches that the other telling has too."""
FIRM = 0.55
"""How far the words around each must be said around the other, for both to stand in one place."""
AKIN = 0.1
"""What a word must match for the other one to be said instead of it in a quotation."""
QUOTATION = re.compile(r"[“\"„«][^“”\"„«»]+[”\"»]")
TAKING_SIDES = frozenset("claim admit insist boast alleg acknowledg concede assert confess".split())
NEUTRAL = frozenset("say tell state add announc report note explain".split())


@dataclass(frozen=True, slots=True)
class WordPair:
    """The word at `here` in the first sentence stands where the second one has that at `there`."""

    here: Span
    there: Span


def other_words(first: str, second: str, embed: Embed) -> tuple[WordPair, ...]:
    """The words of weight in which two English tellings of one fact differ, in the order of the first."""
    choices = list(_choices(first, second))
    if not choices:
        return ()
    matches = match_tokens(tokens_of(first), tokens_of(second), embed)
    a, b = LaidBeside(first, second, matches), LaidBeside(second, first, matches.T)
    found: list[WordPair] = []
    taken: set[int] = set()
    for _, i, j in sorted(_in_one_place(a, b, choices), reverse=True):
        span = WordPair(_span(a.tokens[i]), _span(b.tokens[j]))
        if j not in taken and span.here not in {p.here for p in found}:
            found.append(span)
            taken.add(j)
    return tuple(sorted(found, key=lambda p: p.here.start))


def _choices(first: str, second: str) -> Iterator[tuple[int, int]]:
    """Words of one sentence and another, by number, that might be another choice of weight for one another."""
    a, b = tokens_of(first), tokens_of(second)
    here, there = {t.key for t in a}, {t.key for t in b}
    others = [j for j, t in enumerate(b) if t.kind in ("plain", "turning") and t.key not in here]
    for i, x in enumerate(a):
        if x.kind not in ("plain", "turning") or x.key in there:
            continue
        quoted = _quoted(first, x)
        alike = [j for j in others if b[j].kind == x.kind and not related(x.key, b[j].key)]
        yield from ((i, j) for j in alike if _weighty(x, b[j]) or (quoted and _quoted(second, b[j])))


def _weighty(x: Token, y: Token) -> bool:
    if x.key in TAKING_SIDES or y.key in TAKING_SIDES:
        return {x.key, y.key} <= TAKING_SIDES | NEUTRAL
    if x.key in UNSURE or y.key in UNSURE:
        return not {x.key, y.key} <= UNSURE
    return bool(_groups().get(x.key, frozenset()) & _groups().get(y.key, frozenset()))


def _in_one_place(a: LaidBeside, b: LaidBeside, choices: Sequence[tuple[int, int]]) -> Iterator[tuple[float, int, int]]:
    """Those of the choices that stand in one place, and how firmly they do."""
    for i, j in choices:
        x, y = a.tokens[i], b.tokens[j]
        if not _weighty(x, y) and a.matches[i, j] < AKIN:
            continue
        if a.said[i] < SAME and b.said[j] < SAME:
            firm = (a.near(_unit(x, i), _unit(y, j)) + b.near(_unit(y, j), _unit(x, i))) / 2
            if firm >= FIRM:
                yield firm + float(a.matches[i, j]), i, j


def _unit(token: Token, i: int) -> Unit:
    return Unit("name", i, i + 1, token.start, token.end, (i,))


def _span(token: Token) -> Span:
    return Span(token.start, token.end)


def _quoted(text: str, token: Token) -> bool:
    return any(q.start() < token.start and token.end <= q.end() for q in QUOTATION.finditer(text))


@cache
def _groups() -> Mapping[str, frozenset[int]]:
    """For each stem the groups that it is in."""
    groups: dict[str, set[int]] = {}
    lines = (files("rag.text") / "en" / "loaded_words.txt").read_text("utf-8").splitlines()
    for number, line in enumerate(lines):
        for word in words_of("" if line.startswith("#") else line):
            groups.setdefault(word.stem, set()).add(number)
    return {stem: frozenset(own) for stem, own in groups.items()}


BAR = 0.6
"""What the mean of both shares must reach. It takes 64 % of those hand-judged pairs of news sentences with a
cosine above 0.62 that say the same, and hardly any other."""
HOPELESS = 0.62
"""A cosine of two sentences below which they are not compared word by word."""
FOUND = 0.5
"""What a word's best match must reach to count as found."""

NUMBER = re.compile(r"\d+(?:[.,:] ?\d+)*")
_NUMERALS = "two three four five six seven eight nine ten eleven twelve"
NUMERALS = {name: str(number) for number, name in enumerate(_NUMERALS.split(), start=2)}
DENIAL = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|neither|nor|without|cannot)\b|n ?['’] ?t\b|\bun(?:able|likely)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How far two sentences say the same.

    `first` is the share of the first sentence's weight that finds its like in the second, `second` the converse;
    `conflict` says what makes them different facts: "number", "denial", "day", "opposite", "name", "roles", or "".
    """

    first: float
    second: float
    conflict: str = ""

    @property
    def same(self) -> bool:
        """Whether they say the same."""
        return not self.conflict and (self.first + self.second) / 2 >= BAR


def general_rarity(stem: str) -> float:
    """The weight of a stem in general English, for sentences that come from no library."""
    return rarity(stem, 0, 1000)


def same_facts(
    sentence: str, others: Sequence[str], embed: Embed, idf: Callable[[str], float] = general_rarity
) -> list[bool]:
    """For each of the other English sentences, whether it says the same as the first.

    `embed` gives unit vectors of texts, `idf` weighs stems.
    """
    vectors = embed([sentence, *others])
    near = vectors[1:] @ vectors[0] >= HOPELESS
    return [bool(n) and compare(sentence, other, embed, idf).same for n, other in zip(near, others, strict=True)]


def compare(first: str, second: str, embed: Embed, idf: Callable[[str], float] = general_rarity) -> Likeness:
    """Compare two sentences."""
    a, b = words_of(first), words_of(second)
    x, y = _telling(a), _telling(b)
    if not x or not y:
        return Likeness(float(first == second), float(first == second))
    names = frozenset(w.stem for w in (*a[1:], *b[1:]) if w.capital)
    asked = [QuestionWord(w, frozenset({w.stem}), idf(w.stem), w.stem in names) for w in x]
    scores = word_scores(asked, y, embed, names=names)
    shares = (_share(x, scores.max(axis=1), idf), _share(y, scores.max(axis=0), idf))
    lost = frozenset(w.stem for w, s in zip(x, scores.max(axis=1), strict=True) if s < FOUND)
    lost_there = frozenset(w.stem for w, s in zip(y, scores.max(axis=0), strict=True) if s < FOUND)
    conflict = _plain_conflict(first, second) or _word_conflict(a, b, lost, lost_there)
    return Likeness(*shares, conflict)


def _telling(words: Sequence[Word]) -> list[Word]:
    return list({w.stem: w for w in words if w.telling}.values())


def _share(words: Sequence[Word], matched: Matrix, idf: Callable[[str], float]) -> float:
    weights = np.array([idf(w.stem) for w in words])
    return float(weights @ matched / weights.sum())


def _plain_conflict(first: str, second: str) -> str:
    """A conflict of numbers or of denials, which show in the plain text."""
    a, b = _numbers(first), _numbers(second)
    if a - b and b - a:
        return "number"
    return "denial" if bool(DENIAL.search(first)) != bool(DENIAL.search(second)) else ""


def _numbers(sentence: str) -> frozenset[str]:
    digits = (re.sub(r"[ ,]", "", number) for number in NUMBER.findall(sentence))
    return frozenset((*digits, *(NUMERALS[w.plain] for w in words_of(sentence) if w.plain in NUMERALS)))


def _word_conflict(a: Sequence[Word], b: Sequence[Word], lost: frozenset[str], lost_there: frozenset[str]) -> str:
    """A conflict of days, of opposites, or of names in the same place; `lost` are the stems that found nothing."""
    there, here = {w.plain for w in b}, {w.plain for w in a}
    for calendar in CALENDARS:
        if (calendar & here) - there and (calendar & there) - here:
            return "day"
    stems, stems_there = {w.stem for w in a}, {w.stem for w in b}
    if any((s, t) in OPPOSITES for s in stems - stems_there for t in stems_there - stems):
        return "opposite"
    if _places(a, lost) & _places(b, lost_there):
        return "name"
    roles, roles_there = _roles(a), _roles(b)
    swapped = {role[::-1] for role in roles_there - roles}
    return "roles" if swapped & roles - roles_there else ""


def _places(words: Sequence[Word], lost: frozenset[str]) -> set[str]:
    """Where names stand that are not in the other sentence: before or after which telling word."""
    telling = [w for w in words if w.telling]
    places: set[str] = set()
    for i, word in enumerate(telling):
        if word.capital and word.stem in lost and word.text[0].isalpha():
            places.update(f"{w.stem}<" for w in telling[max(0, i - 1) : i])
            places.update(f">{w.stem}" for w in telling[i + 1 : i + 2])
    return places


def _roles(words: Sequence[Word]) -> set[tuple[str, ...]]:
    """Two names around one word: Iran attacks Iraq."""
    telling = [w for w in words if w.telling]
    return {
        (before.spelling, word.stem, after.spelling)
        for before, word, after in zip(telling, telling[1:], telling[2:], strict=False)
        if before.capital and after.capital and before.spelling != after.spelling
    }

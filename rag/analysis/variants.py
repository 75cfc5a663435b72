"""What the reports of a story give in several versions: a number of one thing, or a name in other letters.

All mentions of a story are gathered by what they count or measure ("# cabl", "share", "length"), or by the words that
two names share; each two values of one thing that different reports give are a candidate. Numbers whose sentences name
the thing otherwise ("58 dead", "41 people killed") are a candidate if the reader finds each to answer for the other. A
logistic regression for either tells how surely they contradict each other. `tests/benchmarks/fit_variants.py` fits
`variants.json`.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from itertools import combinations

import numpy as np

from rag.analysis.facts import FactBook
from rag.analysis.near_duplicates import general_weight
from rag.analysis.number_reading import answer_each_other
from rag.analysis.same_measure import Context, context_of, same_measure
from rag.answer.reader import load_reader
from rag.progress import SILENT, Progress
from rag.results.spans import DifferenceKind
from rag.text.lexicon import lines_of
from rag.text.mentions import units_of
from rag.text.quantities import ORDINAL, Quantity, quantities_of, same_quantity
from rag.text.span import Span
from rag.text.terms import stemmer
from rag.text.text_cache import text_cache
from rag.text.wordnet import relatives

FEATURES = (
    "name", "spelling", "state", "likeness", "same measure", "distance", "fewest reports", "most reports", "both",
    "numbers", "dimension", "rough",
)  # fmt: skip
"""What the weights are for. `same measure` is the most of `same_measure` of two numbers, `distance` that of their
logarithms, `both` the share of articles that give both values, `numbers` how many each sentence has, `dimension`
whether they measure and do not count, and `rough` whether one is given as "at least" or "about" so much."""
APART_FEATURES = ("likeness", "same measure", "distance", "both", "numbers", "rough", "related", "answered")
"""The same for counts of things that are named otherwise: `related` is whether WordNet relates the two names,
`answered` how surely the reader finds that each sentence answers for the other."""
THRESHOLD, APART_THRESHOLD = 0.18, 0.4
"""The scores from which a variant is shown, of one thing and of things named otherwise. By folds over the events of
storyfacts 29 of 41 rows are right, and 16 of 29 over reports written for the fit, where the first alone gives 28 of 38
and 6 of 19; the second was chosen on these figures and on storyfacts as a whole."""
LIKE = 0.2
"""The likeness from which two sentences may count or measure the same thing."""
FAR = math.log(3)
"""The distance from which two numbers are not versions of one: some have died and others marched."""
MOST_BOTH = 0.85
"""The share of articles above which giving two numbers does not contradict: they give both."""
LEAST_ODDS = -1.6
"""The log odds of `same_measure` from which two numbers are compared."""
MOST_APART = 40
"""Pairs of counts of a story that are read: those that by `same_measure` most probably measure the same."""
PHRASE = 4
"""Words after a number among which the noun stands that it counts."""
SPELLING, SHORTEST, LONGER = 0.5, 4, 3
"""The likeness of letters from which two words may be spellings of one name, the letters of each at least, and the
letters by which one may be longer."""
MOST_VALUES = 40
"""Values of one thing that are compared with each other: those that are told most."""
MENTIONS, MEASURED = 12, 4
"""Mentions of a value that are shown, and those whose measures are compared."""

_PLURAL = frozenset("people men women children police".split())
_ENDS = re.compile(
    r"(?:of|in|on|at|to|for|from|by|with|and|or|as|who|that|which|when|is|are|was|were|be|been|had|has|have|the|an?|his|her"
    r"|their|its|after|before|later|ago|more|than)$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+|[^\s\w]")
_PART_OF_NUMBER = re.compile(r"[.:,]\s?\d"), re.compile(r"\d[.:,]\s?$")
_AGE = re.compile(r"[ -–]{0,3}years?[ -–]{1,3}old\b")
_SCORE = re.compile(r"[-–](?:\d|of-)| of (?:(?:his|her|its|their|the) )?\d"), re.compile(r"\d[-–]$|-of-$")
"""What stands after and before a number of a score: "6-4", "28 of his 68 punches"."""
_ALONE = re.compile(r", \d\d[,.]")
"""A number that stands alone is an age: "Anna Berg, 24, won"."""
_NOUN_OF = re.compile(r"([A-Za-z]{3,}) of (?:about |at least |some )?$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A number or a name at a place of a sentence, which is given by its number in the book."""

    sentence: int
    span: Span
    quantity: Quantity | None = None


Value = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """Two values of one thing, each with the sentences that give it, those first that are most alike.

    `values` tells the values apart: variants that share one are about one thing. `follows` says that the second value
    is what comes after the first.
    """

    kind: DifferenceKind
    values: tuple[Value, Value]
    first: tuple[Mention, ...]
    second: tuple[Mention, ...]
    features: Mapping[str, float]
    follows: bool = False
    apart: bool = False
    """Whether the sentences name the thing otherwise."""

    @property
    def sentences(self) -> tuple[int, int]:
        """The two sentences that are most alike, or whose numbers most probably measure the same."""
        return self.first[0].sentence, self.second[0].sentence

    @property
    def score(self) -> float:
        """How probably the two contradict each other, in [0, 1]."""
        weights = _fitted("apart" if self.apart else "one thing")
        total = weights["intercept"] + sum(weights.get(name, 0.0) * value for name, value in self.features.items())
        return 1 / (1 + math.exp(-total))

    @property
    def shown(self) -> bool:
        """Whether that is enough to be shown."""
        return self.score >= (APART_THRESHOLD if self.apart else THRESHOLD)


@cache
def _fitted(which: str) -> Mapping[str, float]:
    values: dict[str, dict[str, float]] = json.loads((files(__package__) / "variants.json").read_text("utf-8"))
    return values[which]


def find_variants(book: FactBook) -> list[Variant]:
    """All candidates in the English articles of a book but those of `find_apart`."""
    return [*_numbers(book), *_names(book), *_states(book)]


def find_apart(book: FactBook, progress: Progress = SILENT) -> list[Variant]:
    """The candidates whose sentences name what they count otherwise, or not at all. Raises Cancelled."""
    stories: dict[int, list[Variant]] = defaultdict(list)
    for variant in _apart(book):
        stories[int(book.story_of_article[book.graph.article[variant.sentences[0]]])].append(variant)
    for own in stories.values():
        own.sort(key=lambda v: -v.features["same measure"])
    read = [variant for own in stories.values() for variant in own[:MOST_APART]]
    return [_answered(book, variant) for variant in progress.each("comparing numbers", read)]


def _english(book: FactBook) -> list[int]:
    """The sentences of English articles."""
    return [s for s, a in enumerate(book.graph.article.tolist()) if book.articles[a].in_english]


def numbers_by_thing(book: FactBook) -> dict[tuple[int, str], list[list[Mention]]]:
    """The numbers of English articles by their story and what they count or measure, the equal ones together."""
    things: dict[tuple[int, str], list[list[Mention]]] = defaultdict(list)
    for s in _english(book):
        story = int(book.story_of_article[book.graph.article[s]])
        for thing, quantity in _counted(book.graph.places[s].text):
            if not thing:  # it counts what is not said
                continue
            mention = Mention(s, Span(quantity.start, quantity.end), quantity)
            values = things[story, thing]
            value = next((v for v in values if v[0].quantity and same_quantity(v[0].quantity, quantity)), None)
            if value is None:
                values.append([mention])
            else:
                value.append(mention)
    return things


def _numbers(book: FactBook) -> Iterator[Variant]:
    for thing, every in numbers_by_thing(book).items():
        values = sorted(every, key=len, reverse=True)[:MOST_VALUES]
        for (m, a), (n, b) in combinations(enumerate(values), 2):
            distance = _distance(_quantity(a[0]).value, _quantity(b[0]).value)
            variant = _variant(book, "number", ((thing, m), (thing, n)), a, b) if distance < FAR else None
            if variant and variant.features["both"] <= MOST_BOTH:
                measured = _measured(book, variant, len(every), distance)
                if measured.features["same measure"] >= LEAST_ODDS:
                    yield measured


def _apart(book: FactBook) -> Iterator[Variant]:
    """Two counts of a story whose sentences name what they count otherwise, or not at all."""
    counts: dict[int, dict[tuple[str, float], list[Mention]]] = defaultdict(lambda: defaultdict(list))
    for s in _english(book):
        text, story = book.graph.places[s].text, int(book.story_of_article[book.graph.article[s]])
        for thing, q in _counted(text):
            if not q.dimension and not _is_score_or_age(text, q):
                counts[story][thing, q.value].append(Mention(s, Span(q.start, q.end), q))
    for story, own in counts.items():
        values = sorted(own.items(), key=lambda item: -len(item[1]))[:MOST_VALUES]
        for ((thing, x), a), ((other, y), b) in combinations(values, 2):
            distance, related = _distance(x, y), _related(thing, other)
            if (thing and other and not related) or same_quantity(_quantity(a[0]), _quantity(b[0])) or distance >= FAR:
                continue
            variant = _variant(book, "number", ((story, x), (story, y)), a, b, least=0.0)
            if variant and variant.features["both"] <= MOST_BOTH:
                measured = _measured(book, variant, len(own), distance)
                yield replace(measured, features={**measured.features, "related": float(related)}, apart=True)


def _distance(x: float, y: float) -> float:
    """How far apart the logarithms of two numbers are."""
    return abs(math.log((abs(x) + 1e-9) / (abs(y) + 1e-9)))


def _related(thing: str, other: str) -> bool:
    """Whether the nouns of two things are related, and not the same."""
    first, second = thing.removeprefix("#"), other.removeprefix("#")
    return first != second and bool(relatives(first).get(second))


def _is_score_or_age(text: str, q: Quantity) -> bool:
    after, before = _SCORE
    score = after.match(text, q.end) or before.search(text[: q.start])
    return bool(score or _ALONE.fullmatch(text, max(0, q.start - 2), q.end + 1))


def _answered(book: FactBook, variant: Variant) -> Variant:
    """A variant with how surely its two most probable sentences answer for each other."""
    first, second = ((book.graph.places[m.sentence].text, _quantity(m)) for m in (variant.first[0], variant.second[0]))
    odds = answer_each_other(load_reader(), first, second)
    return replace(variant, features={**variant.features, "answered": odds})


def _quantity(mention: Mention) -> Quantity:
    assert mention.quantity is not None
    return mention.quantity


def _measured(book: FactBook, variant: Variant, values: int, distance: float) -> Variant:
    """Two values of a thing that has so many, those mentions first that most probably measure the same."""
    here, there = (side[:MEASURED] for side in (variant.first, variant.second))
    odds = np.array([[_same_measure(book, m, n, values) for n in there] for m in here])
    first, second = (
        (*(own[i] for i in np.argsort(-odds.max(axis=axis), kind="stable").tolist()), *side[MEASURED:])
        for own, side, axis in ((here, variant.first, 1), (there, variant.second, 0))
    )
    numbers = max(_context(book, m).numbers for m in (first[0], second[0]))
    x, y = (_quantity(own[0]) for own in (first, second))
    more = {
        "same measure": float(odds.max()),
        "distance": distance,
        "numbers": math.log(numbers),
        "dimension": float(bool(x.dimension)),
        "rough": float(x.rough or y.rough),
    }
    return replace(variant, first=first, second=second, features={**variant.features, **more})


def _same_measure(book: FactBook, m: Mention, n: Mention, values: int) -> float:
    likeness = float(book.graph.likeness(m.sentence, np.array([n.sentence], np.intp))[0])
    return same_measure(likeness, _context(book, m), _context(book, n), values)


def _context(book: FactBook, mention: Mention) -> Context:
    text = book.graph.places[mention.sentence].text
    return context_of(text, _quantity(mention), sum(bool(thing) for thing, _ in _counted(text)) or 1)


@text_cache(maxsize=32_768)
def _counted(text: str) -> tuple[tuple[str, Quantity], ...]:
    """The numbers of a sentence, and what each counts, as a stem, or its dimension; "" for what is not said."""
    dates = [u for u in units_of(text) if u.kind == "date"]
    found = []
    for q in quantities_of(text):
        if q.dimension in (ORDINAL, "clock") or any(d.start <= q.start < d.end for d in dates):
            continue
        if _AGE.match(text, q.end):
            continue
        after, before = _PART_OF_NUMBER
        if q.dimension or not (after.match(text, q.end) or before.search(text[: q.start])):
            found.append((q.dimension or _noun(text, q), q))
    return tuple(found)


def _noun(text: str, q: Quantity) -> str:
    """The first plural noun soon after a number, or the one before "of" that it follows; "" if there is none."""
    stem = stemmer("en")
    words = 0
    for match in _WORD.finditer(text, q.end):
        word = match.group()
        if word in "-–":
            continue
        if words == PHRASE or not word[0].isalpha() or _ENDS.match(word):
            break
        words += 1
        if _is_plural(word):
            return f"#{stem(word.lower())}"
    noun = _NOUN_OF.search(text[: q.start])
    return f"of {stem(noun[1].lower())}" if noun else ""


def _is_plural(word: str) -> bool:
    lower = word.lower()
    return lower in _PLURAL or (
        len(word) >= SHORTEST and word.islower() and word.endswith("s") and not lower.endswith(("ss", "us", "is"))
    )


def _names(book: FactBook) -> Iterator[Variant]:
    """Names of several words that differ in one of them, which is written much alike."""
    names: dict[tuple[str, ...], list[Mention]] = defaultdict(list)
    for s in _english(book):
        text = book.graph.places[s].text
        for unit in units_of(text):
            if unit.kind == "name":
                key = tuple(_folded(text[unit.start : unit.end]).removesuffix("'s").split())
                if len(key) > 1:
                    names[key].append(Mention(s, Span(unit.start, unit.end)))
    alike: dict[tuple[int, tuple[str, ...], tuple[str, ...]], list[tuple[str, ...]]] = defaultdict(list)
    for key in names:
        for n in range(len(key)):
            alike[n, key[:n], key[n + 1 :]].append(key)
    for (n, *_), keys in alike.items():
        for a, b in combinations(keys[:MOST_VALUES], 2):
            spelling = _spelling(a[n], b[n])
            variant = _variant(book, "name", (a, b), names[a], names[b], least=0.0) if spelling else None
            if variant:
                yield replace(variant, features={**variant.features, "name": 1, "spelling": spelling})


def _states(book: FactBook) -> Iterator[Variant]:
    """States of which one report of a story gives an earlier one and another a later one."""
    stories, english = book.story_of_article[book.graph.article], _english(book)
    for kind, earlier, later in _state_patterns():
        sides: dict[int, tuple[list[Mention], list[Mention]]] = defaultdict(lambda: ([], []))
        for s in english:
            text = book.graph.places[s].text
            match, side = later.search(text), 1
            if match is None:
                match, side = earlier.search(text), 0
            if match:
                sides[int(stories[s])][side].append(Mention(s, Span(match.start(), match.end())))
        for story, (before, after) in sides.items():
            values = ((story, earlier.pattern), (story, later.pattern))
            variant = _variant(book, kind, values, before, after) if before and after else None
            if variant:
                yield replace(variant, features={**variant.features, "state": 1}, follows=kind == "opposite")


@cache
def _state_patterns() -> tuple[tuple[DifferenceKind, re.Pattern[str], re.Pattern[str]], ...]:
    found: list[tuple[DifferenceKind, re.Pattern[str], re.Pattern[str]]] = []
    for line in lines_of("en/states.txt"):
        kind, _, sides = line.partition(":")
        one, other = map(_any_of, sides.split("|"))
        found.append(("denial" if kind == "denial" else "opposite", one, other))
    return tuple(found)


def _any_of(phrases: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(re.escape(p.strip()) for p in phrases.split(','))})\b", re.IGNORECASE)


def _folded(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return plain.lower().replace("’", "'")


def _spelling(first: str, second: str) -> float:
    """How much two words are written alike; 0 if they are no spellings of one name, or one is short for the other."""
    short, long = sorted((first.rstrip("."), second.rstrip(".")), key=len)
    if len(short) < SHORTEST or len(long) > len(short) + LONGER or short[0] != long[0] or long.startswith(short):
        return 0.0
    if min(map(general_weight, (short, long))) < general_weight("") or relatives(short).get(long):
        return 0.0
    likeness = SequenceMatcher(None, short, long, autojunk=False).ratio()
    return likeness if likeness >= SPELLING else 0.0


def _variant(
    book: FactBook,
    kind: DifferenceKind,
    values: tuple[Value, Value],
    a: Sequence[Mention],
    b: Sequence[Mention],
    least: float = LIKE,
) -> Variant | None:
    """Two values, if articles give one and not the other, in sentences of this likeness at least."""
    graph = book.graph
    here, there = ({int(graph.article[m.sentence]) for m in own} for own in (a, b))
    if not here - there or not there - here:
        return None
    likeness = np.stack([graph.likeness(m.sentence, np.array([n.sentence for n in b], np.intp)) for m in a])
    apart = np.array([[graph.article[m.sentence] != graph.article[n.sentence] for n in b] for m in a])
    likeness = np.where(apart, likeness, 0.0)
    best = float(likeness.max())
    if best < least:
        return None
    first = [a[i] for i in np.argsort(-likeness.max(axis=1), kind="stable")[:MENTIONS].tolist()]
    second = [b[j] for j in np.argsort(-likeness.max(axis=0), kind="stable")[:MENTIONS].tolist()]
    fewest, most = sorted(book.independent(book.articles[n].file for n in own) for own in (here, there))
    features = {
        "likeness": best,
        "fewest reports": math.log(fewest),
        "most reports": math.log(most),
        "both": len(here & there) / min(len(here), len(there)),
    }
    return Variant(kind, values, tuple(first), tuple(second), features)

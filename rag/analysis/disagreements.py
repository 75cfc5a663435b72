"""Disagreements among the facts of a story: sentences of different reports on one subject that differ in one detail.

Each sentence is compared with the most similar one of every other article; of many articles, the numbers, names and
states of one thing are compared (`variants`). The versions of a detail are grouped over all articles: who gives 24, and
who gives 42. A newer count in a later article is an update, not a conflict.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from rag.analysis.facts import FactBook
from rag.analysis.sentence_graph import SentenceGraph
from rag.analysis.variants import Variant, find_apart, find_variants
from rag.progress import SILENT, Progress
from rag.results.comparisons import Disagreement, Nature, Side, Statement
from rag.results.spans import DifferenceKind, Quote
from rag.text.mentions import units_of
from rag.text.span import Span
from rag.text.tokens import tokens_of
from rag.text.word_similarity import Embed
from rag.verify.differences import Difference, find_differences, fitted_threshold, may_differ, same_version

_Place = tuple[int, Span]
"""The number of a sentence, and the words in it that differ."""
SURER = 0.25
"""By how much surer a difference must be each time that twice as many articles are compared: four times as many pairs
of sentences are alike by chance."""
FEW_ARTICLES = 3
"""Articles up to which the likest sentences of reports are compared for numbers, names and dates too; of more articles,
`variants` are. Numbers whose sentences are not alike are looked for in all."""
OF_MANY = frozenset({"denial", "opposite", "attribution"})
"""What the likest sentences of many articles are compared for: by the events of storyfacts, other differences of single
pairs among many are chance."""
SURE = 0.8
"""How sure a difference of names must be if both articles have both names."""
MOST_VALUES = 4
"""Values of one thing that stand in one row."""
WORST_FIRST: Mapping[Nature, int] = {"conflict": 0, "update": 1, "rounding": 2}
ROUNDED = 0.25
"""The share by which a rounded number differs at most: 89 may be told as 100, and 6,000 not as 10,000."""
NEARLY = 0.07
"""By how much a sentence may be less like another than that one's likest is, to be compared with it all the same."""


@dataclass(frozen=True, slots=True)
class Found:
    """Two sentences of a book, by number, and in what they differ."""

    first: int
    second: int
    difference: Difference


def find_all(book: FactBook, embed: Embed, progress: Progress = SILENT) -> list[Found]:
    """Every difference between sentences of different articles, the surest first."""
    known = _names(book)
    few = len(book.articles) <= FEW_ARTICLES
    least = fitted_threshold() + SURER * math.log2(max(2, len(book.articles)) / 2)
    found = []
    for i, j in progress.each("comparing sentences", list(counterparts(book))):
        for d in find_differences(book.graph.places[i].text, book.graph.places[j].text, embed, least):
            if (few or d.kind in OF_MANY or _report(book, i) == _report(book, j)) and (
                d.score >= SURE or not _is_detail(book, known, i, j, d)
            ):
                found.append(Found(i, j, d))
                break
    return sorted(found, key=lambda f: -f.difference.score)


def variants_shown(book: FactBook, progress: Progress = SILENT) -> list[Variant]:
    """What articles give in several versions, as far as that is sure enough. Raises Cancelled.

    Of few articles these are the numbers of things that are named otherwise.
    """
    alike = find_variants(book) if len(book.articles) > FEW_ARTICLES else []
    return [v for v in (*alike, *find_apart(book, progress)) if v.shown]


def _report(book: FactBook, sentence: int) -> str:
    return book.originals[book.graph.places[sentence].file]


def _names(book: FactBook) -> list[frozenset[str]]:
    """The spelling keys of the names of each article."""
    names: list[set[str]] = [set() for _ in book.articles]
    for quote, article in zip(book.graph.places, book.graph.article, strict=True):
        tokens = tokens_of(quote.text)
        names[int(article)].update(tokens[i].spelling for u in units_of(quote.text) if u.kind == "name" for i in u.core)
    return [frozenset(own) for own in names]


def _is_detail(book: FactBook, known: Sequence[frozenset[str]], i: int, j: int, d: Difference) -> bool:
    """Whether each article has somewhere the name that only the other one has in these sentences.

    Then they mostly tell other details of the same thing, and do not disagree on the name.
    """
    if d.kind not in ("name", "place"):
        return False
    a, b = book.graph.places[i].text, book.graph.places[j].text
    x, y = (_spelt(text, span) for text, span in ((a, d.here), (b, d.there)))
    return bool(x & known[int(book.graph.article[j])]) and bool(y & known[int(book.graph.article[i])])


def _spelt(text: str, span: Span) -> frozenset[str]:
    tokens = tokens_of(text)
    return frozenset(tokens[i].spelling for u in units_of(text) if u.start == span.start for i in u.core)


def counterparts(book: FactBook) -> Iterator[tuple[int, int]]:
    """Pairs of sentences of different articles, each the likest in its article to the other, that may differ."""
    graph = book.graph
    likeness = _likeness(graph)
    best: dict[tuple[int, int], float] = defaultdict(float)
    for (i, j), alike in likeness.items():
        for a, b in ((i, j), (j, i)):
            key = (a, int(graph.article[b]))
            best[key] = max(best[key], alike)
    for (i, j), alike in likeness.items():
        likest = max(best[i, int(graph.article[j])], best[j, int(graph.article[i])])
        if alike >= likest - NEARLY and may_differ(graph.places[i].text, graph.places[j].text):
            yield i, j


def _likeness(graph: SentenceGraph) -> dict[tuple[int, int], float]:
    """How much alike sentences of different articles are, where they may speak of the same thing."""
    return {
        (i, j): likeness
        for i, others in enumerate(graph.similar)
        for j, likeness in others
        if j > i and graph.article[i] != graph.article[j]
    }


def gather(book: FactBook, found: Sequence[Found], variants: Sequence[Variant] = ()) -> tuple[Disagreement, ...]:
    """Put differences on one thing together: each version with all statements that give it; the surest first.

    What both ways of looking find in two sentences is told once.
    """
    pairs = {(frozenset((f.first, f.second)), f.difference.kind) for f in found}
    variants = [v for v in variants if (frozenset(v.sentences), v.kind) not in pairs]
    groups: dict[int, list[Found]] = defaultdict(list)
    root = _roots(found)
    for f in found:
        groups[root[f.first, f.difference.here.start]].append(f)
    mates = {s: own for members in book.members for own in [members.tolist()] for s in own}
    made = [_disagreement(book, mates, own) for own in groups.values()]
    made += [_of_variants(book, own) for own in _about_one_thing(variants)]
    return tuple(sorted(made, key=lambda d: (WORST_FIRST[d.nature], d.kind != "number", -d.score, -len(d.files))))


def _about_one_thing(variants: Sequence[Variant]) -> list[list[Variant]]:
    """The variants that share values, the surest first; a thing with more than `MOST_VALUES` makes several groups."""
    groups: list[tuple[set[object], list[Variant]]] = []
    for variant in sorted(variants, key=lambda v: -v.score):
        own = set(variant.values)
        if any(own <= values for values, _ in groups):
            continue
        near = (g for g in groups if not own.isdisjoint(g[0]) and len(own | g[0]) <= MOST_VALUES)
        values, members = next(near, (set(), []))
        if not members:
            groups.append((values, members))
        values |= own
        members.append(variant)
    return [members for _, members in groups]


def _of_variants(book: FactBook, variants: Sequence[Variant]) -> Disagreement:
    versions: dict[object, list[_Place]] = {}
    for variant in variants:
        for value, mentions in zip(variant.values, (variant.first, variant.second), strict=True):
            versions.setdefault(value, [(m.sentence, m.span) for m in mentions])
    best = variants[0]
    return _told_by(book, best.kind, best.score, list(versions.values()), "update" if best.follows else "conflict")


def _roots(found: Sequence[Found]) -> Mapping[tuple[int, int], int]:
    """For each place that differs, the number of the thing on which it differs."""
    number: dict[tuple[int, int], int] = {}
    for n, f in enumerate(found):
        places = ((f.first, f.difference.here.start), (f.second, f.difference.there.start))
        known = {number[p] for p in places if p in number}
        new = min(known, default=n)
        number |= {p: new for p, old in number.items() if old in known}
        number |= dict.fromkeys(places, new)
    return number


def _disagreement(book: FactBook, mates: Mapping[int, Sequence[int]], found: Sequence[Found]) -> Disagreement:
    surest = found[0].difference
    places = {(f.first, f.difference.here): None for f in found} | {(f.second, f.difference.there): None for f in found}
    versions: list[list[_Place]] = []
    for place in places:
        version = next((v for v in versions if _one_version(book, surest.kind, place, v[0])), None)
        if version is None:
            versions.append([place])
        else:
            version.append(place)
    taken = {sentence for sentence, _ in places}
    for version in versions:
        for sentence in dict.fromkeys(m for s, _ in version for m in mates[s]):
            if sentence not in taken and (own := _says(book, surest.kind, sentence, version[0])):
                taken.add(sentence)
                version.append(own)
    return _told_by(book, surest.kind, surest.score, versions)


def _told_by(
    book: FactBook,
    kind: DifferenceKind,
    score: float,
    versions: Sequence[Sequence[_Place]],
    nature: Nature = "conflict",
) -> Disagreement:
    sides = sorted((side_of(book, version) for version in versions), key=lambda s: (s.published, s.words))
    if kind == "number":
        if len(sides) == 2 and _is_rounded(sides[0].words, sides[1].words):
            nature = "rounding"
        elif follow_in_time(book, versions):
            nature = "update"
    return Disagreement(kind, tuple(sides), score, nature)


def _is_rounded(first: str, second: str) -> bool:
    """Whether one of two numbers in digits is the other one rounded: 88 and 90, 1.2 and 1."""
    found = [re.findall(r"\d+(?:[.,]\d+)*", words) for words in (first, second)]
    if any(len(own) != 1 for own in found):
        return False
    a, b = (own[0].replace(",", "") for own in found)
    most = ROUNDED * max(float(a), float(b))
    return any(
        0 < abs(float(x) - float(y)) <= min(_step(y) / 2, most) and _step(x) < _step(y) for x, y in ((a, b), (b, a))
    )


def _step(digits: str) -> float:
    """The place of a number's last digit that is not 0."""
    whole, _, part = digits.partition(".")
    return 10.0 ** -len(part) if part else 10.0 ** (len(whole) - len(whole.rstrip("0")))


def _one_version(book: FactBook, kind: DifferenceKind, first: _Place, second: _Place) -> bool:
    places = book.graph.places
    return same_version(kind, places[first[0]].text, first[1], places[second[0]].text, second[1])


def _says(book: FactBook, kind: DifferenceKind, sentence: int, version: _Place) -> _Place | None:
    """Where a sentence that tells the same fact gives this version; None if it does not."""
    if kind == "denial":
        return None
    units = units_of(book.graph.places[sentence].text)
    spans = ((sentence, Span(u.start, u.end)) for u in units)
    return next((place for place in spans if _one_version(book, kind, place, version)), None)


def side_of(book: FactBook, version: Sequence[_Place]) -> Side:
    """The sentences that give a version, by number and with the words that give it, as a value."""
    dates = {a.file: a.published for a in book.articles}
    statements = [_statement(book.graph.places[sentence], span) for sentence, span in version]
    statements.sort(key=lambda s: (dates[s.quote.file], s.quote.file, s.quote.start))
    return Side(tuple(statements), next((d for s in statements if (d := dates[s.quote.file])), ""))


def _statement(quote: Quote, span: Span) -> Statement:
    words = Quote(quote.file, quote.start + span.start, quote.start + span.end, quote.text[span.start : span.end])
    return Statement(quote, words)


def follow_in_time(book: FactBook, versions: Sequence[Sequence[_Place]]) -> bool:
    """Whether each version was published after the one before it, so that it can be a newer count."""
    spans: list[tuple[str, str]] = []
    for version in versions:
        dates = [book.articles[int(book.graph.article[sentence])].published for sentence, _ in version]
        if not all(dates):
            return False
        spans.append((min(dates), max(dates)))
    return all(_before(earlier[1], later[0]) for earlier, later in pairwise(sorted(spans)))


def _before(first: str, second: str) -> bool:
    """Whether one date, or date and time, is surely before another; without both times, the day must be another."""
    if first[:10] != second[:10] or "T" not in first or "T" not in second:
        return first[:10] < second[:10]
    a, b = datetime.fromisoformat(first), datetime.fromisoformat(second)
    return bool((a.tzinfo is None) == (b.tzinfo is None) and a < b)

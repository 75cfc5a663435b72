"""Happenings: events of one time that state the same, merged, and the probability that each belongs to the story.

Many dated statements are background, such as the years of an earlier career or the founding of a company. A logistic
regression that `tests/benchmarks/fit_timeline.py` fits tells them apart (`happenings.json`).
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from rag.analysis.facts import FactBook
from rag.analysis.sentence_graph import SentenceGraph
from rag.results.date_expressions import DateExpression, Precision
from rag.results.spans import Quote
from rag.results.timelines import Event
from rag.text.anaphora import opens_with_reference
from rag.text.lexicon import DAYS

FINENESS: dict[Precision | str, int] = {
    "day": 0, "week": 1, "month": 2, "season": 3, "year": 4, "decade": 5, "": 6
}  # fmt: skip
"""Precisions from the finest to the coarsest."""
SAME_TIME, MEETING, SAME_WEEKDAY, WEEKDAY_OF_DATE, UNKNOWN = 0.15, 0.25, 0.15, 0.2, 0.35
"""The likeness from which two events are one, by how their times agree: the very same; one within the other; the same
day of the week, of unknown date or of a known one; nothing known."""
LEAST_LIKENESS = min(SAME_TIME, MEETING, SAME_WEEKDAY, WEEKDAY_OF_DATE, UNKNOWN)
OTHER_STORY = 0.5
"""The least likeness from which two events are one that no story holds together."""
COMPARED = 8
"""Tellings of an event that are compared."""
LONG_BEFORE = 200
"""Days before the story from which what happened is long past."""

FEATURES = (
    "salience", "log reports", "single report", "day", "week", "month", "year", "weekday", "unknown", "dependent",
    "log days before", "log days after", "no day known", "log events", "long before",
)  # fmt: skip
_WEEKDAY = re.compile("|".join(DAYS), re.IGNORECASE)


@dataclass(slots=True)
class Happening:
    """Events that are one, the first being the most salient, with the sentences that tell them and the best time."""

    event: Event
    when: DateExpression
    dated: Event
    """The event that gives `when`."""
    sentences: list[int]
    quotes: dict[str, Quote]
    events: int = 1
    weekdays: set[str] = field(default_factory=set)


def merge_events(book: FactBook, events: Sequence[Event]) -> list[Happening]:
    """Put events together that tell the same of the same time, the most salient first."""
    number = {quote: n for n, quote in enumerate(book.graph.places)}
    story = {file: n for n, own in enumerate(book.stories) for file in own.files}
    made: list[Happening] = []
    tellings = _Tellings(book.graph)
    for event in sorted(events, key=lambda e: -e.score):
        sentences = [number[t] for t in event.quotes]
        best: tuple[float, int] | None = None
        for n, likeness in tellings.alike(sentences[:COMPARED], len(made)):
            least = _least_likeness(made[n], event)
            if least is None:
                continue
            if not {story[file] for file in made[n].quotes} & {story[quote.file] for quote in event.quotes}:
                least = max(least, OTHER_STORY)
            if likeness >= least and (best is None or likeness - least > best[0]):
                best = (likeness - least, n)
        if best is None:
            quotes = {t.file: t for t in event.quotes}
            made.append(Happening(event, event.when, event, sentences, quotes, weekdays=_weekdays(event.when)))
            tellings.add(len(made) - 1, sentences[:COMPARED])
        else:
            known = len(made[best[1]].sentences)
            _join(made[best[1]], event, sentences)
            tellings.add(best[1], made[best[1]].sentences[known:COMPARED])
    return made


class _Tellings:
    """The sentences of happenings that are compared, so that an event is compared with all of them at once."""

    def __init__(self, graph: SentenceGraph) -> None:
        self._graph = graph
        self._sentences, self._happenings = list[int](), list[int]()

    def add(self, happening: int, sentences: Sequence[int]) -> None:
        """Count sentences to a happening, by its number."""
        self._sentences += sentences
        self._happenings += [happening] * len(sentences)

    def alike(self, sentences: Sequence[int], happenings: int) -> Iterator[tuple[int, float]]:
        """Those of so many happenings that may tell the same, by number, and the likeness of their likest sentence."""
        if not happenings:
            return
        others, likest = np.array(self._sentences, np.intp), np.zeros(happenings, np.float32)
        for s in sentences:
            np.maximum.at(likest, self._happenings, self._graph.likeness(s, others))
        for n in np.flatnonzero(likest >= LEAST_LIKENESS).tolist():
            yield n, float(likest[n])


def _join(happening: Happening, event: Event, sentences: Sequence[int]) -> None:
    if _fineness(event.when) < _fineness(happening.when):
        happening.when, happening.dated = event.when, event
    happening.sentences += [s for s in sentences if s not in happening.sentences]
    for quote in event.quotes:
        happening.quotes.setdefault(quote.file, quote)
    happening.weekdays |= _weekdays(event.when)
    happening.events += 1


def _least_likeness(happening: Happening, event: Event) -> float | None:
    """The likeness from which an event is a happening's; None if their times exclude each other."""
    a, b = happening.when, event.when
    if a.first and b.first:
        if (a.first, a.last) == (b.first, b.last):
            return SAME_TIME
        return MEETING if a.first <= b.last and b.first <= a.last else None
    weekdays = _weekdays(b)
    if happening.weekdays and weekdays:
        if not happening.weekdays & weekdays:
            return None
        return WEEKDAY_OF_DATE if a.first or b.first else SAME_WEEKDAY
    return UNKNOWN


def _fineness(when: DateExpression) -> int:
    return FINENESS[when.precision] if when.first else len(FINENESS)


def _weekdays(when: DateExpression) -> set[str]:
    """The day of the week that a time names, or is."""
    if when.first and when.first == when.last:
        return {DAYS[date.fromisoformat(when.first).weekday()]}
    return {word.lower() for word in _WEEKDAY.findall(when.text)}


def probabilities(book: FactBook, happenings: Sequence[Happening]) -> NDArray[np.float64]:
    """For each happening the probability that it belongs to its story's timeline."""
    weights, intercept = _fitted()
    return np.asarray(1 / (1 + np.exp(-(happening_features(book, happenings) @ weights + intercept))), np.float64)


@cache
def _fitted() -> tuple[NDArray[np.float64], float]:
    values: Mapping[str, float] = json.loads((files(__package__) / "happenings.json").read_text("utf-8"))
    return np.array([values.get(name, 0.0) for name in FEATURES]), values["intercept"]


def happening_features(book: FactBook, happenings: Sequence[Happening]) -> NDArray[np.float64]:
    """The features of each happening, shape (happenings, len(FEATURES))."""
    story = {file: n for n, s in enumerate(book.stories) for file in s.files}
    own: dict[int, list[Happening]] = {}
    for h in happenings:
        own.setdefault(story[h.event.quotes[0].file], []).append(h)
    days = {n: _story_day(book, found, book.stories[n].files) for n, found in own.items()}
    rows = [_features(book, h, days[story[h.event.quotes[0].file]]) for h in happenings]
    return np.array(rows, np.float64).reshape(len(rows), len(FEATURES))


def _story_day(book: FactBook, happenings: Iterable[Happening], own: Iterable[str]) -> str:
    """The day that most independent reports of a story tell something of, or else the last publication date."""
    counts = Counter[str]()
    for h in happenings:
        if h.when.first and h.when.precision == "day":
            counts[h.when.first] += book.independent(h.quotes)
    inside = set(own)
    published = [a.published[:10] for a in book.articles if a.published and a.file in inside]
    return max(counts, key=lambda day: (counts[day], day)) if counts else max(published, default="")


def _features(book: FactBook, h: Happening, story_day: str) -> list[float]:
    reports = book.independent(h.quotes)
    known, fineness = bool(h.when.first), _fineness(h.when)
    before = after = 0.0
    if known and story_day:
        day = date.fromisoformat(story_day)
        before = math.log1p(max(0, (day - date.fromisoformat(h.when.last)).days))
        after = math.log1p(max(0, (date.fromisoformat(h.when.first) - day).days))
    return [
        h.event.score,
        math.log(reports),
        reports == 1,
        known and fineness == 0,
        known and fineness == 1,
        known and fineness in (2, 3),
        known and fineness >= 4,
        not known and bool(h.weekdays),
        not known and not h.weekdays,
        opens_with_reference(h.event.quotes[0].text),
        before,
        after,
        known and not story_day and fineness >= 2,
        math.log(h.events),
        before > math.log(LONG_BEFORE),
    ]

"""The timeline: of the events that the articles tell, those that most independent reports tell, in their order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from rag.errors import NothingToRead, QuestionError
from rag.grounding.matching import Embed
from rag.grounding.words import words_of
from rag.progress import UNWATCHED, Watch
from rag.stories.date_expressions import DateExpression
from rag.stories.events import FINENESS, events_of, in_english, times_of
from rag.stories.fact_shelf import FactShelf
from rag.stories.facts import FactBook, rank_facts, support
from rag.stories.focus import relevance_of
from rag.stories.timeline_types import Event, Timeline
from rag.stories.types import Told
from rag.writing.quoting import leans
from rag.writing.summary import REPEATS

REPEATS_THEN = 0.45
"""The likeness from which an event of the very same time only repeats one that is told already."""
REPEATS_DEED = 0.2
"""The same if the same word goes with the time, and that is no single day: "founded in 1983"."""

EXACT = 0.3
"""What an event gets whose time is exact."""
LEANING = 1.0
"""What a sentence loses that would hang in the air without the one before."""
COARSE = 0.15
"""What an event loses for each step from days to decades by which its time is coarser."""


@dataclass(frozen=True, slots=True)
class Span:
    """What a timeline is limited to: ISO 8601 days, both included; "" is no limit.

    Raises QuestionError for what is no day.
    """

    since: str = ""
    until: str = ""

    def __post_init__(self) -> None:
        for day in filter(None, (self.since, self.until)):
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", day) or not _exists(day):
                raise QuestionError(f"{day!r} is no day: write it as YYYY-MM-DD.")

    def admits(self, when: DateExpression) -> bool:
        """Whether a time meets the span. An unresolved one may."""
        if not when.first:
            return True
        return (not self.since or when.last >= self.since) and (not self.until or when.first <= self.until)


ANY_TIME = Span()


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def make_timeline(
    shelf: FactShelf,
    *,
    files: Sequence[str] | None = None,
    focus: str = "",
    span: Span = ANY_TIME,
    points: int = 20,
    watch: Watch = UNWATCHED,
) -> Timeline:
    """The events of a library, or of some files, that bear on the focus and lie in the span, at most so many.

    Every article is read. Raises NothingToRead if there is no article, and Cancelled if the watch says so.
    """
    book = shelf.book(files, watch)
    if not book.articles:
        raise NothingToRead("There is no article to take times from: put articles into the folder and sync.")
    return timeline_of(book, shelf.embed, focus=focus, span=span, points=points, watch=watch)


def timeline_of(
    book: FactBook, embed: Embed, *, focus: str = "", span: Span = ANY_TIME, points: int = 20, watch: Watch = UNWATCHED
) -> Timeline:
    """The timeline of facts that have been collected; one book serves many focuses."""
    relevance = relevance_of(book.graph, book.members, book.tellers, focus, embed)
    scores = rank_facts(book, relevance) - support(book.reports)
    times = times_of(book, watch)
    events = [
        _weighed(event)
        for i in np.flatnonzero(relevance.bears).tolist()
        for event in events_of(book, i, times, float(scores[i]))
        if span.admits(event.when)
    ]
    resolved = [e for e in events if e.when.first]
    unresolved = [e for e in events if not e.when.first]
    shown = sorted(_choose(book, resolved, points), key=lambda e: (e.when.first, e.when.last, -e.score))
    shown_unresolved = _choose(book, unresolved, points // 2)
    return Timeline(
        focus,
        tuple(shown),
        tuple(shown_unresolved),
        len(resolved) - len(shown),
        len(unresolved) - len(shown_unresolved),
        tuple(a.file for a in book.articles),
        tuple(a.file for a in book.articles if not a.published),
        tuple(a.file for a in book.articles if not in_english(a)),
    )


def _weighed(event: Event) -> Event:
    """With a score in [0, 1] from its fact's log odds, its own reports, and how well its time is known."""
    time = EXACT * (event.when.certainty == "exact") - COARSE * FINENESS[event.when.precision]
    time -= LEANING * leans(event.text)
    odds = event.score + float(support(np.array([event.reports]))[0]) + time
    return replace(event, score=float(1 / (1 + np.exp(-odds))))


def _choose(book: FactBook, events: Sequence[Event], points: int) -> list[Event]:
    """The best events, none of which repeats another."""
    number: dict[Told, int] = {told: n for n, told in enumerate(book.graph.places)}
    chosen: list[Event] = []
    for event in sorted(events, key=lambda e: -e.score):
        if len(chosen) == points:
            break
        own = number[event.told[0]]
        others = np.array([number[c.told[0]] for c in chosen], np.intp)
        alike = book.graph.likeness(own, others).tolist() if chosen else []
        if not any(likeness >= _bar(c, event) for c, likeness in zip(chosen, alike, strict=True)):
            chosen.append(event)
    return chosen


def _bar(a: Event, b: Event) -> float:
    """How much alike the tellings of two events must be for the second to repeat the first."""
    if not a.when.first <= b.when.last or not b.when.first <= a.when.last:
        return 1.0
    if (a.when.first, a.when.last) != (b.when.first, b.when.last) or not a.when.first:
        return REPEATS
    deed = _deed(a)
    return REPEATS_DEED if deed and deed == _deed(b) and a.when.first != a.when.last else REPEATS_THEN


def _deed(event: Event) -> str:
    """The last telling word before the time."""
    told = event.told[0]
    words = [w.stem for w in words_of(told.text[: event.when.start - told.start]) if w.telling]
    return words[-1] if words else ""

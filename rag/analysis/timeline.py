"""Events: facts with the time that their sentences give, told by articles whose times agree.

The timeline: of the events that the articles tell, those that most independent reports tell, in their order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from rag.analysis.fact_cache import FactShelf
from rag.analysis.facts import FactBook, rank_facts, support
from rag.analysis.features import ReadArticle
from rag.analysis.query_focus import relevance_of
from rag.analysis.summary import REPEATS
from rag.answer.quoting import leans
from rag.errors import NothingToRead, QuestionError
from rag.progress import UNWATCHED, Watch
from rag.results.findings import Event, Timeline
from rag.results.spans import DateExpression, Precision, Told
from rag.text.text_cache import text_cache
from rag.text.time.anchor import tense_at
from rag.text.time.expressions import find_dates
from rag.text.tokens import words_of
from rag.text.word_similarity import Embed

FINENESS: dict[Precision | str, int] = {
    "day": 0, "week": 1, "month": 2, "season": 3, "year": 4, "decade": 5, "": 6
}  # fmt: skip
"""Precisions from the finest to the coarsest."""
_SAYING = re.compile(
    r"\b(?:said|says|told(?:\s+\w+){1,3}|added|reported|wrote|announcing|according\s+to[^,]{1,30})"
    r"(?:\s+(?:on|in|late|early))*\s+$"
)
_ASIDE = re.compile(r"\b(?:who|which|whose|where|since)\b[^,;]*$")
_COMPARED = re.compile(r"\b(?:from|than|of|to|with|in)\s+$")
_NO_TIME = re.compile(
    r"recently|lately|soon|shortly|\w+\s+ago|(?:in\s+)?(?:the\s+)?(?:(?:recent|coming)\b.*"
    r"|(?:past|last|next)\b.*\b(?:years|decades))",
    re.IGNORECASE,
)
"""Words that say too little of a time for an entry in a timeline."""
_BACK = 60
"""Characters before an expression in which it is looked for what it goes with."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A sentence of a fact, by its number in the graph, and the words that give its time, if any do."""

    sentence: int
    when: DateExpression | None


@text_cache(maxsize=65_536)
def event_time(text: str, published: str) -> DateExpression | None:
    """The expression that gives the time of what a sentence tells; None if none does.

    Of several the one counts that is neither the time of a saying nor in an aside, that is resolved, and that is
    finest. One without a verb ("Sign up today!") tells no event, nor does "recently", "in the coming years", "today's
    customers" or "more than the previous year".
    """
    found = [d for d in find_dates(text, published) if _gives_time(text, d)]
    return min(found, key=lambda d: _rank(text, d), default=None)


def _gives_time(text: str, d: DateExpression) -> bool:
    tense = tense_at(text, d.start, d.end)
    if not tense or _NO_TIME.fullmatch(d.text):
        return False
    if d.text.lower() == "today":
        return tense != "present" and not text.startswith(("'s", "’s", ","), d.end)
    return "previous" not in d.text or not _COMPARED.search(text, max(0, d.start - _BACK), d.start)


def _rank(text: str, d: DateExpression) -> tuple[bool, bool, bool, int, int]:
    before = text[max(0, d.start - _BACK) : d.start]
    saying, aside = bool(_SAYING.search(before)), bool(_ASIDE.search(before))
    return not d.first, saying, aside, FINENESS[d.precision], d.start


def times_of(book: FactBook, watch: Watch = UNWATCHED) -> list[DateExpression | None]:
    """For each sentence of a book the expression that gives its time, if it is in English. Offsets are the article's.

    Raises Cancelled if the watch says so.
    """
    times: list[DateExpression | None] = []
    numbers = book.graph.article.tolist()
    for told, number in zip(watch.each("reading times", book.graph.places), numbers, strict=True):
        article = book.articles[number]
        when = event_time(told.text, article.published) if in_english(article) else None
        times.append(when and replace(when, start=when.start + told.start, end=when.end + told.start))
    return times


def in_english(article: ReadArticle) -> bool:
    """Whether times are looked for in an article: in English ones, and in those of unknown language."""
    return article.language in ("", "en")


def events_of(book: FactBook, fact: int, times: Sequence[DateExpression | None], score: float) -> list[Event]:
    """The events of a fact: one for each group of tellings whose times agree, or a single one with an unresolved time.

    Tellings without a time of their own go with the most told event. A fact without any time gives no event.
    """
    dated = [Dated(s, times[s]) for s in book.members[fact].tolist()]
    known = [d for d in dated if d.when and d.when.first]
    rest = [d for d in dated if d.when is None or not d.when.first]
    if not known:
        unresolved = [d for d in rest if d.when] + [d for d in rest if not d.when]
        return [_event(book, unresolved, score)] if unresolved and unresolved[0].when else []
    groups = sorted(_agreeing(known), key=lambda g: -len(g))
    groups[0] = [*groups[0], *rest]
    return [_event(book, group, score) for group in groups]


def _agreeing(dated: Sequence[Dated]) -> list[list[Dated]]:
    """Group tellings by time: a coarse time agrees with each finer one that it meets. The finest comes first."""
    groups: list[list[Dated]] = []
    for d in sorted(dated, key=_fineness):
        own = next((g for g in groups if _meet(g[0].when, d.when)), None)
        if own is None:
            groups.append([d])
        else:
            own.append(d)
    return groups


def _fineness(d: Dated) -> tuple[int, bool]:
    assert d.when is not None
    return FINENESS[d.when.precision], d.when.certainty != "exact"


def _meet(a: DateExpression | None, b: DateExpression | None) -> bool:
    return a is not None and b is not None and a.first <= b.last and b.first <= a.last


def _event(book: FactBook, dated: Sequence[Dated], score: float) -> Event:
    places: dict[str, Told] = {}
    for d in dated:
        told = book.graph.places[d.sentence]
        places.setdefault(told.file, told)
    when = dated[0].when
    assert when is not None
    article = book.articles[int(book.graph.article[dated[0].sentence])]
    return Event(when, article.published, tuple(places.values()), book.independent(places), score)


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

"""The timeline: dated events in chronological order, those first chosen that most independent reports state.

An event is a fact with the time that its sentences give, where the articles' times agree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rag.analysis.fact_cache import FactCache
from rag.analysis.facts import FactBook
from rag.analysis.happenings import FINENESS, Happening, merge_events, probabilities
from rag.analysis.query_focus import relevance_of
from rag.analysis.read_articles import ReadArticle
from rag.analysis.salience import salience
from rag.errors import NothingToRead, QuestionError
from rag.progress import SILENT, Progress
from rag.results.date_expressions import DateExpression
from rag.results.spans import Quote
from rag.results.timelines import Event, Timeline
from rag.text.text_cache import text_cache
from rag.text.time.anchor import tense_at
from rag.text.time.expressions import find_dates
from rag.text.word_similarity import Embed

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
    finest; of equally fine ones rather one with a number, as the date in "this morning, 16 August". One without a verb
    ("Sign up today!") tells no event, nor does "recently", "in the coming years", "today's customers" or "more than the
    previous year".
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


def _rank(text: str, d: DateExpression) -> tuple[bool, bool, bool, int, bool, int]:
    before = text[max(0, d.start - _BACK) : d.start]
    saying, aside = bool(_SAYING.search(before)), bool(_ASIDE.search(before))
    numbered = any(c.isdigit() for c in d.text)
    return not d.first, saying, aside, FINENESS[d.precision], not numbered, d.start


def times_of(book: FactBook, progress: Progress = SILENT) -> list[DateExpression | None]:
    """For each sentence of a book the expression that gives its time, if it is in English. Offsets are the article's.

    Raises Cancelled if the progress says so.
    """
    times: list[DateExpression | None] = []
    numbers = book.graph.article.tolist()
    for quote, number in zip(progress.each("reading times", book.graph.places), numbers, strict=True):
        article = book.articles[number]
        when = event_time(quote.text, article.published) if in_english(article) else None
        times.append(when and replace(when, start=when.start + quote.start, end=when.end + quote.start))
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
    places: dict[str, Quote] = {}
    for d in dated:
        quote = book.graph.places[d.sentence]
        places.setdefault(quote.file, quote)
    when = dated[0].when
    assert when is not None
    article = book.articles[int(book.graph.article[dated[0].sentence])]
    quotes = tuple(places.values())
    return Event(quotes[0].text, quotes, book.independent(places), score, when, article.published)


LEAST, LEAST_SHARE = 0.35, 0.5
"""The least probability of a happening that is told without a focus, or this share of the most probable one's."""


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
                raise QuestionError("{day} is not a date: write it as YYYY-MM-DD.", day=repr(day))

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
    cache: FactCache,
    *,
    files: Sequence[str] | None = None,
    focus: str = "",
    span: Span = ANY_TIME,
    points: int = 20,
    progress: Progress = SILENT,
) -> Timeline:
    """The events of a library, or of some files, that bear on the focus and lie in the span, at most so many.

    Every article is read; in a library of many stories those that there is room for, as `FactCache.foremost` says.
    Raises NothingToRead if there is no article, and Cancelled if the progress says so.
    """
    book = cache.book(cache.foremost(files, points, focus, progress).files, progress)
    if not book.articles:
        raise NothingToRead("There is no article to take times from: put articles into the folder and sync.")
    return timeline_of(book, cache.embed, focus=focus, span=span, points=points, progress=progress)


def timeline_of(
    book: FactBook,
    embed: Embed,
    *,
    focus: str = "",
    span: Span = ANY_TIME,
    points: int = 20,
    progress: Progress = SILENT,
) -> Timeline:
    """The timeline of facts that have been collected; one book serves many focuses."""
    bearing = None
    if focus.strip():
        bearing = relevance_of(book.graph, book.members, book.tellers, focus, embed).bears
    events = [e for e in all_events(book, bearing, progress) if span.admits(e.when)]
    found = _scored(book, merge_events(book, events))
    least = 0.0 if focus.strip() else min(LEAST, LEAST_SHARE * max((e.score for e in found), default=0.0))
    resolved = [e for e in found if e.when.first]
    unresolved = [e for e in found if not e.when.first]
    shown = sorted(_best(resolved, least, points), key=lambda e: (e.when.first, e.when.last, -e.score))
    shown_unresolved = _best(unresolved, least, points // 2)
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


def all_events(book: FactBook, bearing: NDArray[np.bool_] | None = None, progress: Progress = SILENT) -> list[Event]:
    """The events of all facts, or of those that bear on something; the score of each is its fact's salience."""
    scores = salience(book)
    times = times_of(book, progress)
    facts = range(len(book.members)) if bearing is None else np.flatnonzero(bearing).tolist()
    return [event for i in facts for event in events_of(book, i, times, float(scores[i]))]


def _scored(book: FactBook, happenings: Sequence[Happening]) -> list[Event]:
    """Happenings as events with their best time and their probability; a telling that gives this time comes first."""
    made = []
    for h, probability in zip(happenings, probabilities(book, happenings).tolist(), strict=True):
        first = h.event if h.when is h.event.when else h.dated
        quotes = tuple({t.file: t for t in (*first.quotes, *h.quotes.values())}.values())
        reports = book.independent(h.quotes)
        made.append(Event(quotes[0].text, quotes, reports, probability, h.when, first.published))
    return made


def _best(events: Sequence[Event], least: float, points: int) -> list[Event]:
    return sorted((e for e in events if e.score >= least), key=lambda e: -e.score)[:points]

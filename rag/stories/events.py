"""Events: facts with the time that their sentences give, told by articles whose times agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.progress import UNWATCHED, Watch
from rag.reading.text_cache import text_cache
from rag.stories.calendar import Precision
from rag.stories.date_expressions import DateExpression, find_dates
from rag.stories.facts import FactBook
from rag.stories.tense import tense_at
from rag.stories.texts import ReadArticle
from rag.stories.timeline_types import Event
from rag.stories.types import Told

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

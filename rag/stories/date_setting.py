"""What an expression of time is resolved against: the publication date, and the tense of its clause."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from rag.stories import calendar
from rag.stories.calendar import Period
from rag.stories.tense import Tense

MONTHS = {
    name: number
    for number, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct|"
        "november nov|december dec".split("|"),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS = {name: n for n, name in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())}
_NUMBERS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
NUMBERS = {name: n for n, name in enumerate(_NUMBERS.split(), start=1)} | {"a": 1, "an": 1, "thirty": 30, "couple": 2}
FEW = (2, 8)
FEW_DAYS = (2, 7)
"""How many units "a few" and "several" may be."""
YEARS = (1000, 2199)
"""Years that are believed to be meant as such."""


class Unresolved(ValueError):
    """An expression that stands for no known day."""


@dataclass(frozen=True)
class Setting:
    """Where an expression stands. `year` is known if the other end of a range names it."""

    published: date | None
    tense_of: Callable[[], Tense]
    year: int | None = None

    @property
    def today(self) -> date:
        """The publication date. Raises Unresolved if there is none."""
        if self.published is None:
            raise Unresolved("no publication date")
        return self.published

    @property
    def tense(self) -> Tense:
        """The tense of the clause."""
        return self.tense_of()

    def nearest(self, candidates: Callable[[int], Period]) -> Period:
        """Of a period that comes every year the one that the tense means: the last one, or the next.

        In the present, and without a tense, it is the one that begins nearest to the publication date. Years in which
        it does not exist are passed over. Raises Unresolved without a publication date, and ValueError if it exists in
        none of them.
        """
        if self.year is not None:
            return candidates(self.year)
        today = self.today
        found = [p for y in (today.year - 1, today.year, today.year + 1) if (p := _existing(candidates, y))]
        if self.tense == "past":
            return max((p for p in found if p.start <= today), key=lambda p: p.start)
        if self.tense == "future":
            return min((p for p in found if p.end >= today), key=lambda p: p.start)
        return min(found, key=lambda p: abs((p.start - today).days))

    def weekday(self, number: int) -> Period:
        """The last such day, or the next one for a clause about what is to come; the publication date itself counts."""
        today = self.today
        if self.tense == "future":
            return calendar.day(today + timedelta((number - today.weekday()) % 7))
        return calendar.day(today - timedelta((today.weekday() - number) % 7))

    def weekday_beside(self, number: int, which: str) -> Period:
        """Such a day "last" week, "next" week or "this" week.

        "Last Monday" on a Thursday may be three days ago or ten: both are in the period, which then is approximate.
        """
        today = self.today
        monday = today - timedelta(today.weekday())
        if which == "this":
            return calendar.day(monday + timedelta(number))
        if which == "last":
            latest = today - timedelta((today.weekday() - number - 1) % 7 + 1)
            ends = (monday + timedelta(number - 7), latest)
        else:
            first = today + timedelta((number - today.weekday() - 1) % 7 + 1)
            ends = (first, monday + timedelta(number + 7))
        return Period(min(ends), max(ends), "day", exact=ends[0] == ends[1])


def _existing(candidates: Callable[[int], Period], year: int) -> Period | None:
    try:
        return candidates(year)
    except ValueError:
        return None


def month_number(name: str) -> int:
    """1 to 12 for a month's name or its abbreviation."""
    return MONTHS[name.rstrip(".").lower()]


def whole_number(words: str) -> int:
    """The number that figures or words give. Raises Unresolved for others."""
    words = words.lower().replace(",", "")
    if words.isdigit():
        if len(words) > 4:
            raise Unresolved("outside the calendar")
        return int(words)
    number = NUMBERS.get(re.sub(r"^a\s+couple(?:\s+of)?$", "couple", words))
    if number is None:
        raise Unresolved(f"no number: {words}")
    return number

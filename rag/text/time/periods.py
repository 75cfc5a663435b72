"""Periods of days: how weeks, months, seasons, years and decades lie in the calendar, and what their parts are."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from rag.results.date_expressions import Precision

Unit = Literal["day", "week", "month", "year", "decade"]
Part = Literal["early", "mid", "late", "start", "end"]

SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""The month in which each begins north of the equator; winter counts to the year in which it begins."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` to `end`, both included. `precision` is the unit in which they were named.

    It is not `exact` if the words leave open where it begins or ends.
    """

    start: date
    end: date
    precision: Precision
    exact: bool = True

    def roughly(self) -> Period:
        """The same days, which are not meant to the day."""
        return replace(self, exact=False)


def day(when: date) -> Period:
    """One day."""
    return Period(when, when, "day")


def week(when: date) -> Period:
    """The week from Monday to Sunday in which a day lies."""
    monday = when - timedelta(when.weekday())
    return Period(monday, monday + timedelta(6), "week")


def month(year: int, number: int) -> Period:
    """A month; `number` counts from 1. Raises ValueError for one that does not exist."""
    return Period(date(year, number, 1), _last_day(year, number), "month")


def season(name: str, year: int) -> Period:
    """A season, whose limits are not the same for everybody."""
    first = SEASONS[name]
    last_year, last = (year + 1, 2) if first == 12 else (year, first + 2)
    return Period(date(year, first, 1), _last_day(last_year, last), "season", exact=False)


def quarter(year: int, number: int) -> Period:
    """Three months; `number` counts from 1."""
    return Period(date(year, 3 * number - 2, 1), _last_day(year, 3 * number), "season")


def half(year: int, number: int) -> Period:
    """Six months; `number` counts from 1."""
    return Period(date(year, 6 * number - 5, 1), _last_day(year, 6 * number), "year")


def year(number: int) -> Period:
    """A year."""
    return Period(date(number, 1, 1), date(number, 12, 31), "year")


def decade(first: int) -> Period:
    """Ten years, from the one that is given."""
    return Period(date(first, 1, 1), date(first + 9, 12, 31), "decade")


def unit_around(when: date, unit: Unit) -> Period:
    """The day, calendar week, month, year or decade in which a day lies."""
    if unit == "week":
        return week(when)
    if unit == "month":
        return month(when.year, when.month)
    if unit == "decade":
        return decade(when.year // 10 * 10)
    return year(when.year) if unit == "year" else day(when)


def shifted(when: date, unit: Unit, number: int) -> date:
    """The day so many units later, or earlier if negative; the last of the month where the day does not exist.

    Raises ValueError if it lies outside the calendar.
    """
    if unit in ("day", "week"):
        try:
            return when + timedelta(number * (7 if unit == "week" else 1))
        except OverflowError as error:
            raise ValueError("outside the calendar") from error
    count = when.year * 12 + when.month - 1 + number * {"month": 1, "year": 12, "decade": 120}[unit]
    first = date(count // 12, count % 12 + 1, 1)
    return first.replace(day=min(when.day, _last_day(first.year, first.month).day))


def part_of(whole: Period, part: Part) -> Period:
    """The early, middle or late part of a period, or its start or end: never to the day."""
    if whole.precision == "month" and whole.start.month == whole.end.month:
        first, last = {"early": (1, 10), "start": (1, 10), "mid": (11, 20)}.get(part, (21, whole.end.day))
        return Period(whole.start.replace(day=first), whole.start.replace(day=last), "month", exact=False)
    if whole.precision == "year":
        if part in ("start", "end"):
            return month(whole.start.year, 1 if part == "start" else 12).roughly()
        first = {"early": 1, "mid": 5, "late": 9}[part]
        return Period(date(whole.start.year, first, 1), _last_day(whole.start.year, first + 3), "year", exact=False)
    if whole.precision == "decade":
        first, last = {"early": (0, 3), "start": (0, 3), "mid": (4, 6)}.get(part, (7, 9))
        begin = whole.start.year
        return Period(date(begin + first, 1, 1), date(begin + last, 12, 31), "decade", exact=False)
    if whole.precision == "week":
        first, last = {"early": (0, 1), "start": (0, 1), "mid": (2, 3)}.get(part, (4, 6))
        return Period(whole.start + timedelta(first), whole.start + timedelta(last), "week", exact=False)
    return whole if whole.precision == "day" else whole.roughly()


def _last_day(year: int, number: int) -> date:
    return date(year, number, months.monthrange(year, number)[1])

"""The forms of dates in English: days, months, seasons, years, decades, each with what it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from rag.text.time import periods
from rag.text.time.anchor import WEEKDAYS, YEARS, Setting, Unresolved, month_number
from rag.text.time.periods import Period

Groups = Mapping[str, str | None]
Meaning = Callable[[Groups, Setting], Period]


@dataclass(frozen=True, slots=True)
class Rule:
    """A form and its meaning, which raises ValueError where it stands for no known day.

    `prospect` is set for forms that are expressions of time only in a clause about what is to come.
    """

    form: re.Pattern[str]
    meaning: Meaning
    prospect: bool = False


MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
DAY = r"\d{1,2}(?:st|nd|rd|th)?"
YEAR = r"(?:1[0-9]|20|21)\d\d(?![\d%])(?![.,:]\d)"
WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_SEASON = "spring|summer|autumn|fall|winter"
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1, "final": -1}
_BEFORE_YEAR = (
    r"(?:(?<=in )|(?<=In )|(?<=since )|(?<=Since )|(?<=until )|(?<=till )|(?<=during )|(?<=before )|(?<=after )"
    r"|(?<=early )|(?<=early-)|(?<=late )|(?<=late-)|(?<=mid )|(?<=mid-)|(?<=the )|(?<=The )|(?<=\()|(?<=between )"
    r"|(?<=throughout )|(?<=\d\d\d\d and )|(?<=\d\d\d\d or )|(?<=\d\d\d\d, ))"
)
_PERHAPS_BEFORE_YEAR = (
    r"(?:(?<=by )|(?<=By )|(?<=from )|(?<=to )|(?<=of )|(?<=around )|(?<=about )|(?<=circa )|(?<=through )|(?<=year )"
    r"|(?<=its )|(?<=his )|(?<=her )|(?<=their )|(?<=a ))"
)
_BEFORE_MONTH = (
    r"(?:(?<=in )|(?<=since )|(?<=until )|(?<=till )|(?<=by )|(?<=during )|(?<=from )|(?<=between )|(?<=before )"
    r"|(?<=after )|(?<=early )|(?<=late )|(?<=early-)|(?<=late-)|(?<=mid-)|(?<=mid )|(?<=of )|(?<=through ))"
)
_HOLIDAYS = {
    "christmas": (12, 25), "christmas day": (12, 25), "christmas eve": (12, 24), "boxing day": (12, 26),
    "new year's eve": (12, 31), "new year's day": (1, 1), "halloween": (10, 31), "valentine's day": (2, 14),
    "may day": (5, 1),
}  # fmt: skip


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/])(?:{pattern})(?!\w)")


def _date(year: str | int, number: int, words: str | None) -> Period:
    return periods.day(date(int(year), number, int(re.sub(r"\D", "", words or ""))))


def _day_of_month(g: Groups, s: Setting) -> Period:
    number = month_number(g["month"] or "")
    found = _date(g["year"], number, g["day"]) if g["year"] else s.nearest(lambda y: _date(y, number, g["day"]))
    weekday = (g["weekday"] or "").lower()
    return found if not weekday or WEEKDAYS[weekday] == found.start.weekday() else found.roughly()


def _days_of_month(g: Groups, s: Setting) -> Period:
    """From a day to a day of one month."""
    number = month_number(g["month"] or "")
    year = int(g["year"]) if g["year"] else s.nearest(lambda y: _date(y, number, g["last"])).start.year
    first, last = _date(year, number, g["first"]).start, _date(year, number, g["last"]).start
    if first > last:
        raise Unresolved("it ends before it begins")
    return Period(first, last, "day")


def _numeric(g: Groups, s: Setting) -> Period:
    """The day comes first where that is the only way, or where full stops are written."""
    first, second = int(g["first"] or ""), int(g["second"] or "")
    if g["dot"] == "." or first > 12 or first == second:
        return _date(g["year"] or "", second, g["first"])
    if second > 12:
        return _date(g["year"] or "", first, g["second"])
    raise Unresolved("day and month cannot be told apart")


def _iso(g: Groups, s: Setting) -> Period:
    return _date(g["year"] or "", int(g["month"] or ""), g["day"])


def _month(g: Groups, s: Setting) -> Period:
    number = month_number(g["month"] or "")
    if g["year"]:
        return periods.month(int(g["year"]), number)
    return s.nearest(lambda y: periods.month(y, number))


def _months(g: Groups, s: Setting) -> Period:
    """From a month to a month, of the same year or of the one before if only the second has one."""
    first, last = month_number(g["month"] or ""), month_number(g["last"] or "")
    if g["last_year"]:
        end = periods.month(int(g["last_year"]), last)
    elif g["year"]:
        end = periods.month(int(g["year"]) + (last < first), last)
    else:
        end = s.nearest(lambda y: periods.month(y, last))
    start = periods.month(int(g["year"]) if g["year"] else end.start.year - (first > last), first)
    if start.start > end.start:
        raise Unresolved("it ends before it begins")
    return Period(start.start, end.end, "month")


def _month_beside(g: Groups, s: Setting) -> Period:
    number, today = month_number(g["month"] or ""), s.today
    later = number > today.month
    if g["which"] == "this":
        return periods.month(today.year, number)
    if g["which"] == "next":
        return periods.month(today.year + (not later), number)
    return periods.month(today.year - (number >= today.month), number)


def _season(g: Groups, s: Setting) -> Period:
    name = (g["season"] or "").lower()
    if g["year"]:
        return periods.season(name, int(g["year"]))
    if not g["which"]:
        return s.nearest(lambda y: periods.season(name, y))
    today = s.today
    this = today.year - (name == "winter" and today.month < 3)
    if g["which"] == "last":
        return max((periods.season(name, y) for y in (this - 1, this) if _over(name, y, today)), key=lambda p: p.start)
    return periods.season(name, this + (g["which"] == "next"))


def _over(name: str, year: int, today: date) -> bool:
    return periods.season(name, year).end < today or year < today.year - 1


def _piece_of_year(g: Groups, s: Setting) -> Period:
    """A quarter or a half."""
    year = int(g["year"]) if g["year"] else s.today.year + {"last": -1, "next": 1}.get(g["which"] or "", 0)
    number = _ORDINALS[(g["which_one"] or "").lower()]
    if g["piece"] == "half":
        return periods.half(year, 2 if number < 0 else number)
    return periods.quarter(year, 4 if number < 0 else number)


def _numbered_quarter(g: Groups, s: Setting) -> Period:
    return periods.quarter(int(g["year"] or ""), int(g["number"] or ""))


def _week_of_month(g: Groups, s: Setting) -> Period:
    whole = _month(g, s)
    number = _ORDINALS[(g["which_one"] or "").lower()]
    first = whole.end.day - 6 if number < 0 else number * 7 - 6
    start = whole.start.replace(day=first)
    return Period(start, start + timedelta(6), "week", exact=False)


def _year(g: Groups, s: Setting) -> Period:
    return periods.year(int(g["year"] or ""))


def _years(g: Groups, s: Setting) -> Period:
    """From a year to a year, the second one perhaps in two figures."""
    first, last = g["year"] or "", g["last"] or ""
    end = int(first[: 4 - len(last)] + last)
    if end <= int(first) or end > YEARS[1]:
        raise Unresolved("it ends before it begins")
    return Period(date(int(first), 1, 1), date(end, 12, 31), "year")


def _decade(g: Groups, s: Setting) -> Period:
    if g["year"]:
        return periods.decade(int(g["year"]))
    tens = int(g["tens"] or "")
    return periods.decade((1900 if tens >= 20 else 2000) + tens).roughly()


def _weekday(g: Groups, s: Setting) -> Period:
    return s.weekday(WEEKDAYS[(g["weekday"] or "").lower()])


def _weekday_beside(g: Groups, s: Setting) -> Period:
    return s.weekday_beside(WEEKDAYS[(g["weekday"] or "").lower()], (g["which"] or "").lower())


def _holiday(g: Groups, s: Setting) -> Period:
    number, of_month = _HOLIDAYS[(g["holiday"] or "").replace("’", "'").lower()]
    if g["year"]:
        return _date(g["year"], number, str(of_month))
    return s.nearest(lambda y: _date(y, number, str(of_month)))


_DAY_PART = r"(?:\s+(?:morning|afternoon|evening|night))?"
_MAYBE_DAY = rf"(?:(?P<weekday>{WEEKDAY}),?\s+(?P<open>\()?(?:the\s+)?)?"
_CLOSED = r"(?(open)\))"
_BEFORE_CHRISTMAS = r"(?:(?<=at )|(?<=by )|(?<=before )|(?<=after )|(?<=since )|(?<=until ))"
_PAPERS = r"(?:Times|Telegraph|Mirror|Express|Mail|Night|School|Group|Herald|Post|Sun|World|Agreement)\b"
_RANGE = r"(?:(?P<between>between\s+)|from\s+)?"
_DASH = r"(?(between)\s+and\s+|(?:\s*[-–]\s*|\s+(?:to|until|till|through)\s+))"
DATE_RULES = (
    Rule(_form(rf"{_MAYBE_DAY}(?:the\s+)?(?P<day>{DAY})(?:\s+of)?\s+(?P<month>{MONTH})(?:,?\s+(?P<year>{YEAR}))?{_CLOSED}"),
         _day_of_month),
    Rule(_form(rf"{_MAYBE_DAY}(?P<month>{MONTH})\s+(?P<day>{DAY})(?!\d)(?:,?\s+(?P<year>{YEAR}))?{_CLOSED}"),
         _day_of_month),
    Rule(_form(rf"{_RANGE}(?P<first>{DAY}){_DASH}(?P<last>{DAY})\s+(?P<month>{MONTH})(?:,?\s+(?P<year>{YEAR}))?"),
         _days_of_month),
    Rule(_form(rf"{_RANGE}(?P<month>{MONTH})\s+(?P<first>{DAY}){_DASH}(?P<last>{DAY})(?!\d)(?:,?\s+(?P<year>{YEAR}))?"),
         _days_of_month),
    Rule(_form(r"(?P<first>\d{1,2})(?P<dot>[./])(?P<second>\d{1,2})[./](?P<year>\d{4})"), _numeric),
    Rule(_form(rf"(?P<year>{YEAR.split('(?!')[0]})-(?P<month>\d\d)-(?P<day>\d\d)"), _iso),
    Rule(_form(rf"(?P<month>{MONTH})(?:\s+of|,)?\s+(?P<year>{YEAR})"), _month),
    Rule(_form(rf"(?:between|from)\s+(?P<month>{MONTH})(?:\s+(?P<year>{YEAR}))?\s+(?:and|to|until|till|through)\s+"
               rf"(?P<last>{MONTH})(?!\s+\d\d?\b)(?:\s+(?P<last_year>{YEAR}))?"), _months),
    Rule(_form(rf"(?:(?!May\b|March\b|April\b|August\b|June\b)|{_BEFORE_MONTH})(?P<month>{MONTH})(?P<year>)"), _month),
    Rule(_form(rf"(?P<which>last|next|this)\s+(?P<month>{MONTH})"), _month_beside),
    Rule(_form(rf"(?P<season>{_SEASON})(?P<which>)(?:\s+of|,)?\s+(?P<year>{YEAR})(?:[-–/]\d\d(?:\d\d)?)?"), _season),
    Rule(_form(rf"(?P<which>last|next|this)\s+(?P<season>{_SEASON})(?P<year>)"), _season),
    Rule(_form(r"(?:(?<=in )|(?<=in the )|(?<=during the )|(?<=by the ))(?P<season>spring|summer|autumn|winter)"
               r"(?P<which>)(?P<year>)(?!\s+(?:of|in)\b)"), _season),
    Rule(_form(r"(?P<which_one>first|second|third|fourth|last|final)\s+(?P<piece>quarter|half)\s+of\s+"
               rf"(?:(?P<year>{YEAR})|(?P<which>last|next|this|the)\s+year)"), _piece_of_year),
    Rule(_form(rf"Q(?P<number>[1-4])(?:\s+of)?\s+(?P<year>{YEAR})"), _numbered_quarter),
    Rule(_form(rf"(?P<which_one>first|second|third|last|final)\s+week\s+of\s+(?P<month>{MONTH})"
               rf"(?:\s+(?P<year>{YEAR}))?"), _week_of_month),
    Rule(_form(rf"{_BEFORE_YEAR}(?P<year>{YEAR})(?!-\w|/|\s+(?:percent|GMT|UTC|hours))"), _year),
    Rule(_form(rf"{_PERHAPS_BEFORE_YEAR}(?P<year>{YEAR})(?!-\w|/|\s+(?:GMT|UTC)|\s+(?!was|is|has|its|his|as|this)[a-z]+s\b)"),
         _year),
    Rule(_form(rf"{_RANGE}(?P<year>{YEAR}){_DASH}(?P<last>{YEAR})"), _years),
    Rule(_form(rf"(?P<year>{YEAR})[-–/](?P<last>\d\d)(?!\d|[-–/])"), _years),
    Rule(_form(r"(?P<year>(?:1[0-9]|20|21)\d0)['’]?s(?P<tens>)"), _decade),
    Rule(_form(r"(?P<year>)['’](?P<tens>\d0)s"), _decade),
    Rule(_form(rf"(?:(?:early|late)\s+(?:on\s+)?)?(?P<weekday>{WEEKDAY}){_DAY_PART}(?!\s+{_PAPERS})"), _weekday),
    Rule(_form(rf"(?P<which>[Ll]ast|[Nn]ext|[Tt]his)\s+(?P<weekday>{WEEKDAY}){_DAY_PART}"), _weekday_beside),
    Rule(_form(rf"(?P<holiday>Christmas\s+(?:Day|Eve)|{_BEFORE_CHRISTMAS}Christmas|New Year['’]s (?:Day|Eve)|Boxing Day"
               rf"|Halloween|May Day|Valentine['’]s Day)(?:,?\s+(?:in\s+)?(?P<year>{YEAR}))?"), _holiday),
)  # fmt: skip
"""Forms that name a day, month, season, year or decade."""
NAMES = re.compile(r"\b(?:Black|Good|Ash|Patch|Giving|Shrove|Maundy|Bloody|Super|Cyber|Easter|Palm|Fat)\s+$")
"""What makes a name of the day of the week that follows."""

"""The forms of time in English that are counted from another day: "yesterday", "three weeks ago", "later this year"."""

from __future__ import annotations

import re
from datetime import timedelta

from rag.text.time import periods
from rag.text.time.absolute import Groups, Rule
from rag.text.time.anchor import FEW, FEW_DAYS, NUMBERS, Setting, Unresolved, whole_number
from rag.text.time.periods import Part, Period, Unit

RECENT: dict[Unit, int] = {"day": 7, "week": 6, "month": 6, "year": 5, "decade": 3}
"""How many units "recent" and "coming" ones are at most."""

_NEAR_DAYS = {"yesterday": -1, "last night": -1, "tomorrow": 1}
_COUNT = rf"(?:\d{{1,3}}|a\s+couple(?:\s+of)?|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
_SOME = r"(?:a\s+few|some|several|few)"
_UNIT = r"(?P<unit>day|week|month|year|decade)s?"
_BESIDE = {"last": -1, "this": 0, "next": 1}
PARTS: dict[str, Part] = {
    "early": "early", "mid": "mid", "middle": "mid", "late": "late", "start": "start", "beginning": "start",
    "end": "end", "close": "end",
}  # fmt: skip
"""The part of a period that a word means."""


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE)


def _unit(g: Groups) -> Unit:
    units: dict[str, Unit] = {"day": "day", "week": "week", "month": "month", "year": "year", "decade": "decade"}
    return units[(g["unit"] or "").lower()]


def _words(g: Groups, name: str) -> str:
    return " ".join((g[name] or "").lower().split())


def _near_day(g: Groups, s: Setting) -> Period:
    """The day alone: "yesterday evening" and "earlier today" say no more."""
    name = _words(g, "name")
    return periods.day(s.today + timedelta(next((n for day, n in _NEAR_DAYS.items() if name.startswith(day)), 0)))


def _next_but_one(g: Groups, s: Setting) -> Period:
    return periods.day(s.today + timedelta(-2 if _words(g, "side") == "before" else 2))


def _hours_ago(g: Groups, s: Setting) -> Period:
    return Period(s.today - timedelta(1), s.today, "day", exact=False)


def _ago(g: Groups, s: Setting) -> Period:
    return _at_distance(g, s, -1)


def _ahead(g: Groups, s: Setting) -> Period:
    return _at_distance(g, s, 1)


def _at_distance(g: Groups, s: Setting, sign: int) -> Period:
    """So many days away is that day; so many weeks, months or years away is about that week, month or year."""
    unit = _unit(g)
    if g["some"]:
        least, most = FEW_DAYS if unit == "day" else FEW
        near, far = (periods.shifted(s.today, unit, sign * n) for n in (least, most))
        return Period(min(near, far), max(near, far), unit, exact=False)
    if not g["count"]:
        raise Unresolved("no number")
    when = periods.shifted(s.today, unit, sign * whole_number(" ".join(g["count"].split())))
    if unit == "decade":
        return Period(periods.year(when.year - 2).start, periods.year(when.year + 2).end, "decade", exact=False)
    return periods.day(when) if unit == "day" else periods.unit_around(when, unit).roughly()


def _stretch(g: Groups, s: Setting) -> Period:
    """The last or next so many units, up to or from the publication date."""
    unit, which = _unit(g), _words(g, "which")
    count = whole_number(" ".join((g["count"] or "one").split())) if not g["some"] else FEW[1]
    if which in ("recent", "coming"):
        count = RECENT[unit]
    other = periods.shifted(s.today, unit, count if which in ("next", "coming") else -count)
    return Period(min(s.today, other), max(s.today, other), unit, exact=False)


def _hours(g: Groups, s: Setting) -> Period:
    days = timedelta(-(-whole_number(g["count"] or "") // 24))
    ends = (s.today, s.today + days) if _words(g, "which") in ("next", "coming") else (s.today - days, s.today)
    return Period(*ends, "day", exact=False)


def _within(g: Groups, s: Setting) -> Period:
    unit = _unit(g)
    end = periods.shifted(s.today, unit, whole_number(" ".join((g["count"] or "").split())))
    return Period(s.today, end, unit, exact=False)


def _beside(g: Groups, s: Setting) -> Period:
    """Last, this or next week, month, year or decade; its earlier or later part ends or begins at the publication."""
    unit = _unit(g)
    number = _BESIDE[_words(g, "which")]
    begin = periods.unit_around(s.today, unit).start
    whole = periods.unit_around(periods.shifted(begin, unit, number), unit)
    side = _words(g, "side")
    if not side or number:
        return whole.roughly() if side else whole
    ends = (whole.start, s.today) if side == "earlier" else (s.today, whole.end)
    return Period(*ends, whole.precision, exact=False)


def _part(g: Groups, s: Setting) -> Period:
    return periods.part_of(periods.unit_around(s.today, _unit(g)), PARTS[_words(g, "part")])


def _weekend(g: Groups, s: Setting) -> Period:
    """Saturday and Sunday: the last ones, or the next ones for what is to come.

    The "next weekend" of a weekday may be the coming one or the one after it: both are in the period.
    """
    which = _words(g, "which")
    saturday = periods.week(s.today).start + timedelta(5)
    week = timedelta(7)
    if which == "next":
        first = saturday if s.today < saturday else saturday + week
        return Period(first, saturday + week + timedelta(1), "day", exact=first != saturday)
    past = s.tense != "future" and (which != "this" or s.today.weekday() < 2)
    if which == "last" or (past and s.today < saturday):
        saturday -= week
    return Period(saturday, saturday + timedelta(1), "day")


def _unknown(g: Groups, s: Setting) -> Period:
    raise Unresolved("it hangs on another event, or says no time")


_DAY_WORDS = "day|morning|afternoon|evening|night|week|weekend|month|year|spring|summer|autumn|winter"
DISTANCE_RULES = (
    Rule(_form(r"(?P<name>(?:earlier|later)\s+today|yesterday(?:\s+(?:morning|afternoon|evening|night))?"
               r"|today|tonight|tomorrow(?:\s+(?:morning|afternoon|evening|night))?"
               r"|this\s+(?:morning|afternoon|evening))"), _near_day),
    Rule(_form(r"(?P<name>last\s+night)"), _near_day),
    Rule(_form(r"(?:the\s+)?day\s+(?P<side>before)\s+yesterday"), _next_but_one),
    Rule(_form(r"(?:the\s+)?day\s+(?P<side>after)\s+tomorrow"), _next_but_one),
    Rule(_form(r"overnight"), _hours_ago),
    Rule(_form(rf"(?:{_COUNT}|{_SOME})\s+(?:hours?|minutes?)\s+ago"), _hours_ago),
    Rule(_form(rf"(?:(?P<some>{_SOME})|(?P<count>{_COUNT}))\s+{_UNIT}\s+ago"), _ago),
    Rule(_form(r"(?P<some>)(?P<count>)(?P<unit>day|week|month|year|decade)s\s+ago"), _ago),
    Rule(_form(rf"in\s+(?:(?P<some>{_SOME})|(?P<count>{_COUNT}))\s+{_UNIT}(?:['’]s?\s+time)?"), _ahead, prospect=True),
    Rule(_form(rf"within\s+(?:the\s+next\s+)?(?P<count>{_COUNT})\s+{_UNIT}"), _within, prospect=True),
    Rule(_form(rf"the\s+(?P<which>last|past|next|coming)\s+(?:(?:(?P<some>{_SOME})|(?P<count>{_COUNT}))\s+)?{_UNIT}"
               r"(?!\s+of\b)"), _stretch),
    Rule(_form(r"(?:the\s+)?(?P<which>recent|coming)(?P<some>)(?P<count>)\s+(?P<unit>day|week|month|year|decade)s"),
         _stretch),
    Rule(_form(rf"the\s+(?P<which>last|past|next|coming)\s+(?P<count>{_COUNT})\s+hours"), _hours),
    Rule(_form(r"(?:(?P<side>earlier|later)\s+)?(?P<which>last|this|next)\s+(?P<unit>week|month|year|decade)"),
         _beside),
    Rule(_form(r"(?:the\s+)?(?P<part>start|beginning|middle|end|close)\s+of\s+the\s+(?P<unit>week|month|year|decade)"),
         _part),
    Rule(_form(r"(?:(?P<which>last|this|next|the)\s+)weekend"), _weekend),
    Rule(_form(r"recently|lately|soon(?!\s+(?:after|before|as))|shortly(?!\s+(?:after|before))"), _unknown),
    Rule(_form(rf"(?:the\s+(?:following|next(?=\s+day)|previous|same)|that)\s+(?:{_DAY_WORDS})(?!\s+(?:is|has|will)\b)"),
         _unknown),
    Rule(_form(rf"(?<!every )(?<!lasted )(?<!for )(?:{_COUNT}|{_SOME})\s+(?:hour|day|week|month|year|decade)s?"
               r"\s+(?:later|earlier|before|afterwards?)"),
         _unknown),
)  # fmt: skip
"""Forms that are counted from the publication date, and forms that hang on another event."""

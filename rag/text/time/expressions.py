"""Temporal expressions in English text, resolved to days.

"On Thursday", "in February 2022", "earlier this week": what depends on the day of writing is resolved against the
publication date and by the tense of the clause: "on Thursday" is the last one in the past tense, and the next one in
"will meet on Thursday". Nothing is guessed: without a publication date such expressions stay unresolved, and so does a
day that does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rag.results.date_expressions import Certainty, DateExpression
from rag.text.time.absolute import DATE_RULES, NAMES, WEEKDAY, Rule
from rag.text.time.anchor import Setting, tense_at
from rag.text.time.periods import Period, part_of
from rag.text.time.relative import DISTANCE_RULES, PARTS


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    rule: Rule
    match: re.Match[str]
    period: Period | None


_CUE = re.compile(
    r"\d|day|week|month|year|decade|yester|tomorrow|tonight|night|morning|recent|lately|soon|shortly|hours|minutes"
    r"|spring|summer|autumn|fall|winter|quarter|half of|Christmas|Halloween|New Year|Boxing|Valentine"
    r"|Jan|Feb|March|Apr|May|June|July|Aug|Sept|Oct|Nov|Dec",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?:\bthe\s+)?\b(?:(?P<part>early|mid|late)(?:\s+(?:in|on))?|(?P<of>start|beginning|middle|end|close)\s+of)"
    r"(?:\s+the)?[\s-]+$",
    re.IGNORECASE,
)
_LIMIT = re.compile(r"\b(?:by|before|after|prior\s+to|ahead\s+of|no\s+later\s+than)\s+(?:the\s+)?$", re.IGNORECASE)
_ABOUT = re.compile(r"\b(?:about|around|circa|roughly)\s+(?:the\s+)?$", re.IGNORECASE)
LOOK_BACK = 40
"""Characters before an expression in which the words that go with it are looked for."""
_POSSESSIVE = re.compile(r"['’]s\b")
_THE = re.compile(r"\bthe\s+$", re.IGNORECASE)
_FROM, _BETWEEN, _ON = (re.compile(rf"\b{word}\s+(?:the\s+)?$", re.IGNORECASE) for word in ("from", "between", "on"))
_TO = re.compile(r"\s+(?:to|until|till|through)\s+(?:the\s+)?|\s*[-–]\s*", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+(?:the\s+)?", re.IGNORECASE)
_WEEKDAY = re.compile(WEEKDAY)


def find_dates(text: str, published: str = "") -> tuple[DateExpression, ...]:
    """The expressions of time in an English sentence, in order, none overlapping another.

    `published` is the article's ISO 8601 publication date, "" if it is unknown.
    """
    if not _CUE.search(text):
        return ()
    day = date.fromisoformat(published[:10]) if published else None
    found = sorted(_longest(list(_candidates(text, day))), key=lambda f: f.start)
    return tuple(_expression(text, f) for f in _joined(text, found, day))


def dates_by_publication(text: str, published: str, language: str = "") -> tuple[DateExpression, ...]:
    """The expressions in a sentence, if it is in English, that only the day of publication resolves: "Thursday".

    Those that stand for a rough time ("recently") are left out.
    """
    if language not in ("", "en") or not published:
        return ()
    alone = {d.start for d in find_dates(text) if d.first}
    return tuple(d for d in find_dates(text, published) if d.certainty == "exact" and d.start not in alone)


def _setting(text: str, start: int, end: int, day: date | None, year: int | None = None) -> Setting:
    return Setting(day, lambda: tense_at(text, start, end), year)


def _candidates(text: str, day: date | None) -> Iterator[_Found]:
    for rule in (*DATE_RULES, *DISTANCE_RULES):
        for match in rule.form.finditer(text):
            setting = _setting(text, match.start(), match.end(), day)
            named = _before(NAMES, text, match.start()) is not None
            if not named and (not rule.prospect or setting.tense == "future"):
                yield _Found(match.start(), match.end(), rule, match, _resolved(rule, match, setting))


def _resolved(rule: Rule, match: re.Match[str], setting: Setting) -> Period | None:
    try:
        return rule.meaning(match.groupdict(), setting)
    except (ValueError, OverflowError):  # no such day, or one outside the calendar
        return None


def _longest(candidates: Sequence[_Found]) -> list[_Found]:
    """Of overlapping ones the longest."""
    chosen: list[_Found] = []
    taken = bytearray(max((one.end for one in candidates), default=0))
    for one in sorted(candidates, key=lambda f: (f.start - f.end, f.start)):
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            chosen.append(one)
    return chosen


def _before(form: re.Pattern[str], text: str, start: int) -> re.Match[str] | None:
    """What stands directly before a place."""
    return form.search(text, max(0, start - LOOK_BACK), start)


def _joined(text: str, found: Sequence[_Found], day: date | None) -> list[_Found]:
    """Make one of two days that limit a range: "from May 28 to June 2", "on Monday and Tuesday"."""
    joined: list[_Found] = []
    for one in found:
        before = joined[-1] if joined else None
        period = _range(text, before, one, day) if before else None
        if before and period:
            limit = _before(_FROM, text, before.start) or _before(_BETWEEN, text, before.start)
            joined[-1] = replace(before, start=limit.start() if limit else before.start, end=one.end, period=period)
        else:
            joined.append(one)
    return joined


def _range(text: str, a: _Found, b: _Found, day: date | None) -> Period | None:
    if a.period is None or b.period is None or {a.period.precision, b.period.precision} != {"day"}:
        return None
    between = text[a.end : b.start]
    days = all(_WEEKDAY.fullmatch(f.match[0]) for f in (a, b))
    if _TO.fullmatch(between):
        limits = bool(_before(_FROM, text, a.start)) or "-" in between or "–" in between
    elif _AND.fullmatch(between):
        limits = bool(_before(_BETWEEN, text, a.start)) or (days and bool(_before(_ON, text, a.start)))
    else:
        return None
    if not limits:
        return None
    first = a.period
    if "month" in a.match.groupdict() and not a.match.groupdict().get("year"):
        years = (b.period.start.year, b.period.start.year - 1)
        again = (_resolved(a.rule, a.match, _setting(text, a.start, a.end, day, year)) for year in years)
        first = next((p for p in again if p and p.start <= b.period.start), first)
    elif days and first.start > b.period.start:
        first = Period(first.start - timedelta(7), first.end - timedelta(7), "day")
    if first.start > b.period.start:
        return None
    return Period(first.start, b.period.end, "day", first.exact and b.period.exact)


def _expression(text: str, found: _Found) -> DateExpression:
    """Take in the words before it that narrow it ("early", "the end of") or make it rough ("by", "about")."""
    start, period = found.start, found.period
    part = _before(_PART, text, start)
    if part:
        start = part.start()
        period = period and part_of(period, PARTS[(part["part"] or part["of"]).lower()])
    rough = _before(_LIMIT, text, start)
    if rough is None and (period is None or period.precision != "day"):
        rough = _before(_ABOUT, text, start)
    if rough and not (_POSSESSIVE.match(text, found.end) and rough[0].lower().startswith("by")):
        start = rough.start()
        period = period and period.roughly()
    elif not part and (the := _before(_THE, text, start)):
        start = the.start()
    if period is None:
        return DateExpression(found.start, found.end, text[found.start : found.end], "", "", "", "unresolved")
    words = text[start : found.end]
    certainty: Certainty = "exact" if period.exact else "approximate"
    return DateExpression(
        start, found.end, words, period.start.isoformat(), period.end.isoformat(), period.precision, certainty
    )

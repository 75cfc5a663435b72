"""The anchor of a temporal expression: the publication date, and the tense of its clause.

The tense, past or future, is that of the verb nearest to the expression.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from rag.text.lexicon import DAYS, entries, values
from rag.text.lexicon import MONTHS as _MONTHS
from rag.text.text_cache import text_cache
from rag.text.time import periods
from rag.text.time.periods import Period
from rag.text.tokens import IRREGULAR

Tense = Literal["past", "present", "future", ""]

_AUXILIARY = r"(?:will|shall|would|(?-i:may)|might|could|can|must|should|won['’]t|wouldn['’]t|(?<=\w)['’]ll)"
_BETWEEN = r"(?:\s+(?:not|also|be|been|now|then|still|only|again|later|soon|\w+ly))*"
_PROSPECT = (
    r"(?:due|set|scheduled|expected|planned|slated|poised|likely|supposed|about|going|ready|hop(?:es|ed|ing)|plan(?:s|ned|ning)"
    r"|intend(?:s|ed|ing)?|aim(?:s|ed|ing)?|agreed|vowed|promised|decided|wants|wanted|prepar(?:es|ed|ing))"
)
_PRESENT = (
    r"(?:takes?\s+(?:place|effect)|comes?\s+into\s+force|begins|starts|opens|meets|votes|returns|arrives|faces|lands|leaves"
    r"|kicks\s+off|resumes|expires|convenes|gathers?|sails)"
)
_FUTURE = (
    rf"{_AUXILIARY}(?!{_BETWEEN}\s+have\b){_BETWEEN}\s+\w+"
    rf"|{_PROSPECT}\s+to{_BETWEEN}\s+\w+|(?:forecast|due|set\s+for|scheduled|expected|planned|slated|upcoming)"
    r"|(?:delayed|postponed|adjourned|put\s+off|pushed\s+back|rescheduled)\s+(?:until|till|to|for)"
    rf"|(?:is|are|was|were)\s+to{_BETWEEN}\s+\w+|{_PRESENT}|ahead\s+of"
    r"|(?:(?<=,\s)|(?<=s\s)(?<!seems\s)(?<!appears\s))to\s+be\s+\w+"
)
_PRESENT_STATE = (
    rf"(?:is|are|am|isn['’]t|aren['’]t)(?!{_BETWEEN}\s+(?:{_PROSPECT}|forecast|to)\b)"
    rf"{_BETWEEN}(?:\s+(?!(?:on|in|at|the|an?)\b)\w+)?"
)
_INFINITIVE = r"to\s+(?!the\b|a\b|an\b)[a-z]+"
_NO_VERBS = "hundred|indeed|need|speed|united|seed|feed|breed|bed|red|wed|sacred|naked|armed|proceed|exceed|succeed"
_FORMS = "|".join(
    sorted(
        {f for f in IRREGULAR if f not in ("death", "dead", "children", "men", "women", "is", "are", "lead", "dying")}
    )
)
_PAST = (
    rf"(?:has|have|had|was|were|did|didn['’]t|wasn['’]t|been|hit|cut|put|burst|quit|shut|split|{_FORMS})"
    rf"|(?!(?:{_NO_VERBS})\b)[a-z]{{2,}}ed"
)
_VERB = re.compile(
    rf"\b(?:(?P<future>{_FUTURE})|(?P<present>{_PRESENT_STATE})|(?P<past>{_PAST})|(?P<infinitive>{_INFINITIVE}))\b",
    re.IGNORECASE,
)
_FOR_A_DAY = re.compile(rf"\bfor\s+(?:{'|'.join(DAYS)})\b(?!['’]s)", re.IGNORECASE)
_BY = re.compile(r"\bby\s", re.IGNORECASE)
_PROMISE = re.compile(r"(?:promis|vow|pledg|predict|order|demand|urg)ed", re.IGNORECASE)
_PREPOSITION = 4
"""Characters before an expression in which its preposition stands."""
_AT_ONCE = re.compile(r"\W*(?:will|would|shall|is (?:set|due|to|expected))\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Verb:
    start: int
    end: int
    form: str


@text_cache(maxsize=256)
def _verbs(text: str) -> tuple[_Verb, ...]:
    return tuple(_Verb(m.start(), m.end(), m.lastgroup or "") for m in _VERB.finditer(text))


def tense_at(text: str, start: int, end: int) -> Tense:
    """The tense of the English clause in which text[start:end] stands; "" if no verb tells.

    The nearest verb before it decides, or else the first one after it. A verb in the infinitive speaks of the future
    unless one in the past stands before it ("Talks to resume Friday", but "He failed to appear on Friday"). What is
    called for a day of the week, or promised by a day, is to come.
    """
    before = max(0, start - _PREPOSITION)
    if _AT_ONCE.match(text, end) or _FOR_A_DAY.search(text, before, end + 2):
        return "future"
    verbs = _verbs(text)
    if not verbs:
        return ""
    last = max(0, bisect_left(verbs, start, key=lambda v: v.start) - 1)
    nearest = verbs[last]
    if _BY.search(text, before, end) and (
        nearest.form != "past" or _PROMISE.fullmatch(text, nearest.start, nearest.end)
    ):
        return "future"
    while last and verbs[last].form == "infinitive":
        last -= 1
    form = verbs[last].form
    return "past" if form == "past" else "present" if form == "present" else "future"


_NUMBERED = {name: n for n, name in enumerate(_MONTHS, start=1)}
MONTHS = _NUMBERED | {short: _NUMBERED[name] for short, name in values("en/calendar.txt", "short").items()}
_COUNTED = {words[0]: int(key) for key, words in entries("en/numerals.txt").items() if key.isdecimal()}
WEEKDAYS = {name: n for n, name in enumerate(DAYS)}
NUMBERS = {name: n for name, n in _COUNTED.items() if 1 <= n <= 20 or n == 30} | {"a": 1, "an": 1, "couple": 2}
FEW = (2, 8)
FEW_DAYS = (2, 7)
"""How many units "a few" and "several" may be."""
SOON = 14
"""Days: nobody names a day of last year without its year if the same day of this year is so near."""
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

        In the present, without a tense, and for a day of the next `SOON` days, it is the one that begins nearest to the
        publication date. Years in which it does not exist are passed over. Raises Unresolved without a publication
        date, and ValueError if it exists in none of them.
        """
        if self.year is not None:
            return candidates(self.year)
        today = self.today
        found = [p for y in (today.year - 1, today.year, today.year + 1) if (p := _existing(candidates, y))]
        if self.tense == "past" and not any(p.start == p.end and 0 < (p.start - today).days <= SOON for p in found):
            return max((p for p in found if p.start <= today), key=lambda p: p.start)
        if self.tense == "future":
            return min((p for p in found if p.end >= today), key=lambda p: p.start)
        return min(found, key=lambda p: abs((p.start - today).days))

    def weekday(self, number: int) -> Period:
        """The last such day, or the next one for a clause about what is to come; the publication date itself counts."""
        today = self.today
        if self.tense == "future":
            return periods.day(today + timedelta((number - today.weekday()) % 7))
        return periods.day(today - timedelta((today.weekday() - number) % 7))

    def weekday_beside(self, number: int, which: str) -> Period:
        """Such a day "last" week, "next" week or "this" week.

        "Last Monday" on a Thursday may be three days ago or ten: both are in the period, which then is approximate.
        """
        today = self.today
        monday = today - timedelta(today.weekday())
        if which == "this":
            return periods.day(monday + timedelta(number))
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

"""Whether a clause tells what has been or what is to come, by the verb that is nearest to a place in it."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Literal

from rag.grounding.words import IRREGULAR
from rag.reading.text_cache import text_cache

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
    unless one in the past stands before it ("Talks to resume Friday", but "He failed to appear on Friday").
    """
    if _AT_ONCE.match(text, end):
        return "future"
    verbs = _verbs(text)
    if not verbs:
        return ""
    last = max(0, bisect_left(verbs, start, key=lambda v: v.start) - 1)
    while last and verbs[last].form == "infinitive":
        last -= 1
    form = verbs[last].form
    return "past" if form == "past" else "present" if form == "present" else "future"

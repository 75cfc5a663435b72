"""Where, inside one paragraph, a sentence ends and the next begins."""

from __future__ import annotations

import re
from bisect import bisect_left

from rag.reading.abbreviations import Abbreviations, abbreviations

_STOP = re.compile(
    r"[.!?…](?:[.!?…]|(?<=\.)\s(?=\.))*|[。！？｡।॥؟۔։።။។][。！？｡।॥؟۔]*|(?<=[\u0370-\u03ff\u1f00-\u1fff]);"
)
"""Marks that may end a sentence; ";" does after a Greek letter."""

_CLOSERS = re.compile(r"""(?:''|["'”’»›“«」』）)\]}*_]|\[\d+\]|</?\w{1,6}\s?/?>)*""")
_WIDE_CLOSERS = re.compile(r"""["'”’»」』）)\]]*""")
_SPACED_CLOSER = re.compile(r"""\s(''|["'”’»)\]])(?=[\s'"”’»)\],;:]|\Z)""")
_STRAIGHT_MARKS = {'"': re.compile('"'), "'": re.compile(r"(?<!\S)'(?!')|(?<!')'(?!\S)")}
"""Straight quotation marks; a single one counts only beside a blank, where it is no apostrophe."""
_OPENERS = "\"'“”‘’«»‹›„‚`([{「『（¿¡*_-–—•▪·#"
_NEXT_WORD = re.compile(rf"[\s{re.escape(_OPENERS)}]*([^\W_](?:[\w'’.-]{{0,40}}\w)?)")
_DECIMAL_HEAD = re.compile(r"(?<!\d)\d{1,3}\Z")
_YEAR = re.compile(r"(?:19|20)\d\d\b")
_DAY_OR_MONTH = re.compile(r"[0-3]?\d\Z")
_SHORT_NUMBER = re.compile(r"\d{1,3}(?!\d)")
_SPACED_CLOCK = re.compile(r"\b[ap]\.\s?m\Z", re.IGNORECASE)
_LAST_PART = re.compile(r"[-'’]")
_ABBREVIATED = re.compile(r"(?<!\w)\w{1,3}\.\Z")
_ROMAN = re.compile(r"[IVXLC]+\b")
_UNSPACED = ("。", "！", "？", "｡", "।", "॥", "؟", "۔", "።", "။", "។", "։")
_EXCLAIMED_NAMES = frozenset(("yahoo", "e", "jeopardy", "wham", "panic", "oliver", "mamma"))
_SPEECH = (
    r"(?:said|says|say|asked|asks|told|tells|added|adds|replied|wrote|writes|shouted|cried|exclaimed|wondered|demanded"
    r"|declared|announced|warned|insisted|explained|continued|noted|joked|quipped|recalled|tweeted|answered|responded|questioned|argued|remarked)"
)
_ATTRIBUTION = re.compile(
    rf"\s*(?:(?:[A-Z][\w'’.-]*|the|of|a|an|van|von|de|der|bin|al|[a-z]+-[a-z]+)\s+){{1,5}}{_SPEECH}"
    rf"(?:\s+(?!that\b)[\w'’-]+){{0,6}}[.,]"
)
_CJK_ATTRIBUTION = re.compile(r"[^。！？「“『]{0,14}(?:说|說|表示|指出|称|稱|道|问|問|と|って)")
_REACH = 40
"""Characters looked at before a stop: longer words are no abbreviations."""


def sentence_ends(words: str, language: str) -> list[int]:
    """Give the offsets in one paragraph, its end left out, after which a new sentence begins.

    Closing quotation marks and brackets belong to the sentence that they follow.
    """
    known = abbreviations(language)
    caseless = words.islower()
    straight = _StraightMarks(words)
    ends: list[int] = []
    for stop in _STOP.finditer(words):
        end = _after_closers(words, stop.end(), straight)
        if ends and end <= ends[-1]:
            continue
        if end < len(words) and _ends_here(words, stop, end, known, caseless):
            ends.append(end)
    return ends


class _StraightMarks:
    """The straight quotation marks of a paragraph, of which only their number tells if they open or close."""

    def __init__(self, words: str) -> None:
        self._words = words
        self._places: dict[str, list[int]] = {}

    def is_open(self, mark: str, position: int) -> bool:
        """Whether an odd number of these marks stands before the position."""
        if mark not in self._places:
            pattern = _STRAIGHT_MARKS[mark]
            self._places[mark] = [m.start() for m in pattern.finditer(self._words)]
        return bisect_left(self._places[mark], position) % 2 == 1


def _after_closers(words: str, end: int, straight: _StraightMarks) -> int:
    """The end of the marks that close what the stop at `end` stands in."""
    closers = (_WIDE_CLOSERS if words[end - 1] in _UNSPACED else _CLOSERS).match(words, end)
    end = closers.end() if closers else end
    while spaced := _SPACED_CLOSER.match(words, end):
        mark = spaced.group(1)
        if mark in _STRAIGHT_MARKS and not straight.is_open(mark, end) and not words.startswith(" ''", spaced.end()):
            break
        end = spaced.end()
    return end


def _ends_here(words: str, stop: re.Match[str], end: int, known: Abbreviations, caseless: bool) -> bool:
    mark = stop.group()
    following = _NEXT_WORD.match(words, end)
    if following is None:
        return False
    word = following.group(1)
    if mark[0] in _UNSPACED:
        return not (end > stop.end() and _CJK_ATTRIBUTION.match(words, end))
    if not words[end].isspace():
        return _ends_unspaced(words, stop.start(), end, word, known)
    if word[0].islower() and not caseless and word.islower():
        return False
    closed = end > stop.end()
    if closed and _ATTRIBUTION.match(words, end) and words[end - 1] not in ")]":
        return False
    if mark == ".":
        return _full_stop_ends(words, stop.start(), word, known)
    if words[stop.start() - 1 : stop.start()] in ("(", "["):
        return False
    before = _word_before(words, stop.start())
    if mark == "?" and not closed and word[0].isdigit():
        return False  # more often a lost sign of currency than a question
    if mark[0] in "!?":
        return before.lower() not in _EXCLAIMED_NAMES or word.lower() in known.starters
    return word.lower() not in ("i", "i'm", "i’m") and (before != "" or word.lower() in known.starters)


def _word_before(words: str, position: int) -> str:
    """The word that touches `position` from the left, without opening marks; "" after a blank."""
    head = words[max(0, position - _REACH) : position]
    if not head or head[-1].isspace():
        return ""
    return head.split()[-1].lstrip(_OPENERS) or head[-1]


def _ends_unspaced(words: str, position: int, end: int, word: str, known: Abbreviations) -> bool:
    """Whether a sentence ends where a blank was forgotten, as in "the end.The next"."""
    before = _word_before(words, position)
    return (
        words[end].isupper()
        and len(word) > 1
        and before.isalpha()
        and before[-2:].islower()
        and word.lower() in known.starters
    )


def _full_stop_ends(words: str, position: int, word: str, known: Abbreviations) -> bool:
    before = _word_before(words, position)
    if not before:
        return True
    if (_SHORT_NUMBER.match(word) and _DECIMAL_HEAD.search(before)) or (
        _YEAR.match(word) and _DAY_OR_MONTH.match(before)
    ):
        return False
    before = _LAST_PART.split(before)[-1] or before
    low = before.lower()
    if low == "m" and _SPACED_CLOCK.search(words, max(0, position - 6), position):
        low = "a.m"
    if before.isdigit() or _ROMAN.fullmatch(before):
        return _number_ends(words, position, before, word, known)
    before = before.capitalize() if before.isupper() and len(before) > 1 else before
    if low in known.never or before in known.never:
        return False
    if (low in known.numbered or before in known.numbered) and (word[0].isdigit() or _ROMAN.match(word)):
        return False
    if low in known.clock:
        return word.lower() not in known.clock_next and not word[0].isdigit()
    if low in known.seldom or before in known.seldom or _is_initial(before):
        return word.lower() in known.starters and len(word) > 1
    return True


def _is_initial(before: str) -> bool:
    """Whether the word is an initial or several ("J", "J.R", "J.-P"), or another chain of letters and stops."""
    return all(len(part) == 1 and part.isalpha() for part in re.split(r"[.-]+", before)) and (
        before[0].isupper() or "." in before
    )


def _number_ends(words: str, position: int, before: str, word: str, known: Abbreviations) -> bool:
    """Whether a full stop after a number ends a sentence: not after a list's number or in "3. Oktober"."""
    start = position - len(before)
    head = words[max(0, start - _REACH) : start].rstrip(_OPENERS + " \t\n")
    if not head or head[-1] in "!?:;" or (head[-1] == "." and not _ABBREVIATED.search(head)):
        return False
    if known.ordinals and len(before) <= 2:
        counted = head.split()[-1].rstrip(".").lower() in known.numbered
        return counted or word.lower() in known.starters
    return before.isdigit() or len(before) > 1 or word.lower() in known.starters

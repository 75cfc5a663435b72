"""Sentence segmentation: paragraphs, headings, quotations and sentences as spans of a text.

Abbreviations that end in a full stop without ending a sentence are read from abbreviations.txt beside this file.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from rag.results.answers import Sentence, SentenceKind
from rag.text.boilerplate import LONGEST_LABELLED, advertisement_spans, is_boilerplate
from rag.text.span import Span

_KIN = {"bs": "sr", "hr": "sr", "sh": "sr", "sl": "sr", "sk": "cs", "be": "ru", "ca": "es", "gl": "pt", "da": "sv"}
"""Languages that lend their words to near ones without a list of their own."""

ORDINAL_LANGUAGES = frozenset(
    ["de", "cs", "sk", "sr", "hr", "bs", "sh", "sl", "da", "no", "nb", "nn", "fi", "et", "lv", "is", "hu"]
)
"""Languages that write "3." for "third"."""


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """The groups that abbreviations.txt explains, for one language. Words have no final full stop."""

    never: frozenset[str]
    numbered: frozenset[str]
    seldom: frozenset[str]
    clock: frozenset[str]
    clock_next: frozenset[str]
    starters: frozenset[str]
    ordinals: bool


@cache
def abbreviations(language: str) -> Abbreviations:
    """Give the groups for texts in this language (ISO 639-1, "" if unknown)."""
    groups = _groups()
    own = language if f"never-{language}" in groups else _KIN.get(language, language)

    def words(name: str) -> frozenset[str]:
        return groups[name] | groups.get(f"{name}-{own}", frozenset())

    return Abbreviations(
        never=words("never"),
        numbered=words("numbered"),
        seldom=words("seldom"),
        clock=words("clock"),
        clock_next=words("clock-next"),
        starters=groups.get(f"starters-{own}", groups["starters"]),
        ordinals=language in ORDINAL_LANGUAGES,
    )


@cache
def _groups() -> dict[str, frozenset[str]]:
    lines = files(__package__).joinpath("multi", "abbreviations.txt").read_text("utf-8").splitlines()
    named = (line.partition(":") for line in lines if not line.startswith("#"))
    return {name: frozenset(words.split()) for name, _, words in named}


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


_LINE = re.compile(r"\S(?:[^\n]*\S)?")
LIST_ITEM = re.compile(r"(?:[-*+•·–—▪]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")
_ENDS_SENTENCE = re.compile(r"[.!?…:;。！？।؟۔][\"'”’»)\]]*\Z")

WRAPPED_LINE = range(40, 111)
"""Characters in a line of text that was broken to fit a column."""


def paragraph_spans(text: str) -> list[Span]:
    """The paragraphs of a text, without the white space around them.

    Each line is a paragraph, except in text whose lines were broken to fit a column: there blank lines and list
    items part the paragraphs.
    """
    lines = [Span(m.start(), m.end()) for m in _LINE.finditer(text)]
    return list(_joined_lines(text, lines)) if _is_wrapped(text, lines) else lines


def _is_wrapped(text: str, lines: list[Span]) -> bool:
    """Whether the lines look broken to fit a column: of even length, ending and beginning inside sentences."""
    followed = [(a, b) for a, b in itertools.pairwise(lines) if text.count("\n", a.end, b.start) == 1]
    if len(followed) < 3:
        return False
    even = sum(a.end - a.start in WRAPPED_LINE for a, _ in followed)
    unfinished = sum(not _ENDS_SENTENCE.search(text, max(a.start, a.end - 5), a.end) for a, _ in followed)
    resumed = sum(not (text[b.start].isupper() or text[b.start].istitle()) for _, b in followed)
    return even >= 0.8 * len(followed) and unfinished >= 0.5 * len(followed) and resumed >= 0.4 * len(followed)


def _joined_lines(text: str, lines: list[Span]) -> Iterator[Span]:
    start = lines[0].start
    for line, following in itertools.pairwise(lines):
        parted = text.count("\n", line.end, following.start) > 1
        if parted or LIST_ITEM.match(text, following.start):
            yield Span(start, line.end)
            start = following.start
    yield Span(start, lines[-1].end)


LONGEST_HEADING = 120
"""Characters; a longer line is no heading."""
LONGEST_WIDE = 40
"""The same in Chinese and Japanese."""
MOST_HEADINGS = 0.5
"""Share of the paragraphs: if more look like headings, it is a list or verse, and only the first line counts."""

_MARKDOWN = re.compile(r"#{1,6}\s")
_ENDED = re.compile(r"""[.!?…;,。！？；，।؟۔](?:["'”’»“)\]\s]|'')*\Z|[-–—]\Z""")
_INNER_END = re.compile(r"""[a-z]{4}[.!?]["'”’)]?\s+[A-Z]""")
"""A sentence within a line: what follows, such as a command, is none of a heading."""
_WIDE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


def heading_paragraphs(text: str, paragraphs: Sequence[Span]) -> frozenset[int]:
    """Give the numbers of the paragraphs that are headings. The last paragraph heads nothing, so it is none."""
    lines = [text[p.start : p.end] if p.end - p.start <= LONGEST_HEADING else "" for p in paragraphs]
    marked = {n for n, line in enumerate(lines) if _MARKDOWN.match(line)}
    formed = {n for n, line in enumerate(lines[:-1]) if n not in marked and _looks_like_heading(line)}
    if len(formed) > max(2, MOST_HEADINGS * len(lines)):
        formed &= {0}
    return frozenset(marked | formed)


def _looks_like_heading(line: str) -> bool:
    if not line or _ENDED.search(line) or _INNER_END.search(line) or LIST_ITEM.match(line) or "\n" in line:
        return False
    first = next((c for c in line if c.isalnum()), "")
    if not first or first.islower():
        return False
    return len(line) <= LONGEST_WIDE or not _WIDE.search(line)


_PAIRED = re.compile(r"“[^“”„]*”|„[^„“”]*[“”]|«[^«»]*»|»[^«»]*«|``[^`]*?''|「[^「」]*」|『[^『』]*』")
_STRAIGHT = re.compile('"')
_SINGLE = re.compile(
    r"(?<![\w'’])(?:'(?![\s\d'])(?:[^'\n]|'(?=\w)){1,400}?'|‘(?!\s)(?:[^‘’\n]|’(?=\w)){1,400}?’)(?![\w'’])"
)
"""Quotations in single marks, which are no apostrophes: they open after a blank, and close before one or a stop."""
_ANY = re.compile(r"""[“„«»`"「『‘]|(?<!\w)'""")

LONGEST_WHOLE = 300
"""Characters: a sentence around a quotation of several sentences is kept whole up to this length."""


def quotation_spans(words: str) -> list[Span]:
    """Give the quotations of one paragraph, with their marks; straight marks count only if all come in pairs."""
    spans = [Span(m.start(), m.end()) for pattern in (_PAIRED, _SINGLE) for m in pattern.finditer(words)]
    marks = [m.start() for m in _STRAIGHT.finditer(words)]
    if len(marks) % 2 == 0:
        spans += [Span(a, b + 1) for a, b in zip(marks[::2], marks[1::2], strict=True)]
    return sorted(spans, key=lambda s: s.start)


def keep_quotations_whole(words: str, ends: list[int]) -> list[int]:
    """Drop the sentence ends that lie inside a quotation, unless its sentence would grow beyond LONGEST_WHOLE."""
    if not ends or not _ANY.search(words):
        return ends
    kept = [True] * len(ends)
    for span in quotation_spans(words):
        first, last = bisect_right(ends, span.start), bisect_left(ends, span.end)
        if first < last and _length_around(ends, kept, first, last, len(words)) <= LONGEST_WHOLE:
            kept[first:last] = [False] * (last - first)
    return [end for end, keep in zip(ends, kept, strict=True) if keep]


def _length_around(ends: list[int], kept: list[bool], first: int, last: int, length: int) -> int:
    """The length of the sentence that comes of dropping ends[first:last]."""
    while first and not kept[first - 1]:
        first -= 1
    return (ends[last] if last < len(ends) else length) - (ends[first - 1] if first else 0)


LONGEST_SENTENCE = 1000
"""Characters; what is longer, such as text without full stops, is cut at a blank."""


def split_sentences(text: str, language: str = "") -> tuple[Sentence, ...]:
    """Cut a text into sentences. `language` is an ISO 639-1 code, "" if unknown.

    The spans are sorted, do not overlap or cross paragraphs, have no white space at their ends, and hold every other
    character of the text.
    """
    paragraphs = paragraph_spans(text)
    headings = heading_paragraphs(text, paragraphs)
    return tuple(
        sentence
        for number, paragraph in enumerate(paragraphs)
        for sentence in _paragraph_sentences(text, paragraph, number, number in headings, language)
    )


def _paragraph_sentences(text: str, paragraph: Span, number: int, heading: bool, language: str) -> Iterator[Sentence]:
    words = text[paragraph.start : paragraph.end]
    ends = keep_quotations_whole(words, sentence_ends(words, language))
    advertised = advertisement_spans(words)
    if advertised:
        edges = {edge for span in advertised for edge in (span.start, span.end)}
        ends = sorted(e for e in {*ends, *edges} if 0 < e < len(words))
    whole = bool(ends) and len(words) <= LONGEST_LABELLED and is_boilerplate(words, alone=True)
    for piece in _pieces(words, ends):
        at = bisect_right(advertised, piece.start, key=lambda a: a.start) - 1
        inside = whole or (at >= 0 and piece.end <= advertised[at].end)
        kind = _kind(words[piece.start : piece.end], not ends, heading, inside)
        yield Sentence(paragraph.start + piece.start, paragraph.start + piece.end, number, kind)


def _kind(sentence: str, alone: bool, heading: bool, advertised: bool) -> SentenceKind:
    if advertised or is_boilerplate(sentence, alone=alone):
        return "boilerplate"
    return "heading" if heading else "text"


def _pieces(words: str, ends: list[int]) -> Iterator[Span]:
    """The sentences between the ends, cut where they are too long, without the blanks around them."""
    for start, end in pairwise([0, *ends, len(words)]):
        while end - start > LONGEST_SENTENCE:
            cut = _cut_long(words, start)
            yield _stripped(words, start, cut)
            start = cut
        if not words[start:end].isspace():
            yield _stripped(words, start, end)


def _cut_long(words: str, start: int) -> int:
    """Where to cut a piece that is too long: after its last semicolon, comma or blank, whichever comes first here."""
    for mark in ("; ", ", ", " ", "，", "、"):
        cut = words.rfind(mark, start + LONGEST_SENTENCE // 2, start + LONGEST_SENTENCE)
        if cut >= 0:
            return cut + len(mark)
    return start + LONGEST_SENTENCE


def _stripped(words: str, start: int, end: int) -> Span:
    piece = words[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))

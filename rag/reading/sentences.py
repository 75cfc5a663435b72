"""Sentences as spans of a text."""

from __future__ import annotations

import itertools
import re

from rag.reading.abbreviations import never_last, seldom_last, starters
from rag.reading.boilerplate import is_boilerplate
from rag.reading.paragraphs import paragraph_spans
from rag.types import Sentence

_STOP = re.compile(
    r"""(?:[.!?…]+|(?<=\s)[.!?](?=\s))(?:\s?''|["'”’»›)\]]|\[\d+\])*(?=\s|$)
    |[。！？｡।॥؟۔።]+["'”’»」』）)\]]*""",
    re.VERBOSE,
)
_WORD_BEFORE = re.compile(r"[^\s(\[\"“‘'«]+\Z")
_NEXT_WORD = re.compile(r"\W*(\w+)")
_HEADING_END = re.compile(r"[.!?…:;,。！？।؟۔]\W*\Z|[,;]\Z")
HEADING_LIMIT = 120
"""Characters; a longer line is no heading."""


def split_sentences(text: str, language: str = "") -> tuple[Sentence, ...]:
    """Cut a text into sentences. `language` is an ISO 639-1 code, "" if unknown.

    The spans are sorted, do not overlap or cross paragraphs, have no white space at their ends, and hold every other
    character of the text.
    """
    paragraphs = paragraph_spans(text)
    sentences: list[Sentence] = []
    for number, paragraph in enumerate(paragraphs):
        words = text[paragraph.start : paragraph.end]
        cuts = [0, *_cuts(words, language), len(words)]
        heading = len(cuts) == 2 and number + 1 < len(paragraphs) and _is_heading(words)
        for a, b in itertools.pairwise(cuts):
            piece = words[a:b]
            start = a + len(piece) - len(piece.lstrip())
            stripped = piece.strip()
            kind = "boilerplate" if is_boilerplate(stripped) else "heading" if heading else "text"
            begin = paragraph.start + start
            sentences.append(Sentence(begin, begin + len(stripped), number, kind))
    return tuple(sentences)


def _cuts(words: str, language: str) -> list[int]:
    """The places inside a paragraph where a sentence ends and another begins."""
    return [m.end() for m in _STOP.finditer(words) if m.end() < len(words) and _ends_sentence(words, m, language)]


def _ends_sentence(words: str, stop: re.Match[str], language: str) -> bool:
    following = _NEXT_WORD.match(words, stop.end())
    if following is None:
        return False
    word = following.group(1)
    if word[0].islower():
        return False
    if not stop.group().startswith("."):
        return True
    before = _WORD_BEFORE.search(words, 0, stop.start())
    last = before.group().lower() if before else ""
    if last in never_last(language):
        return False
    if last in seldom_last() or (len(last) == 1 and last.isalpha()):
        return word.lower() in starters()
    return True


def _is_heading(line: str) -> bool:
    return len(line) <= HEADING_LIMIT and not _HEADING_END.search(line)

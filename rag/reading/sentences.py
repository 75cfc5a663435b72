"""Sentences as spans of a text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from rag.reading.boilerplate import is_boilerplate
from rag.reading.boundaries import sentence_ends
from rag.reading.headings import heading_paragraphs
from rag.reading.paragraphs import Span, paragraph_spans
from rag.reading.quotations import keep_quotations_whole
from rag.types import Sentence, SentenceKind

LONGEST = 1000
"""Characters; what is longer, such as text without full stops, is cut at a blank."""


def split_sentences(text: str, language: str = "") -> tuple[Sentence, ...]:
    """Cut a text into sentences. `language` is an ISO 639-1 code, "" if unknown.

    The spans are sorted, do not overlap or cross paragraphs, have no white space at their ends, and hold every other
    character of the text.
    """
    paragraphs = paragraph_spans(text)
    headings = heading_paragraphs(text, paragraphs)
    return tuple(
        Sentence(piece.start, piece.end, number, _kind(text[piece.start : piece.end], number in headings))
        for number, paragraph in enumerate(paragraphs)
        for piece in _pieces(text, paragraph, language)
    )


def _kind(words: str, heading: bool) -> SentenceKind:
    if is_boilerplate(words):
        return "boilerplate"
    return "heading" if heading else "text"


def _pieces(text: str, paragraph: Span, language: str) -> Iterator[Span]:
    """The sentences of one paragraph."""
    words = text[paragraph.start : paragraph.end]
    ends = keep_quotations_whole(words, sentence_ends(words, language))
    for start, end in pairwise([0, *ends, len(words)]):
        while end - start > LONGEST:
            cut = _cut_long(words, start)
            yield _stripped(words, start, cut, paragraph.start)
            start = cut
        yield _stripped(words, start, end, paragraph.start)


def _cut_long(words: str, start: int) -> int:
    """Where to cut a piece that is too long: after its last semicolon, comma or blank, whichever comes first here."""
    for mark in ("; ", ", ", " ", "，", "、"):
        cut = words.rfind(mark, start + LONGEST // 2, start + LONGEST)
        if cut >= 0:
            return cut + len(mark)
    return start + LONGEST


def _stripped(words: str, start: int, end: int, offset: int) -> Span:
    piece = words[start:end]
    begin = start + len(piece) - len(piece.lstrip())
    return Span(offset + begin, offset + start + len(piece.rstrip()))

"""Sentences as spans of a text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from rag.reading.boilerplate import advertisement_spans, is_boilerplate
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
    for piece in _pieces(words, ends):
        at = bisect_right(advertised, piece.start, key=lambda a: a.start) - 1
        inside = at >= 0 and piece.end <= advertised[at].end
        kind = _kind(words[piece.start : piece.end], not ends, heading, inside)
        yield Sentence(paragraph.start + piece.start, paragraph.start + piece.end, number, kind)


def _kind(sentence: str, alone: bool, heading: bool, advertised: bool) -> SentenceKind:
    if advertised or is_boilerplate(sentence, alone=alone):
        return "boilerplate"
    return "heading" if heading else "text"


def _pieces(words: str, ends: list[int]) -> Iterator[Span]:
    """The sentences between the ends, cut where they are too long, without the blanks around them."""
    for start, end in pairwise([0, *ends, len(words)]):
        while end - start > LONGEST:
            cut = _cut_long(words, start)
            yield _stripped(words, start, cut)
            start = cut
        if not words[start:end].isspace():
            yield _stripped(words, start, end)


def _cut_long(words: str, start: int) -> int:
    """Where to cut a piece that is too long: after its last semicolon, comma or blank, whichever comes first here."""
    for mark in ("; ", ", ", " ", "，", "、"):
        cut = words.rfind(mark, start + LONGEST // 2, start + LONGEST)
        if cut >= 0:
            return cut + len(mark)
    return start + LONGEST


def _stripped(words: str, start: int, end: int) -> Span:
    piece = words[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))

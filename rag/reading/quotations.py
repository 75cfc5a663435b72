"""Quotations inside a paragraph."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from rag.reading.paragraphs import Span

_PAIRED = re.compile(r"“[^“”„]*”|„[^„“”]*[“”]|«[^«»]*»|»[^«»]*«|``[^`]*?''|「[^「」]*」|『[^『』]*』")
_STRAIGHT = re.compile('"')
_ANY = re.compile('[“„«»`"「『]')

LONGEST_WHOLE = 300
"""Characters: a sentence around a quotation of several sentences is kept whole up to this length."""


def quotation_spans(words: str) -> list[Span]:
    """Give the quotations of one paragraph, with their marks; straight marks count only if all come in pairs."""
    spans = [Span(m.start(), m.end()) for m in _PAIRED.finditer(words)]
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

"""Quotations inside a paragraph."""

from __future__ import annotations

import re
from itertools import pairwise

from rag.reading.paragraphs import Span

_PAIRED = re.compile(r"“[^“”„]*”|„[^„“”]*[“”]|«[^«»]*»|»[^«»]*«|``.*?''|「[^「」]*」|『[^『』]*』", re.DOTALL)
_STRAIGHT = re.compile(r'(?<!\S)[(\[]?"(?=\S)|(?<=\S)"|"')

LONGEST_WHOLE = 300
"""Characters: a sentence around a quotation of several sentences is kept whole up to this length."""


def quotation_spans(words: str) -> list[Span]:
    """Give the quotations of one paragraph, with their marks; quotations within quotations are left out."""
    spans = [Span(m.start(), m.end()) for m in _PAIRED.finditer(words)]
    marks = [m.start() for m in re.finditer('"', words)]
    if len(marks) % 2 == 0:
        spans += [Span(a, b + 1) for a, b in zip(marks[::2], marks[1::2], strict=True)]
    return sorted(spans, key=lambda s: s.start)


def keep_quotations_whole(words: str, ends: list[int]) -> list[int]:
    """Drop the sentence ends that lie inside a quotation, unless its sentence would grow beyond LONGEST_WHOLE."""
    if not ends or not any(mark in words for mark in '“„«»`"「『'):
        return ends
    kept = ends
    for span in quotation_spans(words):
        inner = [e for e in kept if span.start < e < span.end]
        if not inner:
            continue
        bounds = [0, *(e for e in kept if e not in inner), len(words)]
        whole = next(b - a for a, b in pairwise(bounds) if a <= span.start < b)
        if whole <= LONGEST_WHOLE:
            kept = bounds[1:-1]
    return kept

"""Where the paragraphs of a text lie."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINE = re.compile(r"\S(?:[^\n]*\S)?")
LIST_ITEM = re.compile(r"(?:[-*+•·–—▪]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")
_ENDS_SENTENCE = re.compile(r"[.!?…:;。！？।؟۔][\"'”’»)\]]*\Z")

WRAPPED_LINE = range(40, 111)
"""Characters in a line of text that was broken to fit a column."""


@dataclass(frozen=True, slots=True)
class Span:
    """The characters [start, end) of a text."""

    start: int
    end: int


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

"""Which paragraphs are headings: judged by their form and by what stands around them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.reading.paragraphs import LIST_ITEM, Span

LONGEST_HEADING = 120
"""Characters; a longer line is no heading."""
LONGEST_WIDE = 40
"""The same in Chinese and Japanese."""
MOST = 0.5
"""Share of the paragraphs: if more look like headings, it is a list or verse, and only the first line counts."""

_MARKDOWN = re.compile(r"#{1,6}\s")
_ENDED = re.compile(r"""[.!?…;,。！？；，।؟۔](?:["'”’»“)\]\s]|'')*\Z|[-–—]\Z""")
_WIDE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


def heading_paragraphs(text: str, paragraphs: Sequence[Span]) -> frozenset[int]:
    """Give the numbers of the paragraphs that are headings. The last paragraph heads nothing, so it is none."""
    lines = [text[p.start : p.end] if p.end - p.start <= LONGEST_HEADING else "" for p in paragraphs]
    marked = {n for n, line in enumerate(lines) if _MARKDOWN.match(line)}
    formed = {n for n, line in enumerate(lines[:-1]) if n not in marked and _looks_like_heading(line)}
    if len(formed) > max(2, MOST * len(lines)):
        formed &= {0}
    return frozenset(marked | formed)


def _looks_like_heading(line: str) -> bool:
    if not line or _ENDED.search(line) or LIST_ITEM.match(line) or "\n" in line:
        return False
    first = next((c for c in line if c.isalnum()), "")
    if not first or first.islower():
        return False
    return len(line) <= LONGEST_WIDE or not _WIDE.search(line)

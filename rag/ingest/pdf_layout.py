"""The lines of a PDF's pages in reading order: columns one after the other, without running lines, notes at the end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

_SAME_LINE = 0.5
"""Share of the lower line's height by which two pieces overlap that stand in one line."""
_GUTTER = 6.0
"""Points between two columns, at least."""
_COLUMN_LINES = 3
_COLUMN_LETTERS = 14
"""Lines of a column at least, and their letters; what is shorter is a table, which is read across."""
_MOST_ACROSS = 0.3
"""Share of lines that may run across columns, such as headlines."""
_MARGIN = 0.12
"""Share of a page's height, above and below, in which running lines stand."""
_EDGE_LINES = 3
_RUNNING = 0.4
"""Share of the pages, at least two, that have a running line at the same place."""
_NOTE = re.compile(r"(?:\d{1,3}|[*†‡§¹²³⁴-⁹])[.)]?\s?\S")
_SMALL = 0.93
"""Height of a note's letters beside those of the text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in one line, and their box in points from the lower left corner of the page."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        """Points from the lowest to the highest letter."""
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Line(Piece):
    """A line of text, and the block of lines that it belongs to: a column, or what runs across columns."""

    block: int


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of one page in reading order, its height in points, and its number from 1."""

    lines: tuple[Line, ...]
    height: float
    number: int


def page_of(pieces: Sequence[Piece], height: float, number: int) -> Page:
    """Put the pieces of a page in reading order."""
    lines: list[Line] = []
    for place, block in enumerate(_blocks(_rows(pieces), 0)):
        lines += (Line(p.text, p.left, p.bottom, p.right, p.top, place) for p in _joined(block))
    return Page(tuple(lines), height, number)


def _rows(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with those put together that touch each other in a line."""
    rows: list[Piece] = []
    for piece in sorted(pieces, key=lambda p: (-p.top, p.left)):
        for number in range(len(rows) - 1, max(-1, len(rows) - 12), -1):
            if _is_same_line(rows[number], piece) and _touches(rows[number], piece):
                rows[number] = _together(rows[number], piece)
                break
        else:
            rows.append(piece)
    return rows


def _is_same_line(a: Piece, b: Piece) -> bool:
    overlap = min(a.top, b.top) - max(a.bottom, b.bottom)
    return overlap > _SAME_LINE * min(a.height, b.height)


def _touches(a: Piece, b: Piece) -> bool:
    gap = max(a.left, b.left) - min(a.right, b.right)
    return gap < 0.6 * max(a.height, b.height)


def _together(a: Piece, b: Piece) -> Piece:
    first, second = (a, b) if a.left <= b.left else (b, a)
    parted = first.text[-1:].isspace() or second.text[:1].isspace() or second.left - first.right < 0.12 * first.height
    return Piece(
        f"{first.text}{second.text}" if parted else f"{first.text} {second.text}",
        first.left,
        min(a.bottom, b.bottom),
        max(a.right, b.right),
        max(a.top, b.top),
    )


def _joined(block: Sequence[Piece]) -> Iterator[Piece]:
    """The lines of a block from top to bottom; the cells of a table's row make one line."""
    current: Piece | None = None
    for piece in sorted(block, key=lambda p: (-p.top, p.left)):
        if current is not None and _is_same_line(current, piece):
            first, second = (current, piece) if current.left <= piece.left else (piece, current)
            far = second.left - first.right > 2 * first.height
            text = f"{first.text.strip()}{' | ' if far else ' '}{second.text.strip()}"
            box = _together(current, piece)
            current = replace(box, text=text)
        else:
            if current is not None:
                yield current
            current = piece
    if current is not None:
        yield current


# -- columns -----------------------------------------------------------------------------------------------------------


def _blocks(pieces: list[Piece], depth: int) -> Iterator[list[Piece]]:
    """The pieces by columns, in reading order; what runs across columns parts what is above from what is below."""
    gutter = _gutter(pieces) if depth < 4 else None
    if gutter is None:
        yield pieces
        return
    band: list[Piece] = []
    across: list[Piece] = []
    for piece in sorted(pieces, key=lambda p: -p.top):
        if piece.left < gutter - 1 < piece.right - 1:
            if band:
                yield from _columns(band, gutter, depth)
                band = []
            across.append(piece)
        else:
            if across:
                yield across
                across = []
            band.append(piece)
    if across:
        yield across
    if band:
        yield from _columns(band, gutter, depth)


def _columns(band: Sequence[Piece], gutter: float, depth: int) -> Iterator[list[Piece]]:
    for side in ([p for p in band if p.left < gutter - 1], [p for p in band if p.left >= gutter - 1]):
        if side:
            yield from _blocks(side, depth + 1)


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """Where the right-hand column begins; None if the lines stand in one column, or are rows of a table."""
    starts = Counter(round(p.left / 3) for p in pieces if len(p.text.strip()) >= _COLUMN_LETTERS)
    best: tuple[int, float] | None = None
    for start, count in starts.most_common(12):
        if count < _COLUMN_LINES:
            break
        x = min(p.left for p in pieces if round(p.left / 3) == start)
        across = sum(p.left < x - 1 < p.right - 1 for p in pieces)
        if across <= _MOST_ACROSS * len(pieces) and _is_gutter(pieces, x) and (best is None or across < best[0]):
            best = (across, x)
    return best[1] if best else None


def _is_gutter(pieces: Sequence[Piece], x: float) -> bool:
    left = [p for p in pieces if p.right <= x]
    right = [p for p in pieces if p.left >= x - 1]
    if min(len(left), len(right)) < _COLUMN_LINES:
        return False
    if any(median(len(p.text.strip()) for p in side) < _COLUMN_LETTERS for side in (left, right)):
        return False
    beside = min(max(p.top for p in left), max(p.top for p in right)) - max(
        min(p.bottom for p in left), min(p.bottom for p in right)
    )
    least = min(max(p.top for p in side) - min(p.bottom for p in side) for side in (left, right))
    edge = sorted(p.right for p in left)[int(0.95 * (len(left) - 1))]
    return beside >= 0.5 * least and x - edge >= _GUTTER


# -- what is no text of the page ---------------------------------------------------------------------------------------


def without_running_lines(pages: Sequence[Page]) -> list[Page]:
    """The pages without the heads and feet that several share, numbers apart, and without what stands beyond these."""
    heads = Counter(key for page in pages for key in {_key(line) for line in _top(page)})
    feet = Counter(key for page in pages for key in {_key(line) for line in _bottom(page)})
    least = max(2, _RUNNING * len(pages))
    trimmed = []
    for page in pages:
        upper = [line.bottom for line in _top(page) if heads[_key(line)] >= least]
        lower = [line.top for line in _bottom(page) if feet[_key(line)] >= least and not _is_note(line, page)]
        top, bottom = min(upper, default=page.height * 2), max(lower, default=-page.height)
        kept = [line for line in page.lines if line.bottom < top and line.top > bottom]
        if kept and min(kept, key=lambda line: line.bottom).text.strip(" -–—|").isdecimal():
            kept.remove(min(kept, key=lambda line: line.bottom))
        trimmed.append(replace(page, lines=tuple(kept)))
    return trimmed


def _top(page: Page) -> list[Line]:
    highest = sorted(page.lines, key=lambda line: -line.top)[:_EDGE_LINES]
    return [line for line in highest if line.bottom > (1 - _MARGIN) * page.height]


def _bottom(page: Page) -> list[Line]:
    lowest = sorted(page.lines, key=lambda line: line.bottom)[:_EDGE_LINES]
    return [line for line in lowest if line.top < _MARGIN * page.height]


def _key(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "0", line.text.strip()), round(line.bottom / 6)


def parted_notes(pages: Sequence[Page]) -> tuple[list[Page], list[Page]]:
    """The pages without the notes at their feet, and these."""
    notes: list[Page] = []
    kept = []
    for page in pages:
        lowest = sorted(page.lines, key=lambda line: -line.top)
        start = next((line for line in lowest if _is_note(line, page)), None)
        own = [ln for ln in page.lines if start is not None and ln.top <= start.top and _is_small(ln, page)]
        if len(own) > 0.4 * len(page.lines):
            own = []
        if own:
            notes.append(Page(tuple(replace(line, block=0) for line in own), 0, page.number))
        kept.append(replace(page, lines=tuple(line for line in page.lines if line not in own)))
    return kept, notes


def _is_note(line: Line, page: Page) -> bool:
    """Whether a line begins a note: a mark, in smaller letters, with no line in the text's letters below it."""
    if not _NOTE.match(line.text) or not _is_small(line, page):
        return False
    return not any(other.top < line.bottom and not _is_small(other, page) for other in page.lines)


def _is_small(line: Line, page: Page) -> bool:
    return line.height < _SMALL * median(other.height for other in page.lines)

"""Tables as text: one line a row, in which each cell after the first is followed by the head of its column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

MOST_COLUMNS = 12
LONGEST_HEAD = 40
"""Columns, and characters of a head; of tables with more, the heads stand in the first line alone."""
_LONGEST_CELL = 200
"""Characters; what is longer is no cell of a table but a column of a page."""


def table_lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a table: "Party | Seats", "Labour Front | 9 (Seats)"; its first row has the heads if it looks so.

    A table of one column, or with very long cells, is there for the layout: each of its cells is a line.
    """
    filled = [[" ".join(cell.split()) for cell in row] for row in rows]
    filled = [row for row in filled if any(row)]
    if not filled:
        return
    if max(map(len, filled)) < 2 or any(len(cell) > _LONGEST_CELL for row in filled for cell in row):
        yield from (cell for row in filled for cell in row if cell)
        return
    heads = filled[0]
    headed = len(filled) > 2 and _is_head(heads, filled[1:])
    yield _row(heads)
    for row in filled[1:]:
        yield _row(
            [_with_head(cell, heads[n]) if headed and 0 < n < len(heads) else cell for n, cell in enumerate(row)]
        )


def _row(cells: Sequence[str]) -> str:
    return " | ".join(cells).strip(" |")


def _with_head(cell: str, head: str) -> str:
    return f"{cell} ({head})" if cell and head and cell != head else cell


def _is_head(row: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """Whether a row names columns: short words or years, above cells that are mostly others."""
    named = [cell for cell in row[1:] if cell]
    if not named or len(row) > MOST_COLUMNS or any(len(cell) > LONGEST_HEAD for cell in row):
        return False
    worded = all(any(c.isalpha() for c in cell) or (cell.isdecimal() and len(cell) == 4) for cell in named)
    return worded and len(set(named)) == len(named) and not any(set(other) & set(named) for other in rest)

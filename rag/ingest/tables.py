"""Tables as text: one line a row, with the heads of its columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

MOST_COLUMNS = 12
"""Of wider tables, and of those with longer heads than LONGEST_HEAD, the heads stand in the first line alone."""
LONGEST_HEAD = 120
_LONGEST_CELL = 200
"""Characters; what is longer is no cell of a table but a column of a page."""


def table_lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a table, its first row being the heads if there are more.

    A table of one column, or with very long cells, is there for the layout: each of its cells is a line.
    """
    rows = [[" ".join(cell.split()) for cell in row] for row in rows]
    rows = [row for row in rows if any(row)]
    if not rows:
        return
    if max(map(len, rows)) < 2 or any(len(cell) > _LONGEST_CELL for row in rows for cell in row):
        yield from (cell for row in rows for cell in row if cell)
        return
    heads, *rest = rows
    line = " | ".join(heads).strip(" |")
    yield line
    headed = len(rest) > 0 and is_head(heads) and len(heads) <= MOST_COLUMNS and len(line) <= LONGEST_HEAD
    for row in rest:
        cells = " | ".join(row).strip(" |")
        yield f"{line}: {cells}" if headed and sum(map(bool, row)) > 1 else cells


def is_head(row: Sequence[str]) -> bool:
    """Whether a row names columns: words in most cells, no numbers of its own."""
    filled = [cell for cell in row if cell]
    return len(filled) > 1 and all(any(c.isalpha() for c in cell) or len(cell) == 4 for cell in filled)

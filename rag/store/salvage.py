"""What can still be read of a damaged file of conversations, copied into a new one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

TABLES = {
    "conversations": (("id", "title", "words", "begun", "changed", "deleted", "owner"), "id"),
    "turns": (("number", "id", "conversation", "question", "asked", "value", "words", "deleted"), "number"),
    "results": (("conversation", "kind", "entered", "value", "words", "made"), "conversation, kind"),
}
"""The columns of each table, and those by which its rows lie in the file."""
lenient_text = partial(str, encoding="utf-8", errors="replace")
"""Reads a text of which some letters are damaged: a bad letter costs no conversation."""
_LOST = """
    INSERT OR IGNORE INTO conversations (id, title, words, begun, changed)
    SELECT conversation, substr(question, 1, 200), '', asked, MAX(asked) FROM turns
    WHERE conversation NOT IN (SELECT id FROM conversations) GROUP BY conversation
"""
"""Conversations of which only the questions could be read."""


def salvage(damaged: Path, into: sqlite3.Connection) -> int:
    """Copy every row that can be read, each table from both its ends. Returns the number of questions."""
    into.execute("PRAGMA foreign_keys = OFF")
    source = sqlite3.connect(damaged)
    source.text_factory = lenient_text
    source.execute("PRAGMA writable_schema = ON")  # else a file that was cut off is not read at all
    try:
        into.execute("BEGIN IMMEDIATE")
        for table, (known, key) in TABLES.items():
            there = {row[1] for row in _readable(source, f"PRAGMA table_info({table})")}  # an older version has fewer
            columns = [column for column in known if column in there]
            if not columns:
                continue
            names, marks = ", ".join(columns), ", ".join("?" * len(columns))
            for order in (key, ", ".join(f"{column} DESC" for column in key.split(", "))):
                rows = _readable(source, f"SELECT {names} FROM {table} NOT INDEXED ORDER BY {order}")  # noqa: S608 - ours
                into.executemany(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608 - ours
        into.execute(_LOST)
        into.execute("DELETE FROM results WHERE conversation NOT IN (SELECT id FROM conversations)")
        into.execute("COMMIT")
    finally:
        source.close()
        into.execute("PRAGMA foreign_keys = ON")
    (saved,) = into.execute("SELECT COUNT(*) FROM turns").fetchone()
    return int(saved)


def _readable(source: sqlite3.Connection, query: str) -> Iterator[tuple[object, ...]]:
    """The rows up to the first that cannot be read."""
    with suppress(sqlite3.Error, UnicodeDecodeError):
        yield from source.execute(query)

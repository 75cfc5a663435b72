"""One transaction of a SQLite connection that commits nothing by itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def all_or_nothing(connection: sqlite3.Connection) -> Iterator[None]:
    """Keep all that is written within, or, if it fails, none of it. Writers of other processes wait."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise

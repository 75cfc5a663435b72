"""A connection to the catalogue that another thread may close without harm: SQLite itself does not survive that."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

from rag.errors import LibraryError

CLOSED = "The library has been closed. Open it again to go on."


class GuardedCursor(sqlite3.Cursor):
    """A cursor that nobody closes while SQLite is at work for it."""

    def fetchone(self) -> Any:
        """Read a row."""
        with self._at_work():
            return super().fetchone()

    def fetchall(self) -> list[Any]:
        """Read all rows."""
        with self._at_work():
            return super().fetchall()

    def __next__(self) -> Any:
        with self._at_work():
            return super().__next__()

    def _at_work(self) -> AbstractContextManager[None]:
        assert isinstance(self.connection, GuardedConnection)
        return self.connection.at_work()


class GuardedConnection(sqlite3.Connection):
    """A connection of one thread that another may close between two calls. Raises LibraryError from then on."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._guard = threading.RLock()
        self._closed = False

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Nobody closes the connection meanwhile."""
        with self._guard:
            try:
                yield
            except sqlite3.Error as error:
                if self._closed:
                    raise LibraryError(CLOSED) from error
                raise

    def execute(self, statement: str, values: Any = (), /) -> GuardedCursor:
        """Run a statement."""
        with self.at_work():
            cursor = self.cursor(GuardedCursor)
            return cursor.execute(statement, values)

    def executemany(self, statement: str, rows: Iterable[Any], /) -> GuardedCursor:
        """Run a statement for each of some rows."""
        with self.at_work():
            cursor = self.cursor(GuardedCursor)
            return cursor.executemany(statement, rows)

    def close(self) -> None:
        """Break off what is under way, and close the connection."""
        if not self._closed:
            self._closed = True
            self.interrupt()
            with self._guard:
                with suppress(sqlite3.OperationalError):  # a reading that was not finished is interrupted for good
                    super().execute("SELECT 1")  # ends the interruption, or the log would be left unmerged
                super().close()

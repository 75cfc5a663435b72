"""The port of what a catalogue lies in: a SQLite file (`sqlite_file`), or a schema of PostgreSQL (`postgres`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Engine, Table

from rag.errors import LibraryDamaged
from rag.store.keyword_tables import KeywordTables

CLOSED = "The library has been closed. Open it again to go on."


class Owner(Protocol):
    """The lock of one catalogue. It is let go when the process ends, however it ends."""

    def acquire(self) -> bool:
        """Become the owner; False if somebody else is. Raises OSError where nothing can be written."""

    def release(self) -> None:
        """Stop being the owner."""

    def holder(self) -> str:
        """Who owns the catalogue, in words."""


class Database(Protocol):
    """Where one catalogue lies, and all in which SQLite and PostgreSQL differ.

    Statements are SQLAlchemy's; the tables are those of `catalogue_tables`, and have the same columns in both.
    """

    keyword_tables: KeywordTables
    insert: Callable[[Table], Any]
    """The dialect's INSERT, which knows ON CONFLICT."""

    @property
    def shown(self) -> str:
        """The place in words, without secrets."""

    def connect(self, *, read_only: bool) -> Engine:
        """A pool of connections. With `read_only` none of them can write."""

    def close(self, engine: Engine) -> None:
        """Close all connections, those at work too. Who uses one is told by a LibraryError from then on."""

    def told(self) -> AbstractContextManager[None]:
        """Raise what goes wrong within as one of our own errors, or as the driver's, which the store translates."""

    def begin(self, connection: Connection, *, writing: bool) -> None:
        """Begin a transaction: one that other writers, also of other processes, wait for, or one that sees a moment."""

    def version(self, connection: Connection) -> int:
        """The number of the newest step of the schema that was taken; 0 for none."""

    def migrate(self, engine: Engine) -> None:
        """Take the steps that are missing, each in one transaction. Raises NewerVersion."""

    def among(self, column: ColumnElement[Any], values: Sequence[int] | Sequence[str]) -> ColumnElement[bool]:
        """Whether a column has one of some values, of which there may be many."""

    # -- its state -------------------------------------------------------------------------------------------------

    def is_made(self) -> bool:
        """Whether there is a catalogue. Nothing is made by asking."""

    def owner(self) -> Owner:
        """The lock, not acquired."""

    def identity(self) -> str:
        """What a copy of the catalogue does not share with it."""

    def size(self) -> int:
        """Bytes on the disk of this machine."""

    def quick_fault(self) -> str:
        """What can be seen wrong without opening the catalogue; "" if nothing."""

    def fault(self, connection: Connection, *, fully: bool) -> str:
        """What a check of the catalogue finds, which takes time in a large one if it is made `fully`; "" if nothing."""

    def damaged(self, reason: object) -> LibraryDamaged:
        """The error to raise for a damaged catalogue, which is remembered until it is opened again."""

    def remembered(self) -> str:
        """Why it was found damaged; "" if it was not, or has been mended since."""

    def forget(self) -> None:
        """Whatever was found has been mended."""

    def put_aside(self, reason: object) -> str:
        """Move a damaged catalogue out of the way; returns its new place. Raises LibraryDamaged if that fails."""

    def aside(self) -> Iterator[str]:
        """The places of what was put aside."""


class NewerVersion(Exception):
    """A newer version of the program wrote the catalogue."""

"""The port of where conversations are kept: a file (`conversation_file`), or PostgreSQL (`conversation_schema`)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

UNDO = timedelta(days=1)
"""How long what was deleted can be brought back; then it is erased when it is next opened, or more is deleted."""
ERASE = tuple(
    f"DELETE FROM {table} WHERE deleted != '' AND deleted < :before"  # noqa: S608 - our own names
    for table in ("turns", "conversations")
)
"""Statements that erase what was deleted before a time."""


class ConversationPlace(Protocol):
    """Where conversations are kept. Threads may share it.

    Methods raise LibraryError where it cannot be used, or is closed, and DiskFull.
    """

    note: str
    """Why conversations are not kept beyond this process, or what was put aside; "" if all is well."""

    def at_work(self) -> AbstractContextManager[Connection]:
        """A connection, to read."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A connection in a transaction: all that is written is kept, or none. Writers of other processes wait."""

    def close(self) -> None:
        """Let go of it."""


def erased_before() -> dict[str, str]:
    """What `ERASE` needs to know: the time before which what was deleted is erased."""
    return {"before": (datetime.now(UTC) - UNDO).isoformat(timespec="microseconds")}

"""Conversations in a SQLite file of their own beside the catalogue: they cannot be made anew from the articles."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from rag.errors import LibraryError, Phrase
from rag.store.conversation_place import ERASE, erased_before
from rag.store.damage import header_fault, is_damaged, put_aside
from rag.store.database import CLOSED
from rag.store.disk_errors import explained, is_full
from rag.store.own_files import CONVERSATIONS
from rag.store.salvage import lenient_text, salvage
from rag.store.schema import NEWEST
from rag.store.sqlite_file import driver_errors
from rag.store.transactions import all_or_nothing

MIGRATIONS = (
    """
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        words TEXT NOT NULL,          -- of the title, folded
        begun TEXT NOT NULL,
        changed TEXT NOT NULL,
        deleted TEXT NOT NULL DEFAULT ''
    ) WITHOUT ROWID;

    CREATE TABLE turns (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
        question TEXT NOT NULL,
        asked TEXT NOT NULL,
        value TEXT NOT NULL,          -- JSON
        words TEXT NOT NULL,          -- of the question and the answer, folded
        deleted TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX turns_conversation ON turns (conversation);

    CREATE TABLE results (
        conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
        kind TEXT NOT NULL,
        entered TEXT NOT NULL,        -- JSON
        value TEXT NOT NULL,          -- JSON
        words TEXT NOT NULL,          -- folded
        made TEXT NOT NULL,
        PRIMARY KEY (conversation, kind)
    ) WITHOUT ROWID;
    """,
    """
    -- The id of a user, if there are users.
    ALTER TABLE conversations ADD COLUMN owner TEXT NOT NULL DEFAULT ''
    """,
)
PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # what was written is there, whatever happens to the machine
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "secure_delete = ON",  # what is erased is overwritten
)


class ConversationFile:
    """As the port says. The file is opened when it is first used; nothing of it is lost in a kill, or beside another.

    Where it cannot be written, conversations last as long as the process does.
    """

    def __init__(self, store: Path, *, repair: bool) -> None:
        self._store = store
        self._repair = repair
        self._guard = threading.RLock()
        self._driver: sqlite3.Connection | None = None
        self._connection: Connection | None = None
        self._closed = False
        self.note = ""

    def close(self) -> None:
        """As the port says."""
        with self._guard:
            self._closed = True
            if self._connection is not None and self._driver is not None:
                with suppress(sqlite3.Error):
                    self._connection.close()
                    self._driver.close()
                self._connection = self._driver = None

    @contextmanager
    def at_work(self) -> Iterator[Connection]:
        """As the port says."""
        with self._guard, explained(self._store), driver_errors():
            if self._closed:
                raise LibraryError(CLOSED)
            if self._connection is None:
                self._driver = driver = self._opened()
                self._connection = create_engine(
                    "sqlite://", creator=lambda: driver, poolclass=StaticPool, hide_parameters=True
                ).connect()
            yield self._connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """As the port says."""
        with self.at_work() as connection:
            assert self._driver is not None
            with all_or_nothing(self._driver):
                yield connection

    def _opened(self) -> sqlite3.Connection:
        path = self._store / CONVERSATIONS
        try:
            return _connected(path)
        except (OSError, sqlite3.Error, UnicodeDecodeError) as error:
            if is_full(error):
                raise
            if self._repair and is_damaged(error):
                return self._begun_anew(path, error)
            self.note = Phrase(
                "Conversations last until the program ends: their file cannot be used ({reason}).", reason=error
            )
            return _connected(None)

    def _begun_anew(self, path: Path, error: object) -> sqlite3.Connection:
        """A new file with all that can still be read of the damaged one, which is put aside."""
        aside = put_aside(path, error)
        connection = _connected(path)
        saved = salvage(aside / path.name, connection)
        self.note = Phrase(
            "The file of conversations was damaged ({reason}). It was put aside as {aside}; {n} questions could be "
            "saved.",
            reason=error,
            aside=aside.name,
            n=f"{saved:,}",
        )
        return connection


def _connected(path: Path | None) -> sqlite3.Connection:
    """A connection to the file, its schema up to date, or to a place in memory."""
    if path is not None:
        path.touch(mode=0o600)  # what somebody asks is nobody else's business
        if fault := header_fault(path):
            raise sqlite3.DatabaseError(f"malformed: {fault}")
    connection = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False, timeout=30)
    connection.text_factory = lenient_text
    try:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(f"malformed: {verdict}")
        _migrate(connection)
        connection.execute("SELECT 1 FROM conversations, turns, results LIMIT 0")
        connection.execute("BEGIN IMMEDIATE")  # which fails at once where nothing can be written
        for statement in ERASE:
            connection.execute(statement, erased_before())
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    for number, script in enumerate(MIGRATIONS, start=1):
        connection.execute("BEGIN IMMEDIATE")  # another process may be at it
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if not 0 <= version <= NEWEST:
            raise sqlite3.DatabaseError(f"malformed: version {version}")
        if version > len(MIGRATIONS):
            connection.execute("ROLLBACK")
            raise sqlite3.NotSupportedError("a newer readacross made it: update readacross")
        if version < number:
            for statement in script.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")

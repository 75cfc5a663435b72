"""A catalogue in a SQLite file: the default.

A connection that another thread may close without harm: SQLite itself does not survive that. The lock of the store.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from weakref import WeakSet

from filelock import FileLock, Timeout
from sqlalchemy import ColumnElement, Connection, Engine, Table, Text, bindparam, create_engine, event, func
from sqlalchemy import select as select_rows
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DisconnectionError, StatementError
from sqlalchemy.pool import QueuePool

from rag.errors import LibraryDamaged, LibraryError, LibraryMissing, Phrase
from rag.store import damage
from rag.store.database import CLOSED
from rag.store.fts5 import Fts5Tables
from rag.store.keyword_tables import KeywordTables
from rag.store.schema import fault_in, migrate

PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "foreign_keys = ON",
    "trusted_schema = OFF",  # triggers and views of a stranger's catalogue call nothing that has effects
    "cache_size = -32000",  # KiB
    "wal_autocheckpoint = 8000",  # pages
)
KEPT = 16
"""Connections that are kept open for the next reading."""


class GuardedCursor(sqlite3.Cursor):
    """A cursor that nobody closes while SQLite is at work for it."""

    connection: GuardedConnection

    def execute(self, statement: str, values: Any = (), /) -> GuardedCursor:
        """Run a statement."""
        with self.connection.at_work():
            super().execute(statement, values)
            return self

    def executemany(self, statement: str, rows: Iterable[Any], /) -> GuardedCursor:
        """Run a statement for each of some rows."""
        with self.connection.at_work():
            super().executemany(statement, rows)
            return self

    def fetchone(self) -> Any:
        """Read a row."""
        with self.connection.at_work():
            return super().fetchone()

    def fetchall(self) -> list[Any]:
        """Read all rows."""
        with self.connection.at_work():
            return super().fetchall()

    def __next__(self) -> Any:
        with self.connection.at_work():
            return super().__next__()


class GuardedConnection(sqlite3.Connection):
    """A connection of one thread that another may close between two calls. Raises LibraryError from then on.

    It raises LibraryDamaged, for SQLite's own errors, where the file is not what this program wrote. `stamp` is that of
    a file whose changes the connection does not see, None for all others.
    """

    stamp: tuple[int, ...] | None = None

    def __init__(self, database: Path, *args: Any, **options: Any) -> None:
        super().__init__(database, *args, **options)
        self.path = database
        self._guard = threading.RLock()
        self._closed = False

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Nobody closes the connection meanwhile."""
        with self._guard:
            try:
                yield
            except (sqlite3.Error, UnicodeDecodeError) as error:
                if self._closed:
                    raise LibraryError(CLOSED) from error
                if fault := self._fault_behind(error):
                    raise damage.damaged(self.path, fault) from error
                raise

    def _fault_behind(self, error: Exception) -> object:
        """What is wrong with the file, if that is why an error came."""
        if not damage.is_doubtful(error):
            return error if damage.is_damaged(error) else ""
        try:
            return error if fault_in(lambda statement: self._unguarded().execute(statement)) else ""
        except (sqlite3.Error, UnicodeDecodeError) as another:
            return "" if damage.cannot_write(another) else error

    def _unguarded(self) -> sqlite3.Cursor:
        return super().cursor(sqlite3.Cursor)

    def cursor(self, factory: Any = GuardedCursor) -> Any:
        """A guarded cursor."""
        with self.at_work():
            return super().cursor(factory)

    def execute(self, statement: str, values: Any = (), /) -> GuardedCursor:
        """Run a statement."""
        cursor: GuardedCursor = self.cursor()
        return cursor.execute(statement, values)

    def commit(self) -> None:
        """Keep what was written."""
        with self.at_work():
            super().commit()

    def rollback(self) -> None:
        """Keep nothing of what was written; there is nothing to undo once the connection is closed."""
        with self._guard:
            if not self._closed:
                super().rollback()

    def close(self) -> None:
        """Break off what is under way, and close the connection."""
        if not self._closed:
            self._closed = True
            self.interrupt()
            with self._guard:
                with suppress(sqlite3.OperationalError):  # a reading that was not finished is interrupted for good
                    self._unguarded().execute("SELECT 1")  # ends the interruption, or the log would be left unmerged
                super().close()


@contextmanager
def driver_errors() -> Iterator[None]:
    """SQLite's own errors, and ours, without SQLAlchemy's wrapping."""
    try:
        yield
    except StatementError as error:
        if error.orig is None:
            raise
        raise error.orig from None


class FileOwner:
    """The lock of one store. The operating system drops it when the process ends, however it ends."""

    def __init__(self, store: Path) -> None:
        self._lock = FileLock(store / "owner.lock", is_singleton=False, thread_local=False)
        self._card = store / "owner.json"

    def acquire(self) -> bool:
        """As the port says."""
        if self._lock.is_locked:
            return True
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            return False
        card = {
            "process": os.getpid(),
            "program": Path(sys.argv[0]).name or "python",
            "since": datetime.now().astimezone().isoformat(timespec="seconds"),
        }
        try:
            self._card.write_text(json.dumps(card), encoding="utf-8")
        except BaseException:
            self.release()
            raise
        return True

    def release(self) -> None:
        """As the port says."""
        if self._lock.is_locked:
            with suppress(OSError):
                self._card.unlink(missing_ok=True)
            self._lock.release()

    def holder(self) -> str:
        """As the port says."""
        try:
            card = json.loads(self._card.read_text(encoding="utf-8"))
            process, program, since = card["process"], card["program"], card["since"]
            return Phrase("process {process} ({program}, since {since})", process=process, program=program, since=since)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return Phrase("another process")


class SqliteFile:
    """A catalogue in the file `path`.

    What SQLite raises for a full disk, or a file that cannot be used, is raised as it is; the store translates it.
    """

    keyword_tables: KeywordTables = Fts5Tables()
    insert: Callable[[Table], Any] = staticmethod(insert)

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connections: WeakSet[GuardedConnection] = WeakSet()
        self._guard = threading.Lock()
        self._opened = False

    @property
    def shown(self) -> str:
        """As the port says."""
        return str(self.path.parent)

    # -- connections -----------------------------------------------------------------------------------------------

    def connect(self, *, read_only: bool) -> Engine:
        """As the port says."""
        self._opened = False
        engine = create_engine(
            "sqlite://",
            creator=lambda: self._connected(read_only),
            poolclass=QueuePool,
            pool_size=KEPT,
            max_overflow=-1,
            pool_use_lifo=True,
            hide_parameters=True,  # articles and questions are in no message
        )
        if read_only:
            event.listen(engine, "checkout", self._refuse_stale)
        return engine

    def _refuse_stale(self, connection: Any, *_: object) -> None:
        if connection.stamp is not None and connection.stamp != self._stamp():
            raise DisconnectionError

    def _connected(self, read_only: bool) -> GuardedConnection:
        if self._opened and not self.path.exists():
            raise LibraryMissing("{folder} is gone: bring it back, or open the library again.", folder=self.path.parent)
        try:
            connection = self._connection(self.path, read_only)
        except sqlite3.OperationalError as error:
            stamp = self._stamp()
            if not read_only or not damage.cannot_write(error) or stamp[-1]:
                raise
            # Nobody writes, and no log can be made beside the file: it is read as if it never changed, until it does.
            connection = self._connection(f"{self.path.resolve().as_uri()}?immutable=1", read_only)
            connection.stamp = stamp
        self._opened = True
        with self._guard:
            self._connections.add(connection)
        return connection

    def _connection(self, database: Path | str, read_only: bool) -> GuardedConnection:
        connection = sqlite3.connect(
            database,
            isolation_level=None,
            check_same_thread=False,
            timeout=30,
            factory=GuardedConnection,
            uri=isinstance(database, str),
        )
        connection.path = self.path
        try:
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            if read_only:
                connection.execute("PRAGMA query_only = ON")
                connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection

    def _stamp(self) -> tuple[int, ...]:
        """Differs when the file or its log has been written to; the last number is the size of the log."""
        facts = self.path.stat()
        log = self.path.with_name(f"{self.path.name}-wal")
        return facts.st_mtime_ns, facts.st_ino, log.stat().st_size if log.exists() else 0

    def reader(self) -> GuardedConnection:
        """A connection of the driver's own, which cannot write."""
        return self._connected(read_only=True)

    def close(self, engine: Engine) -> None:
        """As the port says."""
        with self._guard:
            for connection in list(self._connections):
                connection.close()
        engine.dispose()

    @contextmanager
    def told(self) -> Iterator[None]:
        """As the port says."""
        with driver_errors():
            yield

    # -- statements ------------------------------------------------------------------------------------------------

    def begin(self, connection: Connection, *, writing: bool) -> None:
        """As the port says."""
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    def version(self, connection: Connection) -> int:
        """As the port says."""
        return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())

    def migrate(self, engine: Engine) -> None:
        """As the port says."""
        with closing(engine.raw_connection()) as connection:
            driver = cast("GuardedConnection", connection.dbapi_connection)
            with driver.at_work():
                migrate(driver)

    def among(self, column: ColumnElement[Any], values: Sequence[int] | Sequence[str]) -> ColumnElement[bool]:
        """As the port says: by JSON, for the number of a statement's values is bounded."""
        given = func.json_each(bindparam(None, json.dumps(list(values)), Text)).table_valued("value")
        return column.in_(select_rows(given.c.value))

    # -- its state -------------------------------------------------------------------------------------------------

    def is_made(self) -> bool:
        """As the port says."""
        return self.path.is_file() and self.path.stat().st_size > 0

    def owner(self) -> FileOwner:
        """As the port says."""
        return FileOwner(self.path.parent)

    def identity(self) -> str:
        """As the port says."""
        return str(self.path.stat().st_ino)

    def size(self) -> int:
        """As the port says."""
        return self.path.stat().st_size

    def quick_fault(self) -> str:
        """As the port says."""
        return damage.header_fault(self.path) if self.path.exists() else ""

    def fault(self, connection: Connection, *, fully: bool) -> str:
        """As the port says."""
        if fully:
            return fault_in(connection.exec_driver_sql)
        verdict = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        return "" if verdict == "ok" else str(verdict)

    def damaged(self, reason: object) -> LibraryDamaged:
        """As the port says."""
        return damage.damaged(self.path, reason)

    def remembered(self) -> str:
        """As the port says."""
        return damage.remembered(self.path)

    def forget(self) -> None:
        """As the port says."""
        damage.forget(self.path)

    def put_aside(self, reason: object) -> str:
        """As the port says."""
        return damage.put_aside(self.path, reason).name

    def aside(self) -> Iterator[str]:
        """As the port says."""
        yield from damage.put_aside_in(self.path.parent)

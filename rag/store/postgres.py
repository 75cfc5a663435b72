"""A catalogue in PostgreSQL: several machines share it, and several libraries one database, each in its own schema."""

from __future__ import annotations

import hashlib
import os
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from weakref import WeakSet

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Table,
    any_,
    bindparam,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.exc import StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import NullPool

from rag.errors import DiskFull, LibraryDamaged, LibraryError, Phrase, SettingsError
from rag.settings import Settings
from rag.store.database import CLOSED, NewerVersion
from rag.store.keyword_tables import KeywordTables
from rag.store.own_files import path_digest
from rag.store.postgres_schema import FIRST_STEPS, MIGRATIONS, TABLES, VERSION
from rag.store.tsvector import TsvectorTables

KEPT, MOST = 5, 20
"""Connections of one process that stay open, and that there may be at once."""
PATIENCE = 10
"""Seconds in which a server must take a connection."""
_ALIVE = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
_KEEPALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
"""By which either side notices within a minute that the other's machine is gone."""
ACTIVE = 1
"""psycopg's number for a connection that is at work."""
_ABOUT = "SELECT value FROM about WHERE name = %s"
_HOLDERS = text(
    "SELECT application_name, COALESCE(client_addr::text, 'this machine') FROM pg_locks JOIN pg_stat_activity "
    "USING (pid) WHERE locktype = 'advisory' AND granted AND objsubid = 1 "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND (classid::bigint << 32) + objid::bigint = :key"
)


def database_of(folder: Path, settings: Settings, *, marks: bool = True) -> PostgresSchema | None:
    """The schema of the library in a folder, by its path; None where catalogues are files. `marks` is its own."""
    if not settings.catalogue:
        return None
    where = folder.resolve()
    name = re.sub(r"[^a-z0-9]+", "_", where.name.lower())[:16].strip("_") or "library"
    return PostgresSchema(settings.catalogue, f"readacross_{name}_{path_digest(where)}", marks=marks)


class PostgresOwner:
    """The lock of one catalogue: an advisory lock of a connection that is kept for it."""

    def __init__(self, database: PostgresSchema) -> None:
        self._database = database
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        """As the port says. A lock that was lost with its connection is acquired again, unless somebody has it."""
        if self._connection is not None:
            with suppress(StatementError):
                self._connection.exec_driver_sql("SELECT 1")
                return True
            self.release()
        program = f"{Path(sys.argv[0]).name or 'python'} {os.getpid()} {socket.gethostname()}"
        name = f"{program[:40]} since {datetime.now():%m-%d %H:%M}"
        with self._database.told(pooled=False):
            self._connection = self._database.engine(poolclass=NullPool, application_name=name).connect()
            try:
                query = text("SELECT pg_try_advisory_lock(:key)")
                held = bool(self._connection.execute(query, {"key": self._database.key("owner")}).scalar_one())
            except BaseException:
                self.release()
                raise
        if not held:
            self.release()
        return held

    def release(self) -> None:
        """As the port says."""
        if self._connection is not None:
            with suppress(StatementError):
                self._connection.close()
            self._connection = None

    def holder(self) -> str:
        """As the port says."""
        with suppress(LibraryError), self._database.briefly() as connection:
            for number, place in self._database.holders(connection, "owner"):
                return Phrase("another process ({number}, at {place})", number=number, place=place)
        return Phrase("another process")


class PostgresSchema:
    """A catalogue in one schema of the database at an address, `postgresql://…`, which may hold a password."""

    keyword_tables: KeywordTables = TsvectorTables()
    insert: Callable[[Table], Any] = staticmethod(insert)

    def __init__(self, address: str, schema: str, *, marks: bool = True) -> None:
        """`marks` says whether a missing table condemns the catalogue: not for conversations, nor for a worker."""
        self.schema = schema
        self._marks = marks
        self._guard = threading.Lock()
        self._url = make_url(address).set(drivername="postgresql+psycopg")
        self._connections: WeakSet[Any] = WeakSet()
        self._closed = False

    def __repr__(self) -> str:
        return f"PostgresSchema({self.shown!r})"

    @property
    def shown(self) -> str:
        """As the port says."""
        return f"the schema {self.schema} of the database {self._url.database} at {self._place}"

    @property
    def _place(self) -> str:
        host = self._url.host or self._url.query.get("host") or "this machine"
        return f"{host}:{self._url.port or 5432}"

    def key(self, purpose: str) -> int:
        """The number of an advisory lock of this catalogue."""
        return int.from_bytes(hashlib.sha256(f"{self.schema} {purpose}".encode()).digest()[:8], "big", signed=True)

    def holders(self, connection: Connection, purpose: str) -> list[tuple[str, str]]:
        """The names and addresses of those who hold an advisory lock of this catalogue."""
        return [(name, place) for name, place in connection.execute(_HOLDERS, {"key": self.key(purpose)})]

    # -- connections -----------------------------------------------------------------------------------------------

    def engine(self, *, read_only: bool = False, application_name: str = "readacross", **pool: Any) -> Engine:
        """A pool of connections that commit each statement by itself unless a transaction is begun."""
        options = f"-c search_path={self.schema} {_ALIVE}" + (
            " -c default_transaction_read_only=on" if read_only else ""
        )
        facts = {"options": options, "application_name": application_name, "connect_timeout": PATIENCE} | _KEEPALIVE
        try:
            return create_engine(
                self._url, isolation_level="AUTOCOMMIT", connect_args=facts, hide_parameters=True, **pool
            )
        except ModuleNotFoundError:
            raise SettingsError(
                "READACROSS_CATALOGUE: PostgreSQL needs the extra: pip install 'readacross[postgres]'."
            ) from None

    def connect(self, *, read_only: bool) -> Engine:
        """As the port says."""
        self._closed = False
        engine = self.engine(
            read_only=read_only, pool_size=KEPT, max_overflow=MOST - KEPT, pool_pre_ping=True, pool_use_lifo=True
        )
        event.listen(engine, "connect", self._note_connection)
        return engine

    def _note_connection(self, connection: Any, _: object) -> None:
        with self._guard:
            self._connections.add(connection)

    @contextmanager
    def briefly(self) -> Iterator[Connection]:
        """A connection of its own."""
        with self.told(pooled=False):
            engine = self.engine(poolclass=NullPool)
            with engine.connect() as connection:
                yield connection

    def close(self, engine: Engine) -> None:
        """As the port says."""
        self._closed = True
        with self._guard:
            connections = list(self._connections)
        for connection in connections:
            with suppress(Exception):
                if connection.info.transaction_status == ACTIVE:
                    connection.cancel()
        engine.dispose()

    @contextmanager
    def told(self, *, pooled: bool = True) -> Iterator[None]:
        """LibraryError, DiskFull or LibraryDamaged, with advice, for what the server or the driver raises.

        A connection that is not `pooled` is not cut off where the catalogue is closed.
        """
        try:
            yield
        except PoolTimeout:
            raise LibraryError(
                "All {most} connections to the database server are in use: try again.", most=MOST
            ) from None
        except StatementError as error:
            if isinstance(error.orig, LibraryError):
                raise error.orig from None
            raise self._explained(error.orig or error, closed=pooled and self._closed) from None

    def _explained(self, error: BaseException, *, closed: bool) -> LibraryError:
        if closed:
            return LibraryError(CLOSED)
        said, state = str(error).lower(), getattr(error, "sqlstate", None) or ""
        if state in ("42P01", "42703", "3F000"):
            return self.damaged(Phrase("a table is missing, or has another form"))
        if state == "53100":
            return DiskFull(
                "The disk of the database server at {place} is full. Nothing is lost: make room there, "
                "then sync again.",
                place=self._place,
            )
        if not state and type(error).__name__ not in _CUT_OFF:
            state = type(error).__name__  # the driver's own, which never came to the server
        return LibraryError(_trouble(state, said), place=self._place, database=self._url.database, state=state or "?")

    # -- statements ------------------------------------------------------------------------------------------------

    def begin(self, connection: Connection, *, writing: bool, what: str = "catalogue") -> None:
        """As the port says. Who writes something else, such as conversations, is not waited for."""
        if writing:
            connection.exec_driver_sql("BEGIN")
            self.wait_for_writers(connection, what)
        else:
            connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def wait_for_writers(self, connection: Connection, what: str = "catalogue") -> None:
        """Within a transaction: let no other process write until it ends."""
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": self.key(f"writing {what}")})

    def version(self, connection: Connection) -> int:
        """As the port says."""
        return int(connection.exec_driver_sql(_ABOUT, ("version",)).scalar() or 0)

    def migrate(self, engine: Engine) -> None:
        """As the port says."""
        with engine.connect() as connection:
            self.begin(connection, writing=True)
            encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
            if encoding != "UTF8":
                raise LibraryError(
                    "{shown} has the encoding {encoding}: create one with ENCODING 'UTF8'.",
                    shown=self.shown,
                    encoding=encoding,
                )
            there = text("SELECT 1 FROM pg_namespace WHERE nspname = :name")
            if connection.execute(there, {"name": self.schema}).first() is None:
                connection.exec_driver_sql(f"CREATE SCHEMA {self.schema}")
            version = self.version(connection) if self._has_tables(connection) else 0
            if version > VERSION:
                raise NewerVersion(f"the catalogue has version {version}, this program knows {VERSION}")
            for script in MIGRATIONS[max(0, version - FIRST_STEPS + 1) :]:
                for statement in filter(str.strip, script.split(";")):
                    connection.exec_driver_sql(statement)
            connection.exec_driver_sql(
                "INSERT INTO about VALUES ('version', %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (str(VERSION),),
            )
            connection.commit()

    def _has_tables(self, connection: Connection) -> bool:
        return connection.exec_driver_sql(f"SELECT to_regclass('{self.schema}.about')").scalar() is not None

    def among(self, column: ColumnElement[Any], values: Sequence[int] | Sequence[str]) -> ColumnElement[bool]:
        """As the port says."""
        return column == any_(bindparam(None, list(values), ARRAY(column.type)))

    # -- its state -------------------------------------------------------------------------------------------------

    def is_made(self) -> bool:
        """As the port says."""
        with self.briefly() as connection:
            return self._has_tables(connection)

    def owner(self) -> PostgresOwner:
        """As the port says."""
        return PostgresOwner(self)

    def identity(self) -> str:
        """As the port says."""
        with self.briefly() as connection:
            query = text(
                "SELECT (SELECT system_identifier FROM pg_control_system()) || ' ' || "
                "(SELECT oid FROM pg_database WHERE datname = current_database()) || ' ' || oid "
                "FROM pg_namespace WHERE nspname = :name"
            )
            return str(connection.execute(query, {"name": self.schema}).scalar_one())

    def size(self) -> int:
        """As the port says: none."""
        return 0

    def quick_fault(self) -> str:
        """As the port says: the server looks after its files."""
        return ""

    def fault(self, connection: Connection, *, fully: bool) -> str:
        """As the port says: whether the tables are there. That rows hold together the server sees to."""
        for table in TABLES[: len(TABLES) if fully else -2]:
            connection.exec_driver_sql(f"SELECT 1 FROM {table} LIMIT 0")  # noqa: S608 - our own names
        return ""

    def damaged(self, reason: object) -> LibraryDamaged:
        """As the port says."""
        if not self._marks:
            return LibraryDamaged(
                "The conversations in {shown} cannot be read ({reason}): restore their tables.",
                shown=self.shown,
                reason=reason,
            )
        with suppress(StatementError), self.engine(poolclass=NullPool).connect() as connection:
            mark = text("INSERT INTO about VALUES ('damaged', :reason) ON CONFLICT DO NOTHING")
            connection.execute(mark, {"reason": str(reason)[:500]})
        return LibraryDamaged(
            "The index of the articles, {shown}, is damaged ({reason}). Open the library again, or "
            "start the program again: the index is put aside and the articles, which are untouched, "
            "are read again.",
            shown=self.shown,
            reason=reason,
        )

    def remembered(self) -> str:
        """As the port says."""
        with self.briefly() as connection:
            if not self._has_tables(connection):
                return ""
            return str(connection.exec_driver_sql(_ABOUT, ("damaged",)).scalar() or "")

    def forget(self) -> None:
        """As the port says."""
        with self.briefly() as connection:
            connection.exec_driver_sql("DELETE FROM about WHERE name = 'damaged'")

    def put_aside(self, reason: object) -> str:
        """As the port says: its tables are moved into a schema of their own."""
        name = f"{self.schema}_damaged_{datetime.now():%y%m%d%H%M%S%f}"  # 63 characters at most, which PostgreSQL keeps
        try:
            with self.briefly() as connection:
                connection.exec_driver_sql("BEGIN")
                connection.exec_driver_sql(f"CREATE SCHEMA {name}")
                for table in TABLES:
                    connection.exec_driver_sql(f"ALTER TABLE IF EXISTS {table} SET SCHEMA {name}")
                connection.commit()
        except LibraryError as problem:
            raise LibraryDamaged(
                "{shown} is damaged ({reason}) and could not be put aside. {problem} The articles "
                "themselves are untouched.",
                shown=self.shown,
                reason=reason,
                problem=problem,
            ) from None
        return name

    def aside(self) -> Iterator[str]:
        """As the port says."""
        query = text("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, :prefix) ORDER BY nspname")
        with self.briefly() as connection:
            yield from connection.execute(query, {"prefix": f"{self.schema}_damaged_"}).scalars().all()


_CUT_OFF = ("OperationalError", "InterfaceError")
"""What the driver raises, without a code, when there is no connection, or no longer."""
_STATES = {
    "28P01": Phrase("The database server at {place} refuses the name or the password: look at READACROSS_CATALOGUE."),
    "28000": Phrase(
        "The database server at {place} refuses this user: look at READACROSS_CATALOGUE, and at the server's "
        "pg_hba.conf."
    ),
    "42501": Phrase(
        "The database server at {place} does not give the user the right to do this: GRANT CREATE ON "
        "DATABASE … TO …, or look at the owner."
    ),
    "53300": Phrase(
        "The database server at {place} has no connection left: raise its max_connections, or run fewer processes."
    ),
    "25006": Phrase(
        "The database server at {place} takes no writing, as a standby does: name the primary in READACROSS_CATALOGUE."
    ),
    "57014": Phrase(
        "The database server at {place} broke off a statement that took too long: raise its statement_timeout."
    ),
    "55P03": Phrase("The database server at {place} could not lock what is written to: try again."),
    "40P01": Phrase("The database server at {place} broke off a deadlock: try again."),
    "XX001": Phrase(
        "The database server at {place} reports that its own files are damaged: restore them from a backup."
    ),
    "XX002": Phrase(
        "The database server at {place} reports that its own files are damaged: restore them from a backup."
    ),
}
_SAID = {
    "password authentication failed": "28P01",
    "no password supplied": "28P01",
    "no pg_hba.conf entry": "28000",
    "too many clients": "53300",
    "remaining connection slots": "53300",
}
"""What libpq says, without a code, when a server refuses a connection."""


def _trouble(state: str, said: str) -> Phrase:
    """What is wrong with a server, and what to do, without secrets: the place, the database and the state are open."""
    state = state or next((code for words, code in _SAID.items() if words in said), "")
    if state in _STATES:
        return _STATES[state]
    if not state and re.search(r'role ".*" does not exist', said):
        return _STATES["28000"]
    if state == "3D000" or (not state and re.search(r'database ".*" does not exist', said)):
        return Phrase(
            "The database server at {place} has no database {database}: create it (createdb {database}), or name "
            "another."
        )
    if not state or state.startswith(("08", "57P")):
        return Phrase(
            "The database server at {place} does not answer. Start it, or unset READACROSS_CATALOGUE to keep the "
            "catalogue in a file, for which the articles are read again."
        )
    return Phrase(
        "The database server at {place} was given a wrong statement, which is a fault of this program ({state}): "
        "please report it. Nothing is lost."
    )

"""Files that workers are to read: a queue in the schema of a catalogue in PostgreSQL.

A worker takes a file in a transaction that stays open until the file's articles are written. So the articles and the
end of the job are kept together or not at all, and PostgreSQL gives the job to another worker as soon as the connection
of the first one is gone, however its process ended. The queue is derived: whoever opens the library as its owner makes
it where it is missing, and empties it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, Text, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.pool import NullPool

from rag.errors import LibraryError
from rag.store.article_digest import PREPARATION
from rag.store.catalogue import Catalogue
from rag.store.postgres import PostgresSchema
from rag.store.postgres_schema import VERSION

ATTEMPTS = 3
"""How often a file is begun by workers before it is left to the owner: it may be what ends them."""
PATIENCE = 5.0
"""Seconds for which workers that have a file in hand are waited for when the queue is emptied."""
PAUSE = 0.1
"""Seconds between two looks at what workers have done."""


class State(IntEnum):
    """What has become of a job."""

    WAITING = 0
    READ = 1
    LEFT = 2
    """The worker could not open the file: the owner is to read it."""


JOBS = Table(
    "jobs",
    MetaData(),
    Column("name", Text, primary_key=True),
    Column("id", BigInteger),
    Column("kind", Text),
    Column("stamp", Text),
    Column("sync", Integer),
    Column("max_bytes", BigInteger),
    Column("attempts", Integer),
    Column("state", Integer),
    Column("gone", Text),
)
_J = JOBS.c
_CREATE = """
CREATE TABLE IF NOT EXISTS jobs (
    name TEXT COLLATE "C" PRIMARY KEY,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL,
    stamp TEXT NOT NULL,
    sync INTEGER NOT NULL,
    max_bytes BIGINT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    state INTEGER NOT NULL DEFAULT 0,
    gone TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX IF NOT EXISTS jobs_waiting ON jobs (attempts, id) WHERE state = 0;
CREATE INDEX IF NOT EXISTS jobs_done ON jobs (state) WHERE state <> 0
"""
_WAITING = _J.state == int(State.WAITING)


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read: its name in the folder, its stamp from before that, and the number of the sync that wants it."""

    name: str
    stamp: str
    sync: int
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Done:
    """What has become of a file, and the keys of the passages that are gone with what it held before."""

    name: str
    state: State
    gone: tuple[str, ...]


class JobQueue:
    """The queue of one catalogue, of jobs that a process of this version with this embedder can do.

    Methods raise LibraryError where the server does not answer.
    """

    def __init__(self, database: PostgresSchema, catalogue: Catalogue, embedder: str) -> None:
        self._database = database
        self._catalogue = catalogue
        self._kind = f"{VERSION} {PREPARATION} {embedder}"
        self._channel = f"{database.schema}_jobs"

    # -- for the owner ---------------------------------------------------------------------------------------------

    def create(self) -> None:
        """Make the queue, and empty it of what an earlier owner has left, but for files that workers have in hand."""
        with self._catalogue.transaction() as connection:
            for statement in _CREATE.split(";"):
                connection.exec_driver_sql(statement)
        self._withdraw()
        self._collect()

    def workers(self) -> int:
        """The number of workers that are there."""
        with self._catalogue.connected() as connection:
            return len(self._database.holders(connection, f"worker {self._kind}"))

    def work(self, jobs: Sequence[Job]) -> Generator[list[Done]]:
        """Have files read, and tell which are done with, again and again.

        It ends when all are, or when no worker is there any more; what has not been told then is not done. When it is
        closed the rest is taken back.
        """
        waiting = {job.name for job in jobs}
        try:
            self._put(jobs)
            while waiting and self.workers():
                done = self._collect()
                yield done
                waiting.difference_update(d.name for d in done)
                if not done:
                    time.sleep(PAUSE)
        finally:
            self._withdraw()
            last = self._collect()
        yield last

    def _put(self, jobs: Sequence[Job]) -> None:
        rows = [
            {"name": j.name, "stamp": j.stamp, "sync": j.sync, "max_bytes": j.max_bytes, "kind": self._kind}
            for j in jobs
        ]
        new = insert(JOBS)
        anew: dict[str, Any] = {name: new.excluded[name] for name in ("stamp", "sync", "max_bytes", "kind")}
        anew |= {"attempts": 0, "state": int(State.WAITING), "gone": "[]"}
        with self._catalogue.joined() as connection:
            connection.execute(new.on_conflict_do_update(index_elements=["name"], set_=anew), rows)
            connection.exec_driver_sql(f"NOTIFY {self._channel}")

    def _collect(self) -> list[Done]:
        """The files that are done with since it was last asked, or were begun too often."""
        given_up = (
            select(_J.name).where(_WAITING, _J.attempts >= ATTEMPTS).with_for_update(skip_locked=True).scalar_subquery()
        )
        ended = delete(JOBS).where(~_WAITING).returning(_J.name, _J.state, _J.gone)
        left = delete(JOBS).where(_J.name.in_(given_up)).returning(_J.name)
        with self._catalogue.connected() as connection:
            done = [
                Done(name, State(state), tuple(json.loads(gone))) for name, state, gone in connection.execute(ended)
            ]
            return done + [Done(name, State.LEFT, ()) for (name,) in connection.execute(left)]

    def _withdraw(self) -> None:
        """Take back what no worker has in hand, and wait a while for the rest.

        Other writers are not kept waiting meanwhile: they may be these workers.
        """
        free = select(_J.name).where(_WAITING).with_for_update(skip_locked=True).scalar_subquery()
        with self._catalogue.connected() as connection:
            connection.execute(delete(JOBS).where(_J.name.in_(free)))
        with suppress(LibraryError), self._catalogue.joined() as connection:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE:.0f}s'")
            connection.execute(delete(JOBS).where(_WAITING))

    # -- for a worker ----------------------------------------------------------------------------------------------

    def is_made(self) -> bool:
        """Whether an owner of this version has made the queue."""
        (there,) = self._catalogue.execute(text(f"SELECT to_regclass('{self._database.schema}.jobs')"), {})[0]
        return there is not None and self._catalogue.version() == VERSION

    @contextmanager
    def presence(self) -> Iterator[Presence]:
        """The owner knows of this worker within. Ends with the process, however it ends."""
        engine = self._database.engine(poolclass=NullPool, application_name="readacross worker")
        with self._database.told(pooled=False), engine.connect() as connection:
            key = {"key": self._database.key(f"worker {self._kind}")}
            connection.execute(text("SELECT pg_advisory_lock_shared(:key)"), key)
            connection.exec_driver_sql(f"LISTEN {self._channel}")
            yield Presence(connection)

    def begin(self) -> str | None:
        """The name of the file to read next, if there is one; that it is begun is kept, whatever becomes of it."""
        mine = select(_J.name).where(_WAITING, _J.kind == self._kind, _J.attempts < ATTEMPTS)
        next_one = mine.order_by(_J.attempts, _J.id).limit(1)
        free = next_one.with_for_update(skip_locked=True).scalar_subquery()
        begun = update(JOBS).where(_J.name == free).values(attempts=_J.attempts + 1).returning(_J.name)
        with self._catalogue.connected() as connection:
            name: str | None = connection.execute(begun).scalar()
            return name

    @contextmanager
    def taken(self, name: str, seconds: float) -> Iterator[Job | None]:
        """A file for this worker alone, or None if another one was quicker.

        All that is read and written of the catalogue within is one transaction with `finish`. A file that is not
        finished is free again. PostgreSQL ends the connection of who does nothing with it for so many seconds.
        """
        mine = select(_J.name, _J.stamp, _J.sync, _J.max_bytes).where(_J.name == name, _WAITING)
        with self._catalogue.joined() as connection:
            connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = '{seconds:.0f}s'")
            found = connection.execute(mine.with_for_update(skip_locked=True)).first()
            yield Job(*found) if found else None

    def begin_writing(self) -> None:
        """Within `taken`: from here on the writers of other processes wait."""
        with self._catalogue.transaction() as connection:
            self._database.wait_for_writers(connection)

    def finish(self, job: Job, state: State, gone: Sequence[str] = ()) -> None:
        """Within `taken`: the file is done with."""
        values: dict[str, Any] = {"state": int(state), "gone": json.dumps(list(gone))}
        with self._catalogue.transaction() as connection:
            connection.execute(update(JOBS).where(_J.name == job.name).values(values))


class Presence:
    """A worker that is there."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def wait(self, seconds: float) -> None:
        """Wait until there may be something to do. Raises LibraryError if the connection is lost."""
        from psycopg import Error

        driver: Any = self._connection.connection.driver_connection
        try:
            for _ in driver.notifies(timeout=seconds, stop_after=1):
                pass
        except Error as error:
            raise LibraryError("The database server has ended the connection of this worker.") from error

"""A worker: reads files for the owner of a library whose catalogue is in PostgreSQL, one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from rag.embed.port import Embedder
from rag.errors import ArticleError, LibraryDamaged, LibraryLocked, ReadacrossError
from rag.ingest.files import ListedFile, listed_file
from rag.ingest.guarded import GuardedReaders, longest_reading
from rag.ingest.outcomes import failed_state, read_state, state_of
from rag.store.catalogue import Catalogue
from rag.store.job_queue import Job, JobQueue, State
from rag.store.postgres import PostgresSchema
from rag.store.writes import embed_articles, put_article, remove_article, split_article

WAIT = 5.0
"""Seconds after which it is looked for work, whether the server has told of some or not."""
TROUBLE = 3.0
"""Seconds of rest after something has failed."""
NOT_MADE = "The library has not been made yet: open it, or its page, and this worker joins in."
DAMAGED = "The library's tables are not as they should be: its owner mends them, and this worker goes on then."


class Worker:
    """Reads what the owner of a library asks for. Make it, call `run` once."""

    def __init__(
        self, folder: Path, database: PostgresSchema, embedder: Embedder, *, max_bytes: int, tell: Callable[[str], None]
    ) -> None:
        """`max_bytes` are those of the largest file; `tell` is given what has gone wrong."""
        self._folder, self._database, self._embedder = folder, database, embedder
        self._patience = 2 * longest_reading(max_bytes)
        self._readers = GuardedReaders()
        self._tell = tell
        self._told = ""

    def run(self) -> None:
        """Read until interrupted. What fails is told, once in a row, and tried anew."""
        try:
            while True:
                try:
                    self._serve()
                except ReadacrossError as error:
                    self._say(DAMAGED if isinstance(error, LibraryDamaged) else str(error))
                    time.sleep(TROUBLE)
        finally:
            self._readers.close()

    def _serve(self) -> None:
        """Read as long as the library is there."""
        if not self._database.is_made():
            raise LibraryLocked(NOT_MADE)
        catalogue = Catalogue(self._database, made=True)
        try:
            queue = JobQueue(self._database, catalogue, self._embedder.name)
            if not queue.is_made():
                raise LibraryLocked(NOT_MADE)
            with queue.presence() as presence:
                self._say(f"Waiting for files of {self._folder} to read (stop it with Ctrl-C).")
                while True:
                    if not self._read_next(catalogue, queue):
                        presence.wait(WAIT)
        finally:
            catalogue.close()

    def _say(self, line: str) -> None:
        if line != self._told:
            self._tell(line)
            self._told = line

    def _read_next(self, catalogue: Catalogue, queue: JobQueue) -> bool:
        """Read one file; returns whether there was one."""
        name = queue.begin()
        if name is None:
            return False
        with queue.taken(name, self._patience) as job:
            if job is None:  # another worker was quicker
                return True
            listed = listed_file(self._folder, job.name)
            if listed is None:
                queue.finish(job, State.LEFT)
            else:
                queue.finish(job, State.READ, self._read(catalogue, queue, job, listed))
        return True

    def _read(self, catalogue: Catalogue, queue: JobQueue, job: Job, listed: ListedFile) -> list[str]:
        """Bring the catalogue in line with a file; returns the keys of passages that are gone."""
        known = catalogue.article_states([job.name])
        try:
            read = self._readers.begin(listed.path, job.name, max_bytes=job.max_bytes).result()
        except ArticleError as error:
            queue.begin_writing()
            catalogue.put_file(job.name, failed_state(job.name, job.stamp, str(error), kept=bool(known)))
            return []
        changed = [a for a in read.articles if known.get(a.file) != state_of(a, job.name, self._embedder)]
        prepared = embed_articles([split_article(a, job.name, self._embedder) for a in changed], self._embedder)
        queue.begin_writing()
        gone = [key for one in prepared for key in put_article(catalogue, one, sync=job.sync)]
        for file in sorted(known.keys() - {a.file for a in read.articles}):
            gone += remove_article(catalogue, file)
        catalogue.put_file(job.name, read_state(job.stamp, read.skipped))
        return gone

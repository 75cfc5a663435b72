"""Bringing a library in line with its folder: by content, one article a transaction, safe to stop at any point."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from rag.embed.port import Embedder
from rag.errors import ArticleError, Phrase
from rag.ingest.files import ListedFile, ReadFile, list_files
from rag.ingest.guarded import GuardedReaders, Reading
from rag.ingest.outcomes import failed_state, read_state, skipped_of, state_of
from rag.progress import FolderChanges, Skipped, SyncProgress, SyncReport, check_cancelled
from rag.results.answers import Article
from rag.store.article_digest import PREPARATION
from rag.store.catalogue import FileState
from rag.store.chroma import Row, Writer
from rag.store.disk_errors import explained
from rag.store.job_queue import Job, State
from rag.store.nodes import to_row
from rag.store.store import Store
from rag.store.writes import (
    SplitArticle,
    embed_articles,
    end_sync,
    next_sync,
    put_article,
    remove_article,
    split_article,
)

Progress = Callable[[SyncProgress], None]
BATCH = 64
"""Passages embedded at once."""
SETTLED = 0.05
SETTLED_COARSE = 2.0
"""Seconds after which a file's times are believed: a younger one could change again without their changing. Some file
systems keep whole, even seconds only."""


@dataclass(slots=True)
class _Tally:
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def report(self) -> SyncReport:
        return SyncReport(
            added=tuple(sorted(self.added)),
            changed=tuple(sorted(self.changed)),
            removed=tuple(sorted(self.removed)),
            unchanged=tuple(sorted(self.unchanged)),
            skipped=tuple(self.skipped),
            notes=tuple(self.notes),
            seconds={stage: round(seconds, 4) for stage, seconds in self.seconds.items()},
        )

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] += time.perf_counter() - start


def find_changes(folder: Path, store: Store) -> FolderChanges:
    """Look for changes without reading a file. Raises LibraryMissing if there is no folder."""
    listing, known = list_files(folder, store=store.folder.name), store.catalogue.files()
    present = {f.name: f.path for f in listing.files}
    unread = tuple(s.file for s in listing.skipped)
    changed = (n for n, path in present.items() if n in known and known[n].stamp not in ("", file_stamp(path)))
    gone = (n for n in known if n not in present and not any(n == u or n.startswith(f"{u}/") for u in unread))
    return FolderChanges(tuple(n for n in present if n not in known), tuple(changed), tuple(gone) if present else ())


@dataclass(frozen=True, slots=True)
class _Begun:
    """A file that is being read, and its stamp from before that."""

    stamp: str
    reading: Reading


class Sync:
    """One run over all files, or over `only` those of these names. Make it, call `run` once."""

    def __init__(
        self,
        folder: Path,
        store: Store,
        embedder: Embedder,
        readers: GuardedReaders,
        *,
        max_bytes: int,
        only: Collection[str] | None = None,
        progress: Progress | None = None,
    ) -> None:
        self._only = None if only is None else set(only)
        self._folder = folder
        self._store = store
        self._catalogue = store.catalogue
        self._embedder = embedder
        self._readers = readers
        self._max_bytes = max_bytes
        self._progress = progress or (lambda _: None)
        self._tally = _Tally()
        self._waiting: list[SplitArticle] = []
        self._finished: list[tuple[str, FileState]] = []
        self._writing = ExitStack()

    def run(self) -> SyncReport:
        """Bring the library in line. Raises LibraryMissing, LibraryLocked, DiskFull, ModelError and Cancelled."""
        self._store.require_owner()
        with explained(self._store.folder):
            with self._tally.timed("list"):
                listing = list_files(self._folder, store=self._store.folder.name, only=self._only)
                self._files = self._catalogue.files()
                self._articles = self._catalogue.article_states()
                self._number = next_sync(self._catalogue)
                self._by_source: defaultdict[str, set[str]] = defaultdict(set)
                for file, state in self._articles.items():
                    self._by_source[state.source].add(file)
            self._tally.skipped.extend(listing.skipped)
            self._note_embedder()
            todo = [listed for listed in listing.files if not self._untouched(listed)]
            gone = self._gone({f.name for f in listing.files}, listing.skipped)
            with self._writing:
                self._read_all(self._read_by_workers(todo))
                for name in gone:
                    check_cancelled()
                    self._remove(name)
                with self._tally.timed("vector index, waited for"):
                    if "_writer" in self.__dict__:
                        self._writer.wait()
            end_sync(self._catalogue, self._number)
        if self._store.index_note:
            self._tally.notes.append(self._store.index_note)
        return self._tally.report()

    @cached_property
    def _writer(self) -> Writer:
        """Opens the vector index once there is something to write. Taken before the catalogue is written."""
        return self._writing.enter_context(self._store.index.writing())

    # -- what there is to do ---------------------------------------------------------------------------------------

    def _note_embedder(self) -> None:
        others = {s.embedder for s in self._articles.values()} - {self._embedder.name}
        if others:
            count = sum(s.embedder != self._embedder.name for s in self._articles.values())
            self._tally.notes.append(
                Phrase(
                    "The embedder is now {now} (before: {before}): {n} articles are embedded again.",
                    now=self._embedder.name,
                    before=", ".join(sorted(others)),
                    n=count,
                )
            )

    def _untouched(self, listed: ListedFile) -> bool:
        known = self._files.get(listed.name)
        if known is None or not known.stamp or known.stamp != file_stamp(listed.path):
            return False
        files = self._by_source[listed.name]
        if any(self._articles[f].embedder != self._embedder.name for f in files):
            return False
        skipped = skipped_of(known)
        if skipped is None:
            return False
        self._tally.unchanged.extend(files)
        self._tally.skipped.extend(skipped)
        return True

    def _gone(self, present: set[str], skipped: tuple[Skipped, ...]) -> list[str]:
        known = set(self._files) | set(self._by_source)
        gone = sorted((known if self._only is None else known & self._only) - present)
        if gone and not present and self._only is None:
            self._tally.notes.append(
                Phrase(
                    "The folder {folder} holds no articles any more, so nothing was removed: the {n} articles read "
                    "before are kept. If you mean to empty it, delete its store.",
                    folder=self._folder,
                    n=len(self._articles),
                )
            )
            return []
        unread = tuple(s.file for s in skipped)
        return [name for name in gone if not any(name == u or name.startswith(f"{u}/") for u in unread)]

    # -- reading, by workers ---------------------------------------------------------------------------------------

    def _read_by_workers(self, todo: list[ListedFile]) -> list[ListedFile]:
        """Have the workers read the files, if there are any; returns the files that they leave."""
        queue = self._store.queue
        if queue is None or len(todo) < 2 or not queue.workers():
            return todo
        writer = self._writer  # before the catalogue is written
        rest = {listed.name: listed for listed in todo}
        left: list[ListedFile] = []
        jobs = [Job(name, file_stamp(listed.path), self._number, self._max_bytes) for name, listed in rest.items()]
        with self._tally.timed("read by workers"), closing(queue.work(jobs)) as work:
            for done in work:
                check_cancelled()
                left += (rest[d.name] for d in done if d.name in rest and d.state == State.LEFT)
                read = [d for d in done if d.state == State.READ]
                self._index_read([d.name for d in read])
                writer.delete([key for d in read for key in d.gone])
                for d in done:
                    rest.pop(d.name, None)
                if rest:
                    self._progress(SyncProgress(len(todo) - len(rest), len(todo), next(iter(rest))))
        return sorted([*left, *rest.values()], key=lambda listed: listed.name)

    def _index_read(self, names: list[str]) -> None:
        """Tell of files that workers have read, and write their passages to the vector index."""
        states, new = self._catalogue.article_states(names), []
        for file, state in states.items():
            if self._articles.get(file) == state:
                self._tally.unchanged.append(file)
            else:
                new.append(file)
                (self._tally.changed if file in self._articles else self._tally.added).append(file)
        self._tally.removed.extend(file for name in names for file in self._by_source[name] if file not in states)
        for read in self._catalogue.files(names).values():
            self._tally.skipped.extend(skipped_of(read) or ())
        stored = self._catalogue.passages_with_vectors(self._embedder.name, files=new) if new else ()
        self._writer.put(Row(p.key, p.vector, to_row(p.article, p.passage, p.key)) for p in stored)

    # -- reading, here ---------------------------------------------------------------------------------------------

    def _read_all(self, todo: list[ListedFile]) -> None:
        coming = iter(todo)
        begun = self._begin(next(coming, None))
        try:
            for done, listed in enumerate(todo):
                check_cancelled()
                self._progress(SyncProgress(done, len(todo), listed.name))
                assert begun is not None
                stamp, read = begun.stamp, self._result(begun.reading)
                begun = self._begin(next(coming, None))  # it is read while this one is made ready
                if isinstance(read, ArticleError):
                    self._skip(listed.name, stamp, str(read))
                else:
                    self._take(listed.name, stamp, read)
        finally:
            if begun is not None:
                begun.reading.drop()
        self._embed_waiting()
        if todo:
            self._progress(SyncProgress(len(todo), len(todo), todo[-1].name))

    def _begin(self, listed: ListedFile | None) -> _Begun | None:
        if listed is None:
            return None
        stamp = file_stamp(listed.path)
        with self._tally.timed("read"):
            return _Begun(stamp, self._readers.begin(listed.path, listed.name, max_bytes=self._max_bytes))

    def _result(self, reading: Reading) -> ReadFile | ArticleError:
        try:
            with self._tally.timed("read"):
                return reading.result()
        except ArticleError as error:
            return error

    def _skip(self, name: str, stamp: str, reason: str) -> None:
        kept = self._by_source[name]
        state = failed_state(name, stamp, reason, kept=bool(kept))
        self._tally.skipped.extend(skipped_of(state) or ())
        self._tally.unchanged.extend(kept)
        self._finish(name, state)

    def _take(self, name: str, stamp: str, read: ReadFile) -> None:
        before = self._by_source[name] - {article.file for article in read.articles}
        for article in read.articles:
            check_cancelled()
            self._take_article(article, name)
        for file in sorted(before):
            self._remove_article(file)
        self._tally.skipped.extend(read.skipped)
        self._finish(name, read_state(stamp, read.skipped))

    def _take_article(self, article: Article, source: str) -> None:
        known = self._articles.get(article.file)
        if known == state_of(article, source, self._embedder):
            self._tally.unchanged.append(article.file)
            return
        with self._tally.timed("split"):
            self._waiting.append(split_article(article, source, self._embedder))
        if sum(len(s.passages) for s in self._waiting) >= BATCH:
            self._embed_waiting()

    # -- writing ---------------------------------------------------------------------------------------------------

    def _embed_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._store.require_owner()  # a lock that was lost with its connection may be another's by now
        with self._tally.timed("embed"):
            prepared = embed_articles(waiting, self._embedder)
        for one in prepared:
            writer, article = self._writer, one.article
            with self._tally.timed("catalogue and keywords"):
                dead = put_article(self._catalogue, one, sync=self._number)
            with self._tally.timed("nodes"):
                rows = [Row(p.key, p.vector, to_row(article, p.passage, p.key)) for p in one.passages]
            writer.delete(dead)
            writer.put(rows)
            (self._tally.changed if article.file in self._articles else self._tally.added).append(article.file)
        for name, state in self._finished:
            self._catalogue.put_file(name, state)
        self._finished.clear()

    def _finish(self, name: str, state: FileState) -> None:
        """A file counts as dealt with once all of its articles are written."""
        self._finished.append((name, state))
        if not self._waiting:
            self._embed_waiting()

    def _remove(self, name: str) -> None:
        for file in sorted(self._by_source[name]):
            self._remove_article(file)
        self._catalogue.forget_file(name)

    def _remove_article(self, file: str) -> None:
        writer = self._writer
        writer.delete(remove_article(self._catalogue, file))
        self._tally.removed.append(file)


def file_stamp(path: Path) -> str:
    """Size, times, inode: equal only for a file that nobody touched and that would be prepared as before.

    "" for a file too young to tell, or gone.
    """
    try:
        facts = os.stat(path)
    except OSError:
        return ""
    coarse = facts.st_mtime_ns % 1_000_000_000 == 0
    if time.time() - max(facts.st_mtime, facts.st_ctime) < (SETTLED_COARSE if coarse else SETTLED):
        return ""
    return f"{PREPARATION} {facts.st_size} {facts.st_mtime_ns} {facts.st_ctime_ns} {facts.st_ino}"

"""The store of one library: the catalogue, the indexes that derive from it, and the lock; opened, checked, repaired."""

from __future__ import annotations

import json
import sqlite3
import threading
import uuid
from contextlib import suppress
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from rag.errors import DiskFull, LibraryDamaged, LibraryError, LibraryLocked, Phrase
from rag.store.article_cache import ArticleCache
from rag.store.catalogue import Catalogue
from rag.store.catalogue_tables import PASSAGES, SENTENCES
from rag.store.chroma import Folder, Place, Server
from rag.store.damage import cannot_write
from rag.store.database import CLOSED, Database, NewerVersion
from rag.store.disk_errors import explained, is_full
from rag.store.job_queue import JobQueue
from rag.store.keyword_index import Keywords
from rag.store.keyword_tables import LAYOUT
from rag.store.own_files import CATALOGUE, is_library_id, refuse_links
from rag.store.postgres import PostgresSchema
from rag.store.sqlite_file import SqliteFile
from rag.store.vector_index import EXACT_UP_TO, CarefulVectors, ExactVectors, Progress, VectorIndex, VectorSearch
from rag.store.writes import keyword_row

LOOKED_THROUGH = 4_000_000
"""Bytes of a catalogue up to which its pages are checked at each opening, which takes about 3 ms for a million."""


AT_ONCE = 1_000
"""Passages that the keyword index is given at once."""


class Store:
    """Everything that a library keeps, in `folder` and `database`. `notes` says what had to be repaired.

    The catalogue lies in `database`, which is a file in `folder` by default.

    The first process to open a store owns it and may write; others read until it is gone, when the first of them that
    wants to write takes over. Where nothing can be written, on a full or read-only disk, or in another user's store,
    everybody reads. Opening checks all parts, and the owner repairs them: a damaged catalogue, or one in which damage
    was met since, is put aside and begun anew (the next sync reads the articles again; conversations have a file of
    their own and stay); a keyword index or a collection that is damaged, missing or behind is filled again from the
    catalogue. With `defer_index` an embedded Chroma is opened and checked only by `open_index`, or by the first write;
    the exact scan serves until then. `chosen` says that the user has named the folder, which then may be a link;
    nothing within may be one.

    Raises LibraryDamaged if a damaged catalogue cannot be put aside, LibraryLocked while another process makes the
    library, LibraryError if the store holds links, and, where there is nothing to read yet, DiskFull, and LibraryError
    if the store cannot be written.
    """

    def __init__(
        self,
        folder: Path,
        embedder: str,
        *,
        chosen: bool = True,
        database: Database | None = None,
        chroma_url: str = "",
        defer_index: bool = False,
        progress: Progress | None = None,
    ) -> None:
        self.folder = folder
        self._embedder = embedder
        self._place: Place = Server(chroma_url.rstrip("/")) if chroma_url else Folder(folder)
        self.database: Database = database or SqliteFile(folder / CATALOGUE)
        self.notes: list[str] = []
        self._index: VectorIndex | None = None
        self.queue: JobQueue | None = None
        """Where workers are given files to read; there is one for the owner of a catalogue in PostgreSQL."""
        self._opening = threading.Lock()
        self._closed = False
        with explained(folder):
            refuse_links(folder, chosen=chosen)
            self.owner = self.database.owner()
            self._unwritable: Exception | None = None
            self.writable = self._acquire()
            try:
                self._open_or_begin_anew(bool(chroma_url) or not defer_index, progress)
            except BaseException:
                self.close()
                raise

    def _open_or_begin_anew(self, with_index: bool, progress: Progress | None) -> None:
        if self.writable and (reason := self.database.remembered()):
            self._put_aside(reason)
        try:
            self._open(with_index, progress)
        except (LibraryDamaged, sqlite3.OperationalError) as error:
            if not self.writable or not (isinstance(error, LibraryDamaged) or cannot_write(error)):
                raise
            if hasattr(self, "catalogue"):
                self.catalogue.close()
            if isinstance(error, LibraryDamaged):
                self._put_aside(error.__cause__ or error)
            else:
                self.owner.release()
                self.writable = self._only_read(error)
            self._open(with_index, progress)
        if self.writable:
            self.database.forget()  # what the opening came upon, it has mended

    def _acquire(self) -> bool:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            return self.owner.acquire()
        except OSError as error:
            return self._only_read(error)

    def _only_read(self, error: Exception) -> bool:
        """Nothing can be written: what is there is read. Returns False, or raises the error if nothing is there."""
        if not self.database.is_made():
            raise error
        self._unwritable = error
        return False

    def _open(self, with_index: bool, progress: Progress | None) -> None:
        self.catalogue = self._open_catalogue()
        self.keywords = Keywords(self.catalogue)
        self.article_cache = ArticleCache(self.catalogue)
        self._exact = ExactVectors(self.catalogue, self._embedder)
        if self.writable:
            self._begin_to_own()
            if with_index:
                self.open_index(progress)

    def _begin_to_own(self) -> None:
        if isinstance(self.database, PostgresSchema):
            self.queue = JobQueue(self.database, self.catalogue, self._embedder)
            self.queue.create()  # first: workers that an owner before this one has left behind begin no more
        self.check_keywords()
        if isinstance(self._place, Server):
            self._claim_collections()
        self._index = VectorIndex(self.catalogue, self._place, self._embedder)

    def take_over(self) -> bool:
        """Become the owner if there is none any more; returns whether this process is the owner now.

        The catalogue is checked and mended as when a library is opened; the vector index is opened when it is next
        needed. Raises LibraryDamaged for a damaged catalogue, which the next call puts aside, and LibraryError if it
        cannot be used.
        """
        with self._opening, explained(self.folder):
            if self.writable or self._closed or self._unwritable is not None:
                return self.writable
            if not self.owner.acquire():
                return False
            try:
                if reason := self.database.remembered():
                    self._put_aside(reason)
                if fault := self.database.quick_fault():
                    raise self.database.damaged(fault)
                self.catalogue.begin_writing()
                self.article_cache.refresh()
                self._exact.release()
                _check(self.catalogue, as_well_if_closed=self.database.size() <= LOOKED_THROUGH)
                self.writable = True
                self._begin_to_own()
                self.database.forget()
            except BaseException:
                self._own_no_more()
                raise
            return True

    def _own_no_more(self) -> None:
        """Only read from here on."""
        self.writable, self.queue = False, None
        if self._index is not None:
            self._index.close()
            self._index = None
        self.owner.release()

    def _claim_collections(self) -> None:
        """A copy of a store gets another identity, so that it does not write to the collections of the other."""
        own = self.database.identity()
        if self.catalogue.about("inode") != own:
            self.catalogue.set_about(library=uuid.uuid4().hex, inode=own)

    def prove(self) -> None:
        """Check the whole catalogue, each article, and what belongs to it. Raises LibraryDamaged."""
        with explained(self.folder):
            with self.catalogue.connected() as connection:
                fault = self.database.fault(connection, fully=True)
            if fault:
                raise self.catalogue.damaged(fault)
            for name in self.catalogue.names():
                self.article_cache.get(name.file)
            for _ in self.catalogue.passages_with_vectors():
                pass

    def align_index(self) -> int:
        """Bring the vector index in line with the catalogue; returns how many passages differed.

        Raises LibraryError if it cannot be used.
        """
        self.require_owner()
        self.open_index()
        if self._index is None or not self._index.is_open:
            raise LibraryError(self.index_note or CLOSED)
        try:
            return self._index.align()
        except LibraryDamaged:
            raise
        except Exception as error:
            self._index.fail(error)
            raise LibraryError(self.index_note) from error

    def _put_aside(self, reason: object) -> None:
        aside = self.database.put_aside(reason)
        self._note(
            Phrase(
                "The index of the articles was damaged ({reason}). It was put aside as {aside}; sync reads the "
                "articles again.",
                reason=reason,
                aside=aside,
            )
        )

    def close(self) -> None:
        """Let go of all files and of the lock. Closing it again does nothing: by then another may own it."""
        with self._opening:
            if self._closed:
                return
            self._closed = True
            try:
                if self._index is not None:
                    self._index.close()
                    self._index = None
            finally:
                self._close_catalogue()
                self.owner.release()

    def _close_catalogue(self) -> None:
        if hasattr(self, "catalogue"):
            if self.writable:
                # on a full disk, or a damaged one: then the next one to open it looks it through
                with suppress(sqlite3.Error, LibraryError):
                    self.catalogue.set_about(open="", counts=_counts(self.catalogue))
            self.catalogue.close()

    @property
    def vectors(self) -> VectorSearch:
        """Chroma for the owner of a large library, once it is open; the exact scan of the catalogue otherwise."""
        index = self._index
        if index is None or self._exact.size() <= EXACT_UP_TO or not (index.is_open or index.note):
            return self._exact
        index.tend()
        return self._exact if index.note else CarefulVectors(index, self._exact)

    @property
    def index_note(self) -> str:
        """Why the catalogue's own vectors are searched, and not the vector index; "" if that is as it should be."""
        return self._index.note if self._index is not None else ""

    @property
    def is_slowed(self) -> bool:
        """Whether questions take longer because the vector index failed."""
        return bool(self.index_note) and self._exact.size() > EXACT_UP_TO

    @property
    def index(self) -> VectorIndex:
        """The vector index, open, to write to. Raises LibraryLocked if another process owns the store."""
        self.require_owner()
        self.open_index()
        if self._index is None:
            raise LibraryError("The library is closed: open it again.")
        return self._index

    def require_owner(self) -> None:
        """Raise LibraryLocked if another process owns the store, or nothing may be written there, and DiskFull."""
        if self._unwritable is not None:
            if is_full(self._unwritable):
                raise DiskFull(
                    "The disk that holds {folder} is full, so that the library can only be read: make room, then "
                    "open it again.",
                    folder=self.folder,
                )
            raise LibraryLocked(
                "The library can only be read, for its store {folder} cannot be written to ({reason}): "
                "give yourself the right to write there, or set READACROSS_STORE to another folder.",
                folder=self.folder,
                reason=self._unwritable,
            )
        if self.writable and not self.owner.acquire():  # the lock was lost, and another process has it
            with self._opening:
                self._own_no_more()
        if not (self.writable or self.take_over()):
            raise LibraryLocked(
                "The library is in use by {holder}, and only that may change it: sync there, or stop it.",
                holder=self.owner.holder(),
            )

    def open_index(self, progress: Progress | None = None) -> None:
        """Open Chroma, unless it is open or not ours, and fill it again if need be. If it fails, a note says so."""
        with self._opening:
            if self._index is not None and not self._index.is_open:
                with explained(self.folder):
                    self._note(self._index.open(progress))
                    self._exact.release()

    def _note(self, remark: str) -> None:
        if remark and remark not in self.notes:
            self.notes.append(remark)

    def _open_catalogue(self) -> Catalogue:
        if not self.writable:
            making = LibraryLocked(
                "The library is being made by {holder}: try again in a moment.", holder=self.owner.holder()
            )
            if not self.database.is_made():
                raise making
            catalogue = Catalogue(self.database, read_only=True)
            if not catalogue.version():
                catalogue.close()
                raise making
            return catalogue
        try:
            return _checked(self.database)
        except NewerVersion as error:
            raise LibraryError(
                "The library was made by a newer readacross ({error}): update readacross.", error=error
            ) from error

    def check_keywords(self, *, fully: bool = False) -> bool:
        """Fill the keyword index again if it is damaged, missing or behind; returns whether that was so."""
        reason = self._keywords_fault() or (fully and self.keywords.fault())
        if not reason or not self.writable:
            return bool(reason)
        with self.catalogue.transaction() as connection:
            tables = self.database.keyword_tables
            tables.drop(connection)
            tables.create(connection)
            rows = (keyword_row(s.id, s.article, s.passage) for s in self.catalogue.passages_with_vectors())
            while batch := list(islice(rows, AT_ONCE)):
                tables.put(connection, batch)
        self.catalogue.set_about(keywords=LAYOUT)
        if self.catalogue.count("passages"):
            self._note(f"The keyword index was filled again from the catalogue: {reason}.")
        return True

    def _keywords_fault(self) -> str:
        if self.catalogue.about("keywords") != LAYOUT:
            return "this version keeps it in another form"
        try:
            complete = self.keywords.count() == self.catalogue.count("passages")
        except LibraryDamaged as error:
            return f"it was missing or damaged ({error.__cause__ or error})"
        return "" if complete else "it did not hold all passages"


def _checked(database: Database) -> Catalogue:
    """The catalogue, looked through if it is small or was not closed."""
    if fault := database.quick_fault():
        raise database.damaged(fault)
    small = database.is_made() and database.size() <= LOOKED_THROUGH
    catalogue = Catalogue(database)
    try:
        _check(catalogue, as_well_if_closed=small)
    except BaseException:
        catalogue.close()
        raise
    return catalogue


def _check(catalogue: Catalogue, *, as_well_if_closed: bool) -> None:
    """Look a catalogue through that was not closed, and see whether a table has lost rows. Raises LibraryDamaged."""
    if as_well_if_closed or catalogue.about("open"):
        with catalogue.connected() as connection:
            fault = catalogue.database.fault(connection, fully=False)
        if fault:
            raise catalogue.damaged(fault)
    _check_counts(catalogue)
    library = catalogue.about("library")
    catalogue.set_about(library=library if is_library_id(library) else uuid.uuid4().hex, open="yes")


def _counts(catalogue: Catalogue) -> str:
    """The generation, and how many articles and passages it has."""
    return json.dumps([catalogue.about("generation"), catalogue.count("articles"), catalogue.count("passages")])


def _check_counts(catalogue: Catalogue) -> None:
    """Raise LibraryDamaged if a table has lost rows since the catalogue was closed, or has none where another has."""
    kept, now = catalogue.about("counts"), _counts(catalogue)
    generation = json.dumps(catalogue.about("generation"))
    if kept.startswith(f"[{generation},") and kept != now:
        raise catalogue.damaged("a table has lost rows")
    some_passage, some_sentence = select(PASSAGES.c.id).limit(1), select(SENTENCES.c.article).limit(1)
    if catalogue.execute(some_passage) and not catalogue.execute(some_sentence):
        raise catalogue.damaged("a table has lost its rows")

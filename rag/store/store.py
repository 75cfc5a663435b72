"""The store of one library: the catalogue, the indexes that derive from it, and the lock; opened, checked, repaired.

One owner writes: a lock on the library's store, and the name of who holds it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
import uuid
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import LibraryDamaged, LibraryError, LibraryLocked
from rag.store import keyword_index
from rag.store.article_cache import ArticleCache
from rag.store.catalogue import Catalogue
from rag.store.chroma import Folder, Server
from rag.store.disk_errors import explained, is_damaged
from rag.store.keyword_index import Keywords
from rag.store.own_files import CATALOGUE, is_library_id, refuse_links
from rag.store.vector_index import EXACT_UP_TO, ExactVectors, Progress, VectorIndex, VectorSearch
from rag.store.writes import keyword_row


class Owner:
    """The lock of one store. The operating system drops it when the process ends, however it ends."""

    def __init__(self, store: Path) -> None:
        self._lock = FileLock(store / "owner.lock", is_singleton=False, thread_local=False)
        self._card = store / "owner.json"

    def acquire(self) -> bool:
        """Become the owner; False if somebody else is."""
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            return False
        card = {
            "process": os.getpid(),
            "program": Path(sys.argv[0]).name or "python",
            "since": datetime.now().astimezone().isoformat(timespec="seconds"),
        }
        self._card.write_text(json.dumps(card), encoding="utf-8")
        return True

    def release(self) -> None:
        """Stop being the owner."""
        if self._lock.is_locked:
            self._card.unlink(missing_ok=True)
            self._lock.release()

    def holder(self) -> str:
        """Who owns the store, in words."""
        try:
            card = json.loads(self._card.read_text(encoding="utf-8"))
            return f"process {card['process']} ({card['program']}, since {card['since']})"
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return "another process"


class Store:
    """Everything that a library keeps on disk, in `folder`. `notes` says what had to be repaired.

    The first process to open a store owns it and may write; others read. Opening checks all parts, and the owner
    repairs them: a damaged catalogue is put aside and begun anew (the next sync reads the articles again); a keyword
    index or a collection that is damaged, missing or behind is filled again from the catalogue. With `defer_index` an
    embedded Chroma is opened and checked only by `open_index`, or by the first write; the exact scan serves until then.
    `chosen` says that the user has named the folder, which then may be a link; nothing within may be one.

    Raises LibraryDamaged if a damaged catalogue cannot be put aside, DiskFull, LibraryLocked while another process
    makes the library, and LibraryError if the store cannot be written, holds links, or the Chroma server does not
    answer.
    """

    def __init__(
        self,
        folder: Path,
        embedder: str,
        *,
        chosen: bool = True,
        chroma_url: str = "",
        defer_index: bool = False,
        progress: Progress | None = None,
    ) -> None:
        self.folder = folder
        self.notes: list[str] = []
        self._index: VectorIndex | None = None
        self._opening = threading.Lock()
        self._closed = False
        with explained(folder):
            refuse_links(folder, chosen=chosen)
            folder.mkdir(parents=True, exist_ok=True)
            self.owner = Owner(folder)
            self.writable = self.owner.acquire()
            try:
                self.catalogue = self._open_catalogue()
                self.keywords = Keywords(self.catalogue)
                self.article_cache = ArticleCache(self.catalogue)
                self._exact = ExactVectors(self.catalogue, embedder)
                if self.writable:
                    self._check_keywords()
                    place = Server(chroma_url.rstrip("/")) if chroma_url else Folder(folder)
                    self._index = VectorIndex(self.catalogue, place, embedder)
                    if chroma_url or not defer_index:
                        self.open_index(progress)
            except BaseException:
                self.close()
                raise

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
                with suppress(sqlite3.Error):  # on a full disk: then the next one to open it looks it through
                    self.catalogue.set_about(open="")
            self.catalogue.close()

    @property
    def vectors(self) -> VectorSearch:
        """Chroma for the owner of a large library, once it is open; the exact scan of the catalogue otherwise."""
        index = self._index
        if index is None or not index.is_open or self._exact.size() <= EXACT_UP_TO:
            return self._exact
        self._exact.release()  # it has grown
        return index.vectors

    @property
    def index(self) -> VectorIndex:
        """The vector index, open, to write to. Raises LibraryLocked if another process owns the store."""
        self.require_owner()
        self.open_index()
        if self._index is None:
            raise LibraryError("The library is closed: open it again.")
        return self._index

    def require_owner(self) -> None:
        """Raise LibraryLocked if another process owns the store."""
        if not self.writable:
            raise LibraryLocked(
                f"The library is in use by {self.owner.holder()}, and only that may change it: sync there, or stop it."
            )

    def open_index(self, progress: Progress | None = None) -> None:
        """Open Chroma, unless it is open or not ours, and fill it again if need be. Raises LibraryError, DiskFull."""
        with self._opening:
            if self._index is not None and not self._index.is_open:
                with explained(self.folder):
                    self._note(self._index.open(progress))
                    self._exact.release()

    def _note(self, remark: str) -> None:
        if remark:
            self.notes.append(remark)

    def _open_catalogue(self) -> Catalogue:
        path = self.folder / CATALOGUE
        if not self.writable:
            if not path.exists():
                raise LibraryLocked(f"The library is being made by {self.owner.holder()}: try again in a moment.")
            return Catalogue(path, read_only=True)
        try:
            return _checked(path)
        except sqlite3.NotSupportedError as error:
            raise LibraryError(f"The library was made by a newer readacross ({error}): update readacross.") from error
        except sqlite3.DatabaseError as error:
            if not is_damaged(error):
                raise
            self._note(_put_aside(path, error))
            return _checked(path)

    def _check_keywords(self) -> None:
        reason = self._keywords_fault()
        if not reason:
            return
        with self.catalogue.transaction() as connection:
            keyword_index.drop(connection)
            keyword_index.create(connection)
            for stored in self.catalogue.passages_with_vectors():
                keyword_index.put(connection, [keyword_row(stored.id, stored.article, stored.passage)])
        self.catalogue.set_about(keywords=keyword_index.LAYOUT)
        if self.catalogue.count("passages"):
            self._note(f"The keyword index was filled again from the catalogue: {reason}.")

    def _keywords_fault(self) -> str:
        if self.catalogue.about("keywords") != keyword_index.LAYOUT:
            return "this version keeps it in another form"
        try:
            complete = self.keywords.count() == self.catalogue.count("passages")
        except sqlite3.DatabaseError as error:
            return f"it was missing or damaged ({error})"
        return "" if complete else "it did not hold all passages"


def _checked(path: Path) -> Catalogue:
    catalogue = Catalogue(path)
    try:
        if catalogue.about("open"):
            (verdict,) = catalogue.connection.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                raise sqlite3.DatabaseError(f"malformed: {verdict}")
        library = catalogue.about("library")
        catalogue.set_about(library=library if is_library_id(library) else uuid.uuid4().hex, open="yes")
    except BaseException:
        catalogue.close()
        raise
    return catalogue


def _put_aside(path: Path, error: sqlite3.DatabaseError) -> str:
    aside = path.with_name(f"damaged-{datetime.now():%Y%m%d-%H%M%S}-{path.name}")
    try:
        path.rename(aside)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    except OSError as problem:
        raise LibraryDamaged(
            f"The catalogue {path} is damaged ({error}) and could not be put aside ({problem.strerror}). "
            "Move it away by hand; the articles themselves are untouched."
        ) from error
    return f"The catalogue was damaged ({error}). It was put aside as {aside.name}; sync reads the articles again."

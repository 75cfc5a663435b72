"""The collection that belongs to a catalogue: checked when opened, filled again when anything is wrong with it.

Searching by vector: the port, and the exact scan of the catalogue's own vectors.

A library of up to `EXACT_UP_TO` passages is scanned exactly; the owner of a larger one searches Chroma. A process that
only reads always scans: two processes on one Chroma folder do not see each other's writes.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Protocol

import numpy as np

from rag.embed.port import Vectors
from rag.errors import DiskFull, LibraryDamaged, LibraryError, Phrase
from rag.progress import SyncProgress
from rag.store.catalogue import Catalogue, StoredVectors
from rag.store.chroma import EMBEDDED, STEP, ChromaVectors, Place, Row, Writer
from rag.store.disk_errors import is_full
from rag.store.keyword_tables import Found
from rag.store.nodes import to_row
from rag.store.own_files import is_collection_of, new_collection_name


class VectorSearch(Protocol):
    """Finds passages by vector."""

    def search(self, vectors: Vectors, k: int, files: Sequence[str] | None = None) -> list[list[Found]]:
        """For each unit vector of shape (n, dimension), the `k` nearest passages in these files; scores are cosines."""


EXACT_UP_TO = 20_000
"""Passages up to which every vector is scanned (a few milliseconds), rather than Chroma's approximate graph."""


class ExactVectors:
    """Scans every vector of the catalogue: exact, and fast up to some tens of thousands of passages."""

    def __init__(self, catalogue: Catalogue, embedder: str) -> None:
        self._catalogue = catalogue
        self._embedder = embedder
        self._guard = threading.Lock()
        self._all: tuple[str, StoredVectors] | None = None
        self._size = ("", 0)

    def search(self, vectors: Vectors, k: int, files: Sequence[str] | None = None) -> list[list[Found]]:
        """As the port says. Passages that another embedder embedded are not found."""
        stored = self._everything() if files is None else self._catalogue.vectors(self._embedder, files)
        if not stored.ids:
            return [[] for _ in vectors]
        cosines = vectors @ stored.matrix.T
        best = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
        return [
            [Found(stored.ids[i], float(row[i])) for i in nearest] for row, nearest in zip(cosines, best, strict=True)
        ]

    def size(self) -> int:
        """The number of passages that are scanned."""
        generation = self._catalogue.about("generation")
        if self._size[0] != generation:
            self._size = (generation, self._catalogue.count_passages(self._embedder))
        return self._size[1]

    def release(self) -> None:
        """Let go of the vectors in memory; the next search reads them again."""
        with self._guard:
            self._all, self._size = None, ("", 0)

    def _everything(self) -> StoredVectors:
        with self._guard:
            generation = self._catalogue.about("generation")
            if self._all is None or self._all[0] != generation:
                self._all = None
                self._all = (generation, self._catalogue.vectors(self._embedder))
            return self._all[1]


class CarefulVectors:
    """Searches the collection, and every vector of the catalogue where that fails."""

    def __init__(self, index: VectorIndex, exact: ExactVectors) -> None:
        self._index = index
        self._exact = exact

    def search(self, vectors: Vectors, k: int, files: Sequence[str] | None = None) -> list[list[Found]]:
        """As the port says."""
        try:
            found = self._index.vectors.search(vectors, k, files)
        except LibraryDamaged:
            raise
        except Exception as error:
            self._index.fail(error)
            return self._exact.search(vectors, k, files)
        if files is None and any(len(near) < min(k, self._exact.size()) // 2 for near in found):
            self._index.fail(LibraryError("It has lost passages."))
            return self._exact.search(vectors, k)
        self._exact.release()
        return found


Progress = Callable[[SyncProgress], None]
LAYOUT = "1"
"""Raised when rows or the collection's configuration change, so that it is filled again."""


@dataclass(frozen=True, slots=True)
class CollectionState:
    """What the catalogue knows of its collection. `clean` is False while rows are being written."""

    address: str
    name: str
    embedder: str
    layout: str
    clean: bool


RETRY = 60.0
"""Seconds for which a collection that failed is left alone, and after which one in use is looked at again."""


class VectorIndex:
    """The owner's way to Chroma. Only passages of the embedder in use are in the collection.

    It may fail at any moment: then `note` says why, the catalogue's own vectors are searched and nothing is written to
    it. It is tried anew once a minute, and filled with what it missed.
    """

    def __init__(self, catalogue: Catalogue, place: Place, embedder: str) -> None:
        self.note = ""
        self._catalogue = catalogue
        self._place = place
        self._embedder = embedder
        self._vectors: ChromaVectors | None = None
        self._guard = threading.RLock()
        """Of who opens, fills or writes to the collection."""
        self._looked = -RETRY

    def open(self, progress: Progress | None = None) -> str:
        """Open the collection, or fill a new one, unless that failed a moment ago.

        Returns what was repaired and why, or why it cannot be used; "" if all is well.
        """
        with self._guard:
            if self.note and time.monotonic() - self._looked < RETRY:
                return self.note
            return self._opened(progress)

    def _opened(self, progress: Progress | None = None) -> str:
        self._looked = time.monotonic()
        try:
            told = self._open(progress)
        except LibraryDamaged:
            raise
        except Exception as error:
            self.fail(error)
            self.close()
            return self.note
        self.note = ""
        return told

    def _open(self, progress: Progress | None) -> str:
        state = self._state
        wanted = (self._place.address, self._embedder, LAYOUT)
        if state is None or (state.address, state.embedder, state.layout) != wanted:
            self.rebuild(progress)
            return ""
        reason = self._try(state)
        if not reason:
            self._place.tidy(state.name)
            return ""
        self.rebuild(progress)
        return f"The vector index was filled again from the catalogue: {reason}."

    def _try(self, state: CollectionState) -> str:
        if not state.clean:
            return "a process was stopped while it wrote there, or it could not be used"
        try:
            vectors = ChromaVectors(self._place, state.name, self._catalogue)
            if vectors.count() != self._catalogue.count_passages(self._embedder):
                vectors.close()
                return "it did not hold all passages"
        except LibraryError:
            raise
        except Exception as error:
            return f"it could not be opened ({type(error).__name__})"
        self._vectors = vectors
        return ""

    def close(self) -> None:
        """Let go of the collection."""
        if self._vectors is not None:
            with suppress(Exception):
                self._vectors.close()
            self._vectors = None

    @property
    def is_open(self) -> bool:
        """Whether the collection can be searched and written to."""
        return self._vectors is not None

    @property
    def vectors(self) -> ChromaVectors:
        """The open collection."""
        if self._vectors is None:
            raise LibraryError("The vector index is closed: open the library again.")
        return self._vectors

    def fail(self, error: Exception) -> None:
        """The collection cannot be used for now."""
        kind = type(error).__name__
        reason = error.phrase if isinstance(error, LibraryError) else Phrase("It failed ({kind}).", kind=kind)
        self._looked = time.monotonic()
        self.note = Phrase(
            "The vector index at {place} cannot be used, and the catalogue's own vectors are searched, which takes "
            "longer in a large library. {reason} It is tried anew once a minute.",
            place=self._place.shown,
            reason=reason,
        )

    def tend(self) -> None:
        """Once a minute, in a thread of its own: see whether the collection is whole, and mend it if not."""
        if time.monotonic() - self._looked >= RETRY:
            self._looked = time.monotonic()
            threading.Thread(target=self.mend, name="vector index", daemon=True).start()

    def mend(self) -> None:
        """Open the collection anew if it failed, or does not hold all passages; not while it is written to."""
        if not self._guard.acquire(blocking=False):
            return
        try:
            with suppress(Exception):  # the library was closed meanwhile, or the collection failed again
                if self.note or self.vectors.count() != self._catalogue.count_passages(self._embedder):
                    self.close()
                    self._opened()
        finally:
            self._guard.release()

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Write rows. Until all are written the catalogue says that the collection is not clean.

        If the caller is stopped by an exception, the collection is brought in line with the catalogue, which is written
        first. If Chroma fails, it is filled again from the catalogue; so is one that an earlier writing left unclean.
        If that fails too, or it could not be opened, `note` says so and it is filled later. Raises DiskFull.
        """
        with self._guard:
            state = self._state
            if self.is_open and state is not None and not state.clean:
                self._refill()
            self._mark(clean=False)
            writer = Writer(self._vectors)
            try:
                yield writer
            except BaseException:
                writer.stop()
                if self.is_open and not writer.failed:  # else it stays unclean, and is filled again by the next writing
                    with suppress(Exception):
                        self.align()
                        self._mark(clean=True)
                raise
            self._finish(writer)

    def align(self) -> int:
        """Write and delete the rows in which the collection differs from the catalogue, by their keys: how many."""
        keys, held = self._catalogue.passage_keys(self._embedder), self.vectors.keys()
        self.vectors.delete(sorted(held - keys))
        rows = [
            Row(stored.key, stored.vector, to_row(stored.article, stored.passage, stored.key))
            for stored in self._catalogue.passages_with_vectors(self._embedder, keys - held)
        ]
        self.vectors.upsert(rows)
        return len(held ^ keys)

    def _finish(self, writer: Writer) -> None:
        try:
            writer.finish()
        except Exception as error:
            if self._place.address == EMBEDDED and is_full(error):
                raise DiskFull("The disk is full. Nothing is lost: make room, then sync again.") from error
            self._refill()
        if self.is_open:
            self._mark(clean=True)

    def _refill(self) -> None:
        try:
            self.rebuild()
        except LibraryDamaged:
            raise
        except Exception as error:
            self.fail(error)
            self.close()

    def rebuild(self, progress: Progress | None = None) -> None:
        """Fill a new collection from the catalogue and discard the old ones."""
        self.close()
        name = new_collection_name(self._catalogue.about("library"))
        before = self._state
        if before is not None and before.address == self._place.address:
            self._place.discard(before.name)
        self._keep(CollectionState(self._place.address, name, self._embedder, LAYOUT, clean=False))
        self._place.tidy(name)
        vectors = ChromaVectors(self._place, name, self._catalogue)
        total = self._catalogue.count_passages(self._embedder)
        rows: list[Row] = []
        done = 0
        for stored in self._catalogue.passages_with_vectors(self._embedder):
            rows.append(Row(stored.key, stored.vector, to_row(stored.article, stored.passage, stored.key)))
            if len(rows) == STEP:
                vectors.upsert(rows)
                done += len(rows)
                rows.clear()
                if progress is not None:
                    progress(SyncProgress(done, total, "the vector index"))
        vectors.upsert(rows)
        self._vectors = vectors
        self._mark(clean=True)

    # -- what the catalogue knows ----------------------------------------------------------------------------------

    @property
    def _state(self) -> CollectionState | None:
        """None also if what is kept is nothing that we wrote: a library may come from a stranger."""
        kept = self._catalogue.about("collection")
        try:
            state = CollectionState(**json.loads(kept)) if kept else None
        except (TypeError, ValueError, RecursionError):
            return None
        if state is None or not is_collection_of(self._catalogue.about("library"), state.name):
            return None
        return state

    def _mark(self, *, clean: bool) -> None:
        state = self._state
        if state is not None and state.clean != clean:
            self._keep(CollectionState(state.address, state.name, state.embedder, state.layout, clean))

    def _keep(self, state: CollectionState) -> None:
        self._catalogue.set_about(collection=json.dumps(asdict(state)))

"""A library's folder as a place that articles are put into, taken out of and brought back to."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from rag.errors import ArticleError, LibraryError, Phrase
from rag.ingest.additions import copy_in, move_in, refused
from rag.ingest.files import list_files
from rag.ingest.sync import SETTLED
from rag.progress import Removed, Skipped
from rag.store.bin import Bin
from rag.store.store import Store


class ArticleFolder:
    """The files of a library. `max_bytes` is what one file may have."""

    def __init__(self, folder: Path, store: Store, max_bytes: int) -> None:
        self._folder = folder
        self._store = store
        self._max_bytes = max_bytes
        self._bin = Bin(store.folder, folder)

    def put(self, given: str, source: BinaryIO) -> str:
        """Copy a file in; returns its name. Raises as `copy_in` does, and LibraryLocked."""
        self._store.require_owner()
        return copy_in(self._folder, given, source, max_bytes=self._max_bytes)

    def put_all(self, paths: Iterable[Path]) -> tuple[list[str], list[Skipped]]:
        """Copy files in; returns the names of those that were, and why the others were not."""
        names, skipped = [], []
        for path in paths:
            try:
                with open(path, "rb") as source:
                    names.append(self.put(path.name, source))
            except ArticleError as error:
                skipped.append(Skipped(str(path), error.phrase))
            except OSError as error:
                skipped.append(
                    Skipped(
                        str(path), Phrase("cannot be read ({reason}): check its name", reason=error.strerror or error)
                    )
                )
        return names, skipped

    def settle(self) -> None:
        """Wait until the times of a file that was just written are believed."""
        time.sleep(SETTLED + 0.01)

    def original(self, file: str) -> Path:
        """The file that an article was read from, or the file of this name. Raises LibraryError if there is none."""
        return self._path(self._source(file), readable=True)

    def remove(self, files: Iterable[str]) -> Removed:
        """Move files into the bin. Articles are named, or files; one of several articles in a file is not removed.

        Raises LibraryError, and LibraryLocked; then nothing is moved.
        """
        self._store.require_owner()
        names = tuple(dict.fromkeys(map(self._removable, files)))
        if not names:
            raise LibraryError("No file was named: name what is to be removed.")
        try:
            return Removed(self._bin.put(names), names)
        except OSError as error:
            raise refused(self._folder, error) from error

    def restore(self, removed: str) -> tuple[str, ...]:
        """Move what was removed back to where it was, or to a free name beside; returns the names.

        Raises LibraryError, and LibraryLocked.
        """
        self._store.require_owner()
        names = []
        root = self._folder.resolve()
        for path, name in self._bin.files(removed):
            target = self._folder / name
            if not target.parent.resolve().is_relative_to(root):
                raise LibraryError("{folder} leads out of the folder: nothing is put there.", folder=target.parent)
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise refused(self._folder, error) from error
            free = move_in(path, target.parent, target.name)
            names.append((target.parent / free).relative_to(self._folder).as_posix())
        self._bin.empty(removed)
        return tuple(names)

    def _removable(self, file: str) -> str:
        source = self._source(file)
        if source != file and (others := self._store.catalogue.articles_in(source)) != [file]:
            raise LibraryError(
                "{file} is one of {n} articles in the file {source}: remove that, or take it out by hand.",
                file=file,
                n=f"{len(others):,}",
                source=source,
            )
        self._path(source)
        return source

    def _source(self, file: str) -> str:
        return self._store.catalogue.source_of(file) or file

    def _path(self, name: str, *, readable: bool = False) -> Path:
        """A file by its name, if a walk through the folder finds it: a name in a stranger's store leads nowhere else.

        A `readable` one is no file that is left out, such as a link that leads elsewhere.
        """
        listing = list_files(self._folder, store=self._store.folder.name, only={name})
        path = next((f.path for f in listing.files if f.name == name), None)
        if path is None and not readable and any(s.file == name for s in listing.skipped):
            path = self._folder / name
        if path is None or not path.is_file():
            raise LibraryError(
                "There is no file {name} in {folder}: check for new files.", name=repr(name), folder=self._folder
            )
        return path

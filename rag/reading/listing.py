"""Which files of a folder are to be read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import LibraryMissing
from rag.reading.formats import CONVERTIBLE, DUMPS, READERS
from rag.types import Skipped

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Line ends, control characters, marks that turn the direction of writing, and bytes that are no UTF-8."""
_RECORD_NAME = re.compile(rf"(.+(?:{'|'.join(re.escape(s) for s in DUMPS)}))#", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file to read: `path` opens it, `name` is its path below the folder with "/" between the parts."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class FileListing:
    """The files to read, sorted by name, and what was left out although it may hold articles."""

    files: tuple[ListedFile, ...]
    skipped: tuple[Skipped, ...] = ()


def list_files(folder: Path, *, store: str = ".readacross") -> FileListing:
    """List all files below `folder` that can be read, without hidden ones and without the folder's own `store`.

    Symbolic links are followed if they stay inside the folder. Files of types that never hold articles, such as
    pictures, are passed over; what could hold one and is left out is told in `skipped`, with the reason. Raises
    LibraryMissing if there is no such folder.
    """
    if not folder.is_dir():
        raise LibraryMissing(f"There is no folder {folder}: create it, or name another.")
    walk = _Walk(folder, store)
    files = sorted(walk.files(), key=lambda f: f.name)
    taken = {f.name for f in files}
    kept = []
    for file in files:
        dump = _RECORD_NAME.match(file.name)
        if dump and dump.group(1) in taken:
            walk.skip(file.name, f"its name could be taken for a record of {dump.group(1)}: rename it")
        else:
            kept.append(file)
    return FileListing(tuple(kept), tuple(sorted(walk.skipped, key=lambda s: s.file)))


class _Walk:
    """One walk through a folder, which remembers what it left out."""

    def __init__(self, folder: Path, store: str) -> None:
        self._folder = folder
        self._root = folder.resolve()
        self._store = folder / store
        self.skipped: list[Skipped] = []

    def files(self) -> Iterator[ListedFile]:
        yield from self._below(self._folder, (self._root,))

    def skip(self, name: str, reason: str) -> None:
        visible = _UNSAFE.sub(lambda m: m.group().encode("unicode-escape", "surrogatepass").decode("ascii"), name)
        self.skipped.append(Skipped(visible, reason))

    def _below(self, folder: Path, parents: Sequence[Path]) -> Iterator[ListedFile]:
        """The files of a folder and of those in it; `parents` are the real paths on the way, against loops."""
        try:
            names = sorted(os.listdir(folder))
        except OSError as error:
            self.skip(self._name(folder), f"the folder cannot be listed ({error.strerror}): give yourself the right to")
            return
        for path in (folder / name for name in names if not name.startswith(".")):
            if path == self._store:
                continue
            if path.is_dir():
                yield from self._folder_at(path, parents)
            else:
                yield from self._file_at(path)

    def _folder_at(self, path: Path, parents: Sequence[Path]) -> Iterator[ListedFile]:
        real = path.resolve()
        if not real.is_relative_to(self._root):
            self.skip(self._name(path), "the link leads out of the folder: copy what it points to into the folder")
        elif real not in parents:
            yield from self._below(path, (*parents, real))

    def _file_at(self, path: Path) -> Iterator[ListedFile]:
        name, suffix = self._name(path), path.suffix.lower()
        if suffix not in READERS:
            if suffix in CONVERTIBLE:
                self.skip(name, f"files of type {suffix} cannot be read: convert it to one of {' '.join(READERS)}")
        elif _UNSAFE.search(name):
            self.skip(name, "its name holds line ends, control characters or damaged letters: rename it")
        elif not _resolved(path).is_relative_to(self._root):
            self.skip(name, "the link leads out of the folder: copy the file into it")
        elif path.is_file():
            yield ListedFile(path, name)
        else:
            self.skip(name, "it is no ordinary file, or a link to nothing: remove it")

    def _name(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()


def _resolved(path: Path) -> Path:
    """Where a path leads; links in a loop lead nowhere."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return Path("/")

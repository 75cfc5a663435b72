"""From a file to its articles: one reader for each file type, one clean-up for all.

Which files of a folder are to be read.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ArticleError, LibraryMissing
from rag.ingest.clean import clean_text, decode, one_line
from rag.ingest.formats import CONVERTIBLE, DUMPS, READERS
from rag.ingest.raw_article import Draft
from rag.progress import Skipped
from rag.render.record import is_export
from rag.results.answers import Article
from rag.text.injection import is_injection
from rag.text.language import detect_language

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


__all__ = [
    "FileListing",
    "ListedFile",
    "ReadFile",
    "list_files",
    "read_file",
    "read_one_text",
    "read_plain_text",
]


@dataclass(frozen=True, slots=True)
class ReadFile:
    """The articles of one file, and the records of a dump that could not be read."""

    articles: tuple[Article, ...]
    skipped: tuple[Skipped, ...] = ()


def read_file(path: Path, name: str, *, max_bytes: int) -> ReadFile:
    """Read one file. `name` is its path below the library folder; records of a dump get "#" and an id after it.

    Raises ArticleError, saying what is wrong and what to do, if the file is larger than `max_bytes` (it is then not
    read), has vanished, cannot be decoded, holds no text, or is not what its suffix says.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise ArticleError(f"files of type {path.suffix!r} cannot be read: convert it to one of {' '.join(READERS)}")
    data = _read_bytes(path, max_bytes)
    if is_export(data):
        raise ArticleError("is an export of readacross, no article: its quotes are those of the articles")
    try:
        read = reader(data)
    except (RecursionError, MemoryError) as error:  # files that were made to do this
        raise ArticleError("is built in a way that no program can follow: save its text as .txt") from error
    articles = tuple(_finish(draft, name) for draft in read.drafts)
    if not any(a.text.strip() for a in articles):
        raise ArticleError("holds no text: remove it, or fill it")
    return ReadFile(articles, tuple(Skipped(f"{name}#{s.file}", s.reason) for s in read.skipped))


def read_one_text(path: Path, *, max_bytes: int) -> str:
    """The text of a file that holds a single one, such as a draft.

    Raises ArticleError as `read_file` does, and for a dump.
    """
    if not path.exists():
        raise ArticleError("does not exist: check its name")
    if path.suffix.lower() in DUMPS:
        raise ArticleError("may hold many articles: give a file with one text")
    (article,) = read_file(path, path.name, max_bytes=max_bytes).articles
    return article.text


def read_plain_text(data: bytes, *, max_bytes: int) -> str:
    """The text of bytes in any encoding, cleaned as an article's. Raises ArticleError as `read_file`."""
    if len(data) > max_bytes:
        raise ArticleError(_too_large(len(data), max_bytes))
    text = clean_text(decode(data))
    if not text.strip():
        raise ArticleError("holds no text: fill it")
    return text


def _read_bytes(path: Path, max_bytes: int) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as file:
            facts = os.fstat(handle)
            if not stat.S_ISREG(facts.st_mode):
                raise ArticleError("is no ordinary file: remove it from the folder")
            if facts.st_size > max_bytes:
                raise ArticleError(_too_large(facts.st_size, max_bytes))
            data = file.read(max_bytes + 1)
    except FileNotFoundError as error:
        raise ArticleError("vanished while it was being read: sync again") from error
    except PermissionError as error:
        raise ArticleError("may not be read: give yourself the right to read it") from error
    except OSError as error:
        problem = "is a folder" if error.errno == errno.EISDIR else error.strerror or str(error)
        raise ArticleError(f"cannot be read ({problem}): check the file and sync again") from error
    if len(data) > max_bytes:
        raise ArticleError(_too_large(len(data), max_bytes))
    return data


def _too_large(size: int, limit: int) -> str:
    return f"is too large ({size / 1e6:.1f} MB; the limit is {limit / 1e6:.1f} MB): split it, or raise the limit"


def _finish(draft: Draft, name: str) -> Article:
    text = clean_text(draft.text)
    return Article(
        file=f"{name}#{draft.record}" if draft.record else name,
        text=text,
        title=_name(draft.title),
        publisher=_name(draft.publisher),
        published=draft.published,
        # What a text is written in weighs more than what a template says of it.
        language=detect_language(text) or draft.language,
        address=one_line(draft.address, 2000),
    )


def _name(value: str) -> str:
    """A title or a publisher's name on one line; "" for words that speak to a machine."""
    line = one_line(value)
    return "" if is_injection(line) else line

"""From a file to its articles: one reader for each file type, one clean-up for all."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ArticleError
from rag.exports.record import is_export
from rag.reading.cleaning import clean_text, one_line
from rag.reading.draft import Draft
from rag.reading.encodings import decode
from rag.reading.formats import DUMPS, READERS
from rag.reading.languages import detect_language
from rag.reading.listing import FileListing, ListedFile, list_files
from rag.reading.orders import is_order
from rag.types import Article, Skipped

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
    return "" if is_order(line) else line

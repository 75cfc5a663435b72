"""Putting articles into a folder: under a safe, free name, whole or not at all, and never over another file."""

from __future__ import annotations

import os
import re
import unicodedata
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from rag.errors import ArticleError, DiskFull, LibraryError, LibraryMissing
from rag.ingest.files import is_passed_over, is_unsafe, too_large
from rag.ingest.metadata import facts_of_lines
from rag.store.disk_errors import is_full

LONGEST_NAME = 150
"""Bytes of a file name, in UTF-8."""
LONGEST_TITLE = 200
"""Characters of the title of a text."""
CHUNK = 1 << 20
"""Bytes copied at once."""
COPIES = 1_000
"""Files of one name."""
_FORBIDDEN = re.compile(r'[/\\:*?"<>|#]')
"""What some file system does not take in a name, and "#", which stands between a file and its record."""
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_WORDS = re.compile(r"\S+")
_PART = ".readacross-{}.part"
"""What a file is called while it is copied in."""


def safe_name(given: str) -> str:
    """A name for a file that lies in one folder on any system, made of the last part of the `given` name or path."""
    last = re.split(r"[/\\]", given.rstrip("/\\"))[-1]
    visible = "".join(" " if is_unsafe(c) or unicodedata.category(c) == "Cf" else c for c in last)
    name = " ".join(_FORBIDDEN.sub(" ", unicodedata.normalize("NFC", visible)).split()).strip(". ")
    stem, suffix = os.path.splitext(name)
    if len(suffix.encode()) > 12 or " " in suffix:
        stem, suffix = name, ""
    stem = _cut(stem, LONGEST_NAME - len(suffix.encode())).rstrip(". ") or "article"
    name = stem + suffix
    return f"_{name}" if _RESERVED.fullmatch(name) or is_passed_over(name) else name


def text_file(text: str, title: str = "") -> tuple[str, bytes]:
    """The name and the bytes of a file that holds a text under its title, as they are read again.

    Raises ArticleError if the text is empty, or the title too long.
    """
    title = " ".join(title.split())
    if not text.strip():
        raise ArticleError("the text is empty: paste the article's words")
    if len(title) > LONGEST_TITLE:
        raise ArticleError(
            "the title has {length} characters; the limit is {most}: shorten it",
            length=f"{len(title):,}",
            most=LONGEST_TITLE,
        )
    whole = f"{title}\n\n{text}" if title else text
    if title and facts_of_lines(whole).title != title:
        whole = f"Title: {title}\n\n{text}"
    name = title or " ".join(_WORDS.findall(text[:400])[:8])
    return f"{safe_name(name.replace('.', ' '))}.txt", whole.encode("utf-8", "replace")


def copy_in(folder: Path, given: str, source: BinaryIO, *, max_bytes: int) -> str:
    """Copy what `source` holds into the folder, and return the name that it has there.

    The name is like the one that was given, but safe and free. Raises ArticleError if there is more than `max_bytes`
    or nothing, DiskFull, LibraryMissing, and LibraryError if the folder may not be written to; then nothing is left.
    """
    if not folder.is_dir():
        raise LibraryMissing("There is no folder {folder}: create it, or name another.", folder=folder)
    part = folder / _PART.format(uuid.uuid4().hex)
    try:
        try:
            _write(part, source, max_bytes)
            return _move_in(part, folder, safe_name(given))
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    except OSError as error:
        raise refused(folder, error) from error


def left_behind(folder: Path) -> list[Path]:
    """The parts of files that were being copied into the folder when a process was killed."""
    ours = re.compile(_PART.format("[0-9a-f]{32}"))
    return [path for path in folder.glob(_PART.format("*")) if ours.fullmatch(path.name)]


def move_in(source: Path, folder: Path, name: str) -> str:
    """Move a file into the folder, under its name or one like it that is free. Raises as `copy_in` does."""
    try:
        return _move_in(source, folder, name)
    except OSError as error:
        raise refused(folder, error) from error


def _write(part: Path, source: BinaryIO, max_bytes: int) -> None:
    size = 0
    with open(part, "xb") as file:
        while data := source.read(CHUNK):
            size += len(data)
            if size > max_bytes:
                raise ArticleError(too_large(size, max_bytes))
            file.write(data)
    if not size:
        raise ArticleError("is empty: choose a file with an article in it")


def _move_in(source: Path, folder: Path, name: str) -> str:
    for free in _names(name):
        target = folder / free
        try:
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            continue
        try:
            os.replace(source, target)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return free
    raise ArticleError("is there {most} times already: rename it", most=f"{COPIES:,}")


def _names(name: str) -> Iterator[str]:
    stem, suffix = os.path.splitext(name)
    yield name
    yield from (f"{stem} ({number}){suffix}" for number in range(2, COPIES + 1))


def _cut(text: str, size: int) -> str:
    """As much of a text as has so many bytes."""
    return text.encode("utf-8", "replace")[:size].decode("utf-8", "ignore")


def refused(folder: Path, error: OSError) -> LibraryError:
    """The error that says why a folder could not be changed, and what to do."""
    if is_full(error):
        return DiskFull(
            "The disk that holds {folder} is full, so nothing was changed: make room, and try again.", folder=folder
        )
    return LibraryError(
        "The folder {folder} may not be written to ({reason}), so nothing was changed. "
        "Give yourself the right to write there, or put the file there by other means and check for new files.",
        folder=folder,
        reason=error.strerror or error,
    )

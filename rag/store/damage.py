"""Damage at rest: what counts as damage, and how a file of the store is put aside and begun anew.

Whoever meets damage raises `damaged(…)`, which leaves a mark beside the file. The next owner that opens the store finds
the mark, moves the file into a folder of its own, and what it held is read again.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from rag.errors import LibraryDamaged

MARK = ".damaged"
"""Suffix of the file that tells, in words, that the one of the same name is damaged."""
_CODES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)
_WORDS = (
    "malformed:",
    "could not decode",
    "no such table",
    "no such column",
    "already exists",
    "unsupported file format",
)
"""What is said, under SQLite's general code or none, of a file that is not what this program wrote."""
_DOUBTFUL = (sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_ERROR)
"""SQLite's codes for what a damaged file and a fault of the program have in common."""
_ASIDE = "damaged-"
"""How the names of folders begin in which lies what was put aside."""
_MAGIC = b"SQLite format 3\0"


def is_damaged(error: BaseException) -> bool:
    """Whether SQLite says that a file is not, or is no longer, what this program wrote."""
    if isinstance(error, UnicodeDecodeError):
        return True
    said = str(error).lower()
    return isinstance(error, sqlite3.Error) and (_code(error) in _CODES or any(words in said for words in _WORDS))


def is_doubtful(error: BaseException) -> bool:
    """Whether either a damaged file or a fault of the program may be behind an error: the file tells which."""
    return isinstance(error, sqlite3.Error) and _code(error) in _DOUBTFUL


def cannot_write(error: BaseException) -> bool:
    """Whether a file, sound or not, cannot be written to where it lies."""
    return _code(error) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


def _code(error: BaseException) -> int | None:
    """SQLite's primary result code; None for what does not come from SQLite."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def header_fault(path: Path) -> str:
    """What is wrong with a database's first bytes, which SQLite would take for lacking permission; "" if nothing."""
    with path.open("rb") as file:
        header = file.read(100)
    sound = not header or (len(header) == 100 and header.startswith(_MAGIC) and set(header[18:20]) <= {1, 2})
    return "" if sound else "its header is not a database's"


def damaged(path: Path, reason: object) -> LibraryDamaged:
    """The error to raise for a damaged file of the store, which is remembered until the store is opened again."""
    with suppress(OSError), path.with_suffix(MARK).open("x", encoding="utf-8") as mark:
        mark.write(str(reason))
    return LibraryDamaged(
        "The index of the articles, {path}, is damaged ({reason}). Open the library again, or start "
        "the program again: the index is put aside and the articles, which are untouched, are read "
        "again. Conversations are kept.",
        path=path,
        reason=reason,
    )


def remembered(path: Path) -> str:
    """Why a file was found damaged; "" if it was not, or has been mended since."""
    try:
        return path.with_suffix(MARK).read_text(encoding="utf-8", errors="replace")[:500] or "damaged"
    except OSError:
        return ""


def forget(path: Path) -> None:
    """Whatever was found has been mended."""
    with suppress(OSError):
        path.with_suffix(MARK).unlink(missing_ok=True)


def put_aside(path: Path, reason: object) -> Path:
    """Move a damaged file, its journals and its mark into a folder of their own beside it, which is returned.

    Raises LibraryDamaged if that cannot be done.
    """
    try:
        folder = _new_folder(path.parent)
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm", path.with_suffix(MARK).name):
            if path.with_name(name).exists():
                shutil.move(path.with_name(name), folder / name)
    except OSError as problem:
        raise LibraryDamaged(
            "{path} is damaged ({reason}) and could not be put aside ({problem}). Move it away by hand; "
            "the articles themselves are untouched.",
            path=path,
            reason=reason,
            problem=problem.strerror,
        ) from problem
    return folder


def put_aside_in(store: Path) -> list[str]:
    """The folders of a store in which lies what was put aside, by name."""
    return sorted(path.name for path in store.glob(f"{_ASIDE}*"))


def _new_folder(store: Path) -> Path:
    name = f"{_ASIDE}{datetime.now():%Y%m%d-%H%M%S}"
    for number in range(1, 1_000):
        folder = store / (name if number == 1 else f"{name}-{number}")
        with suppress(FileExistsError):
            folder.mkdir()
            return folder
    raise FileExistsError(0, "too many copies have been put aside", str(store))

"""What a store's file system does to it, translated into the project's errors."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import DiskFull, LibraryError

FULL = ("disk is full", "no space left", "disk quota", "database or disk is full")
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_full(error: BaseException) -> bool:
    """Whether this is the disk's, or the quota's, end."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return True
    return any(words in str(error).lower() for words in FULL)


def is_damaged(error: sqlite3.Error) -> bool:
    """Whether SQLite says that the file is not, or is no longer, one of its own."""
    code = getattr(error, "sqlite_errorcode", None)
    return (code is not None and code & 0xFF in DAMAGED) or "malformed" in str(error)


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Raise DiskFull or LibraryError, with advice, for what goes wrong while the store `folder` is written."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        if is_full(error):
            raise DiskFull(
                f"The disk that holds {folder} is full. Nothing is lost: make room, then sync again, "
                "or set READACROSS_STORE to a folder on another disk."
            ) from error
        raise LibraryError(
            f"The store {folder} cannot be used ({error}). Check that you may write there, "
            "or set READACROSS_STORE to another folder."
        ) from error

"""What a store's file system does to it, translated into the project's errors."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import DiskFull, LibraryDamaged, LibraryError
from rag.store.damage import is_damaged, is_doubtful

FULL = ("disk is full", "no space left", "disk quota", "database or disk is full")


def is_full(error: BaseException) -> bool:
    """Whether this is the disk's, or the quota's, end."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return True
    return any(words in str(error).lower() for words in FULL)


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Raise DiskFull, LibraryDamaged or LibraryError, with advice, for what goes wrong in the store `folder`."""
    try:
        yield
    except (OSError, sqlite3.Error, UnicodeDecodeError) as error:
        if is_doubtful(error):
            raise LibraryError(
                "The store {folder} could not be used, which is a fault of this program ({error}): "
                "please report it. Nothing is lost.",
                folder=folder,
                error=error,
            ) from error
        if is_damaged(error):
            raise LibraryDamaged(
                "The store {folder} is damaged ({error}). Open the library again: it is mended then, "
                "and the articles are untouched. If that does not help, move the store away.",
                folder=folder,
                error=error,
            ) from error
        if is_full(error):
            raise DiskFull(
                "The disk that holds {folder} is full. Nothing is lost: make room, then sync again, "
                "or set READACROSS_STORE to a folder on another disk.",
                folder=folder,
            ) from error
        raise LibraryError(
            "The store {folder} cannot be used ({reason}). Check that you may write there, "
            "or set READACROSS_STORE to another folder.",
            folder=folder,
            reason=error,
        ) from error

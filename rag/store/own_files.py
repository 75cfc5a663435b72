"""What in a store is ours: the exact form of our names, and no links. A store may come from a stranger."""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

from rag.errors import LibraryError
from rag.settings import Settings

STORE = ".readacross"
CATALOGUE = "catalogue.sqlite"
CONVERSATIONS = "conversations.sqlite"
WRITTEN = "written"
"""The folder in the store for what a model has written of unfinished summaries."""
BIN = "bin"
"""The folder in the store for files that were removed from the library."""
_LIBRARY_ID = re.compile(r"[0-9a-f]{32}")
_COLLECTION = re.compile(r"readacross-[0-9a-f]{12}-[0-9a-f]{8}")
_OURS = (f"{CATALOGUE}*", f"{CONVERSATIONS}*", "*.damaged", "owner.*", WRITTEN, "readacross-*")
"""What the store's own folder holds of ours; a folder that the user has chosen may hold other things too."""


def is_library_id(text: str) -> bool:
    """Whether this is the identity of a library as we make it."""
    return _LIBRARY_ID.fullmatch(text) is not None


def new_collection_name(library: str) -> str:
    """A fresh name for a collection of the library with this identity."""
    return f"readacross-{library[:12]}-{uuid.uuid4().hex[:8]}"


def is_collection_name(name: object) -> bool:
    """Whether this is exactly what `new_collection_name` makes: then it is safe as the name of a folder."""
    return isinstance(name, str) and _COLLECTION.fullmatch(name) is not None


def is_collection_of(library: str, name: object) -> bool:
    """Whether this names a collection of the library with this identity, and of no other."""
    return is_collection_name(name) and str(name).split("-")[1] == library[:12]


def refuse_links(store: Path, *, chosen: bool) -> None:
    """Raise LibraryError if the store, or anything of ours in it, is a link: it could lead to any file of the user.

    `chosen` says that the user has named the store's folder, which then may be a link itself.
    """
    if not chosen and is_link(store):
        raise _refusal(store)
    for path in _entries(store):
        if is_link(path):
            raise _refusal(path)


def _entries(store: Path) -> Iterator[Path]:
    for pattern in _OURS:
        for path in store.glob(pattern):
            yield path
            if path.is_dir() and not is_link(path):
                for folder, folders, files in os.walk(path):
                    yield from (Path(folder, name) for name in (*folders, *files))


def is_link(path: Path) -> bool:
    """Whether this is a symbolic link or, on Windows, a junction."""
    try:
        facts = path.lstat()
    except OSError:
        return False
    return path.is_symlink() or getattr(facts, "st_reparse_tag", 0) == _JUNCTION


_JUNCTION = 0xA0000003


def _refusal(path: Path) -> LibraryError:
    return LibraryError(
        "{path} is a link to another place, and is not followed. Remove the link and sync again: the "
        "index is made anew from the articles. To keep the index elsewhere, set READACROSS_STORE.",
        path=path,
    )


def store_of(folder: Path, settings: Settings) -> Path:
    """Where a library's index is kept: in the folder, or below READACROSS_STORE, where each library has its own."""
    if not settings.store:
        return folder / STORE
    where = folder.resolve()
    return Path(settings.store).expanduser() / f"{where.name or 'root'}-{path_digest(where)}"


def path_digest(where: Path) -> str:
    """Eight hexadecimal digits that tell a folder from others of its name."""
    return hashlib.sha256(os.fsencode(where)).hexdigest()[:8]

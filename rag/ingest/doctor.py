"""What is wrong with a library: each part is checked in full, mended where that can be done, and told otherwise.

Damage to the catalogue is mended by the next opening; what derives from it is mended here.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rag.errors import LibraryDamaged, ReadacrossError
from rag.ingest.additions import left_behind
from rag.ingest.sync import find_changes
from rag.store.conversations import Conversations
from rag.store.disk_errors import explained
from rag.store.own_files import CONVERSATIONS
from rag.store.store import Store

ROOM = 100_000_000
"""Bytes that must be free on the store's disk, beside half of what the catalogue has."""


@dataclass(frozen=True, slots=True)
class Check:
    """A part of a library: "sound", "mended", or "open" where something is left to do, which `told` says."""

    part: str
    state: Literal["sound", "mended", "open"]
    told: str

    def __str__(self) -> str:
        return f"{self.state:7} {self.part}: {self.told}"


def examine(folder: Path, store: Store, conversations: Conversations) -> Iterator[Check]:
    """Check each part in turn. What fails is told; nothing else is checked after a damaged catalogue."""
    checks: dict[str, Callable[[], Check]] = {
        "rights": lambda: _rights(folder, store),
        "catalogue": lambda: _catalogue(store),
        "keyword index": lambda: _keywords(store),
        "vector index": lambda: _vectors(store),
        "conversations": lambda: _conversations(conversations),
        "leftovers": lambda: _left_behind(folder, store),
        "room": lambda: _room(store),
        "files": lambda: _files(folder, store),
    }
    for part, check in checks.items():
        try:
            with explained(store.folder):
                found = check()
        except LibraryDamaged as error:
            yield Check("catalogue", "open", str(error))
            return
        except ReadacrossError as error:
            found = Check(part, "open", str(error))
        yield found


def _rights(folder: Path, store: Store) -> Check:
    if not os.access(folder, os.R_OK | os.X_OK):
        return Check("rights", "open", f"{folder} cannot be read: give yourself the right to.")
    if not store.writable:
        try:
            store.require_owner()
        except ReadacrossError as error:
            return Check("rights", "open", f"nothing can be mended. {error}")
    private = store.folder / CONVERSATIONS
    if os.name == "posix" and private.exists() and private.stat().st_mode & 0o077 and store.writable:
        private.chmod(0o600)
        return Check("rights", "mended", "others could read the conversations.")
    return Check("rights", "sound", "the folder can be read, and its store be written to.")


def _catalogue(store: Store) -> Check:
    store.prove()
    catalogue = store.catalogue
    articles, passages = catalogue.count("articles"), catalogue.count("passages")
    return Check("catalogue", "sound", f"{articles:,} articles, each as it was read, with {passages:,} passages.")


def _keywords(store: Store) -> Check:
    if store.check_keywords(fully=store.writable):
        if not store.writable:
            return Check("keyword index", "open", "it is damaged: who owns the library mends it by opening it again.")
        return Check("keyword index", "mended", "it was damaged, and filled again from the catalogue.")
    return Check("keyword index", "sound", "it holds all passages.")


def _vectors(store: Store) -> Check:
    if not store.writable:
        return Check("vector index", "sound", "not used by who only reads.")
    if differing := store.align_index():
        return Check("vector index", "mended", f"{differing:,} passages were missing or too many.")
    return Check("vector index", "sound", "it holds all passages.")


def _conversations(conversations: Conversations) -> Check:
    try:
        number, note = conversations.count(), conversations.note
    except ReadacrossError as error:
        return Check("conversations", "open", str(error))
    return Check("conversations", "open" if note else "sound", note or f"{number:,} are kept.")


def _left_behind(folder: Path, store: Store) -> Check:
    """Nobody copies files in but the owner of the store."""
    parts = left_behind(folder)
    if store.writable:
        for path in parts:
            path.unlink()
    if aside := sorted(store.database.aside()):
        told = f"what was put aside as damaged is still there: delete {', '.join(aside)} in {store.database.shown}."
        return Check("leftovers", "open", told)
    if parts:
        told = f"{len(parts)} unfinished copies of files"
        return (
            Check("leftovers", "mended", f"{told} were removed.")
            if store.writable
            else Check("leftovers", "open", told)
        )
    return Check("leftovers", "sound", "nothing was left behind.")


def _room(store: Store) -> Check:
    free = shutil.disk_usage(store.folder).free
    needed = ROOM + store.database.size() // 2
    told = f"{free / 1e9:,.1f} GB are free on the disk of {store.folder}"
    if free < needed:
        return Check("room", "open", f"{told}: make room for {needed / 1e9:,.1f} GB.")
    return Check("room", "sound", f"{told}.")


def _files(folder: Path, store: Store) -> Check:
    changes = find_changes(folder, store)
    number = len(changes.added) + len(changes.changed) + len(changes.removed)
    if number:
        return Check(
            "files",
            "open",
            f"{number:,} are new, gone or touched since they were read: run `readacross sync`.",
        )
    return Check("files", "sound", "all were read.")

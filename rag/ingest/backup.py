"""A library in one file: its articles' files, its catalogue, conversations and bin; and made anew from such a file.

A backup is a ZIP archive. `MANIFEST`, written last, has the SHA-256 of each member. Articles lie below `articles/`, the
store's files below `store/`; what can be made anew from them is left out. It may come from a stranger.
"""

from __future__ import annotations

import errno
import glob
import hashlib
import json
import os
import re
import shutil
import sqlite3
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import IO

from rag.errors import DiskFull, LibraryDamaged, LibraryError, LibraryMissing
from rag.ingest.files import is_passed_over, is_unsafe, list_files
from rag.settings import Settings
from rag.store.bin import Bin
from rag.store.disk_errors import explained, is_full
from rag.store.own_files import BIN, CATALOGUE, CONVERSATIONS, STORE, refuse_links, store_of
from rag.store.schema import fault_in
from rag.store.sqlite_file import SqliteFile

MANIFEST = "readacross-backup.json"
_ARTICLES, _STORE = "articles/", "store/"
_IN_STORE = re.compile(rf"{re.escape(CATALOGUE)}|{re.escape(CONVERSATIONS)}|{BIN}/[0-9a-f]{{32}}/(?P<removed>.+)")
CHUNK = 1 << 20
"""Bytes copied at once."""
MOST_MEMBERS = 2_000_000
LARGEST_MANIFEST = 500_000_000
"""Bytes."""
MOST_UNFOLDED, ALWAYS_UNFOLDED = 200, 100_000_000
"""A backup may unfold to so many times its size, or to so many bytes."""


def write_backup(folder: Path, store: Path, file: Path) -> int:
    """Write a backup of a library, which may be in use meanwhile, to a new file; returns the number of articles' files.

    The store is as it was at one moment. The file is there once it is whole. Raises LibraryError if it is there
    already, would lie in the library or cannot be written, LibraryMissing, DiskFull, and LibraryDamaged for a damaged
    store, which is not worth a backup.
    """
    if file.resolve().is_relative_to(folder.resolve()):
        raise LibraryError(f"{file} would become an article of the library: name a file in another folder.")
    if file.exists():
        raise LibraryError(f"{file} is there already: name another file, or move it away.")
    if not (store / CATALOGUE).is_file():
        raise LibraryMissing(f"There is no index in {store}: run `readacross sync` first.")
    part = file.with_name(f".{file.name}.partial")
    with _told(file.parent):
        try:
            refuse_links(store, chosen=True)
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1, strict_timestamps=False) as archive:
                number = _fill(_Writer(archive), folder, store)
            with open(part, "rb") as whole:
                os.fsync(whole.fileno())
            os.replace(part, file)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    return number


class _Writer:
    """Adds members to an archive."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.digests: dict[str, str] = {}

    def add(self, name: str, path: Path) -> None:
        digest = hashlib.sha256()
        with open(path, "rb") as source, self.archive.open(name, "w", force_zip64=True) as member:
            for data in _chunks(source):
                digest.update(data)
                member.write(data)
        self.digests[name] = digest.hexdigest()


def _fill(writer: _Writer, folder: Path, store: Path) -> int:
    with tempfile.TemporaryDirectory(prefix="readacross-") as place:
        for name in (CATALOGUE, CONVERSATIONS):
            if (store / name).is_file():
                _copy(store / name, Path(place, name))
                writer.add(f"{_STORE}{name}", Path(place, name))
                Path(place, name).unlink()
    number = 0
    for listed in list_files(folder, store=store.name).files:
        with suppress(FileNotFoundError):  # it was removed meanwhile
            writer.add(f"{_ARTICLES}{listed.name}", listed.path)
            number += 1
    for path, name in _removed(store, folder):
        writer.add(name, path)
    writer.archive.writestr(MANIFEST, json.dumps({"version": 1, "members": writer.digests}))
    return number


def _removed(store: Path, folder: Path) -> Iterator[tuple[Path, str]]:
    where = Bin(store, folder)
    for own in sorted((store / BIN).glob("*")):
        with suppress(LibraryError):  # nothing of ours
            files = where.files(own.name)
            yield from ((path, f"{_STORE}{BIN}/{own.name}/{name}") for path, name in files if _is_below(name))


def _copy(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment, whoever writes to it."""
    with (
        explained(source.parent),
        closing(SqliteFile(source).reader()) as original,
        closing(sqlite3.connect(target)) as copy,
    ):
        original.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        if source.name == CATALOGUE:
            if fault := fault_in(copy.execute):
                raise LibraryDamaged(
                    f"{source} is damaged ({fault}), and is not worth a backup: run `readacross doctor`."
                )
            copy.execute("DELETE FROM about WHERE name = 'collection'")  # which is not in the backup
            copy.commit()


def restore_backup(file: Path, folder: Path, settings: Settings) -> int:
    """Make a library anew in a folder that is missing or empty; returns the number of articles' files.

    It is there once it is whole. The backup may be a stranger's: nothing of it leaves the folder and its store. Raises
    LibraryError if the folder holds anything, or the file is damaged or no backup, and DiskFull.
    """
    if settings.catalogue:
        raise LibraryError(
            "A backup holds a catalogue in a file, and READACROSS_CATALOGUE names a database: restore without it."
        )
    store = store_of(folder, settings)
    for place in (folder, store):
        if place.exists() and not (place.is_dir() and not any(place.iterdir())):
            raise LibraryError(f"{place} holds something already, and is left as it is: name a new folder.")
    if not file.is_file():
        raise LibraryError(f"There is no file {file}: name a backup.")
    with _told(folder.parent):
        folder.parent.mkdir(parents=True, exist_ok=True)
        _discard_unfinished(folder)
        place = Path(tempfile.mkdtemp(prefix=_prefix(folder), dir=folder.parent))
        try:
            number = _unpack(file, place / "library", place / "store")
            _move(place / "store", place / "library" / STORE if store.parent == folder else store)
            _move(place / "library", folder)
        finally:
            shutil.rmtree(place, ignore_errors=True)
    return number


@contextmanager
def _told(place: Path) -> Iterator[None]:
    """Raise DiskFull or LibraryError where something cannot be written in a place, or not be read."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise DiskFull(
                f"The disk that holds {place} is full: make room, or name a place on another disk."
            ) from error
        raise LibraryError(
            f"{error.filename or place} cannot be read or written ({error.strerror or error}): check your rights."
        ) from error


def _prefix(folder: Path) -> str:
    return f".{folder.resolve().name}.restoring-"


def _discard_unfinished(folder: Path) -> None:
    """Remove what a restoring of this folder left behind that was killed."""
    for place in folder.parent.glob(f"{glob.escape(_prefix(folder))}????????"):
        if not place.is_symlink():
            shutil.rmtree(place, ignore_errors=True)


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        target.rmdir()
    shutil.move(source, target)


def _unpack(file: Path, library: Path, store: Path) -> int:
    library.mkdir()
    store.mkdir()
    try:
        with zipfile.ZipFile(file) as archive:
            members = _checked(archive, file)
            if sum(archive.getinfo(name).file_size for name in members) > shutil.disk_usage(library).free:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            number = 0
            for name, digest in members.items():
                root, below = (library, _ARTICLES) if name.startswith(_ARTICLES) else (store, _STORE)
                target = root.joinpath(*PurePosixPath(name.removeprefix(below)).parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                _write(archive, archive.getinfo(name), target, digest)
                number += root is library
            return number
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise LibraryError(f"{file} is damaged, or no backup ({error}): nothing was made of it.") from error


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, digest: str) -> None:
    found, size = hashlib.sha256(), 0
    mode = 0o600 if target.name == CONVERSATIONS else 0o666
    with (
        archive.open(member) as source,
        open(target, "xb", opener=lambda path, flags: os.open(path, flags, mode)) as written,
    ):
        for data in _chunks(source):
            size += len(data)
            if size > member.file_size:
                raise ValueError(f"{member.filename:.200} is longer than it says")
            found.update(data)
            written.write(data)
    if found.hexdigest() != digest:
        raise ValueError(f"{member.filename:.200} is not as it was")


def _chunks(source: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: source.read(CHUNK), b"")


def _checked(archive: zipfile.ZipFile, file: Path) -> dict[str, str]:
    """The members and their digests, if all have names of our form and their sizes are in bounds. Raises ValueError."""
    infos = archive.infolist()
    sizes = sum(info.file_size for info in infos)
    bound = max(MOST_UNFOLDED * file.stat().st_size, ALWAYS_UNFOLDED)
    if len(infos) > MOST_MEMBERS or sizes > bound:
        raise ValueError("it would unfold to more than a backup holds")
    manifest = next((info for info in infos if info.filename == MANIFEST), None)
    if manifest is None or manifest.file_size > LARGEST_MANIFEST:
        raise ValueError("it has no manifest")
    found = json.loads(archive.read(manifest))
    members = found.get("members") if isinstance(found, dict) and found.get("version") == 1 else None
    if not isinstance(members, dict):
        raise ValueError("its manifest is none of ours")
    names = [info.filename for info in infos if info is not manifest]
    if sorted(names) != sorted(members):
        raise ValueError("its members are not those of its manifest")
    for info in infos:
        if info is not manifest and not _is_ours(info):
            raise ValueError(f"it holds {info.filename!r:.200}, which no backup does")
    return members


def _is_ours(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a plain file in a place where a backup has some."""
    mode = info.external_attr >> 16
    if info.is_dir() or (mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG)):
        return False
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return False
    name = info.filename
    if name.startswith(_ARTICLES):
        return _is_below(name.removeprefix(_ARTICLES))
    match = _IN_STORE.fullmatch(name.removeprefix(_STORE)) if name.startswith(_STORE) else None
    return match is not None and (match["removed"] is None or _is_below(match["removed"]))


def _is_below(name: str) -> bool:
    """Whether this names a file below a folder, on any system, which the library would read."""
    foreign = "\\:" if os.name == "nt" else ""
    return not any(
        not part or part.startswith(".") or is_passed_over(part) or is_unsafe(part) or any(c in part for c in foreign)
        for part in name.split("/")
    )

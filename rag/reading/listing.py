"""Which files of a folder are to be read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.errors import LibraryMissing
from rag.types import Skipped

SUFFIXES = frozenset((".txt", ".md", ".html", ".htm", ".pdf", ".docx", ".jsonl", ".json", ".csv"))
"""Lower-case suffixes of the files that can be read."""

CONVERTIBLE = frozenset(
    (".doc", ".rtf", ".odt", ".epub", ".mobi", ".pages", ".mht", ".mhtml", ".xls", ".xlsx", ".ods", ".eml", ".msg",
     ".tsv", ".xml", ".djvu", ".ppt", ".pptx", ".odp", ".webarchive", ".markdown", ".xhtml", ".tex", ".rst")
)  # fmt: skip
"""Lower-case suffixes of files that may well hold articles but cannot be read; others are passed over in silence."""


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
    """All files below `folder` that can be read, without hidden ones and without the folder named `store`.

    Symbolic links are followed if they stay inside the folder. Raises LibraryMissing if there is no such folder.
    """
    if not folder.is_dir():
        raise LibraryMissing(f"There is no folder {folder}: create it, or name another.")
    root = folder.resolve()
    found: list[ListedFile] = []
    skipped: list[Skipped] = []
    for path in _walk(folder, store, skipped, {root}):
        name = path.relative_to(folder).as_posix()
        reason = _objection(path, name, root)
        if reason:
            skipped.append(Skipped(name.encode("utf-8", "backslashreplace").decode(), reason))
        elif path.suffix.lower() in SUFFIXES:
            found.append(ListedFile(path, name))
    return FileListing(tuple(sorted(found, key=lambda f: f.name)), tuple(sorted(skipped, key=lambda s: s.file)))


def _walk(folder: Path, store: str, skipped: list[Skipped], seen: set[Path]) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError as error:
        skipped.append(Skipped(folder.as_posix(), f"the folder cannot be listed ({error.strerror})"))
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name == store:
            continue
        path = folder / entry.name
        if entry.is_dir():
            real = path.resolve()
            if real not in seen:
                yield from _walk(path, store, skipped, seen | {real})
        else:
            yield path


def _objection(path: Path, name: str, root: Path) -> str:
    if path.suffix.lower() in CONVERTIBLE:
        return "files of this type cannot be read: convert it to .txt, .html, .pdf or .docx"
    if path.suffix.lower() not in SUFFIXES:
        return ""
    if not path.resolve().is_relative_to(root):
        return "the link leads out of the folder: copy the file into it"
    return ""

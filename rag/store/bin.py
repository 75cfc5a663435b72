"""The bin: files that were taken out of a folder, kept in its store until they are brought back or deleted by hand."""

from __future__ import annotations

import os
import re
import shutil
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

from rag.errors import LibraryError
from rag.store.own_files import BIN, is_link

_ID = re.compile(r"[0-9a-f]{32}")


class Bin:
    """The bin of one folder. What was removed at once lies in one folder of the bin, with its paths as they were.

    A bin may come from a stranger: no link in it is followed, and nothing leaves it but for a place in the folder.
    """

    def __init__(self, store: Path, folder: Path) -> None:
        self._bin = store / BIN
        self._folder = folder

    def put(self, names: Sequence[str]) -> str:
        """Move files of the folder into the bin; returns by what `take` finds them. Raises OSError, moving none."""
        own = uuid.uuid4().hex
        moved: list[tuple[Path, Path]] = []
        self._refuse_links(self._bin)
        try:
            for name in names:
                source, target = self._folder / name, self._bin / own / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(source, target)
                moved.append((source, target))
        except OSError:
            for source, target in moved:
                shutil.move(target, source)
            raise
        return own

    def files(self, removed: str) -> list[tuple[Path, str]]:
        """What was removed at once: where each file lies in the bin, and its name below the folder.

        Raises LibraryError if there is nothing of the kind.
        """
        place = self._bin / removed
        if not _ID.fullmatch(removed) or not place.is_dir():
            raise LibraryError("What was removed is not in the bin any more: it has been brought back, or deleted.")
        self._refuse_links(self._bin, place)
        return sorted(_files(place))

    def empty(self, removed: str) -> None:
        """Delete the folders, left without files, in which something lay."""
        for folder, _, _ in os.walk(self._bin / removed, topdown=False):
            os.rmdir(folder)

    def _refuse_links(self, *places: Path) -> None:
        for place in places:
            if is_link(place):
                raise LibraryError(
                    "{place} is a link to another place, and is not followed: remove the link.", place=place
                )


def _files(place: Path) -> Iterator[tuple[Path, str]]:
    for folder, folders, files in os.walk(place):
        if any(is_link(Path(folder, name)) for name in folders):
            raise LibraryError(
                "{folder} holds a link to another place, which is not followed: remove the link.", folder=folder
            )
        yield from ((Path(folder, name), Path(folder, name).relative_to(place).as_posix()) for name in files)

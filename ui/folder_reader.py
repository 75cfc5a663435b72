"""Reading the folder while the page is open: in one thread for all tabs, on demand, told as one state.

What changes in the folder is noticed (by watchfiles, where the system can) and told; it is read when someone says so.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rag import (
    Cancellation,
    Cancelled,
    FolderChanges,
    Library,
    LibraryLocked,
    Phrase,
    ReadacrossError,
    Skipped,
    SyncProgress,
    SyncReport,
)
from ui.translation import N_

PACE = 0.4
"""Seconds between two signs of progress."""
HEARTBEAT = 4_000
"""Milliseconds after which it is looked whether the folder is still there, if nothing happens in it."""
POLLING = 15_000
"""Milliseconds between two looks at a folder whose system does not tell of changes."""
CLOSING = 3.0
"""Seconds for which `close` waits."""
MOST = 10_000
"""Files that may wait to be read by name."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FolderState:
    """What the page shows of the folder. `version` rises whenever anything else has changed.

    `report` is of the reading that ended last; `by_name` says that it was one of single files, `asked` that a reader
    asked for it. `unread` is all that could not be read so far; `trouble` says why the folder cannot be read, and what
    to do.
    """

    version: int = 0
    reading: bool = False
    progress: SyncProgress | None = None
    report: SyncReport | None = None
    by_name: bool = False
    asked: bool = False
    stopped: bool = False
    unread: tuple[Skipped, ...] = ()
    changes: FolderChanges = field(default_factory=FolderChanges)
    trouble: str = ""

    @property
    def health(self) -> str:
        """How the folder is, in one word that tells nothing of it."""
        return "reading" if self.reading else "unreadable" if self.trouble else "read"


class FolderReader:
    """Reads a library's folder in the background. Thread-safe; nothing of it raises."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._guard = threading.Lock()
        self._state = FolderState()
        self._wanted: list[tuple[str, ...] | None] = []
        self._refused: list[Skipped] = []
        self._cancellation = Cancellation()
        self._closing = threading.Event()
        self._gone = False
        self._followed = ""
        self._threads: list[threading.Thread] = []

    @property
    def state(self) -> FolderState:
        """What is known now."""
        return self._state

    def start(self) -> None:
        """Read the folder, and watch it from now on."""
        self.read(asked=False)
        self._thread(self._watch)

    def close(self) -> None:
        """Stop reading and watching."""
        self._closing.set()
        self.stop()
        for thread in self._threads:
            thread.join(CLOSING)

    def read(self, files: Iterable[str] | None = None, refused: Iterable[Skipped] = (), *, asked: bool = True) -> None:
        """Read all that is new, or the files of these names; at once, or after what is being read.

        `refused` are files that could not be put into the folder, to be told with those that cannot be read.
        """
        names = None if files is None else tuple(files)[:MOST]
        with self._guard:
            self._wanted.append(names)
            self._refused += refused
            if self._state.reading or self._closing.is_set():
                if asked and self._state.reading:
                    self._tell(asked=True)
                return
            self._tell(reading=True, progress=None, asked=asked)
        self._thread(self._run)

    def touch(self) -> None:
        """Have the open tabs look at the library anew."""
        with self._guard:
            self._tell()

    def forget(self, files: Iterable[str]) -> None:
        """Tell no more of files that have been removed."""
        names = tuple(files)
        with self._guard:
            self._tell(unread=tuple(s for s in self._state.unread if not _is_of(s.file, names)), report=None)

    def stop(self) -> None:
        """Stop reading after the file in hand; what has been read is kept."""
        with self._guard:
            self._wanted.clear()
            self._refused.clear()
            self._cancellation.cancel()

    # -- reading ---------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while wanted := self._next():
            everything = None in wanted
            self._read(None if everything else tuple(name for names in wanted if names for name in names))

    def _next(self) -> list[tuple[str, ...] | None]:
        """All that is to be read by now; nothing more, and the reading has ended."""
        with self._guard:
            wanted, self._wanted = self._wanted, []
            self._cancellation = Cancellation()
            if not wanted:
                self._tell(reading=False, progress=None)
            return wanted

    def _read(self, names: tuple[str, ...] | None) -> None:
        told = 0.0

        def tell(progress: SyncProgress) -> None:
            nonlocal told
            if time.monotonic() - told >= PACE:
                told = time.monotonic()
                with self._guard:
                    self._tell(progress=progress)

        try:
            report = self._library.sync(files=names, progress=tell, cancel=self._cancellation)
        except LibraryLocked as error:
            if self._state.asked or not self._library.settings.catalogue:
                self._fail(error.phrase)
            else:  # another page reads the folder: see `_follow`
                self.look(while_reading=True)
        except Cancelled:
            with self._guard:
                self._tell(stopped=True, report=None, by_name=names is not None)
        except ReadacrossError as error:
            self._fail(error.phrase)
        except Exception:
            log.exception("The folder could not be read")
            self._fail(Phrase(N_("Something went wrong while the folder was read. The program's log says what.")))
        else:
            self._done(report, names)

    def _done(self, report: SyncReport, names: tuple[str, ...] | None) -> None:
        with self._guard:
            unread = () if names is None else tuple(s for s in self._state.unread if not _is_of(s.file, names))
            known = {s.file for s in report.skipped}
            unread = (*(s for s in unread if s.file not in known), *report.skipped)
            report = replace(report, skipped=(*self._refused, *report.skipped))
            self._refused.clear()
            self._tell(report=report, by_name=names is not None, unread=unread, trouble="", stopped=False)
        self.look(while_reading=True)

    def _fail(self, trouble: str | Phrase) -> None:
        with self._guard:
            self._tell(trouble=trouble)

    # -- watching --------------------------------------------------------------------------------------------------

    def look(self, *, while_reading: bool = False) -> None:
        """Look what has changed in the folder, and whether it is there; not while it is being read."""
        if self._state.reading and not while_reading:
            return
        try:
            changes = self._library.changes()
        except ReadacrossError as error:
            self._gone = True
            self._fail(error.phrase)
            return
        except Exception:
            log.exception("It could not be looked what has changed in the folder")
            return
        with self._guard:
            trouble = "" if self._gone else self._state.trouble
            self._gone = False
            if (changes, trouble) != (self._state.changes, self._state.trouble):
                self._tell(changes=changes, trouble=trouble)

    def _follow(self) -> None:
        """Where another process owns the library: show what it has read, and go on for it once it is gone."""
        if self._library.writable:
            return
        try:
            if self._library.take_over():
                self._library.open_index()
                self.read(asked=False)
            elif (generation := self._library.generation) != self._followed:
                self._followed = generation
                with self._guard:
                    self._tell(trouble="")
                self.look()
        except ReadacrossError as error:
            if self._state.trouble != error.phrase:
                self._fail(error.phrase)
        except Exception:
            log.exception("The library could not be taken over")

    def _watch(self) -> None:
        """Look whenever something has happened in the folder, and whether it is there."""
        try:
            from watchfiles import watch
        except ImportError:
            return
        folder = self._library.folder.resolve()

        def counts(_: object, path: str) -> bool:
            return not any(part.startswith(".") for part in Path(path).parts[len(folder.parts) :])

        while not self._closing.is_set():
            try:
                happened = watch(
                    folder, watch_filter=counts, stop_event=self._closing, rust_timeout=HEARTBEAT,
                    yield_on_timeout=True, raise_interrupt=False, poll_delay_ms=POLLING, ignore_permission_denied=True,
                )  # fmt: skip
                for number, changes in enumerate(happened):
                    self._follow()
                    there = folder.is_dir()
                    if changes or not there or self._gone or number == 0:  # what happened before it was watched
                        self.look()
                    if not there:
                        break
            except Exception as error:
                log.debug("The folder cannot be watched: %s", error)
                self._follow()
                self.look()
            self._closing.wait(HEARTBEAT / 1_000)

    def _tell(self, **changed: Any) -> None:
        self._state = replace(self._state, version=self._state.version + 1, **changed)

    def _thread(self, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, name="readacross-folder", daemon=True)
        self._threads = [t for t in self._threads if t.is_alive()] + [thread]
        thread.start()


def _is_of(file: str, names: Iterable[str]) -> bool:
    """Whether this is one of the files, or a record of one."""
    return any(file == name or file.startswith(f"{name}#") for name in names)

"""Opening the library that a command is about, and telling on the error stream what a reader should know."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rag.cli.output import clear_line
from rag.errors import DiskFull, LibraryLocked
from rag.progress import SyncProgress, SyncReport, WorkProgress
from rag.results.answers import shorten

if TYPE_CHECKING:
    from rag.library import Library


@contextmanager
def _no_collection() -> Iterator[None]:
    """No garbage collection while a library's packages are imported, which takes a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def open_library(options: argparse.Namespace, *, sync: bool, defer_index: bool = False) -> Library:
    """Open the library that --library and --store name, and `sync` it first if asked. The caller closes it."""
    progress = show_progress()
    with _no_collection():
        from rag.library import Library

        library = Library(options.library, store=options.store, defer_index=defer_index, progress=progress)
    try:
        for note in library.notes:
            print(note, file=sys.stderr)
        if sync:
            _report(_sync_quietly(library, progress))
    except BaseException:
        library.close()
        raise
    return library


def _sync_quietly(library: Library, progress: Callable[[SyncProgress], None] | None) -> SyncReport:
    try:
        return library.sync(progress=progress)
    except (DiskFull, LibraryLocked) as error:
        return SyncReport(notes=(f"Not looked for new files: {error}",))


def _report(report: SyncReport) -> None:
    """Tell of a sync on the error stream what a reader of the answer should know, and nothing else."""
    if report.added or report.changed or report.removed:
        print(str(report).splitlines()[0], file=sys.stderr)
    for note in report.notes:
        print(note, file=sys.stderr)
    if report.skipped:
        number = "1 file was" if len(report.skipped) == 1 else f"{len(report.skipped)} files were"
        print(f"{number} skipped: `readacross sync` says why.", file=sys.stderr)


def show_progress() -> Callable[[SyncProgress], None] | None:
    """What shows progress on one line of the terminal; None if the error stream is not one."""
    if not sys.stderr.isatty():
        return None

    def show(p: SyncProgress) -> None:
        clear_line()
        print(f"{p.done}/{p.total} {shorten(p.file, 60)}", end="", file=sys.stderr, flush=True)
        if p.done == p.total:
            clear_line()
            sys.stderr.flush()

    return show


def show_work() -> Callable[[WorkProgress], None] | None:
    """What shows the stage of long work on one line of the terminal; None if the error stream is not one."""
    if not sys.stderr.isatty():
        return None

    def show(p: WorkProgress) -> None:
        clear_line()
        shown = "" if p.done == p.total else f"{p.stage}: {p.done:,} of {p.total:,}"
        print(shown, end="", file=sys.stderr, flush=True)

    return show

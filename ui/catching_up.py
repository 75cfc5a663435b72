"""Reading the folder again, with its progress and its report as HTML."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from rag import Library, ReadacrossError, SyncProgress, SyncReport
from ui import rendering
from ui.markup import own
from ui.shelf import sync_report

PACE = 0.15
"""Seconds between two signs of progress."""
BREATH = 0.25
"""Seconds after which a file that takes long lets the reader breathe, who may have gone away."""
log = logging.getLogger(__name__)


_Step = SyncProgress | SyncReport | Exception | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows of a sync; `done` is set on the last."""

    html: str
    done: bool = False


class _Abandoned(Exception):
    """The reader has gone away: the sync ends after the file in hand, and keeps what it has read."""


def catch_up(library: Library) -> Iterator[Shown]:
    """Sync the library, telling how far it is. Never raises; if it is closed early, the sync ends at the next file."""
    steps: queue.SimpleQueue[_Step] = queue.SimpleQueue()
    abandoned = threading.Event()

    def tell(progress: SyncProgress) -> None:
        if abandoned.is_set():
            raise _Abandoned
        steps.put(progress)

    def work() -> None:
        try:
            steps.put(library.sync(progress=tell))
        except Exception as error:
            steps.put(error)

    worker = threading.Thread(target=work, name="readacross-sync", daemon=True)
    worker.start()
    try:
        known: SyncProgress | None = None
        step: _Step = None
        while step is None or isinstance(step, SyncProgress):
            known = step or known
            yield Shown(progress_bar(known))
            worker.join(PACE)
            step = _latest(steps)
        yield Shown(_ending(step), done=True)
    finally:
        abandoned.set()


def progress_bar(progress: SyncProgress | None) -> str:
    """How far a sync is; None before the first file."""
    if progress is None:
        return (
            '<div class="report"><progress aria-label="Reading the folder"></progress><p>Reading the folder …</p></div>'
        )
    return (
        f'<div class="report"><progress aria-label="Reading the folder" value="{progress.done}" '
        f'max="{max(progress.total, 1)}"></progress>'
        f"<p>{progress.done:,} of {progress.total:,}: {own(progress.file)}</p></div>"
    )


def _latest(steps: queue.SimpleQueue[_Step]) -> _Step:
    """The newest step there is, but an ending before all; None if there is none within a moment."""
    try:
        step = steps.get(timeout=BREATH)
        while isinstance(step, SyncProgress) and not steps.empty():
            step = steps.get()
    except queue.Empty:
        return None
    return step


def _ending(step: SyncReport | Exception) -> str:
    if isinstance(step, SyncReport):
        return sync_report(step)
    if isinstance(step, ReadacrossError):
        return rendering.trouble("The folder could not be read", str(step))
    log.error("The folder could not be read", exc_info=step)
    return rendering.trouble("The folder could not be read", "The program's log says why.")

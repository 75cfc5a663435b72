"""Reading the folder again, with its progress and its report as HTML."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rag import Library, ReadacrossError, SyncProgress, SyncReport
from ui import answer_html
from ui.article_list import sync_report
from ui.background import in_background
from ui.html import own

PACE = 0.15
"""Seconds between two signs of progress."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows of a sync; `done` is set on the last."""

    html: str
    done: bool = False


def catch_up(library: Library) -> Iterator[Shown]:
    """Sync the library, telling how far it is. Never raises; if it is closed early, the sync ends at the next file."""

    def work(tell: Callable[[SyncProgress | SyncReport], None], stop: Callable[[], bool]) -> None:
        tell(library.sync(progress=tell, cancel=stop))

    known: SyncProgress | None = None
    painted = time.monotonic()
    yield Shown(progress_bar(known))
    try:
        for step in in_background(work):
            if isinstance(step, SyncReport):
                yield Shown(sync_report(step), done=True)
                return
            known = step or known
            if step is None or time.monotonic() - painted >= PACE:
                painted = time.monotonic()
                yield Shown(progress_bar(known))
    except ReadacrossError as error:
        yield Shown(answer_html.trouble("The folder could not be read", str(error)), done=True)
    except Exception:
        log.exception("The folder could not be read")
        yield Shown(answer_html.trouble("The folder could not be read", "The program's log says why."), done=True)


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

"""Reading the folder again: progress, the report, failures that are told, and readers who go away."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag import Cancelled, Library, Settings, SyncProgress, SyncReport
from tests.ui.reader import only_ours
from ui import sync_view
from ui.sync_view import catch_up


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_view, "PACE", 0.0)


def text_of(html: str) -> str:
    return only_ours(html).elements[0].text


def test_a_new_file_is_read_and_a_broken_one_named(library: Library, seeds: Path) -> None:
    (seeds / "new.txt").write_text("A new article about a bridge. It is long enough to be read.", encoding="utf-8")
    (seeds / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    *progress, last = catch_up(library)
    assert [shown.done for shown in progress] == [False] * len(progress)
    assert last.done
    assert text_of(last.html).startswith("1 new.")
    assert "broken.pdf: " in text_of(last.html)
    assert "new.txt" in {article.file for article in library.articles()}


def test_a_locked_library_says_who_holds_it(library: Library, seeds: Path, settings: Settings) -> None:
    with Library(seeds, settings=settings) as reader:
        last = list(catch_up(reader))[-1]
    assert last.done
    assert "in use by" in text_of(last.html)


class Slow:
    """A library that reads one file after another until it is told to stop."""

    def __init__(self) -> None:
        self.read = 0
        self.ended = threading.Event()

    def sync(self, progress: Callable[[SyncProgress], None], cancel: Callable[[], bool]) -> SyncReport:
        try:
            for number in range(1_000_000):
                if cancel():
                    raise Cancelled
                progress(SyncProgress(number, 1_000_000, f"{number}.txt"))
                self.read += 1
        finally:
            self.ended.set()
        return SyncReport()


def test_a_reader_who_goes_away_ends_the_sync() -> None:
    library: Any = Slow()
    running = catch_up(library)
    assert "Reading the folder" in next(running).html
    assert "of 1,000,000" in next(running).html
    running.close()
    assert library.ended.wait(20)
    assert library.read < 1_000_000


class Broken:
    def sync(self, progress: Callable[[SyncProgress], None], cancel: Callable[[], bool]) -> SyncReport:
        raise RuntimeError("secret path")


def test_an_unforeseen_failure_is_told_without_its_inside() -> None:
    library: Any = Broken()
    last = list(catch_up(library))[-1]
    assert last.done
    assert "The program's log says why." in text_of(last.html)
    assert "secret" not in last.html

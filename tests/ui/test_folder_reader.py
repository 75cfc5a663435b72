"""Reading in the background: what is told, what waits, what is stopped, and what changes in the folder."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import Cancellation, Cancelled, DiskFull, FolderChanges, Library, Settings, Skipped, SyncProgress, SyncReport
from ui import folder_reader
from ui.folder_reader import FolderReader

PATIENCE = 30.0


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_reader, "PACE", 0.0)
    monkeypatch.setattr(folder_reader, "HEARTBEAT", 100)


@pytest.fixture
def reader(library: Library) -> Iterator[FolderReader]:
    made = FolderReader(library)
    yield made
    made.close()


def ended(reader: FolderReader) -> bool:
    return not reader.state.reading and reader.state.version > 0


def test_files_are_read_and_broken_ones_told_until_they_are_gone(reader: FolderReader, seeds: Path) -> None:
    (seeds / "new.txt").write_text("A new article about a bridge. It is long enough to be read.", "utf-8")
    (seeds / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    reader.read()
    until(lambda: ended(reader))
    assert reader.state.report is not None
    assert reader.state.report.added == ("new.txt",)
    assert [s.file for s in reader.state.unread] == ["broken.pdf"]
    (seeds / "other.txt").write_text("Another article, about a tunnel this time. It is read by name.", "utf-8")
    reader.read(["other.txt"], [Skipped("large.txt", "is too large")])
    until(lambda: ended(reader))
    assert reader.state.report.added == ("other.txt",)
    assert [s.file for s in reader.state.report.skipped] == ["large.txt"]
    assert [s.file for s in reader.state.unread] == ["broken.pdf"], "what was not put into the folder is told once"
    reader.forget(["broken.pdf"])
    assert reader.state.unread == ()


class Slow:
    """A library that reads one file after another until it is told to stop."""

    def __init__(self) -> None:
        self.folder = Path()
        self.writable = True
        self.calls: list[Any] = []
        self.read = 0
        self.go_on = threading.Event()

    def sync(self, files: Any, progress: Callable[[SyncProgress], None], cancel: Cancellation) -> SyncReport:
        self.calls.append(files)
        for number in range(1_000_000):
            if cancel.cancelled:
                raise Cancelled
            if self.go_on.is_set():
                break
            progress(SyncProgress(number, 1_000_000, f"{number}.txt"))
            self.read += 1
        return SyncReport()

    def changes(self) -> FolderChanges:
        return FolderChanges()


def test_what_is_asked_for_meanwhile_is_read_afterwards_at_once() -> None:
    library = Slow()
    reader = FolderReader(library)  # type: ignore[arg-type]
    reader.read()
    until(lambda: reader.state.progress is not None)
    reader.read(["a"])
    reader.read(["b", "c"])
    assert reader.state.reading
    library.go_on.set()
    until(lambda: ended(reader))
    assert library.calls == [None, ("a", "b", "c")]


def test_reading_can_be_stopped_and_gone_on_with() -> None:
    library = Slow()
    reader = FolderReader(library)  # type: ignore[arg-type]
    reader.read()
    until(lambda: library.read > 2)
    reader.stop()
    until(lambda: ended(reader))
    assert reader.state.stopped
    library.go_on.set()
    reader.read()
    until(lambda: ended(reader))
    assert not reader.state.stopped


def test_closing_ends_the_reading() -> None:
    library = Slow()
    reader = FolderReader(library)  # type: ignore[arg-type]
    reader.start()
    until(lambda: library.read > 2)
    reader.close()
    assert not [t for t in threading.enumerate() if t.name == "readacross-folder" and t.is_alive()]


@pytest.mark.parametrize(
    ("error", "told"), [(DiskFull("The disk is full: make room."), "make room"), (RuntimeError("a secret"), "log")]
)
def test_failures_are_told_and_the_next_reading_clears_them(
    reader: FolderReader, library: Library, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    def fail(**_: object) -> SyncReport:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(library, "sync", fail)
        reader.read()
        until(lambda: ended(reader))
        assert told in reader.state.trouble
        assert "secret" not in reader.state.trouble
    reader.read()
    until(lambda: ended(reader))
    assert reader.state.trouble == ""


def test_a_library_that_another_program_holds_says_so(library: Library, seeds: Path) -> None:
    with Library(seeds, settings=Settings()) as other:
        reader = FolderReader(other)
        reader.read()
        until(lambda: ended(reader))
        assert "in use by" in reader.state.trouble


def test_changes_of_the_folder_are_noticed_and_so_is_its_end(reader: FolderReader, seeds: Path) -> None:
    reader.start()
    until(lambda: ended(reader))
    (seeds / "new.txt").write_text("A new article about a bridge. It is long enough to be read.", "utf-8")
    until(lambda: reader.state.changes.added == ("new.txt",))
    assert reader.state.report is not None
    assert not reader.state.report.added, "it is not read unasked"
    seeds.rename(seeds.parent / "moved")
    until(lambda: "no folder" in reader.state.trouble)
    (seeds.parent / "moved").rename(seeds)
    until(lambda: reader.state.trouble == "")

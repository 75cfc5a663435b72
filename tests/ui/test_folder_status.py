"""What the page tells of the folder: progress, what is new, what was added, what could not be read and why."""

from __future__ import annotations

import pytest

from rag import FolderChanges, Skipped, SyncProgress, SyncReport
from tests.ui.reader import HOSTILE, only_ours
from ui.folder_reader import FolderState
from ui.folder_status import folder_status
from ui.html import UNSHOWABLE


def text_of(state: FolderState, **more: str) -> str:
    html = folder_status(state, lambda file: f"“{file}”", **more)
    return only_ours(html).all("div")[0].text if html else ""


def test_reading_tells_how_far_it_is_and_can_be_stopped() -> None:
    state = FolderState(reading=True, progress=SyncProgress(120, 3_200, "a.txt"))
    assert text_of(state).startswith("Reading 120 of 3,200 … Stop")
    assert "Looking for new files" in text_of(FolderState(reading=True))
    assert "Stopped. What was read is kept. Go on" in text_of(FolderState(stopped=True))


def test_files_that_are_new_in_the_folder_can_be_read_at_once() -> None:
    assert text_of(FolderState(changes=FolderChanges(("a",)))) == "1 new file in the folder. Read it"
    changes = FolderChanges(("a", "b", "c"), ("d",), ("e", "f"))
    assert text_of(FolderState(changes=changes)) == "3 new files, 1 changed, 2 removed in the folder. Read them"
    assert text_of(FolderState(changes=changes, reading=True)).startswith("Looking for")


def test_a_report_tells_counts_and_notes() -> None:
    report = SyncReport(added=("a", "b"), removed=("c",), notes=("Hm.",))
    assert text_of(FolderState(report=report)) == "2 new articles, 1 removed.Hm."
    assert text_of(FolderState(report=SyncReport(unchanged=("a",)), asked=True)) == "Nothing has changed."
    assert text_of(FolderState(report=SyncReport(unchanged=("a",)))) == "", "nobody has asked"


def test_files_that_were_added_are_named_with_what_could_not_be_read() -> None:
    skipped = Skipped("d.pdf", "is encrypted: remove its password")
    report = SyncReport(added=("a", "b"), skipped=(skipped, Skipped("large.txt", "is too large")))
    state = FolderState(report=report, by_name=True, asked=True, unread=(Skipped("old.jpg", "is a picture"), skipped))
    assert text_of(state) == (
        "2 articles added, 2 files not.“a”“b”3 files could not be read"
        "d.pdf: is encrypted: remove its password. Removelarge.txt: is too large. old.jpg: is a picture. Remove"
    )
    many = SyncReport(added=tuple(f"dump#{i}" for i in range(2_000)))
    assert text_of(FolderState(report=many, by_name=True)).endswith("“dump#4”and 1,995 more")


def test_many_unread_files_are_counted_and_some_named() -> None:
    state = FolderState(unread=tuple(Skipped(f"{i}.pdf", "no text") for i in range(5_000)))
    assert "5,000 files could not be read" in text_of(state)
    assert "and 4,950 more" in text_of(state)
    assert "open" not in only_ours(folder_status(state, str)).all("details")[0].facts


def test_trouble_and_what_was_removed_are_told() -> None:
    state = FolderState(trouble="There is no folder x: create it.", changes=FolderChanges(("a",)))
    assert text_of(state) == "The folder cannot be readThere is no folder x: create it."
    assert text_of(FolderState(), removed="A title") == "Removed: A title. Undo"
    assert text_of(FolderState(), problem="No.") == "This could not be doneNo."
    assert text_of(FolderState()) == ""


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_names_are_told_literally(hostile: str) -> None:
    report = SyncReport(added=(hostile,), skipped=(Skipped(hostile, hostile),), notes=(hostile,))
    state = FolderState(report=report, by_name=True, unread=report.skipped, trouble=hostile)
    read = only_ours(folder_status(state, str, removed=hostile, problem=hostile))
    assert UNSHOWABLE.sub("\ufffd", f"{hostile}: {hostile}") in read.all("li")[-1].text

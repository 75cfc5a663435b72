"""Stories and facts at hand: found once, forgotten when the library changes, and stopped on demand."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from rag import Cancelled, Library, LibraryError, WorkProgress

STORIES = ("000_29c572bd7d0631de.txt", "004_10b93e29ba91228a.txt")
NEWS = "The mayor of Riga opened a new bridge over the Daugava on Monday, after four years of building."


def test_facts_are_found_once_and_again_when_the_library_changes(library: Library, seeds: Path) -> None:
    stages: list[str] = []
    library.summarise(progress=lambda p: stages.append(p.stage))
    assert "comparing sentences" in stages
    stages.clear()
    library.summarise("weapons", progress=lambda p: stages.append(p.stage))
    assert stages == []
    (seeds / "bridge.txt").write_text(NEWS, encoding="utf-8")
    library.sync()
    assert "bridge.txt" in library.summarise(progress=lambda p: stages.append(p.stage)).receipt.read
    assert stages


def test_facts_outlive_a_sync_that_changes_no_article(library: Library, seeds: Path) -> None:
    library.summarise()
    article = seeds / STORIES[0]
    os.utime(article, (1_000_000_000, 1_000_000_000))
    (seeds / "broken.pdf").write_bytes(b"not a PDF")
    report = library.sync()
    assert STORIES[0] in report.unchanged
    assert [s.file for s in report.skipped] == ["broken.pdf"]
    stages: list[str] = []
    library.summarise("weapons", progress=lambda p: stages.append(p.stage))
    assert stages == []


def test_a_changed_article_is_told_as_it_is_now(library: Library, seeds: Path) -> None:
    bridge = seeds / "bridge.txt"
    for day in ("Monday", "Friday"):
        bridge.write_text(NEWS.replace("Monday", day), encoding="utf-8")
        library.sync()
        (point,) = library.summarise(files=["bridge.txt"]).points
        assert day in point.text


def test_every_stage_tells_that_it_is_done(library: Library) -> None:
    steps: list[WorkProgress] = []
    library.summarise(progress=steps.append)
    last = {p.stage: p for p in steps}
    assert len(last) >= 4
    assert all(p.done == p.total > 0 for p in last.values())
    assert all(0 <= p.done <= p.total for p in steps)


@pytest.mark.parametrize("after", [0, 1, 5, 20])
def test_work_stops_wherever_it_is_and_goes_well_afterwards(library: Library, after: int) -> None:
    asked = iter(range(10**9))
    with pytest.raises(Cancelled, match="Stopped"):
        library.summarise(cancel=lambda: next(asked) >= after)
    assert library.summarise(cancel=threading.Event().is_set).points


def test_one_who_waits_for_anothers_work_can_be_stopped(library: Library) -> None:
    working, go_on = threading.Event(), threading.Event()

    def hold(_: WorkProgress) -> None:
        working.set()
        go_on.wait()

    first = threading.Thread(target=library.summarise, kwargs={"progress": hold})
    first.start()
    working.wait()
    try:
        with pytest.raises(Cancelled):
            library.summarise(cancel=lambda: True)
    finally:
        go_on.set()
        first.join()


def test_the_summary_of_a_story_reads_its_articles_only(library: Library, seeds: Path) -> None:
    (seeds / "bridge.txt").write_text(NEWS, encoding="utf-8")
    library.sync()
    assert library.summarise(story=STORIES[1]).receipt.read == STORIES
    assert library.summarise(story="bridge.txt").receipt.read == ("bridge.txt",)
    with pytest.raises(LibraryError, match="no article"):
        library.summarise(story="nothing.txt")

"""The stories of a large library are kept on disk, and grown by what comes: as if all had been grouped together."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from rag import Library, Settings
from rag.analysis import fact_cache, story_index
from rag.store.own_files import CATALOGUE
from tests.analysis.reports import FERRY, MINE

STAGES = {"reading articles", "comparing articles", "looking for copies"}


@pytest.fixture
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library of four articles is a large one."""
    for module in (story_index, fact_cache):
        monkeypatch.setattr(module, "SMALL", 3)
    monkeypatch.setattr(story_index, "AT_ONCE", 0.5)
    monkeypatch.setattr(story_index, "GROWN", 5.0)
    monkeypatch.setattr(story_index, "NEIGHBOURS", 3)


@pytest.fixture
def reports(folder: Path, quake: tuple[str, ...], boxing: tuple[str, ...]) -> Path:
    """Two reports of a ferry, two of a mine, and two of other things."""
    for name, sentences in [*list(FERRY.items())[:2], *list(MINE.items())[:2], ("quake", quake), ("boxing", boxing)]:
        write(folder, name, sentences)
    return folder


def write(folder: Path, name: str, sentences: tuple[str, ...]) -> None:
    (folder / f"{name}.txt").write_text("\n\n".join(sentences), encoding="utf-8")


def grouped(library: Library) -> set[tuple[str, ...]]:
    return {story.files for story in library.stories()}


def grouped_anew(folder: Path, tmp_path: Path) -> set[tuple[str, ...]]:
    with Library(folder, store=tmp_path / "anew", settings=Settings(), defer_index=True) as library:
        library.sync()
        return grouped(library)


def opened(folder: Path) -> Library:
    return Library(folder, settings=Settings(), defer_index=True)


def test_stories_are_found_once_and_read_from_disk_afterwards(reports: Path) -> None:
    with opened(reports) as library:
        library.sync()
        found = library.stories()
        assert ("capital.txt", "coast.txt") in {story.files for story in found}
    stages: list[str] = []
    with opened(reports) as library, opened(reports) as reader:
        for one in (library, reader):
            assert one.stories(progress=lambda p: stages.append(p.stage)) == found
    assert not STAGES & set(stages)


@pytest.mark.usefixtures("_large")
@pytest.mark.parametrize("again", [False, True], ids=["", "opened again"])
def test_what_comes_changes_or_goes_is_grouped_as_if_it_had_always_been_there(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    library = opened(reports)
    library.sync()
    library.stories()
    whole = library._facts._index._whole

    for number, change in enumerate(
        (
            lambda: write(reports, "shipping", FERRY["shipping"]),
            lambda: write(reports, "late", list(MINE.values())[2]),
            lambda: write(reports, "shipping", tuple(s.replace("Galeb", "Jastreb") for s in FERRY["shipping"])),
            lambda: (reports / "coast.txt").unlink(),
            lambda: (reports / "boxing.txt").unlink(),
        )
    ):
        change()
        if again:
            library.close()
            library = opened(reports)
        library.sync()
        with monkeypatch.context() as only:
            only.setattr(library._facts._index, "_must_group_all", lambda *_: False)
            assert grouped(library) == grouped_anew(reports, tmp_path / str(number))
        assert library._facts._index._whole == whole
    library.close()


@pytest.mark.usefixtures("_large")
def test_one_more_article_is_compared_with_its_neighbours_alone(reports: Path, tmp_path: Path) -> None:
    with opened(reports) as library:
        library.sync()
        library.stories()
        write(reports, "shipping", FERRY["shipping"])
        library.sync()
        read: list[int] = []
        library.stories(progress=lambda p: read.append(p.total) if p.stage == "comparing articles" else None)
        assert 0 < max(read) < 7
        fresh = {p.file for p in library.new().facts for p in p.quotes}
        assert "shipping.txt" in fresh


@pytest.mark.usefixtures("_large")
def test_a_large_library_is_summed_up_by_the_stories_there_is_room_for(reports: Path) -> None:
    with opened(reports) as library:
        library.sync()
        sizes = [story.reports for story in library.stories()]
        assert sizes == sorted(sizes, reverse=True)
        summary = library.summarise(points=2)
        every = {a.file for a in library.articles()}
        told = {file for story in library.stories()[:2] for file in story.files}
        assert {file for point in summary.points for file in point.files} <= told
        aside = {a.file: a.reason for a in summary.receipt.set_aside}
        assert set(summary.receipt.read) == every == set(summary.receipt.used) | set(aside)
        assert all("fewer reports" in aside[file] for file in every - told)
        assert set(library.timeline(points=2).read) == told


@pytest.mark.usefixtures("_large")
def test_in_a_large_library_a_focus_chooses_the_stories(reports: Path) -> None:
    with opened(reports) as library:
        library.sync()
        summary = library.summarise("the boxing title fight", points=1)
        assert {file for point in summary.points for file in point.files} == {"boxing.txt"}
        assert any("less to do with" in a.reason for a in summary.receipt.set_aside)
        some = ["boxing.txt", "quake.txt", *sorted(f"{name}.txt" for name in list(MINE)[:2])]
        assert set(library.summarise(points=1, files=some).receipt.read) == set(some)


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM stories WHERE id = (SELECT MIN(id) FROM stories)",
        "UPDATE stories SET value = replace(value, 'title', 'tilte')",
        "UPDATE stories SET articles = '[]'",
        "UPDATE about SET value = 'x y z' WHERE name = 'stories'",
        "UPDATE about SET value = '0 7' WHERE name = 'stories'",
        "INSERT INTO stories (value, articles, digest) SELECT value, articles, digest FROM stories",
    ],
)
def test_what_has_decayed_is_found_again(reports: Path, damage: str) -> None:
    with opened(reports) as library:
        library.sync()
        found = library.stories()
    connection = sqlite3.connect(reports / ".readacross" / CATALOGUE)
    with connection:
        connection.execute(damage)
    connection.close()
    with opened(reports) as library:
        assert library.stories() == found
        assert library.stories() == found
    with opened(reports) as library:
        assert library.stories() == found

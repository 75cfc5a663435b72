"""Bad input: a clear message that says what to do next, and nothing is lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import rag.ingest.guarded
from rag import DiskFull, Library, LibraryError, LibraryMissing, NothingToRead, QuestionError, Settings
from rag.store.catalogue import Catalogue, StoredPassage

TOWN = "The town council of Alder voted on Monday to rebuild the old bridge over the river Lark."


@pytest.fixture
def empty(folder: Path, settings: Settings) -> Iterator[Library]:
    with Library(folder, settings=settings) as library:
        library.sync()
        yield library


def test_an_empty_folder_can_be_opened_and_says_so_when_asked(empty: Library) -> None:
    assert empty.articles() == ()
    for ask in (empty.ask, empty.search, empty.stream, empty.chat().ask):
        with pytest.raises(NothingToRead, match="put articles there and sync"):
            ask("What happened?")


def test_a_missing_folder_is_named(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(LibraryMissing, match="nowhere"):
        Library(tmp_path / "nowhere", settings=settings)
    assert not (tmp_path / "nowhere").exists()


def test_a_file_in_place_of_a_folder_is_refused(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "file.txt").write_text(TOWN)
    with pytest.raises(LibraryMissing, match=r"file\.txt"):
        Library(tmp_path / "file.txt", settings=settings)


@pytest.mark.parametrize("question", ["", "   ", "\n\t"])
def test_an_empty_question_is_refused(library: Library, question: str) -> None:
    with pytest.raises(QuestionError, match="empty"):
        library.ask(question)


def test_a_question_of_100_000_characters_is_refused_with_the_limit(library: Library) -> None:
    with pytest.raises(QuestionError, match=r"100,000 characters; the limit is 2,000.*READACROSS_MAX_QUESTION"):
        library.ask("why?" * 25_000)


def test_a_long_question_within_a_raised_limit_is_answered_in_time(seeds: Path) -> None:
    with Library(seeds, settings=Settings(max_question=100_000)) as library:
        library.sync()
        assert library.ask("What did Rutte say about membership? " * 1_000) is not None


@pytest.mark.parametrize(
    "question", ["?", "…", "the of and", '"', "NEAR(", "a* OR b:c", "\ud800", "🙂", "x" * 2_000, "%s {0}"]
)
def test_a_strange_question_is_answered_or_refused(library: Library, question: str) -> None:
    answer = library.ask(question)
    assert answer.found == bool(answer.sentences)
    assert library.search(question) is not None


def test_a_200_megabyte_file_is_skipped_unread(folder: Path, settings: Settings) -> None:
    (folder / "town.txt").write_text(TOWN)
    with (folder / "huge.txt").open("wb") as huge:
        huge.truncate(200_000_000)
    with Library(folder, settings=settings) as library:
        report = library.sync()
        assert report.added == ("town.txt",)
        (skipped,) = report.skipped
        assert "200.0 MB" in skipped.reason
        assert "20.0 MB" in skipped.reason


def test_a_file_that_vanishes_while_it_is_read_is_skipped(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(TOWN)
    read = rag.ingest.guarded.article_bytes

    def vanishing(path: Path, max_bytes: int) -> bytes:
        if path.name == "a.txt":
            path.unlink()
        return read(path, max_bytes)

    monkeypatch.setattr(rag.ingest.guarded, "article_bytes", vanishing)
    with Library(folder, settings=settings) as library:
        report = library.sync()
        assert report.added == ("b.txt",)
        assert "vanished" in report.skipped[0].reason


def test_a_link_that_leaves_the_folder_is_not_followed(folder: Path, settings: Settings) -> None:
    outside = folder.parent / "secret.txt"
    outside.write_text(TOWN)
    (folder / "link.txt").symlink_to(outside)
    (folder / "town.txt").write_text(TOWN)
    with Library(folder, settings=settings) as library:
        report = library.sync()
        assert report.added == ("town.txt",)
        assert [s.file for s in report.skipped] == ["link.txt"]


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>.txt", "a'b\"c;--.txt", "[1](x).txt", "*?[.txt"])
def test_strange_names_are_read_cited_and_found_again(folder: Path, settings: Settings, name: str) -> None:
    (folder / name).write_text(TOWN)
    with Library(folder, settings=settings) as library:
        assert library.sync().added == (name,)
        answer = library.ask("What did the town council of Alder vote to rebuild?")
        assert {c.file for c in answer.citations} == {name}
        assert library.search("bridge", files=[name])[0].file == name
        assert library.sync().unchanged == (name,)


def test_a_name_of_two_lines_is_reported_on_one(folder: Path, settings: Settings) -> None:
    (folder / "two\nlines.txt").write_text(TOWN)
    (folder / "town.txt").write_text(TOWN)
    with Library(folder, settings=settings) as library:
        report = library.sync()
        assert report.added == ("town.txt",)
        (skipped,) = report.skipped
        assert "rename" in skipped.reason
        assert len(str(report).splitlines()) == 2


def test_a_name_that_is_no_unicode_is_reported(folder: Path, settings: Settings) -> None:
    (folder / "town.txt").write_text(TOWN)
    with open(os.fsencode(folder) + b"/bad\xff.txt", "w") as bad:
        bad.write(TOWN)
    with Library(folder, settings=settings) as library:
        report = library.sync()
        assert report.added == ("town.txt",)
        assert len(report.skipped) == 1
        report.skipped[0].file.encode()


@pytest.mark.parametrize("model", [{"llm": "gpt-4"}, {"embedder": "wordllama"}, {"llm": 5}])
def test_what_is_no_model_is_refused_at_once(seeds: Path, settings: Settings, model: dict[str, Any]) -> None:
    (name,) = model
    with pytest.raises(TypeError, match=rf"{name} is no .*READACROSS_"):
        Library(seeds, settings=settings, **model)
    assert not (seeds / ".readacross").exists()


def test_an_unknown_article_is_named(library: Library) -> None:
    with pytest.raises(LibraryError, match=r"'nothing\.txt'"):
        library.article("nothing.txt")


def test_a_filter_that_admits_nothing_says_so(library: Library) -> None:
    with pytest.raises(NothingToRead, match="No article meets"):
        library.ask("What did Rutte say?", publishers=["The Moon"])


def test_a_store_that_cannot_be_made_is_named(seeds: Path, settings: Settings) -> None:
    blocked = seeds.parent / "blocked"
    blocked.write_text("a file")
    with pytest.raises(LibraryError, match="READACROSS_STORE"):
        Library(seeds, store=blocked / "store", settings=settings)


def test_a_full_disk_is_named_and_loses_nothing(folder: Path, settings: Settings) -> None:
    (folder / "town.txt").write_text(TOWN)
    store = folder.parent / "small"
    store.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(store)], capture_output=True, check=False
    )
    if mounted.returncode:
        return fill_by_page_limit(folder, store, settings)
    try:
        with Library(folder, store=store, settings=settings) as library:
            library.sync()
            for n in range(300):
                (folder / f"{n}.txt").write_text(f"{n}. " + TOWN * 100)
            with pytest.raises(DiskFull, match="make room, then sync again"):
                library.sync()
        kept = sqlite3.connect(store / "catalogue.sqlite")
        assert "town.txt" in {file for (file,) in kept.execute("SELECT file FROM articles")}
        kept.close()
    finally:
        subprocess.run(["umount", str(store)], check=True)
    return None


def fill_by_page_limit(folder: Path, store: Path, settings: Settings) -> None:
    """Where a test may not mount a small disk, SQLite's own page limit fills it."""
    with Library(folder, store=store, settings=settings) as library:
        library.sync()
        with library._store.catalogue.connected() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")
        for n in range(300):
            (folder / f"{n}.txt").write_text(f"{n}. " + TOWN * 100)
        with pytest.raises(DiskFull, match="make room, then sync again"):
            library.sync()
        assert library.article("town.txt").text == TOWN


def test_half_a_surrogate_pair_is_no_crash(library: Library) -> None:
    assert library.sentences("\ud800") == ()
    (sentence,) = library.check("Mark Rutte visited Kyiv \ud83d on Thursday.")
    assert sentence.support != "not found"


def test_an_article_removed_while_a_question_is_answered_breaks_nothing(
    library: Library, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passages = Catalogue.passages
    first, *_ = sorted(seeds.glob("*.txt"))

    def and_meanwhile(catalogue: Catalogue, ids: Sequence[int]) -> dict[int, StoredPassage]:
        found = passages(catalogue, ids)
        if first.exists():
            first.unlink()
            with ThreadPoolExecutor(1) as pool:
                assert pool.submit(library.sync).result().removed == (first.name,)
        return found

    monkeypatch.setattr(Catalogue, "passages", and_meanwhile)
    assert {hit.file for hit in library.search("What did Rutte say?")} == {a.file for a in library.articles()}
    assert library.ask("What did Rutte say?").found

"""Sync: a library follows its folder by content, loses nothing, and says what it did."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import pytest

from rag import Cancellation, Cancelled, Library, LibraryLocked, LibraryMissing, Settings, SyncProgress
from rag.testing import HashEmbedder

OpenLibrary = Callable[..., Library]

TOWN = "The town council of Alder voted on Monday to rebuild the old bridge over the river Lark."
PORT = "Dock workers in Marlow went on strike on Tuesday because their wages had not been paid since May."


def test_a_library_follows_its_folder(open_library: OpenLibrary, folder: Path) -> None:
    (folder / "town.txt").write_text(TOWN)
    (folder / "port.txt").write_text(PORT)
    with open_library(folder) as library:
        first = library.sync()
        assert first.added == ("port.txt", "town.txt")
        assert library.sync().unchanged == ("port.txt", "town.txt")
        (folder / "town.txt").write_text(TOWN.replace("Monday", "Friday"))
        (folder / "port.txt").unlink()
        (folder / "new.txt").write_text("A new lighthouse opened in Dunmore on Sunday after six years of work.")
        report = library.sync()
        assert (report.added, report.changed, report.removed) == (("new.txt",), ("town.txt",), ("port.txt",))
        assert [a.file for a in library.articles()] == ["new.txt", "town.txt"]
        assert "Friday" in library.article("town.txt").text
        assert {hit.file for hit in library.search("dock workers strike", k=9)} == {"new.txt", "town.txt"}
        assert library.search("Friday bridge", k=1)[0].file == "town.txt"


def test_a_touched_file_is_unchanged(open_library: OpenLibrary, folder: Path) -> None:
    path = folder / "town.txt"
    path.write_text(TOWN)
    with open_library(folder) as library:
        library.sync()
        os.utime(path, (1, 1))
        assert library.sync().unchanged == ("town.txt",)


def test_a_change_that_keeps_size_and_time_is_seen(open_library: OpenLibrary, folder: Path) -> None:
    path = folder / "town.txt"
    path.write_text(TOWN)
    facts = path.stat()
    with open_library(folder) as library:
        library.sync()
        path.write_text(TOWN.replace("Alder", "Elder"))
        os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        assert library.sync().changed == ("town.txt",)


def test_records_of_a_dump_are_added_changed_and_removed_one_by_one(open_library: OpenLibrary, folder: Path) -> None:
    dump = folder / "news.jsonl"
    records = [{"id": "a", "title": "Bridge", "text": TOWN}, {"id": "b", "title": "Strike", "text": PORT}]
    dump.write_text("\n".join(map(json.dumps, records)))
    with open_library(folder) as library:
        assert library.sync().added == ("news.jsonl#a", "news.jsonl#b")
        records[0]["text"] = TOWN.replace("Monday", "Friday")
        records[1] = {"id": "c", "title": "Light", "text": "A lighthouse opened in Dunmore."}
        dump.write_text("\n".join(map(json.dumps, records)))
        report = library.sync()
        assert report.added == ("news.jsonl#c",)
        assert report.changed == ("news.jsonl#a",)
        assert report.removed == ("news.jsonl#b",)


def test_a_missing_folder_empties_nothing(open_library: OpenLibrary, folder: Path) -> None:
    (folder / "town.txt").write_text(TOWN)
    store = folder.parent / "store"
    with open_library(folder, store=store) as library:
        library.sync()
        folder.rename(folder.with_name("away"))
        with pytest.raises(LibraryMissing, match="no folder"):
            library.sync()
        folder.mkdir()
        report = library.sync()
        assert report.removed == ()
        assert any("nothing was removed" in note for note in report.notes)
        assert [a.file for a in library.articles()] == ["town.txt"]


def test_an_unreadable_file_is_reported_and_the_others_are_read(open_library: OpenLibrary, folder: Path) -> None:
    (folder / "town.txt").write_text(TOWN)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 no more than this")
    with open_library(folder) as library:
        for _ in range(2):
            report = library.sync()
            assert [s.file for s in report.skipped] == ["broken.pdf"]
            assert report.skipped[0].reason
        assert [a.file for a in library.articles()] == ["town.txt"]


def test_a_file_that_turns_bad_keeps_the_version_read_earlier(open_library: OpenLibrary, folder: Path) -> None:
    path = folder / "town.txt"
    path.write_text(TOWN)
    with open_library(folder) as library:
        library.sync()
        path.write_bytes(b"")
        report = library.sync()
        assert "kept" in report.skipped[0].reason
        assert library.article("town.txt").text == TOWN
        path.write_text(TOWN)
        assert library.sync().skipped == ()


def test_progress_counts_up_to_the_end(open_library: OpenLibrary, folder: Path) -> None:
    for n in range(5):
        (folder / f"{n}.txt").write_text(f"{TOWN} Item {n}.")
    seen: list[SyncProgress] = []
    with open_library(folder) as library:
        library.sync(progress=seen.append)
    assert [p.done for p in seen] == sorted(p.done for p in seen)
    assert (seen[-1].done, seen[-1].total) == (5, 5)


def test_a_sync_that_is_interrupted_goes_on_where_it_was(open_library: OpenLibrary, folder: Path) -> None:
    for n in range(300):
        (folder / f"{n:03}.txt").write_text(f"{TOWN} Item {n}.")

    def interrupt(p: SyncProgress) -> None:
        if p.done == 200:
            raise KeyboardInterrupt

    with open_library(folder) as library:
        with pytest.raises(KeyboardInterrupt):
            library.sync(progress=interrupt)
        kept = len(library.articles())
        assert 0 < kept < 300
        report = library.sync()
        assert len(report.unchanged) == kept
        assert len(report.added) == 300 - kept


def test_another_embedder_embeds_again_and_says_so(open_library: OpenLibrary, folder: Path) -> None:
    (folder / "town.txt").write_text(TOWN)
    (folder / "port.txt").write_text(PORT)
    with open_library(folder) as library:
        library.sync()
    with open_library(folder, embedder=HashEmbedder()) as library:
        assert library.search("strike of dock workers", k=1)[0].file == "port.txt", "keywords still find"
        report = library.sync()
        assert report.changed == ("port.txt", "town.txt")
        assert any("2 articles are embedded again" in note for note in report.notes)
        assert library.search("strike of dock workers", k=1)[0].file == "port.txt"
        assert not library.sync().notes


def test_only_one_process_writes_and_others_read(open_library: OpenLibrary, folder: Path) -> None:
    (folder / "town.txt").write_text(TOWN)
    with open_library(folder) as owner:
        owner.sync()
        with open_library(folder) as reader:
            assert not reader.writable
            with pytest.raises(LibraryLocked, match=str(os.getpid())):
                reader.sync()
            assert reader.search("bridge", k=1)[0].file == "town.txt"
            (folder / "port.txt").write_text(PORT)
            owner.sync()
            assert reader.search("dock workers", k=1)[0].file == "port.txt"
    with open_library(folder) as library:
        assert library.writable


def test_an_untouched_library_is_not_read_again(
    open_library: OpenLibrary, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "town.txt").write_text(TOWN)
    time.sleep(2.1)
    with open_library(folder) as library:
        library.sync()
        monkeypatch.setattr("rag.ingest.guarded.article_bytes", None)
        assert library.sync().unchanged == ("town.txt",)


def test_threads_that_have_ended_leave_nothing_open(open_library: OpenLibrary, folder: Path) -> None:
    (folder / "town.txt").write_text(TOWN)
    with open_library(folder) as library:
        library.sync()

        def ask() -> None:
            thread = Thread(target=library.ask, args=("Who voted to rebuild the bridge?",))
            thread.start()
            thread.join()

        for _ in range(3):
            ask()
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(10):
            ask()
        assert len(os.listdir("/proc/self/fd")) <= before


def test_libraries_that_share_readacross_store_keep_apart(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "news").mkdir(parents=True)
        (tmp_path / name / "news" / f"{name}.txt").write_text(TOWN)
    settings = Settings(store=str(tmp_path / "stores"))
    for _ in range(2):
        for name in ("one", "two"):
            with Library(tmp_path / name / "news", settings=settings) as library:
                library.sync()
                assert [a.file for a in library.articles()] == [f"{name}.txt"]
    assert len(list((tmp_path / "stores").iterdir())) == 2
    assert not (tmp_path / "one" / "news" / ".readacross").exists()


def test_two_threads_that_sync_read_each_article_once(open_library: OpenLibrary, folder: Path) -> None:
    for n in range(20):
        (folder / f"{n}.txt").write_text(f"{TOWN} Item {n}.")
    with open_library(folder) as library, ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: library.sync(), range(2)))
    assert sorted(len(r.added) for r in reports) == [0, 20]
    assert not any(r.changed or r.removed for r in reports)


def test_what_an_interrupted_sync_did_not_write_to_the_index_is_found_after_the_next(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(100):
        (folder / f"{n:03}.txt").write_text(f"{TOWN} Item {n}.")

    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    def interrupt(p: SyncProgress) -> None:
        if p.done == 80:
            raise KeyboardInterrupt

    with Library(folder, settings=Settings()) as library:
        with monkeypatch.context() as broken:
            broken.setattr("rag.store.chroma.ChromaVectors.upsert", fail)
            with pytest.raises(KeyboardInterrupt):
                library.sync(progress=interrupt)
        assert library.articles()
        library.sync()
        assert library._store.index.vectors.count() == library._store.catalogue.count("passages")


def test_a_stopped_sync_leaves_the_vector_index_whole(open_library: OpenLibrary, folder: Path) -> None:
    """The next sync, also of the next process, goes on with the same collection."""

    def name(library: Library) -> str:
        return library._store.index.vectors.name

    def write(numbers: range) -> None:
        for n in numbers:
            (folder / f"{n:03}.txt").write_text(f"{TOWN} Item {n}.")

    def interrupt(p: SyncProgress) -> None:
        if p.done == 80:
            raise KeyboardInterrupt

    write(range(100))
    with open_library(folder) as library:
        library.sync()
        before = name(library)
        write(range(50, 150))
        (folder / "000.txt").unlink()
        with pytest.raises(KeyboardInterrupt):
            library.sync(progress=interrupt)
    with open_library(folder) as library:
        assert (library.notes, name(library)) == ((), before)
        library.sync()
        assert name(library) == before
        assert library._store.index.vectors.keys() == library._store.catalogue.passage_keys(library._embedder.name)


@pytest.mark.parametrize("how", ["cancelled", "closed"])
def test_a_sync_in_another_thread_is_ended_by_its_cancellation_and_by_closing_the_library(
    open_library: OpenLibrary, folder: Path, how: str
) -> None:
    for n in range(300):
        (folder / f"{n:03}.txt").write_text(f"{TOWN} Item {n}.")
    under_way, errors = Event(), []
    library, cancellation = open_library(folder), Cancellation()

    def go_on(p: SyncProgress) -> None:
        if p.done == 100:
            under_way.set()
            time.sleep(0.2)

    def sync() -> None:
        with pytest.raises(Cancelled) as caught:
            library.sync(progress=go_on, cancel=cancellation)
        errors.append(caught.value)

    thread = Thread(target=sync)
    thread.start()
    assert under_way.wait(60)
    if how == "cancelled":
        cancellation.cancel()
        thread.join(60)
    library.close()
    thread.join(60)
    assert errors
    with open_library(folder) as library:
        assert library.notes == ()
        assert 0 < len(library.articles()) < 300
        library.sync()
        assert len(library.articles()) == 300


@pytest.mark.parametrize("moment", ["before the rows are put", "after some were taken for writing"])
def test_a_sync_stopped_between_catalogue_and_index_leaves_both_alike(
    open_library: OpenLibrary, folder: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    for n in range(100):
        (folder / f"{n:03}.txt").write_text(f"{TOWN} Item {n}.")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with open_library(folder) as library:
        (folder / "000.txt").write_text(f"{PORT}")
        library.sync()
        (folder / "000.txt").write_text(f"{TOWN} Item 0, again.")
        (folder / "001.txt").unlink()
        index, catalogue = library._store.index, library._store.catalogue
        before = index.vectors.name
        with monkeypatch.context() as stopped:
            method = "put" if moment.startswith("before") else "_submit"
            stopped.setattr(f"rag.store.chroma.Writer.{method}", interrupt)
            with pytest.raises(KeyboardInterrupt):
                library.sync()
        assert index.vectors.keys() == catalogue.passage_keys(library._embedder.name)
        library.sync()
        assert index.vectors.name == before
        assert library.search("Item 0, again", k=1)[0].file == "000.txt"


def test_a_library_closed_twice_leaves_its_next_owner_alone(open_library: OpenLibrary, folder: Path) -> None:
    first = open_library(folder)
    first.close()
    with open_library(folder) as second:
        first.close()
        assert second._store.catalogue.about("open") == "yes"
        assert second.writable

"""The vector index may fail at any moment: the catalogue answers as before, says why, and the index comes back."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rag import Library, LibraryLocked, Settings
from rag.store import chroma, vector_index
from rag.store.chroma import ChromaVectors
from tests.postgres import free_port
from tests.store.conftest import ON_SERVER, wait_for
from tests.store.test_repair import found

NEW = "Dutch fighter jets\n\nThe Dutch fighter jets landed near Vuhledar on Monday.\n"
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # chromadb's client's
QUESTION = "What did Rutte say about membership?"


@pytest.fixture(autouse=True)
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every library is so large that Chroma is searched; a test says itself when time has passed."""
    monkeypatch.setattr("rag.store.store.EXACT_UP_TO", 1)
    monkeypatch.setattr(vector_index, "RETRY", 1e9)
    monkeypatch.setattr(chroma, "PATIENCE", 1.0)


def a_minute_later(library: Library) -> None:
    """What the next question starts in a thread of its own once a minute has gone by."""
    assert library._store._index is not None
    library._store._index._looked = -1e9
    library._store._index.mend()


def removed(library: Library) -> None:
    vectors = library._store.index.vectors
    vectors._client.delete_collection(vectors.name)


def emptied(library: Library) -> None:
    vectors = library._store.index.vectors
    vectors.delete(sorted(vectors.keys()))


@pytest.mark.parametrize("damage", [removed, emptied])
@pytest.mark.parametrize("where", ["embedded", pytest.param("server", marks=ON_SERVER)])
def test_an_index_that_fails_while_it_is_open(
    seeds: Path, request: pytest.FixtureRequest, where: str, damage: Callable[[Library], None]
) -> None:
    url = request.getfixturevalue("chroma_url") if where == "server" else ""
    with Library(seeds, settings=Settings(chroma_url=url)) as library:
        library.sync()
        before = found(library)
        assert library.ask(QUESTION).notes == ()
        damage(library)
        assert found(library) == before
        assert any("vector index" in note and "cannot be used" in note for note in library.ask(QUESTION).notes)
        a_minute_later(library)
        assert library.ask(QUESTION).notes == ()
        assert library._store.index.is_open
        assert found(library) == before


def test_passages_that_vanish_one_by_one_come_back(seeds: Path) -> None:
    with Library(seeds, settings=Settings()) as library:
        library.sync()
        vectors = library._store.index.vectors
        vectors.delete(sorted(vectors.keys())[:1])
        a_minute_later(library)
        assert library._store.index.vectors.count() == library._store.catalogue.count("passages")


def test_an_index_that_cannot_be_written_stops_no_sync(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library(seeds, settings=Settings()) as library:
        library.sync()
        (seeds / "new.txt").write_text(NEW)

        def refuse(*_: object) -> None:
            raise RuntimeError("broken")

        with monkeypatch.context() as broken:
            broken.setattr(ChromaVectors, "upsert", refuse)
            report = library.sync()
        assert report.added == ("new.txt",)
        assert any("cannot be used" in note for note in report.notes)
        assert library.search("Dutch fighter jets", k=1)[0].file == "new.txt"
        (seeds / "newer.txt").write_text(NEW.replace("Dutch", "Danish"))
        assert library.sync().added == ("newer.txt",)
        a_minute_later(library)
        assert library._store.index.vectors.count() == library._store.catalogue.count("passages")
        assert library.sync().notes == ()


@contextmanager
def chroma_running(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    program = Path(sys.executable).with_name("chroma")
    command = [str(program), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/api/v2/heartbeat", process)
            yield process
        finally:
            if sys.platform != "win32":
                process.send_signal(signal.SIGCONT)
            process.kill()


@pytest.mark.server
@pytest.mark.skipif(sys.platform == "win32", reason="freezes as POSIX has them")
@pytest.mark.parametrize("frozen", [True, False], ids=["frozen", "down"])
def test_a_server_that_fails_and_comes_back(seeds: Path, tmp_path: Path, frozen: bool) -> None:
    port = free_port()
    settings = Settings(chroma_url=f"http://127.0.0.1:{port}")
    with Library(seeds, store=tmp_path / "other", settings=Settings()) as reference:
        reference.sync()
        before = found(reference)
    with chroma_running(tmp_path / "chroma", port) as process:
        library = Library(seeds, settings=settings)
        library.sync()
        assert found(library) == before
        process.send_signal(signal.SIGSTOP if frozen else signal.SIGKILL)
        if not frozen:
            process.wait()
        assert found(library) == before
        (seeds / "new.txt").write_text(NEW)
        report = library.sync()
        assert report.added == ("new.txt",)
        assert any(f"127.0.0.1:{port}" in note for note in report.notes)
        a_minute_later(library)
        assert library._store.index_note
        library.close()
        with Library(seeds, settings=settings) as again:
            assert any("cannot be used" in note for note in again.notes)
            assert again.search("Dutch fighter jets", k=1)[0].file == "new.txt"
            assert any("127.0.0.1" in note for note in again.ask(QUESTION).notes)
            if frozen:
                process.send_signal(signal.SIGCONT)
                a_minute_later(again)
            else:
                with chroma_running(tmp_path / "chroma", port):
                    a_minute_later(again)
                    assert again._store.index.vectors.count() == again._store.catalogue.count("passages")
            assert again._store.index_note == ""


def test_a_server_that_takes_requests_and_never_answers(seeds: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = Settings(chroma_url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        with Library(seeds, settings=settings) as library:
            assert len(library.sync().added) == 2
            assert library.ask(QUESTION).found


def test_a_server_that_is_full_is_no_full_disk_here(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        stop = threading.Event()

        def answer() -> None:
            while not stop.is_set():
                connection, _ = silent.accept()
                with connection:
                    connection.recv(100_000)
                    body = b'{"error":"InternalError","message":"database or disk is full"}'
                    head = f"HTTP/1.1 500 Error\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
                    connection.sendall(head.encode() + b"Connection: close\r\n\r\n" + body)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        settings = Settings(chroma_url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        with Library(seeds, settings=settings) as library:
            assert any("cannot be used" in note for note in library.notes)
            assert len(library.sync().added) == 2
            assert library.ask(QUESTION).found
        stop.set()


@pytest.mark.server
def test_two_copies_of_a_store_on_one_server_do_not_harm_each_other(
    seeds: Path, tmp_path: Path, chroma_url: str
) -> None:
    settings, copy = Settings(chroma_url=chroma_url), tmp_path / "copy"
    with Library(seeds, settings=settings) as library:
        library.sync()
        before = found(library)
    shutil.copytree(seeds, copy)
    for path in copy.glob("*.txt"):
        path.unlink()
    (copy / "new.txt").write_text(NEW)
    with Library(copy, settings=settings) as other:
        other.sync()
        assert {hit.file for hit in other.search("jets", k=5)} == {"new.txt"}
        with Library(seeds, settings=settings) as library:
            assert library.notes == ()
            assert found(library) == before
            library._store.index.rebuild()
        assert {hit.file for hit in other.search("jets", k=5)} == {"new.txt"}
        assert other.ask(QUESTION).notes == ()
    with Library(copy, settings=settings) as other:
        assert other.notes == ()


def test_who_only_reads_scans(seeds: Path) -> None:
    with Library(seeds, settings=Settings()) as library:
        library.sync()
        with Library(seeds, settings=Settings()) as reader:
            assert found(reader) == found(library)
            with pytest.raises(LibraryLocked):
                reader.sync()

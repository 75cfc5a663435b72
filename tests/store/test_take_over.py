"""Who only reads takes over once the owner is gone: in one process, and of two pages one of which is killed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from rag import Library, LibraryDamaged, LibraryError, LibraryLocked, Settings
from tests.postgres import PostgresServer
from tests.store.conftest import OpenLibrary

ROOT = Path(__file__).parent.parent.parent
PORT = "The harbour of Selby was opened on Monday by the mayor.\n"
TOWN = "The bridge of Graz was closed on Friday by the council.\n"
PATIENCE = 90.0


def test_a_reader_takes_over_from_an_owner_that_has_gone(open_library: OpenLibrary, folder: Path) -> None:
    (folder / "town.txt").write_text(TOWN)
    owner = open_library(folder)
    owner.sync()
    with open_library(folder) as reader:
        assert not reader.take_over()
        with pytest.raises(LibraryLocked):
            reader.remove("town.txt")
        assert reader.search("bridge", k=1)[0].file == "town.txt"
        owner.close()
        (folder / "port.txt").write_text(PORT)
        assert reader.sync().added == ("port.txt",)
        assert reader.writable
        assert reader.search("harbour", k=1)[0].file == "port.txt"
        index = reader._store.index
        assert index.vectors.keys() == reader._store.catalogue.passage_keys(reader._embedder.name)
        with open_library(folder) as other:
            assert not other.writable
            assert other.search("harbour", k=1)[0].file == "port.txt"
        reader.remove("port.txt")
    with open_library(folder) as last:
        assert last.notes == ()
        assert [a.file for a in last.articles()] == ["town.txt"]


def test_it_is_taken_over_while_others_ask(open_library: OpenLibrary, folder: Path) -> None:
    (folder / "town.txt").write_text(TOWN)
    owner = open_library(folder)
    owner.sync()
    with open_library(folder) as reader:
        failures: list[Exception] = []
        end = threading.Event()

        def ask() -> None:
            while not end.is_set():
                try:
                    assert reader.search("bridge", k=1)[0].file == "town.txt"
                except Exception as error:
                    failures.append(error)
                    return

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        owner.close()
        assert reader.take_over()
        assert reader.take_over()
        (folder / "port.txt").write_text(PORT)
        reader.sync()
        end.set()
        for thread in threads:
            thread.join()
        assert failures == []


def test_a_catalogue_that_was_damaged_meanwhile_is_put_aside(seeds: Path, postgres: PostgresServer) -> None:
    settings = Settings(catalogue=postgres.address(), passages_read=0)
    owner = Library(seeds, settings=settings)
    owner.sync()
    with Library(seeds, settings=settings) as reader:
        with owner._store.catalogue.transaction() as connection:
            connection.execute(text("UPDATE articles SET text = replace(text, 'Rutte', 'Rotte')"))
        with pytest.raises(LibraryDamaged):
            reader.articles()
        owner.close()
        assert len(reader.sync().added) == 2
        assert any("put aside" in note for note in reader.notes)
        assert reader.ask("Which jets did Rutte approve?").found


def test_who_has_closed_takes_nothing_over(open_library: OpenLibrary, seeds: Path) -> None:
    owner = open_library(seeds)
    reader = open_library(seeds) if owner.sync() else owner
    owner.close()
    reader.close()
    assert not reader.take_over()
    with pytest.raises(LibraryError):
        reader.sync()
    with open_library(seeds) as library:
        assert library.writable


class ServedPage:
    """A page in a process of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "rag.cli", "serve", str(folder), "--port", "0"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
        assert self.process.stderr is not None
        said = []
        for line in self.process.stderr:
            said.append(line)
            if found := re.search(r"http://\S+", line):
                self.address = found[0]
                break
        else:
            raise AssertionError("".join(said))
        self._rest = threading.Thread(target=self.process.stderr.read, daemon=True)
        self._rest.start()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self._rest.join()
        assert self.process.stderr is not None
        self.process.stderr.close()

    def health(self) -> str:
        return str(httpx.get(f"{self.address}healthz", timeout=30).json()["folder"])

    def call(self, operation: str, **given: object) -> httpx.Response:
        return httpx.post(f"{self.address}api/v1/{operation}", json=given, timeout=60)

    def finds(self, words: str, file: str) -> bool:
        found = self.call("search", query=words, k=1).json()
        return bool(found) and file in str(found)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.2)


@pytest.fixture
def pages(seeds: Path, postgres: PostgresServer, chroma_url: str) -> Iterator[Callable[[], ServedPage]]:
    environment = os.environ | {"READACROSS_CATALOGUE": postgres.address(), "READACROSS_CHROMA_URL": chroma_url}
    started: list[ServedPage] = []

    def start() -> ServedPage:
        started.append(ServedPage(seeds, environment))
        return started[-1]

    yield start
    for page in started:
        page.kill()


@pytest.mark.server
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_of_two_pages_one_is_killed_and_the_other_goes_on_writing(
    pages: Callable[[], ServedPage], seeds: Path, postgres: PostgresServer, chroma_url: str
) -> None:
    first = pages()
    until(lambda: first.health() == "read" and first.finds("Rutte", "txt"))
    second = pages()
    until(lambda: second.health() == "read")
    refused = second.call("sync")
    assert refused.status_code == 409
    assert "in use by another process" in refused.text
    assert second.finds("Rutte", "txt")
    (seeds / "port.txt").write_text(PORT)
    assert first.call("sync").json()["added"] == ["port.txt"]
    assert second.finds("harbour of Selby", "port.txt")

    (seeds / "town.txt").write_text(TOWN)
    first.kill()
    until(lambda: second.finds("bridge of Graz", "town.txt"))  # which nobody asked it to read
    (seeds / "port.txt").unlink()
    until(lambda: second.health() == "read")
    assert second.call("sync").json()["removed"] == ["port.txt"]

    third = pages()
    until(lambda: third.health() == "read")
    assert third.call("sync").status_code == 409
    second.kill()
    third.kill()
    with Library(seeds, settings=Settings(catalogue=postgres.address(), chroma_url=chroma_url)) as library:
        until(library.take_over)
        library.sync()
        assert [a.file for a in library.articles()] == sorted(path.name for path in seeds.glob("*.txt"))
        keys = library._store.catalogue.passage_keys(library._embedder.name)
        assert library._store.index.vectors.keys() == keys

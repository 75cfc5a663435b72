"""A library that is closed while threads read it: they are told so, and the process lives."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from rag import Library, LibraryError
from rag.store.catalogue import Catalogue
from rag.store.sqlite_file import SqliteFile

QUERY = text("SELECT id, data FROM numbers ORDER BY words, data")


def read_on(catalogue: Catalogue, reading: threading.Barrier, errors: list[LibraryError]) -> None:
    """Read until the catalogue is closed."""
    assert catalogue.execute(QUERY)
    reading.wait()
    try:
        while True:
            assert len(catalogue.execute(QUERY)) == 2000
    except LibraryError as error:
        errors.append(error)


def test_closing_under_readers_tells_each_of_them(tmp_path):
    path = tmp_path / "catalogue.sqlite"
    with Catalogue(SqliteFile(path)).transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE numbers (id INTEGER PRIMARY KEY, words TEXT, data BLOB)")
        rows = [(f"{n * 7919 % 1000}", bytes(1024)) for n in range(2000)]
        connection.exec_driver_sql("INSERT INTO numbers (words, data) VALUES (?, ?)", rows)
    for _ in range(40):
        catalogue = Catalogue(SqliteFile(path))
        errors: list[LibraryError] = []
        reading = threading.Barrier(4)
        threads = [threading.Thread(target=read_on, args=(catalogue, reading, errors)) for _ in range(3)]
        for thread in threads:
            thread.start()
        reading.wait()
        catalogue.close()
        for thread in threads:
            thread.join(20)
        assert len(errors) == 3
        assert all("Open it again" in str(error) for error in errors)


def test_a_closed_library_says_so(seeds, settings):
    with Library(seeds, settings=settings) as library:
        library.sync()
    for call in (lambda: library.ask("Which jets did Rutte approve?"), library.articles, library.summarise):
        with pytest.raises(LibraryError):
            call()

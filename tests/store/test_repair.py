"""Opening a library checks its parts; what is derived comes back by itself, and answers as before."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from rag import Library, LibraryError, Settings
from rag.store.own_files import CATALOGUE

QUESTIONS = ("What did Rutte say about membership?", "long-range weapons", "Dutch fighter jets", "Vuhledar")


def found(library: Library) -> list[object]:
    return [library.search(q, k=5) for q in QUESTIONS]


def collection(store: Path) -> Path:
    (path,) = store.glob("readacross-*")
    return path


def change(store: Path, *statements: str) -> None:
    with sqlite3.connect(store / CATALOGUE) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def no_collection(store: Path) -> None:
    shutil.rmtree(collection(store))


def empty_collection(store: Path) -> None:
    for path in collection(store).iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def scrambled_collection(store: Path) -> None:
    for path in collection(store).rglob("*"):
        if path.is_file():
            path.write_bytes(b"\xde\xad\xbe\xef" * 64)


def stopped_while_writing(store: Path) -> None:
    change(store, """UPDATE about SET value = replace(value, 'true', 'false') WHERE name = 'collection'""")


def no_keywords(store: Path) -> None:
    change(store, "DROP TABLE vocabulary", "DROP TABLE keywords")


def half_the_keywords(store: Path) -> None:
    change(store, "DELETE FROM keywords WHERE rowid % 2")


@pytest.mark.parametrize(
    "damage",
    [
        no_collection,
        empty_collection,
        scrambled_collection,
        stopped_while_writing,
        no_keywords,
        half_the_keywords,
    ],
)
def test_derived_indexes_come_back(seeds: Path, damage: Callable[[Path], None]) -> None:
    with Library(seeds, settings=Settings()) as library:
        library.sync()
        before = found(library)
    damage(seeds / ".readacross")
    with Library(seeds, settings=Settings()) as library:
        assert any("filled again" in note for note in library.notes)
        assert found(library) == before
    with Library(seeds, settings=Settings()) as library:
        assert library.notes == ()
        assert found(library) == before


def test_a_damaged_catalogue_is_put_aside_and_made_anew(seeds: Path) -> None:
    with Library(seeds, settings=Settings()) as library:
        library.sync()
        before = found(library)
    catalogue = seeds / ".readacross" / CATALOGUE
    catalogue.write_bytes(b"this is no database" * 100)
    with Library(seeds, settings=Settings()) as library:
        assert any("put aside as damaged-" in note for note in library.notes)
        library.sync()
        assert found(library) == before
    assert list(catalogue.parent.glob("damaged-*"))


def test_a_library_of_a_newer_program_is_refused_and_left_alone(seeds: Path) -> None:
    with Library(seeds, settings=Settings()) as library:
        library.sync()
    change(seeds / ".readacross", "PRAGMA user_version = 999")
    with pytest.raises(LibraryError, match="update readacross"):
        Library(seeds, settings=Settings())


def test_deleting_the_store_loses_nothing(seeds: Path) -> None:
    with Library(seeds, settings=Settings()) as library:
        library.sync()
        before = found(library)
    shutil.rmtree(seeds / ".readacross")
    with Library(seeds, settings=Settings()) as library:
        assert len(library.sync().added) == 2
        assert found(library) == before


def test_folders_of_collections_left_behind_are_tidied_away(seeds: Path) -> None:
    with Library(seeds, settings=Settings()) as library:
        library.sync()
    stale = seeds / ".readacross" / f"readacross-{'0' * 12}-{'0' * 8}"
    stale.mkdir()
    with Library(seeds, settings=Settings()):
        assert not stale.exists()


@pytest.mark.server
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_a_collection_deleted_on_the_server_comes_back(seeds: Path, chroma_url: str) -> None:
    settings = Settings(chroma_url=chroma_url)
    with Library(seeds, settings=settings) as library:
        library.sync()
        before = found(library)
        vectors = library._store.index.vectors
        vectors._client.delete_collection(vectors.name)
    with Library(seeds, settings=settings) as library:
        assert any("filled again" in note for note in library.notes)
        assert found(library) == before


@pytest.mark.server
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_going_to_a_server_and_back_keeps_the_answers(seeds: Path, chroma_url: str) -> None:
    answers = []
    for url in ("", chroma_url, ""):
        with Library(seeds, settings=Settings(chroma_url=url)) as library:
            library.sync()
            answers.append(found(library))
    assert answers[0] == answers[1] == answers[2]


def test_a_server_that_is_not_there_is_named(seeds: Path) -> None:
    with Library(seeds, settings=Settings(chroma_url="http://reader:secret@127.0.0.1:9")) as library:
        (note,) = library.notes
        assert library.sync().added
    assert re.search(r"http://127\.0\.0\.1:9 does not answer.*chroma run", note)
    assert "secret" not in note

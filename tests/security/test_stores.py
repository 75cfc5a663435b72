"""A stranger's library, opened with the store that came with it, reads, writes and removes nothing outside of that."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest

from rag import Library, LibraryError, Settings
from rag.store.own_files import CATALOGUE, is_collection_name, new_collection_name

LINKS = pytest.mark.skipif(sys.platform == "win32", reason="Windows lets only administrators make links")
OTHERS = f"readacross-{'0' * 12}-{'0' * 8}"


@pytest.fixture
def store(seeds: Path) -> Path:
    """The store of a synced library."""
    with Library(seeds, settings=Settings()) as library:
        library.sync()
    return seeds / ".readacross"


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    """A folder of the user that has nothing to do with the library."""
    folder = tmp_path / "precious"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    return folder


def about(store: Path, name: str, value: str | None = None) -> str:
    with sqlite3.connect(store / CATALOGUE) as connection:
        if value is not None:
            connection.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))
        row = connection.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
    connection.close()
    return row[0] if row else ""


def name_collection(store: Path, name: object, **others: object) -> None:
    about(store, "collection", json.dumps({**json.loads(about(store, "collection")), "name": name, **others}))


def assert_usable(folder: Path, store: Path) -> None:
    with Library(folder, settings=Settings()) as library:
        assert library.search("What did Rutte say about membership?", k=3)
        library.sync()
    assert is_collection_name(json.loads(about(store, "collection"))["name"])


@pytest.mark.parametrize("clean", [True, False])
@pytest.mark.parametrize("kind", ["absolute", "upwards", "below our own"])
def test_no_folder_that_a_catalogue_names_is_removed(seeds, store, precious, kind: str, clean: bool) -> None:
    own = json.loads(about(store, "collection"))["name"]
    names = {
        "absolute": str(precious),
        "upwards": f"../../{precious.name}",
        "below our own": f"{own}/../../../{precious.name}",
    }
    name_collection(store, names[kind], clean=clean)
    assert_usable(seeds, store)
    assert (precious / "thesis.txt").read_text() == "years of work"
    assert [path.name for path in precious.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    "name", ["", ".", "..", "readacross-", "readacross-x/..", f"{OTHERS}\n", f"{OTHERS}/", OTHERS, 7, None, [OTHERS]]
)
def test_a_name_that_is_not_our_own_is_a_missing_index(seeds, store, name: object) -> None:
    name_collection(store, name, clean=False)
    assert_usable(seeds, store)
    assert json.loads(about(store, "collection"))["name"] != name
    assert (store / CATALOGUE).is_file()


@pytest.mark.parametrize("kept", ["no JSON", "[]", "7", '"text"', "null", "{}", "[" * 100_000, '{"name": "x"}'])
def test_a_pointer_that_is_not_our_own_is_a_missing_index(seeds, store, kept: str) -> None:
    about(store, "collection", kept)
    assert_usable(seeds, store)


@pytest.mark.parametrize("identity", ["../../precious", "/", "", "x" * 32, "A" * 32])
def test_the_identity_of_a_library_leads_nowhere(seeds, store, precious, identity: str) -> None:
    about(store, "library", identity)
    assert_usable(seeds, store)
    assert (precious / "thesis.txt").exists()
    assert is_collection_name(new_collection_name(about(store, "library")))


def test_other_facts_of_a_stranger_break_nothing(seeds, store) -> None:
    about(store, "synced", "many")
    with sqlite3.connect(store / CATALOGUE) as connection:
        connection.execute("UPDATE files SET skipped = '[7, {]'")
    connection.close()
    (seeds / "new.txt").write_text("Nothing much happened in Selby on Monday.\n")
    assert_usable(seeds, store)


def test_only_folders_of_exactly_our_form_are_tidied_away(seeds, store) -> None:
    mine = store / "readacross-notes"
    mine.mkdir()
    (store / OTHERS).mkdir()
    assert_usable(seeds, store)
    assert mine.is_dir()
    assert not (store / OTHERS).exists()


@LINKS
def test_a_store_that_is_a_link_is_refused(seeds, store, precious) -> None:
    shutil.rmtree(store)
    store.symlink_to(precious)
    with pytest.raises(LibraryError, match=r"link.*Remove.*READACROSS_STORE"):
        Library(seeds, settings=Settings())
    assert [path.name for path in precious.iterdir()] == ["thesis.txt"]


@LINKS
def test_a_store_that_is_a_dangling_link_is_refused(seeds, store, tmp_path) -> None:
    shutil.rmtree(store)
    store.symlink_to(tmp_path / "nowhere")
    with pytest.raises(LibraryError, match="link"):
        Library(seeds, settings=Settings())
    assert not (tmp_path / "nowhere").exists()


@LINKS
@pytest.mark.parametrize("inner", ["collection", "file of the collection", CATALOGUE, "owner.json", "written", "-wal"])
def test_links_within_a_store_are_refused(seeds, store, precious, inner: str) -> None:
    (collection,) = store.glob("readacross-*")
    places = {
        "collection": collection,
        "file of the collection": collection / "chroma.sqlite3",
        "-wal": store / f"{CATALOGUE}-wal",
    }
    place = places.get(inner, store / inner)
    shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
    place.symlink_to(precious if inner in {"collection", "written"} else precious / "thesis.txt")
    with pytest.raises(LibraryError, match=r"link.*Remove"):
        Library(seeds, settings=Settings())
    assert (precious / "thesis.txt").read_text() == "years of work"
    assert [path.name for path in precious.iterdir()] == ["thesis.txt"]
    place.unlink()
    with Library(seeds, settings=Settings()) as library:
        library.sync()
    assert_usable(seeds, store)


def test_a_collection_that_names_code_to_embed_with_is_made_anew(seeds, store) -> None:
    (before,) = store.glob("readacross-*")
    with sqlite3.connect(before / "chroma.sqlite3") as connection:
        for column in ("config_json_str", "schema_str"):
            connection.execute(
                f"UPDATE collections SET {column} = replace({column}, 'legacy', 'known') WHERE {column} IS NOT NULL"
            )
    connection.close()
    assert_usable(seeds, store)
    assert not before.exists()


@LINKS
def test_a_store_that_the_user_names_may_be_a_link(seeds, tmp_path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "link").symlink_to(elsewhere)
    with Library(seeds, settings=Settings(store=str(tmp_path / "link"))) as library:
        library.sync()
    with Library(seeds, store=tmp_path / "link", settings=Settings()) as library:
        library.sync()
    assert (elsewhere / CATALOGUE).is_file()
    assert len(os.listdir(elsewhere)) > 1

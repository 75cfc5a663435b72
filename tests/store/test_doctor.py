"""`readacross doctor` finds what is wrong with a library, mends it, and says what is left to do."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from chromadb.errors import InternalError

from rag import DiskFull, Library, Settings
from rag.cli import main
from rag.ingest.sync import SETTLED
from rag.store.chroma import ChromaVectors
from rag.store.conversations import Conversations
from rag.store.own_files import CATALOGUE, CONVERSATIONS


@pytest.fixture
def synced(seeds: Path) -> Path:
    time.sleep(2 * SETTLED)
    with Library(seeds, settings=Settings()) as library:
        library.sync()
        library.conversations.begin_turn("a" * 12, "Is it kept?")
    return seeds


def doctor(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, str], str]:
    """The exit code, the state of each part, and all that is told."""
    capsys.readouterr()
    code = main(["doctor", "--json", "--library", str(folder)])
    checks = json.loads(capsys.readouterr().out)
    return code, {check["part"]: check["state"] for check in checks}, " ".join(check["told"] for check in checks)


def catalogue(folder: Path) -> Path:
    return folder / ".readacross" / CATALOGUE


def change(*statements: str) -> Callable[[Path], None]:
    def changed(folder: Path) -> None:
        with sqlite3.connect(catalogue(folder)) as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()

    return changed


def no_collection(folder: Path) -> None:
    (path,) = (folder / ".readacross").glob("readacross-*")
    shutil.rmtree(path)


def left_behind(folder: Path) -> None:
    (folder / f".readacross-{'0' * 32}.part").write_text("half an article")


def readable_by_others(folder: Path) -> None:
    (folder / ".readacross" / CONVERSATIONS).chmod(0o644)


def test_a_sound_library_is_sound(synced: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, states, told = doctor(synced, capsys)
    assert code == 0
    assert set(states.values()) == {"sound"}
    assert "2 articles" in told


@pytest.mark.parametrize(
    ("damage", "part"),
    [
        (no_collection, "opening"),
        (change("DELETE FROM keywords_data WHERE id > 10"), "keyword index"),
        (change("UPDATE keywords_content SET c1 = 'other words'"), "keyword index"),
        (left_behind, "leftovers"),
        (readable_by_others, "rights"),
    ],
    ids=["collection", "keywords", "words", "leftovers", "rights"],
)
def test_what_derives_from_the_articles_is_mended(
    synced: Path, capsys: pytest.CaptureFixture[str], damage: Callable[[Path], None], part: str
) -> None:
    damage(synced)
    code, states, _ = doctor(synced, capsys)
    assert (code, states[part]) == (0, "mended")
    code, states, _ = doctor(synced, capsys)
    assert code == 0
    assert set(states.values()) == {"sound"}


@pytest.mark.parametrize(
    "damage",
    [
        change("UPDATE articles SET text = 'X' || substr(text, 2) WHERE id = 1"),
        change("UPDATE passages SET vector = x'00ff00'"),
        change("DELETE FROM sentences WHERE number = 3"),
        change("DROP INDEX passages_article"),
        change("INSERT INTO sentences VALUES (77, 0, 0, 1, 0, 'prose', 0)"),
    ],
    ids=["text", "vector", "sentence", "index", "stray"],
)
def test_a_damaged_catalogue_is_put_aside_and_what_to_do_is_told(
    synced: Path, capsys: pytest.CaptureFixture[str], damage: Callable[[Path], None]
) -> None:
    damage(synced)
    code, states, told = doctor(synced, capsys)
    assert code == 1
    assert (states["opening"], states["catalogue"], states["files"]) == ("mended", "sound", "open")
    assert "readacross sync" in told
    assert main(["sync", "--library", str(synced)]) == 0
    code, states, told = doctor(synced, capsys)
    assert (code, states["leftovers"]) == (1, "open")
    assert "delete damaged-" in told
    (aside,) = (synced / ".readacross").glob("damaged-*")
    shutil.rmtree(aside)
    assert doctor(synced, capsys)[0] == 0


def test_beside_the_owner_nothing_is_mended(synced: Path, capsys: pytest.CaptureFixture[str]) -> None:
    left_behind(synced)
    with Library(synced, settings=Settings()):
        code, states, told = doctor(synced, capsys)
    assert (code, states["rights"], states["catalogue"], states["leftovers"]) == (1, "open", "sound", "open")
    assert "in use by" in told


def test_conversations_that_cannot_be_read_end_no_check(
    synced: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Conversations) -> None:
        raise DiskFull("The disk is full: make room.")

    monkeypatch.setattr(Conversations, "count", full)
    code, states, told = doctor(synced, capsys)
    assert (code, states["conversations"], states["files"]) == (1, "open", "sound")
    assert "make room" in told


def test_a_vector_index_that_fails_in_its_own_way_is_told(
    synced: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_: ChromaVectors) -> set[str]:
        raise InternalError("Error executing plan")

    monkeypatch.setattr(ChromaVectors, "keys", failing)
    code, states, told = doctor(synced, capsys)
    assert (code, states["vector index"], states["files"]) == (1, "open", "sound")
    assert "cannot be used" in told


def test_a_locked_index_is_told_and_not_called_damaged(synced: Path) -> None:
    with Library(synced, settings=Settings()) as library, closing(sqlite3.connect(catalogue(synced))) as other:
        with library._store.catalogue.connected() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        other.execute("BEGIN IMMEDIATE")
        checks = {check.part: check for check in library.examine()}
        assert not library.notes
    assert (checks["keyword index"].state, checks["files"].state) == ("open", "sound")
    assert "database is locked" in checks["keyword index"].told
    assert "damaged" not in checks["keyword index"].told


def test_too_little_room_is_told(
    synced: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(synced)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000))
    code, states, told = doctor(synced, capsys)
    assert (code, states["room"]) == (1, "open")
    assert "make room" in told

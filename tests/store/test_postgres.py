"""The catalogue in a real PostgreSQL: the same answers as in a file, no password in any word, clear errors."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from rag import Library, LibraryDamaged, LibraryError, LibraryLocked, Settings
from rag.cli import main
from rag.store.postgres import PostgresSchema
from rag.testing import HashEmbedder
from tests.conftest import SEEDS
from tests.postgres import PASSWORD, PostgresServer, programs, running

pytestmark = pytest.mark.server

QUESTIONS = (
    "Which jets did Rutte approve?",
    "What did Rutte say about membership?",
    "Who visited Kyiv?",
    "port harbour",
)
TOWNS = "Selby Oslo Graz Lyon Delft Porto Turin Brno Gdansk Malmo".split()


def words(folder: Path) -> None:
    """Articles that share words in various numbers, some of them copies of each other, one in another script."""
    for path in SEEDS.glob("*.txt"):
        shutil.copy(path, folder)
    for number, town in enumerate(TOWNS):
        lines = [
            f"{town} opened its harbour on {day} March. The port of {town} cost {day}0 million." for day in range(9)
        ]
        (folder / f"{town}.txt").write_text(f"{town}'s harbour\n\n" + "\n\n".join(lines[: number + 1]))
        (folder / f"copy of {town}.txt").write_text(f"{town}'s harbour\n\n" + "\n\n".join(lines[: number + 1]))
    (folder / "東京.txt").write_text("東京の港が開かれた。港は大きい。\n\nO'Neill's \\ 'quoted' & | ! :* harbour.\n")


@pytest.fixture
def in_postgres(postgres: PostgresServer) -> Settings:
    return Settings(catalogue=postgres.address(), passages_read=0)


def schema(library: Library) -> PostgresSchema:
    database = library._store.database
    assert isinstance(database, PostgresSchema)
    return database


def test_both_catalogues_find_and_answer_the_same(folder: Path, tmp_path: Path, in_postgres: Settings) -> None:
    words(folder)
    told = []
    for settings in (Settings(passages_read=0), in_postgres):
        with Library(folder, store=tmp_path / (settings.catalogue and "p"), settings=settings) as library:
            library.sync()
            keywords = library._store.keywords
            asked = ("harbour", "port", "selbi", "cost", "rutt", "港が", "no such term")
            hits = [[(hit.file, hit.start, round(hit.score, 6)) for hit in library.search(q, k=7)] for q in QUESTIONS]
            scores = [
                [round(found.score, 9) for found in keywords.search(asked[:n], k=9, files=files)]
                for n in range(1, len(asked) + 1)
                for files in (None, ["Oslo.txt", "Selby.txt"])
            ]
            told.append(
                {
                    "scores": scores,
                    "hits": hits,
                    "frequencies": keywords.document_frequency(asked),
                    "list": library._store.keywords.articles([["harb"], ["port"]]),
                    "answers": [library.ask(question).json() for question in QUESTIONS],
                    "stories": [story.files for story in library.stories().stories],
                    "metadata": library._store.catalogue.metadata(),
                    "articles": library.articles(),
                }
            )
    in_file, in_server = told
    assert in_file["frequencies"]["harbour"] > 10
    assert in_server == in_file


def test_more_candidates_than_are_scored_keep_the_best(
    folder: Path, in_postgres: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    words(folder)
    with Library(folder, settings=in_postgres) as library:
        library.sync()
        best = library._store.keywords.search(["selbi", "harbour"], k=1)
        monkeypatch.setattr("rag.store.tsvector.CANDIDATES", 3)
        assert library._store.keywords.search(["selbi", "harbour"], k=1) == best


def test_libraries_share_a_database_without_meeting(tmp_path: Path, in_postgres: Settings) -> None:
    folders = [tmp_path / "a" / "news", tmp_path / "b" / "news"]
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / f"{folder.parent.name}.txt").write_text("The harbour of Selby was opened on Monday.\n")
    with Library(folders[0], settings=in_postgres) as one, Library(folders[1], settings=in_postgres) as other:
        one.sync()
        other.sync()
        assert [a.file for a in one.articles()] == ["a.txt"]
        assert [a.file for a in other.articles()] == ["b.txt"]


def test_a_damaged_catalogue_is_put_aside_and_made_anew(seeds: Path, in_postgres: Settings) -> None:
    with Library(seeds, settings=in_postgres) as library:
        library.sync()
        with library._store.catalogue.transaction() as connection:
            connection.execute(text("UPDATE articles SET text = replace(text, 'Rutte', 'Rotte')"))
        with pytest.raises(LibraryDamaged, match="not as it was read"):
            library.articles()
    with Library(seeds, settings=in_postgres) as library:
        assert any("put aside as readacross_articles_" in note for note in library.notes)
        assert len(library.sync().added) == 2
        assert any("put aside" in check.told and check.state == "open" for check in library.examine())
        with library._store.catalogue.transaction() as connection:
            connection.execute(text("DROP TABLE sentences"))
        with pytest.raises(LibraryDamaged, match="a table is missing"):
            library.sentences(next(seeds.glob("*.txt")).name)
    with Library(seeds, settings=in_postgres) as library:
        assert len(library.sync().added) == 2
        assert library.ask(QUESTIONS[0]).found


def test_a_schema_that_is_gone_is_told_and_made_anew(seeds: Path, in_postgres: Settings) -> None:
    with Library(seeds, settings=in_postgres) as library:
        library.sync()
        schema = library._store.database.schema
        with library._store.catalogue.transaction() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        with pytest.raises(LibraryDamaged, match="a table is missing"):
            library.articles()
    with Library(seeds, settings=in_postgres) as library:
        assert len(library.sync().added) == 2


def test_conversations_that_are_damaged_condemn_no_catalogue(seeds: Path, in_postgres: Settings) -> None:
    with Library(seeds, settings=in_postgres) as library:
        library.sync()
        library.conversations.list()
        with library._store.catalogue.transaction() as connection:
            connection.execute(text("DROP TABLE turns CASCADE"))
        with pytest.raises(LibraryDamaged, match="conversations"):
            library.conversations.begin_turn("a" * 12, "Is it kept?")
    with Library(seeds, settings=in_postgres) as library:
        assert library.notes == ()
        assert library.sync().unchanged


def test_a_lost_keyword_index_comes_back(seeds: Path, in_postgres: Settings) -> None:
    with Library(seeds, settings=in_postgres) as library:
        library.sync()
        with library._store.catalogue.transaction() as connection:
            connection.execute(text("DELETE FROM keywords WHERE id = 1"))
    with Library(seeds, settings=in_postgres) as library:
        assert any("keyword index was filled again" in note for note in library.notes)
        assert library._store.keywords.count() == library._store.catalogue.count("passages")


def test_a_catalogue_of_a_newer_program_is_refused_and_left_alone(seeds: Path, in_postgres: Settings) -> None:
    with Library(seeds, settings=in_postgres) as library:
        library.sync()
        library._store.catalogue.set_about(version="99")
    with pytest.raises(LibraryError, match="newer readacross"):
        Library(seeds, settings=in_postgres)


KILLED = """
import os, signal, sys
from pathlib import Path
from rag import Library, Settings
from rag.store import writes

put, seen = writes.arrival_of, []
def and_die(*args):
    seen.append(1)
    if len(seen) == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return put(*args)
writes.arrival_of = and_die
with Library(sys.argv[1], settings=Settings.from_environment(), defer_index=True) as library:
    library.sync()
"""


def test_an_owner_that_is_killed_leaves_whole_articles_and_no_lock(folder: Path, in_postgres: Settings) -> None:
    words(folder)
    run = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder)],
        env={**os.environ, "READACROSS_CATALOGUE": in_postgres.catalogue},
        capture_output=True,
        text=True,
    )
    assert run.returncode == -signal.SIGKILL, run.stderr
    with Library(folder, settings=in_postgres) as library:
        assert library.writable
        assert 0 < len(library.articles()) < len(list(folder.glob("*.txt")))
        assert all(library.sentences(article.file) for article in library.articles())
        library.sync()
        assert len(library.articles()) == len(list(folder.glob("*.txt")))


def test_another_reads_and_is_told_who_owns_it(seeds: Path, in_postgres: Settings) -> None:
    with Library(seeds, settings=in_postgres) as owner:
        owner.sync()
        with Library(seeds, settings=in_postgres) as reader:
            assert not reader.writable
            assert reader.ask(QUESTIONS[0]).found
            with pytest.raises(LibraryLocked, match=rf"{os.getpid()} .* since"):
                reader.sync()
    with pytest.raises(LibraryError, match="Open it again"):
        owner.articles()


def test_what_pg_dump_keeps_is_the_whole_library(
    seeds: Path, postgres: PostgresServer, in_postgres: Settings, tmp_path: Path
) -> None:
    server = programs()
    assert server is not None
    binaries = (server / "initdb").resolve().parent
    dump, other = tmp_path / "library.dump", postgres.address("restored")
    with Library(seeds, settings=in_postgres) as library:
        library.sync()
        library.conversations.begin_turn("a" * 12, "Is it kept?")
        with schema(library).briefly() as connection:
            connection.exec_driver_sql("DROP DATABASE IF EXISTS restored")
            connection.exec_driver_sql("CREATE DATABASE restored")
        before = [library.ask(question).json() for question in QUESTIONS]
        command = [binaries / "pg_dump", "--format=custom", f"--file={dump}", in_postgres.catalogue]
        subprocess.run(command, check=True)  # while it is in use
    subprocess.run([binaries / "pg_restore", f"--dbname={other}", dump], check=True)
    with Library(seeds, settings=replace(in_postgres, catalogue=other)) as library:
        assert not any("damaged" in note or "filled again" in note for note in library.notes)
        assert len(library.sync().unchanged) == 2
        assert [library.ask(question).json() for question in QUESTIONS] == before
        assert library.conversations.count() == 1
        assert all(check.state == "sound" for check in library.examine())


def test_backup_and_restore_say_what_to_do_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("READACROSS_CATALOGUE", "postgresql://127.0.0.1/x")
    assert main(["backup", str(tmp_path / "b"), "--library", str(SEEDS)]) == 1
    assert "pg_dump" in capsys.readouterr().err
    assert main(["restore", str(tmp_path / "b"), str(tmp_path / "new")]) == 1
    assert "pg_restore" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


@pytest.fixture(scope="module")
def stoppable() -> Iterator[PostgresServer]:
    with running() as server:
        yield server


def test_a_server_that_goes_and_comes_back(
    seeds: Path, postgres: PostgresServer, stoppable: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    settings = Settings(catalogue=stoppable.address(), passages_read=0)
    said = []
    with Library(seeds, settings=settings) as library:
        library.sync()
        stoppable.stop()
        for call in (
            library.articles,
            lambda: library.ask(QUESTIONS[0]),
            library.sync,
            lambda: Library(seeds, settings=settings),
        ):
            with pytest.raises(LibraryError, match=f"127.0.0.1:{stoppable.port} does not answer. Start it") as caught:
                call()
            said += [str(caught.value), repr(caught.value.__cause__), repr(caught.value.__context__)]
        stoppable.start()
        (seeds / "new.txt").write_text("The harbour of Selby was opened on Monday.\n")
        assert library.sync().added == ("new.txt",)
        said += [repr(library._store.database), repr(settings), json.dumps(settings.shown())]
    assert PASSWORD not in " ".join([*said, caplog.text])


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({"password": "wrong-" + PASSWORD}, "refuses the name or the password"),
        ({"database": "nowhere"}, "has no database nowhere: create it"),
    ],
)
def test_a_wrong_address_says_what_is_wrong(
    seeds: Path, postgres: PostgresServer, change: dict[str, str], advice: str
) -> None:
    with pytest.raises(LibraryError, match=advice) as caught:
        Library(seeds, settings=Settings(catalogue=postgres.address(**change)))
    error: BaseException | None = caught.value
    while error is not None:
        assert PASSWORD not in repr(error)
        error = error.__cause__ or error.__context__


def test_a_user_without_rights_is_told_what_to_grant(
    seeds: Path, postgres: PostgresServer, in_postgres: Settings
) -> None:
    with Library(seeds, settings=in_postgres) as library, library._store.catalogue.transaction() as connection:
        connection.execute(text("DROP ROLE IF EXISTS guest"))
        connection.execute(text("CREATE ROLE guest LOGIN PASSWORD 'guest'"))
    address = postgres.address().replace(f"readacross:{PASSWORD}", "guest:guest")
    with pytest.raises(LibraryError, match="GRANT CREATE ON DATABASE"):
        Library(SEEDS, store=seeds / ".elsewhere", settings=Settings(catalogue=address))


def test_the_extra_is_named_where_it_is_missing(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(Exception, match=r"pip install 'readacross\[postgres\]'"):
        Library(seeds, settings=Settings(catalogue="postgresql://127.0.0.1/x"), embedder=HashEmbedder())


@pytest.mark.parametrize(
    "value",
    [
        "mysql://me:hush@host/db",
        "postgresql://me:hush@host",
        "postgresql://me:hush@host:x/db",
        "postgresql://me:a@hush@host/db",
    ],
)
def test_a_wrong_setting_is_refused_without_its_password(value: str) -> None:
    with pytest.raises(Exception, match="READACROSS_CATALOGUE: its value is not an address") as caught:
        Settings.from_environment({"READACROSS_CATALOGUE": value}, None)
    assert "hush" not in f"{caught.value} {caught.value.__cause__!r} {caught.value.__context__!r}"

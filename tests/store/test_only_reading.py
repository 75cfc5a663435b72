"""A store that cannot be written to, for lack of room or of rights, is read all the same."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Library, Settings
from rag.store.catalogue import Catalogue
from rag.store.own_files import CATALOGUE
from rag.store.sqlite_file import GuardedConnection, SqliteFile
from tests.conftest import SEEDS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="rights and limits as POSIX has them")

READ = """
import json, os, resource, shutil, signal, sys, tempfile
from pathlib import Path
from rag import Library, LibraryError, Settings

def use(folder):
    with Library(folder, settings=Settings()) as library:
        try:
            library.sync()
            refusal = ""
        except LibraryError as error:
            refusal = f"{type(error).__name__}: {error}"
        found = [hit.text for hit in library.search("What did Rutte say about membership?", k=3)]
        stories = [story.files for story in library.stories().stories]
        return [refusal, found, stories]

folder, restriction = sys.argv[1:]
with tempfile.TemporaryDirectory() as copy:  # all that is loaded late: the program's own folder may be private
    for path in Path(folder).glob("*.txt"):
        shutil.copy(path, copy)
    use(copy)
if restriction == "full":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))  # each writing fails, as on a full disk
elif os.geteuid() == 0:
    os.setgroups([])
    os.setuid(65534)
print(json.dumps(use(folder)))
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A synced library that every user may read."""
    place = Path(tempfile.mkdtemp(prefix="readacross-"))
    try:
        place.chmod(0o755)
        for path in SEEDS.glob("*.txt"):
            shutil.copy(path, place)
        with Library(place, settings=Settings()) as library:
            library.sync()
        yield place
    finally:
        _allow(place, 0o755)
        shutil.rmtree(place)


def _allow(place: Path, mode: int) -> None:
    for path in [place, *place.rglob("*")]:
        path.chmod(mode if path.is_dir() else mode & 0o666)


def read(folder: Path, restriction: str) -> tuple[str, list[str], list[list[str]]]:
    command = [sys.executable, "-c", READ, str(folder), restriction]
    run = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "HOME": "/nonexistent"})
    assert run.returncode == 0, run.stderr
    refusal, found, stories = json.loads(run.stdout.splitlines()[-1])
    return refusal, found, stories


@pytest.mark.parametrize("restriction", ["full", "read-only"])
@pytest.mark.parametrize("in_use", [False, True], ids=["", "in use"])
def test_what_cannot_be_written_is_read(folder: Path, restriction: str, in_use: bool) -> None:
    with Library(folder, settings=Settings()) as library:
        hits = [hit.text for hit in library.search("What did Rutte say about membership?", k=3)]
        stories = [list(story.files) for story in library.stories().stories]
        if in_use:
            refusal, *found = read(folder, restriction)
    if not in_use:
        _allow(folder, 0o755 if restriction == "full" else 0o555)
        refusal, *found = read(folder, restriction)
    assert found == [hits, stories]
    assert ("can only be read" if restriction == "read-only" else "in use by" if in_use else "make room") in refusal
    with Library(folder, settings=Settings()) as library:
        assert library.notes == ()


def test_who_reads_without_a_log_sees_what_another_writes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect, refusing = SqliteFile._connection, True

    def without_log(self: SqliteFile, database: Path | str, read_only: bool) -> GuardedConnection:
        if refusing and read_only and isinstance(database, Path):
            error = sqlite3.OperationalError("unable to open database file")
            error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
            raise error
        return connect(self, database, read_only)

    monkeypatch.setattr(SqliteFile, "_connection", without_log)
    reader = Catalogue(SqliteFile(folder / ".readacross" / CATALOGUE), read_only=True)
    assert len(reader.articles()) == 2
    (folder / "new.txt").write_text("Nothing much happened in Selby on Monday.\n")
    refusing = False
    with Library(folder, settings=Settings(), defer_index=True) as library:
        library.sync()
        assert len(reader.articles()) == 3
    (folder / "new.txt").unlink()
    with Library(folder, settings=Settings(), defer_index=True) as library:
        library.sync()
    assert len(reader.articles()) == 2
    reader.close()

"""A backup is the library as it was at one moment; what is made of it is whole, or nothing."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from rag import DiskFull, Library, LibraryDamaged, LibraryError, Settings
from rag.cli import main
from rag.ingest import backup as backup_module
from rag.ingest.backup import MANIFEST, restore_backup, write_backup
from rag.ingest.sync import SETTLED
from rag.store.own_files import CATALOGUE

QUESTION = "What did Rutte say about membership?"


@pytest.fixture
def synced(seeds: Path) -> Path:
    """A library with two articles, one of them in a folder, a removed one and a conversation."""
    (seeds / "more").mkdir()
    (seeds / "more" / "a: b.txt").write_text("The bridge\n\nThe bridge of Selby was opened on Monday by the mayor.\n")
    (seeds / "gone.txt").write_text("The mill\n\nThe mill of Selby was closed on Tuesday by its owner.\n")
    time.sleep(2 * SETTLED)  # the times of a younger file are not believed
    with Library(seeds, settings=Settings()) as library:
        library.sync()
        library.remove("gone.txt")
        library.conversations.begin_turn("a" * 12, "Is it kept?")
    return seeds


@pytest.fixture
def archive(synced: Path, tmp_path: Path) -> Path:
    file = tmp_path / "library.zip"
    assert write_backup(synced, synced / ".readacross", file) == 3
    return file


def assert_same(folder: Path, other: Path) -> None:
    with Library(folder, settings=Settings()) as one, Library(other, settings=Settings()) as another:
        assert another.notes == ()
        assert one.articles() == another.articles()
        assert not another.sync().added
        assert one.search(QUESTION, k=5) == another.search(QUESTION, k=5)
        assert [entry.id for entry in another.conversations.list()] == ["a" * 12]
        (removed,) = (other / ".readacross" / "bin").iterdir()
        assert another.restore(removed.name).added == ("gone.txt",)


def test_a_library_comes_back_as_it_was(synced: Path, archive: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    assert restore_backup(archive, new, Settings()) == 3
    if sys.platform != "win32":
        assert stat.S_IMODE((new / ".readacross" / "conversations.sqlite").stat().st_mode) == 0o600
    assert_same(synced, new)


def test_both_are_one_command(synced: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, new = tmp_path / "b.zip", tmp_path / "new"
    assert main(["backup", str(file), "--library", str(synced)]) == 0
    assert main(["restore", str(file), str(new)]) == 0
    assert "3 files" in capsys.readouterr().out
    assert main(["doctor", "--library", str(new)]) == 1  # the files are to be looked at once
    assert main(["backup", str(file), "--library", str(synced)]) == 1
    assert main(["restore", str(file), str(new)]) == 1
    assert "holds something already" in capsys.readouterr().err


def test_an_index_that_is_kept_elsewhere_is_restored_elsewhere(archive: Path, tmp_path: Path) -> None:
    settings = Settings(store=str(tmp_path / "stores"))
    restore_backup(archive, tmp_path / "new", settings)
    assert not (tmp_path / "new" / ".readacross").exists()
    with Library(tmp_path / "new", settings=settings) as library:
        assert len(library.articles()) == 3


def test_a_backup_of_a_library_in_use_is_of_one_moment(synced: Path, tmp_path: Path) -> None:
    """Articles come in pairs, in one transaction each: no backup has a half of what one transaction brought."""
    stop = threading.Event()
    with Library(synced, settings=Settings(), defer_index=True) as library:

        def write() -> None:
            for number in range(200):
                if stop.is_set():
                    break
                (synced / f"{number}.txt").write_text(f"The bridge {number}\n\nIt was opened on day {number}.\n" * 30)
                library.sync(files=[f"{number}.txt"])

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for number in range(4):
                write_backup(synced, synced / ".readacross", tmp_path / f"{number}.zip")
        finally:
            stop.set()
            writer.join()
    for number in range(4):
        restore_backup(tmp_path / f"{number}.zip", tmp_path / f"of {number}", Settings())
        with Library(tmp_path / f"of {number}", settings=Settings(), defer_index=True) as restored:
            assert all(check.state != "open" for check in restored.examine() if check.part != "files")
            restored.sync()
            assert restored.notes == ()


def test_a_folder_that_holds_anything_is_left_as_it_is(archive: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    (new / "thesis.txt").write_text("years of work")
    with pytest.raises(LibraryError, match="left as it is"):
        restore_backup(archive, new, Settings())
    assert [path.name for path in new.iterdir()] == ["thesis.txt"]
    (new / "thesis.txt").unlink()
    restore_backup(archive, new, Settings())
    assert (new / ".readacross" / CATALOGUE).is_file()


def test_a_backup_neither_replaces_a_file_nor_becomes_an_article(synced: Path, archive: Path) -> None:
    before = archive.read_bytes()
    with pytest.raises(LibraryError, match="is there already"):
        write_backup(synced, synced / ".readacross", archive)
    with pytest.raises(LibraryError, match="would become an article"):
        write_backup(synced, synced / ".readacross", synced / "new.zip")
    assert archive.read_bytes() == before


def test_a_damaged_index_is_not_worth_a_backup(synced: Path, tmp_path: Path) -> None:
    path = synced / ".readacross" / CATALOGUE
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 6] = bytes(4096 * 3)
    path.write_bytes(content)
    with pytest.raises(LibraryDamaged):
        write_backup(synced, synced / ".readacross", tmp_path / "b.zip")
    assert not [path for path in tmp_path.iterdir() if "b.zip" in path.name]


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_backup_is_refused_or_harmless(synced: Path, archive: Path, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    content = bytearray(archive.read_bytes())
    if seed % 4 == 0:
        del content[dice.randrange(len(content)) :]
    else:
        at, length = dice.randrange(len(content)), dice.choice((1, 4, 100))
        content[at : at + length] = dice.randbytes(len(content[at : at + length]))
    archive.write_bytes(content)
    new = tmp_path / "new"
    try:
        restore_backup(archive, new, Settings())
    except LibraryError as error:
        assert "nothing was made of it" in str(error)  # noqa: PT017 - a byte that says nothing may have changed
        assert sorted(path.name for path in tmp_path.iterdir()) == ["articles", "library.zip"]
    else:
        assert_same(synced, new)


def repacked(archive: Path, change: Callable[[zipfile.ZipFile, dict[str, str]], None], *, fill: bool = True) -> None:
    """Write an archive in which `change` may put other members than a backup has."""
    with zipfile.ZipFile(archive) as old:
        members = {info.filename: old.read(info) for info in old.infolist()}
    digests = json.loads(members.pop(MANIFEST))["members"]
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in members.items() if fill else ():
            new.writestr(name, data)
        change(new, digests)
        new.writestr(MANIFEST, json.dumps({"version": 1, "members": digests}))


def member(name: str, data: bytes = b"words", mode: int = 0) -> Callable[[zipfile.ZipFile, dict[str, str]], None]:
    def put(new: zipfile.ZipFile, digests: dict[str, str]) -> None:
        import hashlib

        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        new.writestr(info, data, zipfile.ZIP_DEFLATED)
        digests[name] = hashlib.sha256(data).hexdigest()

    return put


def bomb(new: zipfile.ZipFile, digests: dict[str, str]) -> None:
    member("articles/zeros.txt", bytes(300_000_000))(new, digests)


HOSTILE = {
    "upwards": member("articles/../../out.txt"),
    "upwards in the store": member("store/../out.txt"),
    "absolute": member("/tmp/readacross-out.txt"),
    "absolute article": member("articles//tmp/readacross-out.txt"),
    "hidden": member("articles/.ssh/authorized_keys"),
    "another index": member("articles/.readacross/catalogue.sqlite"),
    "below a bin": member(f"store/bin/{'0' * 32}/../../../out.txt"),
    "no bin": member("store/bin/out.txt"),
    "elsewhere": member("out.txt"),
    "a link": member("articles/link.txt", b"/etc/passwd", stat.S_IFLNK | 0o777),
    "a pipe": member("articles/pipe.txt", b"", stat.S_IFIFO | 0o777),
    "a folder": member("articles/folder/", b"", stat.S_IFDIR | 0o777),
    "a control character": member("articles/a\x1b[2J.txt"),
    "a collection": member("store/readacross-000000000000-00000000/chroma.sqlite3"),
    "unlisted": lambda new, _: new.writestr("articles/unlisted.txt", "words"),
    "missing": lambda _, digests: digests.update({"articles/missing.txt": "0" * 64}),
    "a wrong digest": lambda _, digests: digests.update({"store/catalogue.sqlite": "0" * 64}),
    "no digest": lambda _, digests: digests.update({"store/catalogue.sqlite": None}),
    "a bomb": bomb,
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_strangers_backup_leaves_nothing_behind(
    archive: Path, tmp_path: Path, change: Callable[[zipfile.ZipFile, dict[str, str]], None]
) -> None:
    repacked(archive, change)
    with pytest.raises(LibraryError, match="nothing was made of it"):
        restore_backup(archive, tmp_path / "new", Settings())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["articles", "library.zip"]
    assert not Path("/tmp/readacross-out.txt").exists()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_comes_twice_is_refused(archive: Path, tmp_path: Path) -> None:
    repacked(archive, member("articles/more/a: b.txt"))
    with pytest.raises(LibraryError, match="members are not those"):
        restore_backup(archive, tmp_path / "new", Settings())


def test_a_full_disk_is_told(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(backup_module.shutil, "disk_usage", lambda _: usage._replace(free=1_000))
    with pytest.raises(DiskFull, match="make room"):
        restore_backup(archive, tmp_path / "new", Settings())
    assert not (tmp_path / "new").exists()


RUN = """
import sys
from rag.ingest import backup
from rag.settings import Settings
from pathlib import Path
backup.CHUNK = 1_000
print("begun", flush=True)
what, *paths = sys.argv[1:]
one, two, *more = map(Path, paths)
backup.write_backup(one, one / ".readacross", two) if what == "backup" else backup.restore_backup(one, two, Settings())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX has them")
def test_a_kill_leaves_the_whole_or_nothing(synced: Path, tmp_path: Path) -> None:
    dice = random.Random(3)
    for number in range(200):
        (synced / f"large {number}.txt").write_text("words of the article. " * 3_000)
    file, new = tmp_path / "b.zip", tmp_path / "new"

    def run(what: str, *paths: Path, kill_after: float | None = None) -> float:
        command = [sys.executable, "-c", RUN, what, *map(str, paths)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            begun = time.monotonic()
            if kill_after is not None:
                time.sleep(kill_after)
                process.send_signal(signal.SIGKILL)
            process.wait()
            return time.monotonic() - begun

    whole = run("backup", synced, file)
    file.unlink()
    unfinished = 0
    for _ in range(10):
        run("backup", synced, file, kill_after=dice.uniform(0, whole))
        unfinished += not file.exists()
        if file.exists():
            restore_backup(file, new, Settings())
            shutil.rmtree(new)
            file.unlink()
    assert unfinished
    run("backup", synced, file)
    assert not (tmp_path / ".b.zip.partial").exists()
    whole, unfinished = run("restore", file, new), 0
    shutil.rmtree(new)
    for _ in range(10):
        run("restore", file, new, kill_after=dice.uniform(0, whole))
        unfinished += not new.exists()
        if new.exists():
            assert len(list(new.rglob("*.txt"))) == 204
            shutil.rmtree(new)
    assert unfinished
    restore_backup(file, new, Settings())
    assert sorted(os.listdir(tmp_path)) == ["articles", "b.zip", "new"]

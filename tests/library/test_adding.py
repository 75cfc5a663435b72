"""Articles are put into the folder, taken out and brought back: never over another file, never outside, none lost."""

from __future__ import annotations

import errno
import os
from io import BytesIO
from pathlib import Path

import pytest

from rag import ArticleError, DiskFull, Library, LibraryError, LibraryLocked, LibraryMissing, Settings
from rag.ingest import additions, sync
from rag.ingest.additions import LONGEST_NAME, safe_name

BRIDGE = "The mayor of Springfield opened a bridge on Monday. It had been closed for two years."
HOSTILE = (
    "../../x.txt", "..\\..\\x.txt", "/etc/passwd", "C:\\Users\\x.txt", "<img src=x onerror=alert(1)>.txt",
    ".hidden.txt",
    "..", "...", "", " ", "a\u202etxt.exe", "a\u2066b.txt", "nul\0.txt", "line\nend.txt", "con.txt", "NUL", "com1.md",
    "x" * 400 + ".txt", "Ж" * 300 + ".pdf", "half\ud800.txt", "~$lock.docx", "Thumbs.db", "a#b.txt", "a/b/c.txt",
    "a.txt ", "trailing...", ".readacross", "a.b c d e f", "\u200b", "tab\tname.txt",
)  # fmt: skip


@pytest.mark.parametrize("given", HOSTILE)
def test_any_name_becomes_a_safe_one_that_is_read(given: str, folder: Path, settings: Settings) -> None:
    with Library(folder, settings=settings) as library:
        name = library.copy_in(given, BytesIO(BRIDGE.encode()))
        assert Path(name).name == name
        assert not name.startswith((".", "~"))
        assert len(name.encode()) <= LONGEST_NAME + 1
        assert [p.name for p in folder.iterdir() if p.name != ".readacross"] == [name]
        report = library.sync()
    assert (*report.added, *(s.file for s in report.skipped)) == (name,)
    assert list(folder.parent.iterdir()) == [folder]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("2024/Bridge report.pdf", "Bridge report.pdf"), ("Über uns.html", "Über uns.html"), ("con.txt", "_con.txt"),
        ("a\u202etxt.exe", "a txt.exe"), ("a#b?.txt", "a b.txt"), ("..", "article"), ("Київ.txt", "Київ.txt"),
    ],
)  # fmt: skip
def test_a_name_stays_as_it_is_where_it_can(given: str, name: str) -> None:
    assert safe_name(given) == name


def test_files_are_copied_beside_others_of_their_name_and_read(library: Library, seeds: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for number in range(2):
        (elsewhere / "bridge.txt").write_text(f"{BRIDGE} {number}.", "utf-8")
        (elsewhere / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
        report = library.add(elsewhere / "bridge.txt", elsewhere / "broken.pdf", elsewhere / "missing.txt")
        assert report.added == (("bridge.txt",), ("bridge (2).txt",))[number]
        assert [Path(s.file).name for s in report.skipped] == ["missing.txt", ("broken.pdf", "broken (2).pdf")[number]]
    assert (seeds / "bridge.txt").read_text("utf-8").endswith("0.")
    assert library.ask("Who opened a bridge?").found
    assert library.changes() == library.changes().__class__(), "what was just read is not new"


def test_what_else_is_new_in_the_folder_is_left_to_the_next_sync(library: Library, seeds: Path) -> None:
    (seeds / "other.txt").write_text("Another text lies here. Nobody has asked for it.", "utf-8")
    assert library.add(text=BRIDGE).added == ("The mayor of Springfield opened a bridge on.txt",)
    assert library.changes().added == ("other.txt",)
    assert library.sync().added == ("other.txt",)


@pytest.mark.parametrize(
    "title", ["A bridge is opened in Springfield", "Bridge", "It is open.", "мост", "<b>Bridge</b> & co", "a: b"]
)
def test_a_pasted_text_keeps_its_title(library: Library, title: str) -> None:
    (file,) = library.add(text=BRIDGE, title=title).added
    article = library.article(file)
    assert article.title == title
    assert BRIDGE in article.text


def test_an_empty_text_and_a_long_title_are_refused(library: Library) -> None:
    with pytest.raises(ArticleError, match="empty"):
        library.add(text=" \n", title="Bridge")
    with pytest.raises(ArticleError, match="201 characters"):
        library.add(text=BRIDGE, title="x" * 201)


def test_too_large_and_empty_files_leave_nothing_behind(folder: Path) -> None:
    with Library(folder, settings=Settings(max_file_mb=1)) as library:
        with pytest.raises(ArticleError, match="too large"):
            library.copy_in("large.txt", BytesIO(b"x" * 1_000_001))
        with pytest.raises(ArticleError, match="empty"):
            library.copy_in("none.txt", BytesIO())
    assert [p.name for p in folder.iterdir()] == [".readacross"]


@pytest.mark.parametrize(
    ("code", "error", "told"),
    [(errno.ENOSPC, DiskFull, "make room"), (errno.EROFS, LibraryError, r"may not be written to .*right to write")],
)
def test_a_disk_that_takes_nothing_is_told_and_left_as_it_was(
    library: Library, seeds: Path, monkeypatch, code: int, error: type[LibraryError], told: str
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(additions, "_write", refuse)
    with pytest.raises(error, match=f"nothing was changed.*{told}|{told}"):
        library.copy_in("bridge.txt", BytesIO(BRIDGE.encode()))
    assert len(list(seeds.glob("*"))) == 3


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="whoever runs this may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_told(seeds: Path, tmp_path: Path, settings: Settings) -> None:
    with Library(seeds, store=tmp_path / "store", settings=settings) as library:
        library.sync()
        seeds.chmod(0o500)
        try:
            with pytest.raises(LibraryError, match=r"may not be written to.*right to write"):
                library.add(text=BRIDGE)
            with pytest.raises(LibraryError, match="nothing was changed"):
                library.remove("000_29c572bd7d0631de.txt")
        finally:
            seeds.chmod(0o700)
        assert len(library.articles()) == 2


def test_a_folder_that_is_gone_and_a_library_in_use_are_told(library: Library, seeds: Path) -> None:
    with Library(seeds, settings=Settings()) as other, pytest.raises(LibraryLocked):
        other.add(text=BRIDGE)
    seeds.rename(seeds.parent / "moved")
    with pytest.raises(LibraryMissing):
        library.add(text=BRIDGE)


def test_a_removed_article_is_in_the_bin_and_comes_back(library: Library, seeds: Path) -> None:
    files = [a.file for a in library.articles()]
    before = {name: (seeds / name).read_bytes() for name in files}
    removed = library.remove(*files)
    assert library.articles() == ()
    assert not list(seeds.glob("*.txt"))
    assert sorted(p.name for p in (seeds / ".readacross").rglob("*.txt")) == files
    (seeds / files[0]).write_text("Another article took the name in the meantime.", "utf-8")
    assert library.restore(removed.id).added == (f"{files[0].removesuffix('.txt')} (2).txt", files[1])
    assert (seeds / files[1]).read_bytes() == before[files[1]]
    with pytest.raises(LibraryError, match="not in the bin"):
        library.restore(removed.id)
    with pytest.raises(LibraryError, match="not in the bin"):
        library.restore("../..")


def test_an_article_in_a_folder_comes_back_to_it(library: Library, seeds: Path) -> None:
    (seeds / "2024").mkdir()
    (seeds / "2024" / "bridge.txt").write_text(BRIDGE, "utf-8")
    library.sync()
    removed = library.remove("2024/bridge.txt")
    (seeds / "2024").rmdir()
    assert library.restore(removed.id).added == ("2024/bridge.txt",)


def test_one_of_several_articles_of_a_file_is_not_removed_alone(library: Library, seeds: Path) -> None:
    (seeds / "dump.csv").write_text("title,text\nOne,The first text is here.\nTwo,The second text is there.\n", "utf-8")
    library.sync()
    one = next(a.file for a in library.articles() if a.file.startswith("dump.csv#"))
    with pytest.raises(LibraryError, match="one of 2 articles in the file dump"):
        library.remove(one)
    assert library.remove("dump.csv").files == ("dump.csv",)
    assert len(library.articles()) == 2


def test_a_file_that_cannot_be_read_can_be_removed(library: Library, seeds: Path) -> None:
    (seeds / "picture.jpg").write_bytes(b"\xff\xd8\xff")
    assert library.sync().skipped
    library.remove("picture.jpg")
    assert not library.sync().skipped


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/hostname", "link.txt/..", ".readacross/catalogue.sqlite"])
def test_nothing_outside_is_removed_or_opened(library: Library, seeds: Path, name: str) -> None:
    (seeds.parent / "secret.txt").write_text("A secret.", "utf-8")
    with library._store.catalogue.transaction() as connection:
        connection.exec_driver_sql("UPDATE articles SET source = ?", (name,))
    file = library.articles()[0].file
    for act in (library.remove, library.original):
        for asked in (name, file):
            with pytest.raises(LibraryError):
                act(asked)
    assert (seeds.parent / "secret.txt").exists()


def test_a_link_that_leads_out_is_no_original(library: Library, seeds: Path) -> None:
    (seeds.parent / "secret.txt").write_text("A secret.", "utf-8")
    (seeds / "link.txt").symlink_to(seeds.parent / "secret.txt")
    with pytest.raises(LibraryError):
        library.original("link.txt")
    removed = library.remove("link.txt")
    assert (seeds.parent / "secret.txt").exists()
    library.restore(removed.id)
    assert (seeds / "link.txt").is_symlink()


def test_a_bin_that_is_a_link_is_not_used(library: Library, seeds: Path) -> None:
    (seeds / ".readacross" / "bin").symlink_to(seeds.parent)
    with pytest.raises(LibraryError, match="link"):
        library.remove(library.articles()[0].file)


def test_changes_are_found_without_reading(library: Library, seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = sorted(p.name for p in seeds.glob("*.txt"))
    monkeypatch.setattr(sync, "SETTLED", 0.0)  # a file that was just written may change unseen
    library.sync()
    (seeds / "new.txt").write_text(BRIDGE, "utf-8")
    (seeds / first).write_text(BRIDGE, "utf-8")
    (seeds / second).unlink()
    changes = library.changes()
    assert (changes.added, changes.changed, changes.removed) == (("new.txt",), (first,), (second,))


def test_articles_are_found_by_words_of_title_and_text(library: Library) -> None:
    (file,) = library.add(text=BRIDGE, title="A crossing reopens").added
    assert library.articles_with("reopens springfield") == (file,)
    assert library.articles_with("spring") == (file,), "by the beginning of a word"
    assert library.articles_with("springfield nowhere") == ()
    assert library.articles_with("“ ' ( *") == ()
    facts = next(m for m in library.metadata() if m.file == file)
    assert (facts.title, facts.source, facts.opening) == ("A crossing reopens", file, "")


def test_a_conversation_asks_the_articles_it_is_told_to(library: Library) -> None:
    (file,) = library.add(text=BRIDGE).added
    talk = library.chat(files=[file])
    assert talk.ask("Who opened a bridge?").found
    assert not talk.ask("What did Zelenskyy say about long-range weapons?").found
    assert {s.file for s in talk.ask("Summarise the articles").sources} == {file}
    assert library.new(files=[file]).added

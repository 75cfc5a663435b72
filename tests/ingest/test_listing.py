"""Which files of a folder count, and what is told of the others."""

import os

import pytest

from rag.errors import LibraryMissing
from rag.ingest.files import list_files

links = pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")


def names(folder, **options):
    return [f.name for f in list_files(folder, **options).files]


def reasons(folder):
    return {s.file: s.reason for s in list_files(folder).skipped}


def make(folder, *paths):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("words")


def test_all_readable_files_are_found_in_order(tmp_path):
    make(tmp_path, "b.txt", "a/z.MD", "a/b/c.html", "ä ö.pdf", "d.jsonl")
    assert names(tmp_path) == ["a/b/c.html", "a/z.MD", "b.txt", "d.jsonl", "ä ö.pdf"]


def test_hidden_files_the_store_and_what_systems_put_there_are_passed_over_in_silence(tmp_path):
    make(
        tmp_path,
        ".hidden.txt",
        ".git/a.txt",
        ".readacross/a.txt",
        "index/a.txt",
        "Thumbs.db",
        "~$open.docx",
        "sub/index/b.txt",
    )
    listing = list_files(tmp_path, store="index")
    assert [f.name for f in listing.files] == ["sub/index/b.txt"]
    assert listing.skipped == ()


def test_files_that_could_be_converted_are_told(tmp_path):
    make(tmp_path, "notes.pages", "book.mobi", "photo.jpg", "a.py")
    assert set(reasons(tmp_path)) == {"notes.pages", "book.mobi", "photo.jpg", "a.py"}
    assert "convert it to one of .txt" in reasons(tmp_path)["book.mobi"]


def test_a_missing_folder_and_a_file_are_no_library(tmp_path):
    with pytest.raises(LibraryMissing, match="create it"):
        list_files(tmp_path / "none")
    make(tmp_path, "a.txt")
    with pytest.raises(LibraryMissing):
        list_files(tmp_path / "a.txt")


def test_an_empty_folder_is_a_library_without_files(tmp_path):
    assert list_files(tmp_path).files == ()


@links
def test_links_inside_are_followed_and_links_that_leave_are_told(tmp_path):
    folder = tmp_path / "library"
    make(folder, "real/a.txt")
    make(tmp_path, "outside/secret.txt")
    (folder / "link.txt").symlink_to(folder / "real/a.txt")
    (folder / "again").symlink_to(folder / "real")
    (folder / "out.txt").symlink_to(tmp_path / "outside/secret.txt")
    (folder / "out").symlink_to(tmp_path / "outside")
    (folder / "gone.txt").symlink_to(folder / "nothing.txt")
    assert names(folder) == ["again/a.txt", "link.txt", "real/a.txt"]
    assert set(reasons(folder)) == {"gone.txt", "out", "out.txt"}
    assert "leads out" in reasons(folder)["out.txt"]


@links
def test_links_in_a_loop_end(tmp_path):
    make(tmp_path, "sub/a.txt")
    (tmp_path / "sub/up").symlink_to(tmp_path)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    assert names(tmp_path) == ["sub/a.txt"]
    assert set(reasons(tmp_path)) == {"self.txt"}


@links
def test_a_library_that_is_itself_a_link_is_read(tmp_path):
    make(tmp_path / "real", "a.txt")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert names(tmp_path / "link") == ["a.txt"]


@pytest.mark.skipif(os.name == "nt", reason="such names do not exist on Windows")
def test_names_that_break_lines_are_told_and_markup_is_a_name_like_any(tmp_path):
    make(tmp_path, "two\nlines.txt", "<b>bold</b> & 'x'.txt".replace("/", "∕"), "turn\u202ed.txt")
    (tmp_path / os.fsdecode(b"bad\xff.txt")).write_text("words")
    assert names(tmp_path) == ["<b>bold<∕b> & 'x'.txt"]
    found = reasons(tmp_path)
    assert set(found) == {"two\\nlines.txt", "turn\\u202ed.txt", "bad\\udcff.txt"}
    assert all("rename it" in reason for reason in found.values())


def test_a_name_like_a_record_of_a_dump_is_told(tmp_path):
    make(tmp_path, "news.jsonl", "news.jsonl#1.txt", "other.json#1.txt")
    assert names(tmp_path) == ["news.jsonl", "other.json#1.txt"]
    assert "record of news.jsonl" in reasons(tmp_path)["news.jsonl#1.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    assert names(tmp_path) == []
    assert "no ordinary file" in reasons(tmp_path)["pipe.txt"]

"""One file at a time: its articles, or one clear sentence about what is wrong with it."""

import contextlib
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ArticleError
from rag.ingest.files import read_file
from rag.ingest.formats import READERS

LIMIT = 20_000_000


def read(path, limit=LIMIT):
    return read_file(path, path.name, max_bytes=limit)


def only(path):
    (article,) = read(path).articles
    return article


def test_plain_text_is_kept_as_it_is(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("\ufeffOne line. \r\n\r\n  Another\u00a0line, cafe\u0301.\r".encode())
    article = only(path)
    assert article.text == "One line. \n\n  Another\u00a0line, café.\n"
    assert article.file == "a.txt"


def test_a_suffix_in_capitals_is_the_same(tmp_path):
    path = tmp_path / "A.TXT"
    path.write_text("Some words.")
    assert only(path).text == "Some words."


def test_a_file_above_the_limit_is_refused_by_its_size_alone(tmp_path):
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(ArticleError, match=r"200\.0 MB; the limit is 20\.0 MB"):
        read(path)


def test_a_file_that_vanished_is_told_so(tmp_path):
    with pytest.raises(ArticleError, match="vanished"):
        read(tmp_path / "gone.txt")


@pytest.mark.parametrize("suffix", sorted(READERS))
@pytest.mark.parametrize("content", [b"", b"   \n\t\n"])
def test_an_empty_file_is_refused(tmp_path, suffix, content):
    path = tmp_path / f"empty{suffix}"
    path.write_bytes(content)
    with pytest.raises(ArticleError):
        read(path)


@pytest.mark.parametrize("suffix", sorted(READERS))
def test_binary_data_under_any_name_is_refused(tmp_path, suffix):
    path = tmp_path / f"picture{suffix}"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    with pytest.raises(ArticleError):
        read(path)


def test_a_type_without_a_reader_is_refused_with_advice(tmp_path):
    path = tmp_path / "old.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    with pytest.raises(ArticleError, match=r"save it as \.docx"):
        read(path)


def test_a_folder_is_no_file(tmp_path):
    path = tmp_path / "folder.txt"
    path.mkdir()
    with pytest.raises(ArticleError, match="folder"):
        read(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_at_once(tmp_path):
    path = tmp_path / "pipe.txt"
    os.mkfifo(path)
    with pytest.raises(ArticleError, match="no ordinary file"):
        read(path)


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "growing.txt"
    path.write_text("word " * 10)
    real = os.fstat

    def small(handle):
        facts = list(real(handle))
        facts[6] = 3
        return os.stat_result(facts)

    monkeypatch.setattr(os, "fstat", small)
    with pytest.raises(ArticleError, match="too large"):
        read(path, limit=10)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the super-user may read everything")
def test_a_file_without_rights_is_told_so(tmp_path):
    path = tmp_path / "locked.txt"
    path.write_text("words")
    path.chmod(0)
    with pytest.raises(ArticleError, match="may not be read"):
        read(path)


def test_the_language_is_detected_and_left_open_when_unsure(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(
        "Der Stadtrat beschloss am Dienstag, die alte Brücke zu schließen, bis die Prüfung beendet ist.", "utf-8"
    )
    assert only(path).language == "de"
    path.write_text("12345 67890")
    assert only(path).language == ""


marks = st.sampled_from(
    [
        *(
            b'{ } [ " {"text":"a b."} text,title , <p> </ <!-- <a href= &# # - ``` |---| %PDF-1.7 --- title: '.split(
                b" "
            )
        ),
        *(b"\n", b" ", b"PK\x03\x04", b"\xff\xfe", b"\xc5", b"\xef\xbb\xbf", b"Words stand here."),
    ]
)


@given(st.sampled_from(sorted(READERS)), st.one_of(st.binary(max_size=200), st.lists(marks, max_size=25).map(b"".join)))
def test_any_bytes_give_articles_or_an_error_of_ours(suffix, data):
    with contextlib.suppress(ArticleError):
        for draft in READERS[suffix](data).drafts:
            assert isinstance(draft.text, str)

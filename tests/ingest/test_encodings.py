"""Files in any of the usual encodings give the same text."""

import codecs
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ArticleError
from rag.ingest.clean import clean_text, decode

TEXTS = json.loads(Path(__file__).with_name("samples.json").read_text("utf-8"))

ENCODINGS = [
    ("en", "cp1252"),
    ("fr", "cp1252"),
    ("fr", "iso8859_15"),
    ("de", "cp1252"),
    ("es", "cp1252"),
    ("it", "cp1252"),
    ("pt", "cp1252"),
    ("sv", "cp1252"),
    ("nl", "cp1252"),
    ("sr", "cp1250"),
    ("hr", "cp1250"),
    ("cs", "cp1250"),
    ("pl", "cp1250"),
    ("hu", "cp1250"),
    ("ro", "cp1250"),
    ("cs", "iso8859_2"),
    ("pl", "iso8859_2"),
    ("sr-cyrl", "cp1251"),
    ("ru", "cp1251"),
    ("uk", "cp1251"),
    ("bg", "cp1251"),
    ("ru", "koi8_r"),
    ("ru", "cp866"),
    ("tr", "cp1254"),
    ("el", "cp1253"),
    ("he", "cp1255"),
    ("ar", "cp1256"),
    ("zh", "gb18030"),
    ("zh", "big5"),
    ("ja", "shift_jis"),
    ("ja", "euc_jp"),
    ("ko", "euc_kr"),
]


@pytest.mark.parametrize(("language", "encoding"), ENCODINGS)
def test_an_old_encoding_is_recognised(language, encoding):
    text = "".join(c for c in TEXTS[language] if c.encode(encoding, "ignore"))
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("language", ["en", "fr", "ru"])
def test_unicode_is_recognised(language, encoding):
    assert decode(TEXTS[language].encode(encoding)) == TEXTS[language]


def test_utf16_big_endian_with_its_mark():
    assert decode(codecs.BOM_UTF16_BE + "Žluť".encode("utf-16-be")) == "Žluť"


def test_a_declared_encoding_decides_what_bytes_leave_open():
    assert decode("œuvre".encode("cp1252"), "windows-1252") == "œuvre"


def test_a_declared_encoding_that_does_not_exist_does_no_harm():
    assert decode(TEXTS["fr"].encode("cp1252"), "x-none") == TEXTS["fr"]


def test_a_few_damaged_bytes_do_not_spoil_a_text():
    assert decode(TEXTS["ru"].encode() + b"\xff") == TEXTS["ru"] + "\ufffd"


def test_lines_whose_few_bytes_look_like_an_encoding_of_mainframes_are_read():
    text = decode("Größe über alles.\n".encode() * 5 + b"LANGUAGE: ENG\x8aISH\n" * 2)
    assert text.startswith("Größe über alles.\n")
    assert text.count("LANGUAGE: ENG") == 2


@pytest.mark.parametrize("data", [bytes(range(256)) * 4, b"\x89PNG\r\n\x1a\n" + b"\0\1\2\3" * 50, b"\xff\xfea"])
def test_bytes_that_are_no_text_are_refused(data):
    with pytest.raises(ArticleError, match="UTF-8"):
        decode(data)


@given(st.binary(max_size=400))
def test_any_bytes_give_text_or_an_error_of_ours(data):
    try:
        text = decode(data)
    except ArticleError:
        return
    text.encode("utf-8")


@given(st.text(max_size=200))
def test_clean_up_is_done_once(text):
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert not set(clean) & set("\r\v\f\0\x1b\x85\u2028\u2029")
    clean.encode("utf-8")


def test_clean_up_composes_letters_and_keeps_everything_else():
    assert clean_text("\ufeffe\u0301\r\na\rb\u200bc\u00a0d\0") == "é\na\nb\u200bc\u00a0d "

"""Old Word documents and Outlook messages."""

import pytest

from rag.errors import ArticleError
from rag.ingest.files import read_file
from tests.ingest.ole_files import compound, message, word

ONE = "The council voted on Tuesday to close the old bridge for a month. Nobody was hurt."
SENT = 133_541_073_000_000_000  # 2024-03-05, 10:15 UTC


def read(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    return read_file(tmp_path / name, name, max_bytes=1_000_000).articles


def test_a_word_document_is_read_with_links_tables_and_notes(tmp_path):
    body = f'Bridge closes\r{ONE}\x02\rSee \x13 HYPERLINK "http://x" \x14the plan\x15.\rA\x07B\x07\x07C\x07D\x07\x07\r'
    (article,) = read(tmp_path, "a.doc", word(body, "\x02 A note.\r"))
    assert article.title == "Bridge closes"
    assert article.text == f"Bridge closes\n{ONE}\nSee the plan.\nA | B\nC | D\nA note."


@pytest.mark.parametrize("name", ["a.doc", "a.rtf", "a.txt"])
def test_the_facts_that_lines_state_are_taken_from_documents_too(tmp_path, name):
    lines = ["Title: Bridge closes", "Source: The Daily Bridge", "URL: https://b.example/1", "Language: en", ONE]
    made_up = r"{\rtf1{\info{\title Microsoft Word - x}}" + r"\par ".join(lines) + "}"
    data = {"a.doc": word("\r".join(lines)), "a.rtf": made_up.encode(), "a.txt": "\n".join(lines).encode()}
    (article,) = read(tmp_path, name, data[name])
    assert (article.title, article.publisher) == ("Bridge closes", "The Daily Bridge")
    assert (article.address, article.language) == ("https://b.example/1", "en")


def test_a_message_is_read_with_its_facts_and_attachments(tmp_path):
    data = message(
        {"0037": "Bridge closes", "0C1A": "The Daily Bridge", "1000": ONE}, SENT, {"second.txt": b"A bakery in Leeds."}
    )
    first, second = read(tmp_path, "a.msg", data)
    assert (first.title, first.publisher, first.published) == (
        "Bridge closes",
        "The Daily Bridge",
        "2024-03-05T10:15:00Z",
    )
    assert first.text == ONE
    assert (second.file, second.text.strip()) == ("a.msg#second.txt", "A bakery in Leeds.")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (word(ONE, flags=0x0300), "encrypted"),
        (compound({"EncryptedPackage": b"x"}), "encrypted"),
        (compound({"Workbook": b"x"}), "save it as .xlsx"),
        (compound({"WordDocument": b"\x02" * 5000}), "damaged"),
        (word(ONE)[:3000], "damaged"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path, data, told):
    with pytest.raises(ArticleError, match=told):
        read(tmp_path, "a.doc", data)


def test_a_text_with_the_name_of_a_word_document_is_read(tmp_path):
    assert read(tmp_path, "a.doc", ONE.encode())[0].text == ONE

"""Words of articles, models and file names are shown literally in Markdown and HTML, in every place of a document."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.cli.output import printable
from rag.render.escape import _UNSHOWABLE, html_text, json_escaped, markdown_text
from tests.ui.reader import HOSTILE, read_html

MARKUP = st.text(st.sampled_from("`*_[]()<>!#|\\-+=~:/.&;19aw \n\t@{}$^%\"'x"), max_size=40)
ANY = st.text(st.characters(codec=None)) | st.sampled_from(HOSTILE) | MARKUP
GITHUB = MarkdownIt("gfm-like")
COMMON = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PLACES = {
    "paragraph": "{}",
    "heading": "# {}",
    "item": "- {}",
    "strong": "**{}**, more",
    "remark": "first [1] *({})* last",
    "cell": "| a | b |\n|---|---|\n| {} | [1] |",
    "second line": "**first**  \n{}",
}


def shown(text: str) -> str:
    return _UNSHOWABLE.sub("\ufffd", " ".join(text.split()))


def inline(tokens: list[Token]) -> list[Token]:
    return [child for token in tokens if token.type == "inline" for child in token.children or ()]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("dialect", [COMMON, GITHUB], ids=["commonmark", "github"])
@given(text=ANY)
@example(text="www.outside.invalid http://outside.invalid me@outside.invalid ftp://x")
@example(text="1. one")
@example(text="-")
@example(text="===")
@example(text="a|b`c|d`")
def test_markdown_shows_text_literally(dialect: MarkdownIt, place: str, text: str) -> None:
    if not shown(text):
        text = "x"
    with_text = dialect.parse(PLACES[place].format(markdown_text(text)))
    plain = dialect.parse(PLACES[place].format("x"))
    assert [t.type for t in with_text] == [t.type for t in plain]
    allowed = {"text", "softbreak", "hardbreak", "strong_open", "strong_close", "em_open", "em_close"}
    assert {t.type for t in inline(with_text)} <= allowed
    assert sum(t.type == "strong_open" for t in inline(with_text)) == (place in ("strong", "second line"))
    rendered = "".join(t.content for t in inline(with_text))
    assert shown(text) in rendered


@given(text=ANY)
def test_markdown_stays_on_its_line(text: str) -> None:
    assert len(markdown_text(text).splitlines()) <= 1


@given(text=ANY)
def test_html_shows_text_literally(text: str) -> None:
    read = read_html(f'<p title="{html_text(text)}">{html_text(text)}</p>')
    assert read.well_formed
    (element,) = read.elements
    assert element.text == _UNSHOWABLE.sub("\ufffd", text)
    assert element.facts["title"] == element.text


def test_marks_that_turn_the_writing_direction_are_written_out() -> None:
    assert markdown_text("a\u202eb") == html_text("a\u202eb") == "a&#x202e;b"


@given(text=ANY)
def test_what_is_exported_passes_through_a_terminal_unchanged(text: str) -> None:
    for shown in (markdown_text(text), html_text(text), json_escaped(json.dumps(text, ensure_ascii=False))):
        assert printable(shown) == shown
    assert json.loads(json_escaped(json.dumps(text, ensure_ascii=False))) == text

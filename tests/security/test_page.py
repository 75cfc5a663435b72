"""Hostile articles on the page and in the terminal: shown literally, or not at all."""

from __future__ import annotations

import json
import re

import pytest

from rag import Library
from rag.cli import main
from tests.security.articles import ARTICLES, UNREADABLE
from tests.security.conftest import file_of
from tests.ui.reader import only_ours
from ui.article_list import ListFilter, article_list, entries, find
from ui.article_view import article_pane
from ui.html import UNSHOWABLE
from ui.places import Request

CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
QUESTION = "What happened to the bridge of Ashford?"


@pytest.mark.parametrize("article", ARTICLES, ids=lambda a: a.name.replace(" ", "-"))
def test_an_article_is_shown_literally(quoting: Library, article) -> None:
    read = quoting.article(file_of(quoting, article))
    page = only_ours(article_pane(read, Request(read.file), 1, quoting.sentences(read.file)))
    assert page.by_id("article-text").text == UNSHOWABLE.sub("\ufffd", read.text)


def test_the_list_of_articles_is_ours(quoting: Library) -> None:
    found = find(entries(quoting.metadata()), ListFilter())
    for page in range(4):
        assert only_ours(article_list(found, page=page)).all("button", "entry")


@pytest.mark.parametrize(
    "command",
    [["ask", QUESTION], ["search", "bridge instructions"], ["articles"], ["summarise"], ["stories"], ["sync"]],
    ids=lambda c: c[0],
)
@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
def test_no_control_character_reaches_a_terminal(
    hostile_folder, tmp_path_factory, quoting, capsys, command, as_json
) -> None:
    store = tmp_path_factory.getbasetemp() / "terminal"
    options = ["--library", str(hostile_folder), "--store", str(store), *(["--json"] if as_json else [])]
    assert main([command[0], *options, *command[1:]]) == 0
    out, err = capsys.readouterr()
    assert out
    assert not CONTROL.findall(out + err)
    if as_json:
        json.loads(out)


def test_names_that_would_trick_a_reader_are_not_read(quoting: Library) -> None:
    skipped = [s.file for s in quoting.sync().skipped]
    assert len([name for name in skipped if "\\" in name]) == len(UNREADABLE)
    assert not [a.file for a in quoting.articles() if a.file in UNREADABLE]


def test_json_keeps_the_exact_words(hostile_folder, tmp_path_factory, quoting, capsys) -> None:
    store = tmp_path_factory.getbasetemp() / "terminal"
    assert main(["articles", "--library", str(hostile_folder), "--store", str(store), "--json"]) == 0
    assert {a["file"] for a in json.loads(capsys.readouterr().out)} == {a.file for a in quoting.articles()}

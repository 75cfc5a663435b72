"""Two articles side by side: what a button carries is what is shown, and nothing else is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import Article, Citation
from tests.ui.reader import HOSTILE, only_ours
from ui.article_view import CHANGED
from ui.places import Request
from ui.side_by_side import MOST, Pair, Side, beside, pair, pair_view

TEXT = "The first words. The second words."


def cited(number: int, file: str, start: int = 0, end: int = 16) -> Citation:
    return Citation(number, file, start, end, TEXT[start:end])


def shown(html: str, changes: dict[str, str] | None = None) -> Pair | None:
    (button,) = only_ours(html).all("button", "beside")
    return pair({"told": button.facts["data-told"], **(changes or {})})


def test_one_article_alone_is_beside_nothing() -> None:
    assert beside([], "b") == ""
    assert beside([cited(1, "a.txt"), cited(2, "a.txt", 17, 34)], "b") == ""


@given(st.lists(st.text(min_size=1) | st.sampled_from(HOSTILE), min_size=2, max_size=20, unique=True))
def test_a_button_leads_to_the_first_two_and_the_choice_of_all(files: list[str]) -> None:
    citations = [cited(n, file) for n, file in enumerate(files, start=1)]
    wanted = shown(beside([*citations, cited(40, files[0], 17, 34)], "b"))
    assert wanted is not None
    assert [request.file for request in wanted.told] == files[:MOST]
    assert wanted.shown == (0, 1)
    assert [p.number for r in wanted.told[:1] for p in (r.place, *r.others) if p] == [1, 40]


def test_another_two_can_be_chosen() -> None:
    html = beside([cited(n, f"{n}.txt") for n in range(1, 4)], "b")
    wanted = shown(html, {"first": "2", "second": "0"})
    assert wanted is not None
    assert wanted.shown == (2, 0)
    for first, second in (("1", "1"), ("0", "3")):
        assert shown(html, {"first": first, "second": second}) is None


@pytest.mark.parametrize(
    "told",
    [None, 7, "", "[", "[" * 100_000, "{}", "[]", '[["a"]]', '[["a"], 3]', '[["a"], [4]]', '[["a"], []]', "9" * 5_000],
)
def test_nonsense_shows_nothing(told: object) -> None:
    assert pair({"told": told}) is None


@pytest.mark.parametrize("hostile", HOSTILE)
def test_both_texts_are_shown_with_their_words_marked(hostile: str) -> None:
    told = json.dumps([["a.txt", "0-16-1-3c6a1b4e"], ["b.txt", "17"], ["c.txt"]])
    wanted = pair({"told": told})
    assert wanted is not None
    html = beside([cited(1, hostile), cited(2, "b.txt", 17, 34), cited(3, "c.txt")], "b")
    asked = shown(html)
    assert asked is not None
    sides = [Side(request, Article(request.file, TEXT, hostile, hostile)) for request in asked.told[:2]]
    read = only_ours(pair_view(asked, sides, 1))
    marks = [mark.text for mark in read.all("mark", "cited")]
    assert marks == ["The first words.", "The second words."]
    assert read.by_id("side-0-article-text").text == read.by_id("side-1-article-text").text == TEXT
    assert len(read.all("select")) == 2


def test_what_has_changed_and_what_is_gone_is_told() -> None:
    asked = shown(beside([cited(1, "a.txt"), cited(2, "b.txt")], "b"))
    assert asked is not None
    changed = Side(asked.told[0], Article("a.txt", "Other words now."))
    gone = Side(Request("b.txt"), trouble="There is no article b.txt.")
    read = only_ours(pair_view(asked, [changed, gone], 1))
    assert [p.text for p in read.all("p", "notice")] == [CHANGED, "There is no article b.txt."]
    assert not read.all("mark")
    assert not read.all("select")

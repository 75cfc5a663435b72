"""The pane shows exactly the article's text, and marks exactly the cited words."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import Article, Citation, Library, Locator, Sentence
from tests.ui.reader import HOSTILE, only_ours
from ui.article_view import CHANGED, PART, article_pane, missing_pane, part_around
from ui.html import UNSHOWABLE
from ui.places import Place, Request, place_of, request

LINES = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(HOSTILE)
TEXTS = st.lists(LINES | st.just("\n"), min_size=1, max_size=12).map("\n".join).filter(bool)


def shown(text: str) -> str:
    return UNSHOWABLE.sub("\ufffd", text)


def place(text: str, start: int, end: int, number: int = 1) -> Place:
    return place_of(Citation(number, "a.txt", start, end, text[start:end]))


@st.composite
def cited(draw: st.DrawFn) -> tuple[str, list[Place]]:
    text = draw(TEXTS)
    edge = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(edge, edge).map(sorted).filter(lambda p: p[0] < p[1]), min_size=1, max_size=4))
    return text, [place(text, *pair, number) for number, pair in enumerate(pairs, 1)]


@given(cited())
def test_the_marks_hold_the_cited_words_and_the_pane_holds_the_text(case: tuple[str, list[Place]]) -> None:
    text, (main, *others) = case
    read = only_ours(article_pane(Article("a.txt", text), Request("a.txt", main, tuple(others)), 1))
    assert read.by_id("article-text").text == shown(text)
    assert "".join(e.text for e in read.all("mark", "cited")) == shown(text[main.start : main.end])
    covered = set(itertools.chain.from_iterable(range(p.start, p.end) for p in [main, *others]))
    assert "".join(e.text for e in read.all("mark")) == shown("".join(text[i] for i in sorted(covered)))
    assert read.by_id("cited") is read.all("mark", "cited")[0]


@given(cited())
def test_every_number_stands_where_its_citation_begins(case: tuple[str, list[Place]]) -> None:
    text, (main, *others) = case
    read = only_ours(article_pane(Article("a.txt", text), Request("a.txt", main, tuple(others)), 1))
    numbers = " ".join(e.facts.get("data-numbers", "") for e in read.all("mark")).split()
    assert sorted(map(int, numbers)) == [p.number for p in [main, *others]]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_articles_are_shown_literally(hostile: str) -> None:
    article = Article(hostile, f"{hostile}\n\nplain", hostile, hostile, hostile, hostile, hostile)
    html = article_pane(article, Request(hostile, place(article.text, 0, 5)), 1)
    read = only_ours(html)
    assert read.by_id("article-text").text == shown(article.text)
    assert read.by_id("article-title").text == shown(hostile)
    assert read.all("article")[0].facts["data-file"] == shown(hostile)


def test_words_that_have_changed_are_not_marked() -> None:
    article = Article("a.txt", "The quick fox")
    read = only_ours(article_pane(article, Request("a.txt", place("The slow, fox", 4, 9)), 1))
    assert not read.all("mark")
    assert CHANGED in read.all("article")[0].text


def test_cited_places_can_be_walked_through() -> None:
    text = "One. Two. Three."
    places = (place(text, 0, 4, 1), place(text, 5, 9, 2), place(text, 10, 16, 3))
    read = only_ours(article_pane(Article("a.txt", text), Request("a.txt", places[1], (places[0], places[2])), 1))
    buttons = read.all("button", "cite")
    asked = [request({k.removeprefix("data-"): v for k, v in b.facts.items()}) for b in buttons]
    assert [r.place for r in asked if r] == list(places)
    assert [b.text for b in buttons if b.facts.get("aria-current")] == ["2"]


def test_headings_and_boilerplate_look_different_from_text() -> None:
    text = "HEADING\nA sentence.\nBonus video:"
    sentences = (Sentence(0, 7, 0, "heading"), Sentence(8, 19, 1), Sentence(20, 32, 2, "boilerplate"))
    read = only_ours(article_pane(Article("a.txt", text), Request("a.txt"), 1, sentences))
    inner = [p for p in read.all("p") if p.inside[-1] == "div"]
    assert [p.facts.get("class", "") for p in inner] == ["heading", "", "boilerplate"]


@given(st.integers(0, 400_000), st.integers(0, 3_000))
@settings(max_examples=30)
def test_parts_of_a_long_article_join_without_gaps(at: int, line: int) -> None:
    text = ("x" * line + "\n") * (200_000 // (line + 1))
    part = part_around(text, at)
    assert part.end - part.start <= PART
    assert part.start <= min(at, len(text) - 1) < part.end or at >= len(text) == part.end
    assert part.start == 0 or part_around(text, part.start - 1).end == part.start


def test_a_long_article_opens_at_the_cited_part() -> None:
    text = "\n".join(f"Line {i} of a very long article." for i in range(20_000))
    start = text.index("Line 15000")
    html = article_pane(Article("a.txt", text), Request("a.txt", place(text, start, start + 10)), 1)
    read = only_ours(html)
    assert len(html) < 4 * PART
    assert read.by_id("cited").text == "Line 15000"
    earlier, later = (b for b in read.all("button") if "data-at" in b.facts)
    assert "Earlier" in earlier.text
    assert int(earlier.facts["data-at"]) < start < int(later.facts["data-at"])


def test_every_sentence_of_the_seeds_can_be_shown(library: Library) -> None:
    for article in library.articles():
        for sentence in library.sentences(article.file):
            wanted = Request(article.file, place(article.text, sentence.start, sentence.end))
            read = only_ours(article_pane(article, wanted, 1, library.sentences(article.file)))
            assert "".join(e.text for e in read.all("mark", "cited")) == article.text[sentence.start : sentence.end]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_missing_article_is_told_literally(hostile: str) -> None:
    assert shown(hostile) in only_ours(missing_pane(hostile, 3)).all("p", "notice")[0].text


def test_pages_are_told_where_they_begin() -> None:
    article = Article("a.pdf", "First page.\nSecond page.", locators=(Locator(0, "p. 1"), Locator(12, 'p. "2"')))
    html = article_pane(article, Request("a.pdf"), 1)
    assert html.count("data-locator") == 2
    assert 'data-locator="p. &quot;2&quot;"' in html

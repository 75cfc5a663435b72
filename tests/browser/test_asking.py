"""Someone asks about the two seed articles in a browser, and reads the cited words where they stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag import Library
from tests.browser.conftest import GRADIOS_OWN, NARROW, Tab

pytestmark = [pytest.mark.browser, *GRADIOS_OWN]
QUESTION = "What did Zelenskyy say about long-range weapons?"


@pytest.mark.parametrize("size", [(1280, 800), NARROW])
def test_a_citation_opens_the_right_article_at_the_right_words(
    visit: Callable[..., Tab], seed_page: str, seed_library: Library, size: tuple[int, int]
) -> None:
    tab = visit(seed_page, size)
    tab.ask(QUESTION)
    answer = seed_library.ask(QUESTION)
    assert answer.found
    assert len(answer.citations) > 1
    for number, citation in enumerate(answer.citations):
        button = tab.page.locator(f"#turn-1 .answer button.cite >> text='{citation.number}'").first
        button.click()
        shown = f"#article article[data-file='{citation.file}'] #cited[data-numbers~='{citation.number}']"
        tab.page.wait_for_selector(shown, state="visible")
        assert tab.marked() == citation.quote == seed_library.article(citation.file).text[citation.start : citation.end]
        assert in_view(tab), number
        if size == NARROW:
            tab.page.click("button[data-close=sheet]:visible")
            tab.page.wait_for_selector("#pane", state="hidden")


def in_view(tab: Tab) -> bool:
    """Whether the first cited words can be seen: inside the pane, and not below its bar."""
    script = """() => {
        const mark = document.querySelector('#cited').getClientRects()[0];
        const pane = document.querySelector('#article').getBoundingClientRect();
        const bar = document.querySelector('.article-bar').getBoundingClientRect();
        const beside = mark.left >= pane.left && mark.right <= pane.right;
        return beside && mark.top >= bar.bottom - 1 && mark.bottom <= pane.bottom;
    }"""
    return bool(tab.value(script))


def test_the_text_in_the_pane_is_the_articles_text(
    visit: Callable[..., Tab], seed_page: str, seed_library: Library
) -> None:
    tab = visit(seed_page)
    for article in seed_library.articles():
        if tab.page.locator("#article article").count():
            tab.page.click("button[data-close=list]")
        tab.page.click(f"#articles button[data-file='{article.file}']")
        tab.page.wait_for_selector(f"#article article[data-file='{article.file}']")
        assert tab.value("document.getElementById('article-text').textContent") == article.text


def test_other_citations_of_the_same_article_are_marked_more_lightly(visit: Callable[..., Tab], seed_page: str) -> None:
    tab = visit(seed_page)
    tab.ask("What does Zelenskyy want from the allies?")
    names = tab.page.locator("#turn-1 .sources li")
    numbers = names.first.locator("button.cite").all_text_contents()
    assert len(numbers) > 1
    names.first.locator("button.cite").nth(1).click()
    tab.page.wait_for_selector("#cited")
    shown = tab.page.locator("#article-text mark[data-numbers]").evaluate_all("all => all.map(m => m.dataset.numbers)")
    assert sorted(" ".join(shown).split()) == sorted(numbers)
    colours = {
        kind: tab.value(f"getComputedStyle(document.querySelector('#article-text mark.{kind}')).backgroundColor")
        for kind in ("cited", "also")
    }
    assert colours["cited"] != colours["also"]
    tab.page.locator(".jumps button").first.click()
    tab.page.wait_for_selector(f"#cited[data-numbers='{tab.page.locator('.jumps button').first.text_content()}']")


def test_a_question_without_an_answer_is_refused_with_the_nearest_passages(
    visit: Callable[..., Tab], seed_page: str, seed_library: Library
) -> None:
    tab = visit(seed_page)
    tab.ask("What is the population of Kyiv?")
    assert tab.page.text_content("#turn-1 .refusal") == "Found nothing that answers this."
    nearest = seed_library.ask("What is the population of Kyiv?").nearest
    tab.page.locator("#turn-1 .passage").first.click()
    assert tab.marked() == nearest[0].text
    assert tab.opened() == nearest[0].file


def test_follow_ups_are_understood(visit: Callable[..., Tab], seed_page: str) -> None:
    tab = visit(seed_page)
    tab.ask("What did Rutte say about membership?")
    tab.ask("What else did he say?")
    assert "Rutte" in str(tab.page.text_content("#turn-2 .remark"))
    assert tab.page.locator("section.exchange").count() == 2
    assert tab.page.locator("#turn-1 h2").text_content() == "What did Rutte say about membership?"
    tab.page.click("#fresh")
    tab.page.wait_for_selector("section.exchange", state="detached")
    tab.page.wait_for_selector(".example")


def test_an_example_is_answered_when_it_is_clicked(visit: Callable[..., Tab], seed_page: str) -> None:
    tab = visit(seed_page)
    tab.page.wait_for_selector(".example")
    example = tab.page.locator(".example").first
    question = example.text_content()
    example.click()
    tab.page.wait_for_selector("#turn-1:not([aria-busy]) .cite")
    assert tab.page.text_content("#turn-1 h2") == question
    assert tab.page.locator(".example").count() == 0


def test_two_tabs_are_two_conversations(visit: Callable[..., Tab], seed_page: str) -> None:
    one, other = visit(seed_page), visit(seed_page)
    one.ask("Who is Rutte?")
    other.ask(QUESTION)
    one.ask("What is the population of Kyiv?")
    assert other.page.locator("section.exchange h2").all_text_contents() == [QUESTION]
    assert one.page.locator("section.exchange").count() == 2


def test_the_page_says_who_writes_and_from_which_folder(
    visit: Callable[..., Tab], seed_page: str, seed_library: Library
) -> None:
    tab = visit(seed_page)
    assert "No AI model is used" in str(tab.page.text_content("#writer"))
    tab.page.wait_for_selector(".folder:not(:text('0 articles'))")
    assert str(tab.page.text_content(".folder")) == f"{seed_library.folder.name} · 2 articles"

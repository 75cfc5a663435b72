"""Requests typed into the chat: the result in the conversation, and the way to its room."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag import Library
from tests.browser.conftest import GRADIOS_OWN, Tab
from tests.serving import serving

pytestmark = [pytest.mark.browser, *GRADIOS_OWN]


def test_a_request_shows_its_result_and_the_way_to_its_room(
    visit: Callable[..., Tab], seed_page: str, seed_library: Library
) -> None:
    tab = visit(seed_page)
    tab.ask("Summarise the articles")
    words = tab.page.inner_text("#turn-1 .result")
    points = seed_library.summarise(points=8).points
    assert all(" ".join(point.text.split())[:60] in words for point in points)
    tab.page.click("#turn-1 .cite >> nth=0")
    assert tab.marked() == points[0].quotes[0].text
    tab.page.click("#turn-1 .to-room")
    tab.page.wait_for_selector("#room-summary .result", state="visible")


def test_a_room_goes_on_with_what_was_asked_for(visit: Callable[..., Tab], seed_page: str) -> None:
    tab = visit(seed_page)
    tab.ask("Summarise what the articles say about long-range weapons")
    title = tab.page.text_content("#turn-1 .result h3")
    for _ in range(2):
        tab.page.click("#turn-1 .to-room")
        assert title == tab.page.wait_for_selector("#room-summary .result h3", state="visible").text_content()
        assert tab.page.input_value("#summary-focus textarea") == title
        tab.page.click("#tab-ask-button")


def test_a_citation_is_told_of_on_a_card(visit: Callable[..., Tab], seed_page: str, seed_library: Library) -> None:
    tab = visit(seed_page)
    tab.ask("What did Rutte say about membership?")
    first = seed_library.ask("What did Rutte say about membership?").citations[0]
    cite = tab.page.locator("#turn-1 .answer .cite").first
    cite.hover()
    card = tab.page.wait_for_selector("#card", state="visible").inner_text()
    assert " ".join(first.quote.split())[:80] in card
    assert first.file not in card
    tab.page.keyboard.press("Escape")
    tab.page.wait_for_selector("#card", state="hidden")
    tab.page.mouse.move(0, 0)
    tab.page.focus("#question textarea")
    for _ in range(40):
        tab.page.keyboard.press("Shift+Tab")
        if "cite" in tab.focused("class"):
            break
    assert tab.page.is_visible("#card")
    assert tab.focused("aria-describedby") == "card"


def test_answers_are_pinned_to_a_notebook(visit: Callable[..., Tab], library: Library) -> None:
    with serving(library) as address:
        tab = visit(address)
        for question in ("What did Rutte say about membership?", "Summarise the articles"):
            tab.ask(question)
            tab.page.locator("section.exchange").last.locator("[data-act=pin]").click()
            tab.page.wait_for_selector("#toast >> text=Pinned")
        (kept,) = (entry.id for entry in library.conversations.list() if entry.title != "Notebook")
        library.conversations.remove_turns(kept, [turn.id for turn in library.conversations.open(kept).turns])
        tab.page.locator("section.exchange").last.locator("[data-act=pin]").click()
        tab.page.wait_for_selector("#toast >> text=This is not pinned. There is no answer to pin")
        tab.page.locator(".talk-name", has_text="Notebook").click()
        tab.page.wait_for_selector("#turn-2 .result")
        assert tab.page.locator("section.exchange h2").first.text_content() == "What did Rutte say about membership?"
        with tab.page.expect_download() as saved:
            tab.page.click("#log .saves button >> nth=0")
        text = saved.value.path().read_text("utf-8")
    assert "NATO" in text
    assert "[1]" in text or "[^1]" in text

"""The page in the language of its reader: its own words, its dates, and an answer's; articles stay as they are."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from rag import Library, Settings
from tests.browser.conftest import GRADIOS_OWN, PATIENCE, Tab
from tests.conftest import SEEDS
from tests.serving import serving

pytestmark = [pytest.mark.browser, *GRADIOS_OWN]
QUESTION = "Which jets did Rutte approve?"


@pytest.fixture
def german(chromium: Browser, seed_page: str) -> Iterator[Tab]:
    """A tab of a browser whose reader prefers German as it is written in Austria."""
    context = chromium.new_context(locale="de-AT", viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    tab = Tab(context.new_page(), seed_page).open()
    yield tab
    context.close()
    assert (tab.outside, tab.errors) == ([], [])


def test_a_reader_of_german_asks_and_reads_on_a_german_page(german: Tab) -> None:
    page = german.page
    assert page.get_attribute("html", "lang") == "de"
    assert page.get_attribute("#question textarea", "placeholder") == "Eine Frage stellen …"
    assert page.locator("#rooms [role=tab]").all_inner_texts()[:4] == ["Fragen", "Überblick", "Vergleich", "Zeitleiste"]
    assert page.inner_text("#articles .count") == "2 Artikel"
    assert page.get_attribute("#fresh", "aria-label") == "Neues Gespräch"
    german.ask(QUESTION)
    assert "F-16" in page.inner_text("#turn-1 .answer")
    assert page.inner_text("#turn-1 [data-act=link]") == "Link kopieren"
    assert page.get_attribute("#turn-1 .cite", "aria-label").startswith("Beleg 1: ")
    page.click("#turn-1 .cite")
    assert "Rutte" in german.marked()
    assert page.inner_text("#article .article-acts a").startswith("Original öffnen")
    assert page.inner_text("#article .article-head .facts") == "Englisch"
    german.ask("What is the population of Kyiv?")
    assert page.inner_text("#turn-2 .refusal") == "Nichts gefunden, was das beantwortet."
    page.wait_for_function("document.querySelector('.talk .facts')?.textContent.startsWith('2 Fragen · ')")
    page.click("#tab-names-button")
    page.wait_for_selector("#room-names .result")
    assert page.inner_text("#room-names .result h3") == "Namen"
    assert page.locator("#room-names .saves button").all_inner_texts()[1] == "Als Webseite speichern"


def test_the_language_that_is_set_is_that_of_every_reader(tmp_path: Path, chromium: Browser) -> None:
    for path in SEEDS.glob("*.txt"):
        shutil.copy(path, tmp_path)
    with Library(tmp_path, settings=Settings(page_language="sr")) as library, serving(library) as address:
        context = chromium.new_context(locale="de-DE")
        context.set_default_timeout(PATIENCE)
        tab = Tab(context.new_page(), address).open()
        assert tab.page.get_attribute("html", "lang") == "sr"
        assert tab.page.get_attribute("#filter textarea", "placeholder") == "Тражи у насловима и текстовима …"
        context.close()

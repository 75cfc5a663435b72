"""Conversations outlive reloads, restarts and crashes; they are found, renamed, deleted, linked to, printed, copied."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from rag import Library, Settings
from tests.browser.conftest import GRADIOS_OWN, NARROW, WIDE, Tab
from tests.browser.test_rooms import enter, run
from tests.browser.test_using import CONTRAST, Failing, fits
from tests.serving import serving
from tests.ui.reader import HOSTILE
from ui.html import UNSHOWABLE

pytestmark = [pytest.mark.browser, *GRADIOS_OWN]
QUESTION = "What did Rutte say about membership?"
OTHER = "What did Zelenskyy say about long-range weapons?"
BOX = "#question textarea"


@pytest.fixture
def page(library: Library) -> Iterator[str]:
    """A page over the seeds of one test alone."""
    with serving(library) as address:
        yield address


def asked(tab: Tab) -> list[str]:
    """The questions that the page shows."""
    return tab.page.locator("section.exchange h2").all_text_contents()


def titles(tab: Tab) -> list[str]:
    return tab.page.locator(".talk-title").all_text_contents()


def reload(tab: Tab) -> None:
    tab.page.reload()
    tab.page.wait_for_selector("html[data-ready=yes]")
    tab.page.wait_for_selector("#articles .count", state="attached")


def until_asked(tab: Tab, *questions: str) -> None:
    """Wait until the page shows these questions."""
    shown = "[...document.querySelectorAll('section.exchange h2')].map(e => e.textContent)"
    tab.page.wait_for_function(f"q => JSON.stringify({shown}) === JSON.stringify(q)", arg=[*questions])


def test_a_conversation_is_there_after_a_reload(visit: Callable[..., Tab], page: str, library: Library) -> None:
    tab = visit(page)
    tab.ask(QUESTION)
    tab.ask("What else did he say?")
    tab.ask("What is the population of Kyiv?")
    before = tab.page.locator("#log .exchange").all_inner_texts()
    assert titles(tab) == [QUESTION]
    reload(tab)
    until_asked(tab, QUESTION, "What else did he say?", "What is the population of Kyiv?")
    assert tab.page.locator("#log .exchange").all_inner_texts() == before
    tab.page.locator("#turn-1 .answer .cite").first.click()
    assert tab.marked() == library.ask(QUESTION).citations[0].quote
    tab.ask("Who is Rutte?")
    assert tab.turns() == 4
    assert len(library.conversations.list()) == 1


def test_a_conversation_is_there_after_the_server_was_restarted(visit: Callable[..., Tab], seeds: Path) -> None:
    with served(seeds) as address:
        tab = visit(address)
        tab.ask(QUESTION)
        hash_ = tab.value("location.hash")
    with served(seeds) as address:
        tab = visit(address)
        tab.page.click(".talk-name")
        until_asked(tab, QUESTION)
        assert tab.value("location.hash") == hash_
        tab.ask("What else did he say?")
        assert "Rutte" in str(tab.page.text_content("#turn-2 .remark"))


def test_an_answer_comes_though_the_page_was_reloaded(
    visit: Callable[..., Tab], seeds: Path, settings: Settings
) -> None:
    with Failing(seeds, settings=settings) as failing, serving(failing) as address:
        failing.sync()
        failing.hold = threading.Event()
        tab = visit(address)
        tab.page.fill(BOX, QUESTION)
        tab.page.press(BOX, "Enter")
        tab.page.wait_for_selector("#turn-1 .coming >> text=This is how it begins")
        reload(tab)
        tab.errors.clear()  # gradio complains of its own stream that the reload cuts
        tab.page.wait_for_selector("#turn-1 >> text=The answer is still being made")
        failing.hold.set()
        tab.page.wait_for_selector("#turn-1 .cite")
        failing.hold = None
        tab.ask("What else did he say?")
        assert "Rutte" in str(tab.page.text_content("#turn-2 .remark"))


def test_an_answer_goes_on_while_another_conversation_is_read(
    visit: Callable[..., Tab], seeds: Path, settings: Settings
) -> None:
    with Failing(seeds, settings=settings) as failing, serving(failing) as address:
        failing.sync()
        tab = visit(address)
        tab.ask(OTHER)
        tab.page.click("#fresh")
        tab.page.wait_for_selector("section.exchange", state="detached")
        failing.hold = threading.Event()
        tab.page.fill(BOX, QUESTION)
        tab.page.press(BOX, "Enter")
        tab.page.wait_for_selector("#turn-1 .coming >> text=This is how it begins")
        tab.page.locator(".talk-name", has_text=OTHER).click()
        until_asked(tab, OTHER)
        tab.page.wait_for_selector("#send", state="visible")
        assert tab.page.input_value(BOX) == ""
        failing.hold.set()
        tab.page.locator(".talk-name", has_text=QUESTION).click()
        until_asked(tab, QUESTION)
        tab.page.wait_for_selector("#turn-1 .cite")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    with Library(folder, settings=Settings()) as library:
        library.sync()
        with serving(library) as address:
            yield address


def test_what_is_half_written_is_there_after_a_reload_and_in_a_new_tab(visit: Callable[..., Tab], page: str) -> None:
    tab = visit(page)
    tab.page.fill(BOX, "A question half wri")
    reload(tab)
    tab.page.wait_for_function("document.querySelector('#question textarea').value === 'A question half wri'")
    crashed = tab.page
    tab.page = crashed.context.new_page()
    crashed.close()
    tab.page.goto(page)
    tab.page.wait_for_selector("html[data-ready=yes]")
    tab.page.wait_for_function("document.querySelector('#question textarea').value === 'A question half wri'")
    tab.ask(QUESTION)
    assert tab.page.input_value(BOX) == ""
    tab.page.fill(BOX, "and a follow-up")
    tab.page.click("#fresh")
    tab.page.wait_for_selector("section.exchange", state="detached")
    assert tab.page.input_value(BOX) == ""
    tab.page.click(".talk-name")
    until_asked(tab, QUESTION)
    tab.page.wait_for_function("document.querySelector('#question textarea').value === 'and a follow-up'")


def test_back_and_forward_go_from_conversation_to_conversation(visit: Callable[..., Tab], page: str) -> None:
    tab = visit(page)
    tab.ask(QUESTION)
    tab.page.click("#fresh")
    tab.page.wait_for_selector("section.exchange", state="detached")
    tab.ask(OTHER)
    assert titles(tab) == [OTHER, QUESTION]
    tab.page.go_back()
    until_asked(tab, QUESTION)
    tab.page.go_forward()
    until_asked(tab, OTHER)
    tab.page.locator("#turn-1 .answer .cite").first.click()
    tab.marked()
    tab.page.go_back()
    tab.page.wait_for_selector("#articles .entry", state="visible")
    tab.page.go_forward()
    tab.page.wait_for_selector("#cited", state="visible")
    assert asked(tab) == [OTHER]


def test_renaming_deleting_undoing_and_searching(visit: Callable[..., Tab], page: str) -> None:
    tab = visit(page)
    tab.ask(QUESTION)
    tab.page.click("#fresh")
    tab.page.wait_for_selector("section.exchange", state="detached")
    tab.ask(OTHER)
    rename(tab, OTHER, "About <b>weapons</b>")
    tab.page.wait_for_selector(".talk-title >> text=About <b>weapons</b>")
    tab.page.fill("#talk-search textarea, #talk-search input", "membership rutte")
    tab.page.wait_for_function("document.querySelectorAll('.talk').length === 1")
    assert titles(tab) == [QUESTION]
    tab.page.fill("#talk-search textarea, #talk-search input", "")
    tab.page.wait_for_function("document.querySelectorAll('.talk').length === 2")
    press(tab, QUESTION, "delete")
    tab.page.wait_for_selector(f".talks .notice >> text={QUESTION}")
    tab.page.wait_for_function("document.activeElement.textContent === 'Undo'")
    assert asked(tab) == [OTHER], "another conversation than the one shown was deleted"
    tab.page.click(".talks .notice button")
    tab.page.wait_for_function("document.querySelectorAll('.talk').length === 2")
    press(tab, "About <b>weapons</b>", "delete")
    tab.page.wait_for_selector("section.exchange", state="detached")
    assert titles(tab) == [QUESTION]
    tab.page.click(".talks .notice button")
    until_asked(tab, OTHER)
    assert "About <b>weapons</b>" in titles(tab)


def press(tab: Tab, title: str, what: str) -> None:
    row = tab.page.locator(".talk", has_text=title)
    row.hover()
    row.locator(f"[data-do={what}]").click()


def rename(tab: Tab, title: str, to: str) -> None:
    press(tab, title, "rename")
    tab.page.fill(".talk .edited", to)
    tab.page.press(".talk .edited", "Enter")


def test_hostile_questions_stay_words(visit: Callable[..., Tab], page: str) -> None:
    tab = visit(page)
    title = tab.page.title()
    for question in HOSTILE:
        tab.ask(question)
    shown = asked(tab)
    reload(tab)
    tab.page.wait_for_selector(f"#turn-{len(HOSTILE)}")
    assert asked(tab) == shown
    assert shown[0] == UNSHOWABLE.sub("\ufffd", HOSTILE[0]).strip()
    assert tab.page.title() == title
    assert tab.page.locator("#log script, #log img, #log svg, #talks script, #talks img").count() == 0


def test_a_link_to_an_article_opens_it_at_the_mark(visit: Callable[..., Tab], page: str, library: Library) -> None:
    citation = library.ask(OTHER).citations[0]
    tab = visit(f"{page}#article={citation.file}&at={citation.start + 3}")
    assert tab.marked() == citation.quote
    tab.page.click("[data-close=list]")
    tab.ask(OTHER)
    tab.page.locator("#turn-1 .answer .cite").first.click()
    tab.marked()
    tab.page.evaluate("document.querySelector('#cited').focus()")
    link = copied(tab, "#article [data-act=article]")
    assert visit(link).marked() == citation.quote
    gone = visit(f"{page}#article=no-such-file.txt&at=5")
    gone.page.wait_for_selector("#article .notice >> text=no-such-file.txt")


def copied(tab: Tab, button: str) -> str:
    """What pressing a button puts into the clipboard."""
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.page.click(button)
    tab.page.wait_for_selector("#toast >> text=opied")
    return str(tab.value("navigator.clipboard.readText()"))


def test_a_link_to_an_answer_opens_its_conversation_there(visit: Callable[..., Tab], page: str) -> None:
    tab = visit(page)
    tab.ask(QUESTION)
    tab.ask(OTHER)
    link = copied(tab, "#turn-1 [data-act=link]")
    assert "#answer=" in link
    other = visit(link)
    until_asked(other, QUESTION, OTHER)
    gone = visit(f"{page}#answer={'0' * 12}")
    gone.page.wait_for_selector(".talks .notice >> text=There is no answer")
    gone.ask("Who is Rutte?")
    assert "#c=" in gone.value("location.hash")
    other.page.wait_for_function("document.activeElement.textContent === 'What did Rutte say about membership?'")
    assert "#c=" in other.value("location.hash")


def test_an_answer_is_copied_with_marks_and_sources(visit: Callable[..., Tab], page: str, library: Library) -> None:
    tab = visit(page)
    tab.ask(QUESTION)
    answer = library.ask(QUESTION)
    text = copied(tab, "#turn-1 [data-act=copy]")
    assert f"{answer.sentences[0].text} {answer.sentences[0].marks}" in text
    assert text.splitlines()[-1].endswith(f"“{' '.join(answer.citations[-1].quote.split())}”")


def test_asking_again_editing_and_deleting_a_turn(visit: Callable[..., Tab], page: str) -> None:
    tab = visit(page)
    tab.ask(QUESTION)
    tab.ask("What is the population of Kyiv?")
    tab.page.click("#turn-2 [data-act=again]")
    tab.page.wait_for_selector("#earlier .notice >> text=replaced")
    tab.page.wait_for_selector("#current #turn-2:not([aria-busy])")
    assert asked(tab) == [QUESTION, "What is the population of Kyiv?"]
    tab.page.click("#turn-1 [data-act=edit]")
    tab.page.fill("#turn-1 .edited", OTHER)
    tab.page.press("#turn-1 .edited", "Enter")
    tab.page.wait_for_selector("#current #turn-1:not([aria-busy]) .cite")
    assert asked(tab) == [OTHER]
    tab.page.click("#log .notice button")
    until_asked(tab, QUESTION, "What is the population of Kyiv?")
    tab.page.click("#turn-1 [data-act=remove]")
    until_asked(tab, "What is the population of Kyiv?")
    tab.page.click("#log .notice button")
    until_asked(tab, QUESTION, "What is the population of Kyiv?")
    tab.page.click("#turn-2 [data-act=edit]")
    tab.page.press("#turn-2 .edited", "Escape")
    assert asked(tab)[1] == "What is the population of Kyiv?"


def test_a_rooms_result_is_kept_with_its_conversation(visit: Callable[..., Tab], page: str) -> None:
    tab = visit(page)
    enter(tab, "Summary")
    tab.page.fill("#summary-points textarea, #summary-points input", "3")
    words = run(tab, "summary")
    tab.page.wait_for_selector(".talk-title >> text=Summary of 2 articles")
    enter(tab, "Ask")
    tab.ask(QUESTION)
    reload(tab)
    until_asked(tab, QUESTION)
    enter(tab, "Summary")
    assert tab.page.inner_text("#room-summary .result") == words
    assert tab.page.input_value("#summary-points textarea, #summary-points input") == "3"
    tab.page.click("#room-summary .cite >> nth=0")
    tab.marked()
    with tab.page.expect_download() as saved:
        tab.page.click("#room-summary .saves button >> nth=0")
    assert saved.value.suggested_filename.startswith("summary-of-2-articles-20")
    tab.page.fill("#summary-focus textarea, #summary-focus input", "half a fo")
    enter(tab, "Ask")
    tab.page.click("#fresh")
    tab.page.wait_for_selector("section.exchange", state="detached")
    assert tab.page.locator("#room-summary .result").count() == 0
    assert tab.page.input_value("#summary-focus textarea, #summary-focus input") == ""
    tab.page.click(".talk-name")
    until_asked(tab, QUESTION)
    tab.page.wait_for_function("document.querySelector('#summary-focus :is(textarea, input)').value === 'half a fo'")


def test_keys(visit: Callable[..., Tab], page: str, library: Library) -> None:
    tab = visit(page)
    tab.ask(OTHER)
    quotes = [c.quote for c in library.ask(OTHER).citations]
    tab.page.locator("#log").focus()
    tab.page.keyboard.press("j")
    assert tab.marked() == quotes[0]
    tab.page.keyboard.press("j")
    tab.page.wait_for_selector("#cited[data-numbers~='2']")
    assert tab.marked() == quotes[1]
    tab.page.keyboard.press("k")
    tab.page.wait_for_selector("#cited[data-numbers~='1']")
    tab.page.click("#article [data-act=on]")
    tab.page.wait_for_selector("#cited[data-numbers~='2']")
    tab.page.wait_for_function("document.activeElement.id === 'cited'")
    tab.page.keyboard.press("/")
    assert tab.value("document.activeElement === document.querySelector('#question textarea')")
    tab.page.keyboard.type("/jk?")
    assert tab.page.input_value(BOX) == "/jk?"
    tab.page.locator("#log").focus()
    tab.page.keyboard.press("?")
    tab.page.wait_for_selector("#keys[open]")
    tab.page.uncheck("#keys input")
    tab.page.keyboard.press("Escape")
    tab.page.wait_for_selector("#keys", state="hidden")
    tab.page.locator("#log").focus()
    tab.page.keyboard.press("/")
    assert not tab.value("document.activeElement === document.querySelector('#question textarea')")


def test_the_list_is_a_sheet_on_a_phone(visit: Callable[..., Tab], page: str) -> None:
    tab = visit(page, NARROW)
    tab.ask(QUESTION)
    assert not tab.page.is_visible("#talks")
    tab.page.click("#open-talks")
    tab.page.wait_for_selector(".talk-name", state="visible")
    assert tab.value("document.getElementById('chat').inert")
    assert fits(tab)
    tab.page.keyboard.press("Escape")
    tab.page.wait_for_selector("#talks", state="hidden")
    assert tab.focused() == "open-talks"
    tab.page.click("#open-talks")
    tab.page.click(".talks-close")
    tab.page.wait_for_selector("#talks", state="hidden")
    tab.page.click("#fresh")
    tab.page.wait_for_selector("section.exchange", state="detached")
    tab.page.click("#open-talks")
    tab.page.click(".talk-name")
    until_asked(tab, QUESTION)
    assert not tab.page.is_visible("#talks")
    assert not tab.value("document.getElementById('chat').inert")


def test_every_field_and_button_shows_where_the_keyboard_is(visit: Callable[..., Tab], page: str) -> None:
    tab = visit(page)
    tab.ask(QUESTION)
    tab.page.locator("#log").focus()
    seen = set()
    for _ in range(60):
        tab.page.keyboard.press("Tab")
        look = tab.value(
            "(e => [e.id || e.className || e.tagName, getComputedStyle(e).outlineStyle, "
            "parseFloat(getComputedStyle(e).outlineWidth)])(document.activeElement)"
        )
        if look[0] == "BODY":
            continue
        seen.add(look[0])
        assert look[1] == "solid", look
        assert look[2] >= 2, look
    assert len(seen) > 10


def test_on_paper_stand_the_conversation_and_its_sources(visit: Callable[..., Tab], page: str, tmp_path: Path) -> None:
    tab = visit(page)
    tab.ask(QUESTION)
    tab.ask(OTHER)
    tab.page.locator("#turn-1 .answer .cite").first.click()
    tab.marked()
    tab.page.emulate_media(media="print")
    for shown in ("#turn-1 h2", "#turn-1 .said", "#turn-2 .sources"):
        assert tab.page.is_visible(shown), shown
    for hidden in ("#talks", "#pane", "#composer", ".acts", ".saves", "#writer"):
        assert not tab.page.is_visible(hidden), hidden
    words = paper(tab.page, tmp_path / "page.pdf")
    assert QUESTION in words
    assert OTHER in words
    assert "[1]" in words


def paper(page: Page, path: Path) -> str:
    import pypdfium2

    page.pdf(path=path)
    return " ".join(" ".join(p.get_textpage().get_text_bounded() for p in pypdfium2.PdfDocument(path)).split())


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_rule_of_accessibility_is_broken(
    visit: Callable[..., Tab], page: str, size: tuple[int, int], scheme: Any
) -> None:
    tab = visit(page, size, scheme)
    tab.ask(QUESTION)
    tab.ask("What is the population of Kyiv?")
    if size == NARROW:
        tab.page.click("#open-talks")
    tab.page.wait_for_selector(".talk-name", state="visible")
    assert broken(tab, "#talks") == []
    assert tab.value(CONTRAST.replace("#header, #log", "#talks, #log")) == []
    if size == NARROW:
        tab.page.click(".talks-close")
    assert broken(tab, "#log") == []
    tab.page.locator("#log").focus()
    tab.page.keyboard.press("?")
    tab.page.wait_for_selector("#keys[open]")
    assert broken(tab, "#keys") == []


def broken(tab: Tab, part: str) -> list[tuple[str, str]]:
    """The rules that a part of the page breaks, and where."""
    found = Axe().run(tab.page, context=part).response["violations"]
    return [(v["id"], node["html"][:200]) for v in found for node in v["nodes"]]

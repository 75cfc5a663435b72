"""Every pane obeys the rules of accessibility: wide and light, narrow and dark, in a script from right to left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from rag import Library, Settings
from tests.browser.conftest import GRADIOS_OWN, NARROW, WIDE, Tab
from tests.browser.test_rooms import ROOMS, enter
from tests.browser.test_using import QUESTION, fits
from tests.serving import serving

pytestmark = [pytest.mark.browser, *GRADIOS_OWN]
ARABIC = (
    "الأمين العام لحلف الناتو يزور كييف\n\n"
    "قال الأمين العام لحلف الناتو مارك روته يوم الخميس إن أمن أوكرانيا يهم الحلف. "
    "وأضاف روته أن أوكرانيا ستصبح عضوا في الحلف."
)


def broken(tab: Tab) -> list[tuple[str, str]]:
    """The rules that the page breaks as it is, and where."""
    found = Axe().run(tab.page).response["violations"]
    return [(v["id"], node["html"][:160]) for v in found for node in v["nodes"]]


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_no_pane_breaks_a_rule(visit: Callable[..., Tab], seed_page: str, size: tuple[int, int], scheme: str) -> None:
    tab = visit(seed_page, size, scheme)
    wrong: dict[str, list[tuple[str, str]]] = {"empty": broken(tab)}
    tab.ask(QUESTION)
    tab.ask("Make a timeline")
    wrong["answers"] = broken(tab)
    for room, label in {"summary": "Summary", **ROOMS}.items():
        enter(tab, label)
        tab.page.wait_for_selector(f"#room-{room} .result")
        wrong[room] = broken(tab)
    enter(tab, "Check")
    wrong["check"] = broken(tab)
    enter(tab, "Settings")
    tab.page.wait_for_selector("#settings-told .remark")
    wrong["settings"] = broken(tab)
    if size == NARROW:
        tab.page.click("#open-list")
    tab.page.locator("#articles .entry").first.click()
    tab.page.wait_for_selector("#article-text", state="visible")
    wrong["article"] = broken(tab)
    assert {pane: found for pane, found in wrong.items() if found} == {}


@pytest.fixture
def arabic(folder: Path) -> Iterator[str]:
    (folder / "arabic.txt").write_text(ARABIC, "utf-8")
    with Library(folder, settings=Settings()) as library:
        library.sync()
        with serving(library) as address:
            yield address


def test_answers_and_results_run_from_right_to_left(visit: Callable[..., Tab], arabic: str) -> None:
    tab = visit(arabic)
    tab.ask("ماذا قال مارك روته يوم الخميس؟")
    written = "all => all.map(e => [getComputedStyle(e).direction, e.lang])[0]"
    assert tab.page.eval_on_selector_all("#turn-1 .said", written) == ["rtl", "ar"]
    enter(tab, "Summary")
    tab.page.wait_for_selector("#room-summary .points li")
    assert tab.value("getComputedStyle(document.querySelector('#room-summary .points li')).direction") == "rtl"
    assert broken(tab) == []
    assert fits(tab)
    with tab.page.expect_download() as saved:
        tab.page.click("#room-summary .saves button >> text=Save as Web page")
    export = tab.page.context.new_page()
    export.set_content(saved.value.path().read_text("utf-8"))
    for tag in ("main > ul > li", "blockquote"):
        assert export.eval_on_selector_all(tag, written) == ["rtl", "ar"]


def test_the_first_key_leads_to_the_question(visit: Callable[..., Tab], seed_page: str) -> None:
    tab = visit(seed_page)
    enter(tab, "Summary")
    tab.page.locator(".skip").focus()
    assert tab.value("document.querySelector('.skip').getBoundingClientRect().top") >= 0
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_function("document.activeElement.closest('#question') !== null")
    assert tab.page.is_visible("#question")
    assert tab.page.locator("main, [role=main]").count() == 1


def test_arrow_keys_go_through_the_tabs(visit: Callable[..., Tab], seed_page: str) -> None:
    tab = visit(seed_page)
    page = tab.page
    page.locator("#tab-ask-button").focus()
    reached = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End", "ArrowRight", "ArrowLeft", "Home", "ArrowRight"):
        page.keyboard.press(key)
        reached.append(tab.focused())
    names = "summary", "comparison", "summary", "settings", "ask", "settings", "ask", "summary"
    assert reached == [f"tab-{name}-button" for name in names]
    assert page.locator("[role=tab][aria-selected=true]").first.inner_text() == "Ask", "no room is entered unasked"
    page.keyboard.press("Enter")
    page.wait_for_selector("#room-summary .result")
    assert page.locator("#rooms .tab-container:not(.visually-hidden) [role=tab][tabindex='0']").count() == 1


def test_what_lies_behind_a_sheet_cannot_be_reached_and_back_closes_it(
    visit: Callable[..., Tab], seed_page: str
) -> None:
    tab = visit(seed_page, NARROW)
    page = tab.page
    page.click("#open-list")
    page.wait_for_selector("#articles .entry", state="visible")
    assert page.locator("#chat").get_attribute("inert") is not None
    page.locator("#articles .entry").first.click()
    page.wait_for_selector("#article-text", state="visible")
    page.go_back()
    page.wait_for_selector("#articles .entry", state="visible")
    page.go_back()
    page.wait_for_selector("#pane", state="hidden")
    assert page.locator("#chat").get_attribute("inert") is None
    assert tab.focused() == "open-list"
    page.click("#open-talks")
    page.wait_for_selector("#talk-search", state="visible")
    page.go_back()
    page.wait_for_selector("#talks", state="hidden")
    page.click("#open-list")
    page.locator("[data-close=sheet]:visible").first.click()
    page.wait_for_selector("#pane", state="hidden")
    tab.ask(QUESTION)
    page.locator("#log").focus()
    page.keyboard.press("j")
    page.wait_for_selector("#cited", state="visible")
    page.keyboard.press("k")
    over = "(e => document.elementFromPoint(195, e.getBoundingClientRect().y) === e)(document.querySelector('#toast'))"
    page.wait_for_function(over)  # what is said is seen over the sheet
    page.keyboard.press("/")
    page.wait_for_selector("#pane", state="hidden")
    page.wait_for_function("document.activeElement.closest('#question') !== null")

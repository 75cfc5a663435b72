"""Two articles side by side: opened where several tell the same or differ, by mouse and keyboard, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag import Library, Settings
from tests.browser.conftest import GRADIOS_OWN, NARROW, WIDE, Tab
from tests.browser.test_access import broken
from tests.browser.test_rooms import enter
from tests.serving import serving

pytestmark = [pytest.mark.browser, *GRADIOS_OWN]
QUESTION = "How long would the bridge stay closed?"
MEETINGS = [f"The council will meet again to speak about the traffic of route {n}." for n in range(40)]
FLOWERS = [f"People laid flowers at the gate of house number {n} in the old street of the town." for n in range(40)]
REPORTS = {
    "Bridge fire in Linden kills 24": [
        "A fire on the old bridge of Linden killed 24 people on Tuesday, the police said.",
        "The mayor, Jane Porter, said that the bridge would stay closed for two years.",
        *MEETINGS,
    ],
    "Linden mourns after the fire": [
        *FLOWERS,
        "A fire on the old bridge of Linden killed 42 people on Tuesday, officials said.",
        "Mayor Jane Porter said the bridge would stay closed for two years.",
    ],
    "Bridge closed after fire": [
        "Jane Porter, the mayor, said that the bridge would remain closed for two years.",
        "Engineers from Shelbyville examined the pillars on Wednesday.",
    ],
}
IN_SIGHT = """() => [...document.querySelectorAll('#pair .side')].map((side) => {
  const [box, mark] = [side.querySelector('.side-text'), side.querySelector('mark.cited')];
  const [around, words] = [box.getBoundingClientRect(), mark.getBoundingClientRect()];
  return words.top >= around.top && words.bottom <= around.bottom && around.bottom <= window.innerHeight;
})"""


@pytest.fixture
def reports(folder: Path) -> Iterator[tuple[str, Library]]:
    for number, (title, paragraphs) in enumerate(REPORTS.items()):
        text = "\n\n".join([f"{title}\nSource: Paper {number}\nDate: 2024-03-06", *paragraphs])
        (folder / f"{number}.txt").write_text(text, "utf-8")
    with Library(folder, settings=Settings()) as library:
        library.sync()
        with serving(library) as address:
            yield address, library


def marked(tab: Tab) -> list[str]:
    """The words marked on both sides, each as an article's own text has them."""
    tab.page.wait_for_selector("#pair[open] .side + .side mark.cited")
    return tab.page.locator("#pair mark.cited").all_text_contents()


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_articles_that_tell_the_same_stand_side_by_side(
    visit: Callable[..., Tab], reports: tuple[str, Library], size: tuple[int, int], scheme: str
) -> None:
    address, library = reports
    tab = visit(address, size, scheme)
    page = tab.page
    tab.ask(QUESTION)
    page.locator("#turn-1 .cite").last.focus()
    page.locator("#turn-1 .beside").focus()
    page.keyboard.press("Enter")
    cited = library.ask(QUESTION).sentences[0].citations
    assert marked(tab) == [c.quote for c in cited[:2]]
    assert tab.value(IN_SIGHT) == [True, True]
    assert tab.focused() == "pair-title"
    assert broken(tab) == []
    assert tab.value("document.documentElement.scrollWidth <= window.innerWidth")
    link = page.url
    page.select_option("#pair select[data-side='1']", index=2)
    page.wait_for_selector(f"#pair .side:nth-child(2)[data-file='{cited[2].file}']")
    assert marked(tab) == [cited[0].quote, cited[2].quote]
    assert tab.focused("data-side") == "1"
    page.keyboard.press("Escape")
    page.wait_for_selector("#pair", state="hidden")
    assert tab.focused() == "b-1-0"
    page.wait_for_function("!location.hash.includes('beside')")
    page.go_forward()
    assert marked(tab) == [cited[0].quote, cited[2].quote]
    page.go_back()
    page.wait_for_selector("#pair", state="hidden")
    other = visit(link, size, scheme)
    assert marked(other) == [c.quote for c in cited[:2]]
    other.page.locator("#pair [data-alone]").last.click()
    other.page.wait_for_selector("#cited", state="visible")
    assert other.opened() == cited[1].file
    assert "beside" not in other.page.url


def test_what_reports_differ_on_stands_side_by_side(visit: Callable[..., Tab], reports: tuple[str, Library]) -> None:
    address, library = reports
    tab = visit(address)
    enter(tab, "Compare")
    tab.page.wait_for_selector("#room-comparison .result")
    (differing,) = library.compare().disagreed
    button = tab.page.locator("#room-comparison .choices .beside").first
    button.click()
    assert sorted(marked(tab)) == sorted(quote.text for quote in differing.quotes)
    tab.page.click("#pair [data-close=pair]")
    tab.page.wait_for_selector("#pair", state="hidden")
    assert tab.focused() == button.get_attribute("id")

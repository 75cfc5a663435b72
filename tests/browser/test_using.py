"""The page is used by keyboard, on a phone, with a full library, and after something has failed."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import Answer, AnswerEvent, Library, Settings, TextChunk
from tests.browser.conftest import GRADIOS_OWN, NARROW, WIDE, Tab
from tests.conftest import SEEDS
from tests.serving import serving
from ui.article_list import ArticleListCache

pytestmark = [pytest.mark.browser, *GRADIOS_OWN]
QUESTION = "What did Zelenskyy say about long-range weapons?"


def test_everything_can_be_done_by_keyboard(visit: Callable[..., Tab], seed_page: str, seed_library: Library) -> None:
    tab = visit(seed_page)
    page = tab.page
    tab.page.wait_for_selector(".example")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector("#turn-1:not([aria-busy]) .cite")
    order = [press(tab, "Tab") for _ in range(8)]
    assert [label for label in order if label in {"Ask", "New conversation"}] == ["Ask", "New conversation"]
    for _ in range(60):
        if press(tab, "Shift+Tab").startswith("Citation 2:"):
            break
    cite = tab.focused()
    page.keyboard.press("Enter")
    assert tab.marked() == seed_library.ask(QUESTION).citations[1].quote
    page.wait_for_function("document.activeElement.id === 'cited'")
    page.keyboard.press("Escape")
    assert tab.focused() == cite
    assert cite


def press(tab: Tab, key: str) -> str:
    """Press a key; the name of what then has the focus."""
    tab.page.keyboard.press(key)
    return str(tab.value("(e => e.getAttribute('aria-label') || e.textContent.trim())(document.activeElement)"))


def test_on_a_phone_the_article_covers_the_page_and_goes_away_again(visit: Callable[..., Tab], seed_page: str) -> None:
    tab = visit(seed_page, NARROW)
    page = tab.page
    assert not page.is_visible("#pane")
    page.click("#open-list")
    page.wait_for_selector("#articles .entry", state="visible")
    page.locator("#articles .entry").first.click()
    page.wait_for_selector("#article-text", state="visible")
    page.keyboard.press("Escape")
    page.wait_for_selector("#articles .entry", state="visible")
    assert "entry" in tab.focused("class")
    page.keyboard.press("Escape")
    page.wait_for_selector("#pane", state="hidden")
    tab.ask(QUESTION)
    page.locator("#turn-1 .cite").first.click()
    page.wait_for_selector("#cited", state="visible")
    page.keyboard.press("Escape")
    page.wait_for_selector("#pane", state="hidden")
    assert tab.focused().startswith("c-1-")


@pytest.mark.parametrize("size", [WIDE, NARROW, (320, 640)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_window(
    visit: Callable[..., Tab], seed_page: str, size: tuple[int, int], scheme: str
) -> None:
    tab = visit(seed_page, size, scheme)
    tab.ask("x" * 300)
    tab.ask(QUESTION)
    assert fits(tab)
    tab.page.locator("#turn-2 .cite").first.click()
    tab.page.wait_for_selector("#cited", state="visible")
    assert fits(tab)


def fits(tab: Tab) -> bool:
    script = """() => ['html', '#log', '#article', '#articles', '#composer'].map(s => document.querySelector(s))
        .every(e => e.scrollWidth <= e.clientWidth + 1) && document.documentElement.scrollWidth <= window.innerWidth"""
    return bool(tab.value(script))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(visit: Callable[..., Tab], seed_page: str, scheme: str) -> None:
    tab = visit(seed_page, WIDE, scheme)
    tab.ask("What is the population of Kyiv?")
    tab.ask("What does Zelenskyy want from the allies?")
    tab.page.locator("#turn-2 .cite").first.click()
    tab.page.wait_for_selector("#cited", state="visible")
    poor = tab.value(CONTRAST)
    assert poor == []


CONTRAST = """() => {
  const parse = c => c.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = e => { for (; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] > 0.99) return c; }
    return [255, 255, 255]; };
  const words = [...document.querySelectorAll('#header, #log, #composer, #writer, #pane')]
    .flatMap(e => [...e.querySelectorAll('*')])
    .filter(e => e.getClientRects().length && !e.closest('.sr-only'))
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()));
  return words.map(e => { const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))];
    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.className, e.textContent.slice(0, 30)]; })
    .filter(([ratio]) => ratio < 4.5);
}"""


class Failing(Library):
    """A library that fails as it is told to, and waits while `hold` is set."""

    trouble: Exception | None = None
    hold: threading.Event | None = None

    def stream(self, question: str, **more: Any) -> Iterator[AnswerEvent]:
        if self.trouble:
            raise self.trouble
        if self.hold:
            yield TextChunk("This is how it begins")
            self.hold.wait(60)
        yield from super().stream(question, **more)

    def ask(self, question: str, **more: Any) -> Answer:
        """Example questions do not fail."""
        *_, answer = super().stream(question, **more)
        assert isinstance(answer, Answer)
        return answer


@pytest.fixture
def failing(seeds: Path, settings: Settings) -> Iterator[Failing]:
    with Failing(seeds, settings=settings) as library:
        library.sync()
        yield library


def test_the_box_can_be_used_again_after_a_failure(visit: Callable[..., Tab], failing: Failing) -> None:
    failing.trouble = RuntimeError("a secret")
    with serving(failing) as address:
        tab = visit(address)
        tab.ask("Who is Rutte?")
        assert "Something went wrong" in str(tab.page.text_content("#turn-1 .trouble"))
        assert "secret" not in tab.page.content()
        assert tab.page.input_value("#question textarea") == "Who is Rutte?"
        failing.trouble = None
        tab.page.press("#question textarea", "Enter")
        tab.page.wait_for_selector("#turn-2:not([aria-busy]) .cite")
        tab.ask("y" * 3_000)
        assert "3,000 characters" in str(tab.page.text_content("#turn-3 .trouble"))


def test_text_shows_as_it_comes_and_an_answer_can_be_stopped(visit: Callable[..., Tab], failing: Failing) -> None:
    failing.hold = threading.Event()
    with serving(failing) as address:
        tab = visit(address)
        tab.page.fill("#question textarea", "Who is Rutte?")
        tab.page.press("#question textarea", "Enter")
        tab.page.wait_for_selector("#turn-1 .coming >> text=This is how it begins")
        assert not tab.page.is_enabled("#fresh")
        tab.page.click("#stop")
        tab.page.wait_for_selector("#turn-1 .remark >> text=Stopped before the answer was whole.")
        assert "This is how it begins" not in str(tab.page.text_content("#turn-1")), "no one has checked it"
        tab.page.wait_for_selector("#send", state="visible")
        failing.hold = None
        tab.ask("Who is Rutte?")
        assert tab.page.locator("#turn-2 .cite").count() > 0
        tab.page.click("#fresh")
        tab.page.wait_for_selector("section.exchange", state="detached")


def test_the_folder_is_read_again(visit: Callable[..., Tab], library: Library, seeds: Path) -> None:
    with serving(library) as address:
        tab = visit(address)
        (seeds / "bridge.txt").write_text("The mayor of Springfield opened a bridge on Monday.", encoding="utf-8")
        (seeds / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
        tab.page.click("#again")
        tab.page.wait_for_selector("#report >> text=1 new article.")
        assert "broken.pdf" in str(tab.page.text_content("#report"))
        tab.page.wait_for_selector(".folder >> text=3 articles")
        tab.page.fill("#filter input, #filter textarea", "springfield")
        tab.page.wait_for_selector(".count >> text=1 of 3 articles")
        assert "bridge.txt" in tab.page.locator(".entry").all_text_contents()[0]
        tab.ask("Who opened a bridge?")
        tab.page.locator("#turn-1 .cite").first.click()
        assert "bridge" in tab.marked()


def test_a_full_library_stays_quick(visit: Callable[..., Tab], folder: Path, settings: Settings) -> None:
    body = (SEEDS / "000_29c572bd7d0631de.txt").read_text(encoding="utf-8")
    for number in range(1_000):
        (folder / f"{number:04}.txt").write_text(f"Story number {number}.\n{body[: 600 + number]}", encoding="utf-8")
    shutil.copy(SEEDS / "004_10b93e29ba91228a.txt", folder)
    with Library(folder, settings=settings) as library:
        library.sync()
        with serving(library) as address:
            tab = visit(address)
            size = tab.value("document.getElementById('articles').innerHTML.length")
            assert size < 100_000
            taken = {}
            for name, act, seen in [
                (
                    "search",
                    lambda: tab.page.fill("#filter textarea, #filter input", "0777"),
                    ".count >> text=1 of 1,001",
                ),
                ("open", lambda: tab.page.click("#articles .entry"), "#article article[data-file='0777.txt']"),
                ("ask", lambda: tab.ask(QUESTION), "#turn-1 .cite"),
            ]:
                start = tab.value("performance.now()")
                act()
                tab.page.wait_for_selector(seen)
                taken[name] = tab.value("performance.now()") - start
            assert all(milliseconds < 3_000 for milliseconds in taken.values()), taken


def test_examples_that_come_late_do_not_stand_above_an_answer(
    visit: Callable[..., Tab], seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()

    def late(_: ArticleListCache) -> tuple[str, ...]:
        answered.wait(30)
        return ("What did Rutte say?",)

    monkeypatch.setattr(ArticleListCache, "_chosen", late)
    with Library(seeds, settings=Settings()) as library:
        library.sync()
        with serving(library) as address:
            tab = visit(address)
            tab.page.fill("#question textarea", QUESTION)
            tab.page.keyboard.press("Enter")
            tab.page.wait_for_selector("#turn-1:not([aria-busy]) .cite")
            answered.set()
            tab.page.wait_for_selector(".example", state="attached")
            assert not tab.page.is_visible("#welcome")

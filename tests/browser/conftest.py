"""A real Chromium, a served page, and a tab that notes every request and every error."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from rag import Library, Settings
from tests.conftest import SEEDS, required
from tests.serving import serving

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
GRADIOS_OWN = (
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
)
"""Gradio counts its events with pandas in a way that pandas frowns upon; nothing of ours touches pandas."""
WIDE, NARROW = (1280, 800), (390, 844)
PATIENCE = 20_000
"""Milliseconds that a step in the browser may take."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium; without one the browser tests are skipped, or fail where everything must run."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        required("Chromium, for the browser tests,")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Tab:
    """One tab on the page. `outside` are requests to anywhere else, `errors` what scripts raised or logged."""

    page: Page
    address: str
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self) -> Tab:
        host = urlsplit(self.address).netloc
        self.page.on("request", lambda r: self._note(r.url, host))
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.page.on("console", lambda m: self._say(m.text) if m.type == "error" else None)
        self.page.goto(self.address)
        self.page.wait_for_selector("html[data-ready=yes]")
        self.page.wait_for_selector("#articles .count", state="attached")
        return self

    def _say(self, error: str) -> None:
        if "ERR_CONNECTION_REFUSED" not in error:  # a test's server ends before its tabs, which ask how the folder is
            self.errors.append(error)

    def _note(self, address: str, host: str) -> None:
        if urlsplit(address).scheme not in {"data", "blob"} and urlsplit(address).netloc != host:
            self.outside.append(address)

    def ask(self, question: str) -> None:
        """Type a question, press Enter, wait for the end of the answer."""
        before = self.turns()
        self.page.fill("#question textarea", question)
        self.page.press("#question textarea", "Enter")
        self.page.wait_for_selector(f"#turn-{before + 1}:not([aria-busy])")
        self.page.wait_for_selector("#send", state="visible")

    def turns(self) -> int:
        """How many questions have been asked."""
        return max(
            [0, *(int(e.get_attribute("id").split("-")[1]) for e in self.page.query_selector_all("section.exchange"))]
        )

    def marked(self) -> str:
        """The words marked as cited, once the article that was asked for is there."""
        self.page.wait_for_selector("#cited")
        return "".join(self.page.locator("#article-text mark.cited").evaluate_all("all => all.map(m => m.textContent)"))

    def opened(self) -> str:
        """The file of the article in the pane."""
        return str(self.page.get_attribute("#article article", "data-file"))

    def focused(self, attribute: str = "id") -> str:
        """An attribute of the element that has the focus."""
        return str(self.page.evaluate(f"document.activeElement.getAttribute({attribute!r}) ?? ''"))

    def value(self, script: str) -> Any:
        """What a script returns."""
        return self.page.evaluate(script)


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Tab]]:
    """Opens tabs; afterwards every one of them must have stayed at home and without errors."""
    tabs: list[Tab] = []
    with ExitStack() as stack:

        def open_tab(address: str, size: tuple[int, int] = WIDE, scheme: Any = "light") -> Tab:
            context = chromium.new_context(
                viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce"
            )
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE)
            tabs.append(Tab(context.new_page(), address).open())
            return tabs[-1]

        yield open_tab
    assert [tab.outside for tab in tabs] == [[]] * len(tabs)
    assert [tab.errors for tab in tabs] == [[]] * len(tabs)


@pytest.fixture(scope="session")
def seed_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The two seed articles, indexed, for tests that only read."""
    folder: Path = tmp_path_factory.mktemp("seeds")
    for path in SEEDS.glob("*.txt"):
        shutil.copy(path, folder)
    with Library(folder, settings=Settings()) as library:
        library.sync()
        yield library


@pytest.fixture(scope="session")
def seed_page(seed_library: Library) -> Iterator[str]:
    """Where the page over the two seed articles is."""
    with serving(seed_library) as address:
        yield address

"""Make docs/page.png and docs/summary.png: python -m tools.screenshot. It needs Chromium."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from rag import Library, Settings
from tests.serving import serving

ROOT = Path(__file__).parent.parent
QUESTION = "Which jets did Rutte approve?"


def main() -> None:
    """Ask over the seeds, open the first citation, and take a picture; another of the summary on a telephone."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        seeds = shutil.copytree(ROOT / "seeds", Path(folder, "seeds"), ignore=shutil.ignore_patterns(".*"))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with Library(seeds, settings=Settings()) as library:
            library.sync()
            with serving(library) as address:
                page = browser.new_page(viewport={"width": 1080, "height": 560})
                page.goto(address)
                page.wait_for_selector("html[data-ready=yes]")
                page.fill("#question textarea", QUESTION)
                page.press("#question textarea", "Enter")
                page.wait_for_selector("#turn-1:not([aria-busy])")
                page.click("#turn-1 .cite")
                page.wait_for_selector("mark")
                page.wait_for_timeout(500)
                page.screenshot(path=ROOT / "docs" / "page.png")
                page.close()
                page = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
                page.goto(address)
                page.wait_for_selector("html[data-ready=yes]")
                page.evaluate("document.getElementById('tab-summary-button').click()")
                page.wait_for_selector("#room-summary .result")
                page.wait_for_timeout(500)
                page.screenshot(path=ROOT / "docs" / "summary.png")
                page.close()
        browser.close()


if __name__ == "__main__":
    main()

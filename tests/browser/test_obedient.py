"""Articles that attack and a model that obeys them, in a real browser: the page stays ours, and at home."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag import Library, Settings
from tests.browser.conftest import GRADIOS_OWN, Tab
from tests.model_server import KEY, misbehaving
from tests.security.articles import ARTICLES
from tests.security.obedient import obedient
from tests.serving import serving

pytestmark = [pytest.mark.browser, *GRADIOS_OWN]
NAMES = ("image", "script", "markdown image", "svg", "refresh", "our keys")
OUTSIDE = "http://outside.invalid"
CHOSEN = tuple(a for a in ARTICLES if a.name in NAMES)


@pytest.fixture
def page(folder: Path) -> Iterator[str]:
    """A page over a few of the hostile articles, with a model in league with them."""
    for article in CHOSEN:
        (folder / article.file).write_text(article.written(OUTSIDE), encoding="utf-8")
    with misbehaving() as server:
        server.answer = obedient(OUTSIDE, honest=3)
        settings = Settings(model="m", openai_base_url=server.address, openai_api_key=KEY)
        with Library(folder, settings=settings) as library:
            library.sync()
            library.ask(CHOSEN[0].question)  # the checker reads its word lists once
            with serving(library) as address:
                yield address


def test_the_page_stays_at_home_and_ours(visit: Callable[..., Tab], page: str) -> None:
    tab = visit(page)
    title = tab.page.title()
    for turn, article in enumerate(CHOSEN, 1):
        tab.ask(article.question)
        tab.page.locator(f"#turn-{turn} .answer .cite").first.click()
        assert tab.marked()
        tab.page.click("button[data-close=list]")
    assert tab.page.title() == title
    inside = (
        "#chat .exchange img, #chat .exchange a, #chat .exchange svg, #chat .exchange script, #article img, "
        "#article a:not(.article-acts a[href^='library/original?'])"
    )
    assert tab.page.locator(inside).count() == 0
    assert "Taken" not in tab.page.locator("h1").all_text_contents()

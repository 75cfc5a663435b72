"""Articles that try to take over the page are shown literally, and reach nothing outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag import Library, Settings
from tests.browser.conftest import GRADIOS_OWN, Tab
from tests.serving import serving
from tests.ui.reader import HOSTILE
from ui.html import UNSHOWABLE

pytestmark = [pytest.mark.browser, *GRADIOS_OWN]
SENTENCES = (
    "The mayor of Springfield said <script>document.title='taken'</script> the bridge costs $$\\frac{3}{4}$$ more.",
    'Springfield\'s bridge <img src="http://outside.invalid/a.png" onerror="document.title=\'taken\'"> opened in May.',
    "The bridge in Springfield ![picture](http://outside.invalid/b.png) is **very** [long](javascript:alert(1)).",
    "Engineers in Springfield praised {{constructor.constructor('alert(1)')()}} and ${alert(1)} the bridge.",
    "</p></article></div><svg onload=\"document.title='taken'\"></svg> The bridge of Springfield has `four` | lanes |.",
)
NAME = "<img src=x onerror=alert(1)>.txt"


@pytest.fixture
def hostile(folder: Path, settings: Settings) -> Iterator[Library]:
    (folder / NAME).write_text("\n\n".join(SENTENCES), encoding="utf-8")
    (folder / "more.txt").write_text(
        "\n\n".join(h.replace("\x00", " ") for h in HOSTILE), encoding="utf-8", errors="replace"
    )
    with Library(folder, settings=settings) as library:
        library.sync()
        yield library


def test_hostile_articles_are_shown_literally(visit: Callable[..., Tab], hostile: Library) -> None:
    with serving(hostile) as address:
        tab = visit(address)
        title = tab.page.title()
        assert any(NAME in facts for facts in tab.page.locator(".entry .facts").all_text_contents())
        for article in hostile.articles():
            tab.page.locator(".entry .facts", has_text=article.file).click()
            tab.page.wait_for_function(
                "f => document.querySelector('#article article')?.dataset.file === f", arg=article.file
            )
            tab.page.wait_for_selector("#article-text")
            shown = tab.value("document.getElementById('article-text').textContent")
            assert len(shown) == len(article.text)
            assert [a for a, b in zip(shown, article.text, strict=True) if a != b and a != "\ufffd"] == []
            tab.page.click("button[data-close=list]")
        assert_tame(tab, title)


def test_hostile_sentences_are_quoted_literally(visit: Callable[..., Tab], hostile: Library) -> None:
    with serving(hostile) as address:
        tab = visit(address)
        title = tab.page.title()
        talk = hostile.chat()
        for turn, question in enumerate(
            ["What did the mayor of Springfield say about the bridge?", "Springfield bridge"], 1
        ):
            answer = talk.ask(question)
            tab.ask(question)
            said = tab.page.locator(f"#turn-{turn} .said").all_text_contents()
            shown = [UNSHOWABLE.sub("\ufffd", sentence.text) for sentence in answer.sentences]
            assert [text[: len(s)] for text, s in zip(said, shown, strict=True)] == shown
            tab.page.locator(f"#turn-{turn} details").evaluate_all("all => all.forEach(d => d.open = true)")
            for button in tab.page.locator(f"#turn-{turn} .answer .cite").all():
                button.click()
                assert tab.marked() in {c.quote for c in answer.citations}
        for question in HOSTILE:
            tab.ask(question)
        assert_tame(tab, title)


def assert_tame(tab: Tab, title: str) -> None:
    """Nothing of the page's own has been changed, and no element is there that articles brought along."""
    assert tab.page.title() == title
    strays = "#chat, #pane"
    inside = "script, img, iframe, object, embed, link, svg[onload], [onerror], [onload], [style*=expression], "
    inside += "a[href]:not([download])"
    assert tab.value(
        f"[...document.querySelectorAll('{strays}')].flatMap(e => [...e.querySelectorAll('.html-container')])"
        f".flatMap(e => [...e.querySelectorAll('{inside}')]).length"
    ) == 0  # fmt: skip

"""A model tells truths and lies: each sentence looks like its verdict, and what no one has checked like no answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag import Library, Settings
from tests.browser.conftest import GRADIOS_OWN, NARROW, WIDE, Tab
from tests.browser.test_rooms import enter, run
from tests.browser.test_using import CONTRAST, fits
from tests.model_server import KEY, Act, ModelServer, chunk, misbehaving, says, silent
from tests.serving import serving

pytestmark = [pytest.mark.browser, *GRADIOS_OWN]
QUESTION = "Which jets did Rutte approve?"
TRUE = (
    "As prime minister of the Netherlands, Rutte previously approved the transfer of Dutch F-16 fighter jets to "
    "Ukraine."
)
VISIT = "Rutte repeated NATO’s pledge that Ukraine would one day be a NATO member."
WRONG = "Rutte approved the transfer of Dutch F-35 fighter jets to Ukraine."
LIE = "Rutte was arrested in Kyiv on Thursday for stealing forty tanks."


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with misbehaving() as running:
        yield running


@pytest.fixture
def page(seeds: Path, server: ModelServer) -> Iterator[str]:
    """A page over the seeds whose model, and whose checker, is the server."""
    settings = Settings(model="m", openai_base_url=server.address, openai_api_key=KEY, checker="model")
    with Library(seeds, settings=settings) as library:
        library.sync()
        with serving(library) as address:
            yield address


def begin(tab: Tab, question: str = QUESTION) -> None:
    tab.page.fill("#question textarea", question)
    tab.page.press("#question textarea", "Enter")


def look(tab: Tab, selector: str, what: str) -> str:
    return str(tab.value(f"getComputedStyle(document.querySelector({selector!r})).{what}"))


def test_words_not_checked_look_provisional_and_go_when_the_answer_is_stopped(
    visit: Callable[..., Tab], page: str, server: ModelServer
) -> None:
    server.acts = [Act((chunk(f"{TRUE} "), chunk(LIE), 3600.0))]
    tab = visit(page)
    begin(tab)
    tab.page.wait_for_selector("#turn-1 .said.supported .cite")
    assert LIE in str(tab.page.text_content("#turn-1 .coming"))
    assert "Not checked yet" in str(tab.page.text_content("#turn-1 .waiting"))
    for what in ("color", "fontStyle"):
        assert look(tab, "#turn-1 .coming", what) != look(tab, "#turn-1 .said bdi", what)
    assert tab.value(CONTRAST) == []
    tab.page.wait_for_selector("#turn-1 .waiting >> text=/Waiting for more words … [3-9] s/")
    tab.page.click("#stop")
    tab.page.wait_for_selector("#turn-1 .remark >> text=Unchecked words were taken away.")
    shown = str(tab.page.text_content("#turn-1"))
    assert TRUE in shown
    assert "arrested" not in shown
    assert tab.page.locator(".cursor").count() == 0
    assert server.hung_up.wait(10)


def test_a_reader_sees_that_it_works_before_the_first_word(
    visit: Callable[..., Tab], page: str, server: ModelServer
) -> None:
    server.acts = [silent()]
    tab = visit(page, NARROW)
    begin(tab)
    tab.page.wait_for_selector("#turn-1 >> text=Looking through the articles …")
    tab.page.wait_for_selector("#turn-1 >> text=/Waiting for the first words … [3-9] s/")
    tab.page.click("#stop")
    tab.page.wait_for_selector("#turn-1 >> text=Stopped before the answer was whole.")


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_verdict_has_a_look_of_its_own(
    visit: Callable[..., Tab], page: str, server: ModelServer, size: tuple[int, int], scheme: str
) -> None:
    server.acts = [says(f"{TRUE} {WRONG} {LIE} {VISIT}"), says("1: supported\n2: supported\n3: supported")]
    tab = visit(page, size, scheme)
    tab.ask(QUESTION)
    kinds = ("supported", "partly", "not-found")
    assert tab.page.locator("#turn-1 .said").count() == 4
    colours = {kind: look(tab, f"#turn-1 .{kind} bdi", "color") for kind in kinds}
    assert colours["supported"] == colours["partly"] != colours["not-found"]
    assert [look(tab, f"#turn-1 .{kind}", "borderInlineStartWidth") for kind in kinds] == ["0px", "3px", "3px"]
    assert [look(tab, f"#turn-1 .{kind}", "borderInlineStartStyle") for kind in kinds[1:]] == ["solid", "dashed"]
    assert tab.page.locator("#turn-1 .sign").all_text_contents() == ["!", "✕"]
    assert tab.page.text_content("#turn-1 .partly .fault") == "35"
    for part in (".partly .why", ".not-found .why", ".partly bdi"):
        assert "underline" not in look(tab, f"#turn-1 {part}", "textDecorationLine")
    assert "underline" in look(tab, "#turn-1 .partly .fault", "textDecorationLine")
    assert tab.value(CONTRAST) == []
    assert fits(tab)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_checked_draft_can_be_scanned(visit: Callable[..., Tab], page: str, server: ModelServer, scheme: str) -> None:
    server.acts = [says("1: supported\n2: supported")]
    tab = visit(page, WIDE, scheme)
    enter(tab, "Check")
    tab.page.fill("#draft-draft textarea", f"{VISIT} {WRONG} {LIE}")
    run(tab, "draft")
    assert str(tab.page.text_content("#room-draft .tally")).split() == "✓1 supported !1 partly ✕1 not found".split()
    kinds = ("supported", "partly", "not-found")
    assert len({look(tab, f"#room-draft .judged.{kind} .verdict", "color") for kind in kinds}) == 3
    assert "Nearest in the articles" not in str(tab.page.text_content("#room-draft .judged.supported"))
    nearest = str(tab.page.text_content("#room-draft .judged.partly .evidence"))
    assert nearest.startswith("Nearest in the articles:")
    assert TRUE in nearest
    tab.page.click("#room-draft .judged.partly .cite")
    assert tab.marked() == TRUE
    assert tab.value(CONTRAST.replace("#log", "#room-draft .result")) == []


def test_a_check_that_is_stopped_stops_the_model(visit: Callable[..., Tab], page: str, server: ModelServer) -> None:
    server.acts = [silent()]
    tab = visit(page)
    enter(tab, "Check")
    tab.page.fill("#draft-draft textarea", "Rutte went to Kyiv on Thursday, where he met Zelenskyy.")
    tab.page.click("#room-draft .run")
    while not server.requests:
        tab.page.wait_for_timeout(50)
    assert not server.hung_up.is_set()
    tab.page.click("#room-draft .halt")
    assert server.hung_up.wait(5)
    tab.page.wait_for_selector("#room-draft .run", state="visible")
    assert tab.page.inner_text("#room-draft .outcome") == "Stopped. Nothing of it is kept."

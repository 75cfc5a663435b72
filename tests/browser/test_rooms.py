"""The rooms beside the chat: their forms, their results, citations that open, files that are saved, work that stops."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag import Cancelled, Library, Settings, Summary
from rag.llm.prompts import LAST
from rag.testing import ScriptedModel
from tests.browser.conftest import GRADIOS_OWN, NARROW, WIDE, Tab
from tests.browser.test_using import fits
from tests.serving import serving

pytestmark = [pytest.mark.browser, *GRADIOS_OWN]
DRAFT = "Mark Rutte visited Kyiv on Thursday. He promised 4,000 lorries of butter."


def enter(tab: Tab, room: str) -> None:
    """Choose a room by its tab, or on a narrow page from the menu of those that do not fit."""
    page = tab.page
    if page.get_by_role("tab", name=room, exact=True).count():
        page.get_by_role("tab", name=room, exact=True).click()
    else:
        page.click("#rooms .overflow-menu > button")
        page.locator("#rooms .overflow-dropdown button", has_text=room).click()


def run(tab: Tab, room: str) -> str:
    """Press the room's button, once what it began by itself is there; the words of its result."""
    if room != "draft":
        tab.page.wait_for_selector(f"#room-{room} .result")
        tab.page.eval_on_selector(f"#room-{room} .result", "e => { e.dataset.old = ''; }")
    tab.page.click(f"#room-{room} .run")
    return tab.page.wait_for_selector(f"#room-{room} .result:not([data-old])").inner_text()


def test_a_summary_is_made_opened_and_saved(
    visit: Callable[..., Tab], seed_page: str, seed_library: Library, tmp_path: Path
) -> None:
    tab = visit(seed_page)
    enter(tab, "Summary")
    tab.page.fill("#summary-points textarea, #summary-points input", "3")
    words = run(tab, "summary")
    points = seed_library.summarise(points=3).points
    assert len(points) == 3
    assert all(" ".join(point.text.split())[:60] in words for point in points)
    tab.page.click("#room-summary .cite >> nth=0")
    assert tab.marked() == points[0].quotes[0].text
    for label, ending in (("Markdown", "md"), ("Word", "docx"), ("PDF", "pdf")):
        with tab.page.expect_download() as saved:
            tab.page.click(f"#room-summary .saves button >> text=Save as {label}")
        assert saved.value.suggested_filename == f"summary-of-2-articles-{date.today()}.{ending}"
        saved.value.save_as(tmp_path / f"summary.{ending}")
        assert seed_library.recheck(tmp_path / f"summary.{ending}").holds


def test_a_draft_is_checked_sentence_by_sentence(visit: Callable[..., Tab], seed_page: str) -> None:
    tab = visit(seed_page, NARROW)
    enter(tab, "Check")
    tab.page.fill("#draft-draft textarea", DRAFT)
    words = run(tab, "draft")
    assert re.search(r"visited Kyiv on Thursday\.\s*✓\s*Supported", words, re.DOTALL)
    assert "1 supported" in words
    assert fits(tab)


def test_what_cannot_be_done_is_said(visit: Callable[..., Tab], seed_page: str) -> None:
    tab = visit(seed_page)
    enter(tab, "Summary")
    tab.page.fill("#summary-points textarea, #summary-points input", "many")
    tab.page.click("#room-summary .run")
    assert "from 1 to" in tab.page.wait_for_selector("#room-summary .trouble").inner_text()
    assert tab.page.is_visible("#room-summary .run")
    assert not tab.page.is_visible("#room-summary .saves")


def test_long_work_tells_how_far_it_is_and_can_be_stopped(
    visit: Callable[..., Tab], library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()
    real = library.summarise

    def slow(*given: Any, progress: Any, cancel: Any, **more: Any) -> Summary:
        summary = real(*given, progress=progress, **more)
        while not cancel.cancelled:
            threading.Event().wait(0.01)
        ended.set()
        raise Cancelled(str(summary))

    monkeypatch.setattr(library, "summarise", slow)
    with serving(library) as address:
        tab = visit(address)
        enter(tab, "Summary")
        tab.page.wait_for_selector("#room-summary progress")
        tab.page.click("#room-summary .halt")
        assert ended.wait(20)
        tab.page.wait_for_selector("#room-summary .run", state="visible")
        assert "Stopped" in tab.page.inner_text("#room-summary .outcome")


def test_a_conversation_is_saved(
    visit: Callable[..., Tab], seed_page: str, seed_library: Library, tmp_path: Path
) -> None:
    tab = visit(seed_page)
    assert not tab.page.is_visible("#log .saves")
    tab.ask("What did Rutte say about membership?")
    with tab.page.expect_download() as saved:
        tab.page.click("#log .saves button >> nth=1")
    assert saved.value.suggested_filename == f"what-did-rutte-say-about-membership-{date.today()}.html"
    saved.value.save_as(tmp_path / "conversation.html")
    rechecked = seed_library.recheck(tmp_path / "conversation.html")
    assert rechecked.holds
    assert rechecked.quotes


def test_completing_follow_ups_by_the_model_can_be_switched_off(visit: Callable[..., Tab], seeds: Path) -> None:
    model = ScriptedModel("The articles do not say.")
    with Library(seeds, settings=Settings(), llm=model) as library:
        library.sync()
        with serving(library) as address:
            tab = visit(address)
            tab.ask("What did Rutte say about membership?")
            tab.page.uncheck("#completes input")
            tab.ask("And the jets?")
            tab.page.check("#completes input")
            before = len(model.prompts)
            tab.ask("And the missiles?")
    asked = [any(LAST.partition("{")[0] in message.text for message in prompt) for prompt in model.prompts]
    assert asked.index(True) == before


ROOMS = {"comparison": "Compare", "timeline": "Timeline", "new": "New", "stories": "Stories", "names": "Names"}


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_a_result_whose_citations_open(
    visit: Callable[..., Tab], seed_page: str, seed_library: Library, room: str
) -> None:
    tab = visit(seed_page)
    enter(tab, ROOMS[room])
    run(tab, room)
    cites = tab.page.locator(f"#room-{room} .cite:visible")
    cites.last.click()
    words = tab.marked()
    assert words
    assert words in seed_library.article(tab.opened()).text
    assert fits(tab)


def test_a_story_can_be_chosen(visit: Callable[..., Tab], seed_page: str, seed_library: Library) -> None:
    tab = visit(seed_page)
    enter(tab, "Compare")
    (story,) = seed_library.stories()
    tab.page.click("#comparison-story input")
    tab.page.get_by_role("option", name=story.title).click()
    assert story.title in run(tab, "comparison")


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_a_name_leads_by_keyboard_to_its_articles_and_to_what_is_said_of_it(
    visit: Callable[..., Tab], library: Library, size: tuple[int, int], scheme: str
) -> None:
    with serving(library) as address:
        tab = visit(address, size, scheme)
        page = tab.page
        tab.ask("Who is Rutte?")
        enter(tab, "Names")
        page.wait_for_selector("#room-names h4 >> text=Ukraine", state="visible")
        page.get_by_label("People", exact=True).check()
        page.wait_for_selector("#room-names h4 >> text=Ukraine", state="detached")
        page.wait_for_selector("#room-names h4 >> text=Jens Stoltenberg", state="visible")
        show = page.locator("#room-names [data-named='Jens Stoltenberg']")
        show.filter(has_text="Show 1 article").wait_for()
        show.press("Enter")
        page.wait_for_selector(".count >> text=1 of 2 articles", state="visible")
        (file,) = next(name.files for name in library.names().names if name.name == "Jens Stoltenberg")
        assert page.get_attribute("#articles .entry", "title") == file
        assert page.eval_on_selector("[data-facet=name]", "e => e.selectedOptions[0].text") == "Jens Stoltenberg (1)"
        page.keyboard.press("Escape")
        assert tab.focused("data-named") == "Jens Stoltenberg"
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("#room-summary .result h3 >> text=Jens Stoltenberg")
        assert page.input_value("#summary-focus textarea") == "Jens Stoltenberg"
        (entry,) = library.conversations.list()
        assert {result.kind for result in library.conversations.open(entry.id).results} == {"names", "summary"}
        later = visit(f"{address}#c={entry.id}", size, scheme)
        later.page.wait_for_selector("#turn-1")
        enter(later, "Names")
        later.page.locator("#room-names [data-named='Mark Rutte']").click()
        later.page.wait_for_selector("[data-facet=name] option[selected] >> text=Mark Rutte (2)", state="attached")
        assert fits(later)
        for one in (tab, later):
            one.page.close()


def test_what_is_chosen_last_is_shown_though_the_room_is_still_at_work(
    visit: Callable[..., Tab], library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, ended, listed = threading.Event(), threading.Event(), Library.names

    def names(self: Library, kind: Any = None, **given: Any) -> Any:
        if kind is None:
            waits.wait(20)
        try:
            return listed(self, kind, **given)
        finally:
            if kind is None:
                ended.set()

    monkeypatch.setattr(Library, "names", names)
    with serving(library) as address:
        tab = visit(address)
        enter(tab, "Names")
        tab.page.wait_for_selector("#room-names progress")
        tab.page.get_by_label("Places", exact=True).check()
        tab.page.get_by_label("People", exact=True).check()
        tab.page.wait_for_selector("#room-names h4 >> text=Jens Stoltenberg")
        waits.set()
        assert ended.wait(20)
        enter(tab, "Stories")  # whose events are answered after those of the first run
        tab.page.wait_for_selector("#room-stories .result")
        enter(tab, "Names")
        assert tab.page.locator("#room-names h4 >> text=Ukraine").count() == 0
        assert tab.page.locator("#room-names .run:visible").count() == 1, "nothing is under way any more"
        tab.page.close()


def test_a_room_begins_by_itself_and_keeps_nothing_unasked(visit: Callable[..., Tab], folder: Path) -> None:
    told = "Mayor Jane Porter opened the bridge on 3 October 2024. A storm closed the bridge on 12 November 2024."
    (folder / "bridge.txt").write_text(f"The bridge\n\n{told}\n", "utf-8")
    with Library(folder, settings=Settings()) as library, serving(library) as address:
        library.sync()
        tab = visit(address)
        enter(tab, "Timeline")
        tab.page.wait_for_selector("#room-timeline .timeline circle")
        assert library.conversations.list() == ()
        tab.page.locator("#room-timeline .timeline circle").last.click(force=True)
        tab.page.wait_for_selector("#room-timeline tr.shown")
        enter(tab, "Check")
        enter(tab, "Timeline")
        assert tab.page.is_visible("#room-timeline tr.shown")
        enter(tab, "Ask")
        tab.ask("Who opened the bridge?")


def test_a_summary_that_a_model_would_write_waits_to_be_asked(visit: Callable[..., Tab], seeds: Path) -> None:
    model = ScriptedModel("x")
    with Library(seeds, settings=Settings(), llm=model) as library:
        library.sync()
        with serving(library) as address:
            tab = visit(address)
            enter(tab, "Summary")
            enter(tab, "Stories")
            tab.page.wait_for_selector("#room-stories .result")
            assert model.prompts == []
            enter(tab, "Ask")
            tab.ask("Who is Rutte?")

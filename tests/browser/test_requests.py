"""Requests typed into the chat: the result in the conversation, and the way to its room."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag import Library
from tests.browser.conftest import GRADIOS_OWN, Tab

pytestmark = [pytest.mark.browser, *GRADIOS_OWN]


def test_a_request_shows_its_result_and_the_way_to_its_room(
    visit: Callable[..., Tab], seed_page: str, seed_library: Library
) -> None:
    tab = visit(seed_page)
    tab.ask("Summarise the articles")
    words = tab.page.inner_text("#turn-1 .result")
    points = seed_library.summarise(points=8).points
    assert all(" ".join(point.text.split())[:60] in words for point in points)
    tab.page.click("#turn-1 .cite >> nth=0")
    assert tab.marked() == points[0].quotes[0].text
    tab.page.click("#turn-1 .to-room")
    assert tab.page.is_visible("#room-summary .run")

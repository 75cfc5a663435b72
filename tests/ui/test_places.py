"""Places go to the browser and come back; what makes no sense is dropped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import Citation, Hit
from tests.ui.reader import HOSTILE, read_html
from ui.places import Place, Request, digest, opening, place_of, request

PLACES = st.builds(
    Place, st.integers(0, 10**9 - 1), st.integers(0, 10**9 - 1), st.integers(0, 9_999), st.text().map(digest)
)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn", "Cs"]), min_size=1)


@given(TEXT, PLACES, st.lists(PLACES, max_size=5, unique=True), st.integers(0, 10**9 - 1))
def test_what_a_button_carries_is_what_is_asked_for(file: str, place: Place, others: list[Place], at: int) -> None:
    (button,) = read_html(f"<button{opening(file, place, others, at)}></button>").elements
    sent = {name.removeprefix("data-"): value for name, value in button.facts.items()}
    assert request(sent) == Request(file, place, tuple(p for p in others if p != place), at)


@pytest.mark.parametrize("data", [None, "x", 7, [], {}, {"file": 3}, {"file": None, "place": "0-1-1-00000000"}])
def test_nonsense_opens_nothing(data: object) -> None:
    assert request(data) is None


@pytest.mark.parametrize(
    "word", [*HOSTILE, "-1-2-3-00000000", "1-2", "٣-٤-١-00000000", "1-2-3-0000000g", "1" * 5000, None]
)
def test_senseless_places_are_left_out(word: object) -> None:
    assert request({"file": "a", "place": word, "others": word, "at": word}) in (
        Request("a"),
        Request("a", at=0),
    )


def test_a_place_holds_only_while_its_words_stay() -> None:
    place = place_of(Citation(1, "a.txt", 4, 9, "quick"))
    assert place.holds_in("The quick fox")
    assert not place.holds_in("The slow, fox")
    assert not place.holds_in("The q")
    assert place_of(Hit("a.txt", 4, 9, "quick", 1.0)).holds_in("The quick fox")

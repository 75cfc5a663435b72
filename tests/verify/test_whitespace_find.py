"""Words are found whatever the blanks between them, at the place nearest to where they stood."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from rag.verify.recheck import FoldedText

TEXT = st.text(st.sampled_from("ab .\n\t“"), max_size=40)


@given(text=TEXT, start=st.integers(0, 40), length=st.integers(1, 8), near=st.integers(0, 60))
def test_words_of_a_text_are_found_where_they_stand(text: str, start: int, length: int, near: int) -> None:
    quote = text[start : start + length]
    found = FoldedText("f", text).find(quote, near)
    pattern = r"\s+".join(map(re.escape, quote.split()))
    places = [m.start() for m in re.finditer(f"(?={pattern})", text)] if pattern else []
    if not places:
        assert found is None
        return
    assert text[found.start : found.end] == found.text
    assert found.text.split() == quote.split()
    assert found.start in places


@given(text=TEXT, near=st.integers(0, 60))
def test_other_words_are_not_found(text: str, near: int) -> None:
    assert FoldedText("f", text).find("c", near) is None


def test_the_nearest_of_several_places_is_taken() -> None:
    text = "one two. " * 5
    folded = FoldedText("f", text)
    assert [folded.find("one\ntwo.", at).start for at in (0, 8, 17, 19, 100)] == [0, 9, 18, 18, 36]


def test_repeated_letters_take_no_time_of_their_own() -> None:
    folded = FoldedText("f", "a " * 200_000)
    assert folded.find("a " * 50_000 + "b", 7) is None

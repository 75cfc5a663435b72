"""Index terms: folded and stemmed alike in articles and questions, in several scripts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.terms import fold, terms


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("Membership", "memberships", "en"),
        ("ally’s", "allies", "en"),
        ("Müller", "muller", "en"),
        ("Łódź", "Lodz", "en"),
        ("Straße", "STRASSE", "en"),
        ("Häuser", "Hauses", "de"),
        ("войны", "война", "ru"),
        ("ВОЙНА", "война", "ru"),
    ],
)
def test_forms_of_a_word_meet(one: str, other: str, language: str) -> None:
    assert terms(one, (language,)) == terms(other, (language,))


def test_unspaced_scripts_are_found_by_pairs() -> None:
    assert set(terms("东京", ("ja",))) & set(terms("在东京举行的会议", ("zh",)))


def test_vowel_signs_are_kept_where_they_are_letters() -> None:
    assert fold("की") != fold("का")


@given(st.text(max_size=200))
def test_terms_are_plain_words_and_folding_is_stable(text: str) -> None:
    for term in terms(text):
        assert term
        assert '"' not in term
        assert not any(c.isspace() for c in term)
    for word in text.split():
        assert fold(fold(word)) == fold(word)

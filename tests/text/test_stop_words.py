"""Stop words come from the lists that LlamaIndex ships."""

from __future__ import annotations

import pytest

from rag.text.terms import all_stop_words, fold, stop_words


@pytest.mark.parametrize(("language", "word"), [("german", "und"), ("french", "était"), ("chinese", "为什么")])
def test_a_language_has_its_small_words(language: str, word: str) -> None:
    assert fold(word) in stop_words(language)
    assert stop_words(language) <= all_stop_words()


@pytest.mark.parametrize("language", ["klingon", "", "README", "../stopwords/german/x"])
def test_a_language_without_a_list_has_none(language: str) -> None:
    assert not stop_words(language)

"""Words are compared by what they mean, not by how they are bent."""

from hypothesis import given
from hypothesis import strategies as st

from rag.text.tokens import words_of


def stems(text: str, language: str = "en") -> list[str]:
    return [word.stem for word in words_of(text, language)]


def test_irregular_forms_are_the_word_they_come_from() -> None:
    assert stems("said won went children") == stems("say win go child")


def test_names_and_numbers_are_told_by_their_first_letter() -> None:
    capital = {word.text: word.capital for word in words_of("In 2022 Rutte spoke to NATO officials")}
    assert capital == {
        "In": True, "2022": True, "Rutte": True, "spoke": False, "to": False, "NATO": True, "officials": False,
    }  # fmt: skip


def test_function_words_tell_nothing() -> None:
    assert [w.text for w in words_of("Who was the president of France?") if w.telling] == ["president", "France"]


def test_each_language_has_its_own_stems() -> None:
    assert stems("Häuser", "de") == stems("Haus", "de")
    assert stems("Häuser", "en") != stems("Haus", "en")


@given(st.text())
def test_every_word_has_a_plain_form_and_stands_in_the_text(text: str) -> None:
    position = 0
    for word in words_of(text):
        assert word.plain
        position = text.index(word.text, position) + len(word.text)

"""Example questions come from the articles' own names, and the library answers them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag import Article, Library
from tests.ui.reader import HOSTILE
from ui.examples import candidates, choose

STORY = (
    "The mayor of Springfield, Jane Porter, opened the bridge on Monday. Porter said that the Riverton Bridge would "
    "last a century. “We are proud,” said Porter. Critics in Riverton told reporters that the toll is too high."
)


def test_questions_are_made_of_the_names_in_the_articles() -> None:
    questions = candidates([Article("a.txt", STORY, language="en")])
    assert questions[0] == "What did Jane Porter say about Riverton Bridge?"
    assert "What did Jane Porter say?" in questions
    assert not any("Monday" in question or "Critics" in question for question in questions)


def test_a_language_is_asked_in_itself_or_not_at_all() -> None:
    german = Article("a.txt", "Am Montag sprach Scholz. Scholz sagte, dass Lindner irrt.", language="de")
    assert candidates([german]) == ("Was sagte Scholz über Lindner?", "Was sagte Scholz?")
    assert candidates([Article("a.txt", "Ο Μητσοτάκης είπε ότι η Αθήνα αλλάζει.", language="el")]) == ()


def test_chosen_questions_are_answered_and_differ() -> None:
    questions = ["About Ann?", "About Ann and Bob?", "About Cid?", "About Dan?", "About Eve?"]
    assert choose(questions, lambda q: q != "About Cid?") == ("About Ann?", "About Dan?", "About Eve?")
    assert choose(questions[:2], lambda _: True) == ("About Ann?", "About Ann and Bob?")
    assert choose(["About Rutte?", "About Rute?", "About Kyiv?"], lambda _: True, wanted=2) == (
        "About Rutte?",
        "About Kyiv?",
    )
    assert choose(questions, lambda _: False) == ()


def test_no_more_is_asked_than_needed() -> None:
    asked: list[str] = []
    choose((f"About {i}?" for i in range(1_000)), lambda q: bool(asked.append(q)), tried=5)
    assert len(asked) == 5


def test_the_library_answers_the_examples_of_the_seeds(library: Library) -> None:
    chosen = choose(candidates(library.articles()), lambda q: library.ask(q).found)
    assert len(chosen) == 3
    assert all(library.ask(question).found for question in chosen)
    assert any("Rutte" in question or "Zelensk" in question for question in chosen)


@given(st.lists(st.text(max_size=200) | st.sampled_from(HOSTILE), max_size=5))
def test_any_text_is_borne(texts: list[str]) -> None:
    for question in candidates([Article(f"{i}.txt", text) for i, text in enumerate(texts)]):
        assert question.endswith("?")
        assert "\n" not in question

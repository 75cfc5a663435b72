"""What a question asks for is looked for in the sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.question import Kind, expected_answer, kind_match

QUESTIONS: list[tuple[str, Kind]] = [
    ("When did Russia invade Ukraine?", "when"),
    ("In what year was the bank founded?", "when"),
    ("How many stores will close?", "number"),
    ("What is the population of Kyiv?", "number"),
    ("How old is Rutte?", "number"),
    ("Where was Musk born?", "where"),
    ("Which town did the army leave?", "where"),
    ("Who visited Kyiv?", "who"),
    ("Which company was bought?", "who"),
    ("Why was the man arrested?", "why"),
    ("How did the prisoner escape?", "how"),
    ("What did Rutte say about membership?", "what"),
    ("Was the decision delayed?", "other"),
]
ANSWERS = [
    ("When did Russia invade Ukraine?", "Putin ordered the invasion in February 2022.", "Putin ordered the invasion."),
    ("How old is Felt?", "Felt, 95, died at home.", "Felt died in 2008 at his home."),
    ("How old is Reid?", "The 33-year-old actress was there.", "The actress was there in 2008."),
    ("How many stores will close?", "The firm closes 400 stores.", "The firm earned 400 dollars."),
    ("How much did the bridge cost?", "It cost $40 million.", "It opened in 1990."),
    ("How long did the trial last?", "It took three weeks.", "It took 12 jurors."),
    ("How tall is the tower?", "It stands 300 metres high.", "It was opened 300 days later."),
    ("What is the population of Kyiv?", "About 2.9 million people live there.", "About 200 people fled."),
    ("What percentage of sales is online?", "Online sales make up 18 per cent.", "Online sales rose by 18."),
    ("Who visited Kyiv?", "On Thursday the city received Mark Rutte.", "Kyiv received a visitor."),
    ("Where was Musk born?", "He was born in Pretoria.", "He was born to a model."),
    ("Why was he arrested?", "He was held because he had been drinking.", "He was held on Friday."),
]  # fmt: skip


@pytest.mark.parametrize(("question", "kind"), QUESTIONS)
def test_the_wording_tells_the_kind(question: str, kind: Kind) -> None:
    assert expected_answer(question).kind == kind


@pytest.mark.parametrize(("question", "answer", "other"), ANSWERS)
def test_a_sentence_with_the_kind_of_thing_beats_one_without(question: str, answer: str, other: str) -> None:
    expected = expected_answer(question)
    assert kind_match(expected, answer) > kind_match(expected, other)


def test_what_the_question_names_is_no_answer() -> None:
    assert kind_match(expected_answer("Who met Rutte in Kyiv?"), "In Kyiv there was Rutte.") == 0


@given(st.text(), st.text())
def test_any_text_is_judged_between_0_and_1(question: str, sentence: str) -> None:
    assert 0 <= kind_match(expected_answer(question), sentence) <= 1

"""The reader finds what answers a question in a passage, at exact places, and takes any text."""

from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import Library
from rag.answer.reader import BETWEEN, TOKENS, UNREAD, Reading, load_reader

PASSAGE = [
    "The bridge over the Neder fell on Tuesday morning.",
    "Twelve people died, the mayor of Belto said.",
    "It collapsed because a lorry loaded with gravel had driven onto it.",
    "The bakery opposite opened late that day.",
]


def test_the_weights_are_those_that_the_model_card_describes() -> None:
    digest = sha256((files("rag.answer") / "weights" / "reader.onnx").read_bytes()).hexdigest()
    assert digest in (files("rag.answer") / "weights" / "reader.sha256").read_text("utf-8")


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How many people died?", 1),
        ("When did the bridge fall?", 0),
        ("Why did the bridge collapse?", 2),
        ("Who told how many had died?", 1),
    ],
)
def test_the_sentence_that_answers_scores_highest(question: str, sentence: int) -> None:
    [reading] = load_reader().read(question, [("", PASSAGE)])
    assert int(reading.sentences.argmax()) == sentence


PERSONS = [
    PASSAGE[0],
    "The driver of the lorry, Jan Bakker, was 41 years old.",
    "Mayor Piet Smit, 58, promised a new bridge.",
    PASSAGE[3],
]


@pytest.mark.parametrize(
    ("question", "answer", "sentence"),
    [
        ("Who drove the lorry?", "Jan Bakker drove a lorry loaded with gravel.", 1),
        ("Who promised a new bridge?", "Mayor Piet Smit promised to build another one.", 2),
    ],
)
def test_a_follow_up_is_read_with_the_question_and_the_answer_before(question: str, answer: str, sentence: int) -> None:
    [reading] = load_reader().read(BETWEEN.join(["How old was he?", question, answer]), [("", PERSONS)])
    assert int(reading.sentences.argmax()) == sentence


def test_a_conversation_gives_the_reader_what_was_said_before(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    reader = load_reader()

    class Noting:
        def read(self, question: str, passages: Sequence[tuple[str, Sequence[str]]]) -> list[Reading]:
            asked.append(question)
            return reader.read(question, passages)

    monkeypatch.setattr("rag.answer.answerer.load_reader", Noting)
    talk = library.chat()
    first = talk.ask("Which jets did Rutte approve?")
    assert asked == ["Which jets did Rutte approve?"]
    talk.ask("And when did he visit Kyiv?")
    said = ["And when did he visit Kyiv?", "Which jets did Rutte approve?", first.sentences[0].text]
    assert asked[1:] == [BETWEEN.join(said)]


def test_a_passage_that_answers_scores_above_one_that_does_not() -> None:
    other = ["The harvest was good in Spain.", "Olive oil became cheaper by a tenth."]
    about, off = load_reader().read("How many people died?", [("", PASSAGE), ("", other)])
    assert about.answerable > off.answerable + 2


def test_the_short_answer_is_words_of_one_sentence() -> None:
    [reading] = load_reader().read("How many people died?", [("Bridge", PASSAGE)])
    assert reading.span is not None
    sentence, start, end = reading.span
    assert PASSAGE[sentence][start:end].startswith("Twelve")


def test_what_does_not_fit_is_not_read() -> None:
    long = [f"The {n}th house of the long street was painted in another colour than the one before." for n in range(60)]
    [reading] = load_reader().read("What colour was the 59th house?", [("", long)])
    assert reading.sentences.shape == (60,)
    assert reading.sentences[-1] == UNREAD
    assert reading.sentences[0] > UNREAD
    assert TOKENS < 60 * 16


def test_the_order_and_company_of_passages_change_nothing() -> None:
    reader = load_reader()
    [alone] = reader.read("Who died?", [("", PASSAGE)])
    _, second = reader.read("Who died?", [("", ["Nothing."]), ("", PASSAGE)])
    assert alone.answerable == second.answerable
    assert np.array_equal(alone.sentences, second.sentences)


@settings(max_examples=40)
@given(st.text(max_size=60), st.text(max_size=20), st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_any_text_can_be_read(question: str, title: str, sentences: list[str]) -> None:
    [reading] = load_reader().read(question, [(title, [*sentences, "[CLS] [SEP] [MASK] [unused0]"])])
    assert np.isfinite(reading.answerable)
    assert reading.sentences.shape == (len(sentences) + 1,)
    if reading.span is not None:
        number, start, end = reading.span
        assert 0 <= start <= end <= len([*sentences, "[CLS] [SEP] [MASK] [unused0]"][number])

"""Follow-ups are completed from the conversation; questions that stand alone are left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag import Answer, AnswerSentence, Library
from rag.writing.followup import Turn, stand_alone


def turn(question: str, answer: str = "", asked: str = "") -> Turn:
    return Turn(question, Answer(question, bool(answer), (AnswerSentence(answer, "supported", 1.0),), asked=asked))


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("What did Rutte say about membership?", "And the jets?", "What did Rutte say about the jets?"),
        ("What did Rutte say about membership?", "What about Trump?", "What did Rutte say about Trump?"),
        ("What did Zelenskyy ask the allies for?", "What else did he ask for?", "What else did Zelenskyy ask for?"),
        ("When did Rutte visit Kyiv?", "Why did he go there?", "Why did Rutte go there?"),
        ("Who is Mark Rutte?", "Where was he born?", "Where was Mark Rutte born?"),
        ("Who is Mark Rutte?", "What is his party?", "What is Mark Rutte's party?"),
        ("Who won the election in France?", "And in Germany?", "Who won the election in Germany?"),
        ("When did Russia invade Ukraine?", "And why?", "Why did Russia invade Ukraine?"),
        ("What did Rutte promise?", "And Zelenskyy?", "What did Zelenskyy promise?"),
    ],
)
def test_gaps_are_filled_from_the_turn_before(before: str, question: str, expected: str) -> None:
    assert stand_alone(question, [turn(before)]).question == expected


@pytest.mark.parametrize(
    "question",
    [
        "What did Putin order in February 2022?",
        "Who approved the transfer of Dutch jets?",
        "What happened in Vuhledar?",
        "How many soldiers were saved?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert stand_alone(question, [turn("What did Rutte say about membership?")]).question == question


def test_the_first_question_is_left_alone() -> None:
    assert stand_alone("And the jets?", []).question == "And the jets?"


def test_what_else_is_not_told_again(library: Library) -> None:
    talk = library.chat()
    first = talk.ask("What did Zelenskyy want from the allies?")
    second = talk.ask("What else did he want?")
    assert first.found
    told = {(c.file, c.start) for c in first.citations}
    assert not told & {(c.file, c.start) for c in second.citations}
    assert second.asked == "What else did Zelenskyy want?"


def test_a_conversation_is_taken_up_again_from_its_turns(library: Library) -> None:
    talk = library.chat()
    talk.ask("What did Rutte say about membership?")
    again = library.chat(talk.turns)
    jets = again.ask("And the jets?")
    assert jets.asked == "What about the jets?", "Rutte said nothing about jets, so the subject alone is looked for"
    assert "F-16 fighter jets" in jets.text
    assert len(again.turns) == 2


def test_what_was_not_supported_was_not_told(library: Library) -> None:
    talk = library.chat()
    answer = talk.ask("What did Zelenskyy say about long-range weapons?")
    told = {(c.file, c.start) for c in answer.citations}
    lies = tuple(replace(s, text="Anna Larsson said so.", support="partly") for s in answer.sentences)
    doubted = Turn(answer.question, replace(answer, sentences=lies))
    again = library.chat([doubted]).ask("What else did Zelenskyy say about long-range weapons?")
    assert told & {(c.file, c.start) for c in again.citations}
    assert "Larsson" not in library.chat([replace(doubted, question="Who?")]).ask("What did he say?").asked


def test_a_refused_question_stays_in_the_conversation(library: Library) -> None:
    talk = library.chat()
    assert not talk.ask("What is the population of Kyiv?").found
    assert [t.question for t in talk.turns] == ["What is the population of Kyiv?"]


def test_streamed_text_and_sentences_are_the_answer(library: Library) -> None:
    *events, answer = library.stream("When did Russia invade Ukraine?")
    assert isinstance(answer, Answer)
    assert answer == library.ask("When did Russia invade Ukraine?")
    assert tuple(e for e in events if isinstance(e, AnswerSentence)) == answer.sentences
    assert "".join(e.text for e in events if not isinstance(e, AnswerSentence)).strip() == answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Tell me about the jets",
        "Could you please tell me more about the jets?",
        "What do the articles say about the jets?",
        "What is known about the jets?",
        "What about the jets?",
        "Any news about the jets?",
    ],
)
def test_a_frame_around_a_subject_is_not_looked_for(library: Library, question: str) -> None:
    assert "F-16 fighter jets" in library.ask(question).text


def test_a_quotation_by_him_comes_with_the_sentence_that_names_him(library: Library) -> None:
    answer = library.ask("What do the articles say about long-range weapons?")
    (number,) = [n for n, s in enumerate(answer.sentences) if "Without long-range weapons" in s.text]
    assert "Zelensk" in answer.sentences[number - 1].text

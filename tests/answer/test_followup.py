"""Follow-ups are completed from the conversation; questions that stand alone are left alone."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import Answer, AnswerSentence, Library
from rag.answer.follow_up import Turn, stand_alone


def turn(question: str, answer: str = "", asked: str = "") -> Turn:
    return Turn(question, Answer(question, bool(answer), (AnswerSentence(answer, "supported", 1.0),), asked=asked))


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("What did Rutte say about membership?", "And the jets?", "What did Rutte say about the jets?"),
        ("What did Rutte say about membership?", "What about Trump?", "What did Rutte say about Trump?"),
        ("What did Zelenskyy ask the allies for?", "What else did he ask for?", "What else did Zelenskyy ask for?"),
        ("When did Rutte visit Kyiv?", "Why did he go there?", "Why did Rutte go to Kyiv?"),
        ("Who is Mark Rutte?", "Where was he born?", "Where was Mark Rutte born?"),
        ("Who is Mark Rutte?", "What is his party?", "What is Mark Rutte's party?"),
        ("Who won the election in France?", "And in Germany?", "Who won the election in Germany?"),
        ("When did Russia invade Ukraine?", "And why?", "Why did Russia invade Ukraine?"),
        ("What did Rutte promise?", "And Zelenskyy?", "What did Zelenskyy promise?"),
    ],
)
def test_gaps_are_filled_from_the_turn_before(before: str, question: str, expected: str) -> None:
    assert stand_alone(question, [turn(before)]).question == expected


VISIT = (
    "NATO chief Mark Rutte told Ukraine’s President Volodymyr Zelenskyy “your security matters for ours” on Thursday "
    "during his first visit to Kyiv."
)


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("Which jets did Rutte approve?", "And when?", "When did Rutte approve the jets?"),
        ("Which jets did Rutte approve?", "For whom?", "For whom did Rutte approve the jets?"),
        ("Which jets did Rutte approve?", "How many?", "How many jets did Rutte approve?"),
        ("How many jets did Rutte approve?", "Which ones?", "Which jets did Rutte approve?"),
        ("What did Rutte say about membership?", "When?", "When did Rutte say that about membership?"),
        ("How many soldiers were saved in Vuhledar?", "Why?", "Why were the soldiers saved in Vuhledar?"),
        ("How much did AMD pay for SeaMicro?", "When?", "When did AMD pay for SeaMicro?"),
        ("How many workers died?", "Where?", "Where was it that the workers died?"),
        ("When did Rutte visit Kyiv?", "With whom?", "With whom did Rutte visit Kyiv?"),
        ("When did Rutte visit Kyiv?", "For how long?", "For how long did Rutte visit Kyiv?"),
        ("When was the bridge sold?", "For how much?", "For how much was the bridge sold?"),
        ("When will Klitschko fight again?", "Against whom?", "Against whom will Klitschko fight again?"),
        ("Did Rutte visit Kyiv?", "When exactly?", "When exactly did Rutte visit Kyiv?"),
        ("Who visited Kyiv?", "Who else?", "Who else visited Kyiv?"),
        ("What did Rutte promise?", "What else?", "What else did Rutte promise?"),
        ("Which jets did Rutte approve?", "What else?", "Which other jets did Rutte approve?"),
        ("What was stolen in Paris?", "How much?", "How much was stolen in Paris?"),
        ("Tell me about the jets", "When?", "Tell me about the jets? When?"),
        ("What happened when Rutte was in Kyiv?", "Why?", "Why was it that this happened when Rutte was in Kyiv?"),
    ],
)
def test_a_question_word_alone_asks_the_question_before_again(before: str, question: str, expected: str) -> None:
    assert stand_alone(question, [turn(before)]).question == expected


@pytest.mark.parametrize("question", ["Who was convicted of killing Kay Flynn?", "Who shot Kay Flynn?"])
def test_he_is_who_the_answer_gives_not_the_victim_nor_the_one_who_says_so(question: str) -> None:
    told = "Constable Tim Fanning said Eric Kirkpatrick is accused of shooting Kay Flynn."
    sentence = AnswerSentence(told, "supported", 1.0, short="Eric Kirkpatrick")
    before = Turn(question, Answer(question, True, (sentence,)))
    assert stand_alone("Where does he live?", [before]).question == "Where does Eric Kirkpatrick live?"


def test_he_in_the_second_part_of_a_question_is_whom_its_first_part_asks_for() -> None:
    question = "Who is accused of the fire, and how old is he now?"
    turns = [turn("Who is Mark Rutte?", "Mark Rutte leads NATO.")]
    assert stand_alone(question, turns).question == question
    another = "When did the summit begin, and what did he say about membership?"
    told = "When did the summit begin, and what did Mark Rutte say about membership?"
    assert stand_alone(another, turns).question == told


def test_who_did_it_is_not_guessed_where_the_answer_begins_with_another() -> None:
    before = turn("Who confirmed Zelenskyy's visit?", "Zelenskyy met Jens Stoltenberg before Mark Rutte confirmed it.")
    assert stand_alone("When?", [before]).question == "Who confirmed Zelenskyy's visit? When?"


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("Who visited Kyiv?", "What did he say there?", "What did Mark Rutte say in Kyiv?"),
        ("Who visited Kyiv?", "When?", "When was it that Mark Rutte visited Kyiv?"),
        ("What did NATO promise?", "When did he say so?", "When did Mark Rutte say so?"),
        ("What did Rutte say about membership?", "What did he say about Trump?", "What did Rutte say about Trump?"),
        ("what did rutte say", "Where was he born?", "Where was Mark Rutte born?"),
        ("Who met Zelenskyy?", "What did she say?", "What did Mark Rutte say?"),
        ("What did Rutte promise?", "And him?", "What did Volodymyr Zelenskyy promise?"),
        ("What did the Angels offer Mark Teixeira?", "Who is his agent?", "Who is Mark Teixeira's agent?"),
    ],
)
def test_he_and_she_are_persons_of_the_question_or_its_answer(before: str, question: str, expected: str) -> None:
    assert stand_alone(question, [turn(before, VISIT)]).question == expected


@pytest.mark.parametrize(
    "before", ["Who visited Kyiv?", "What did NATO decide in Vuhledar?", "Who bought London Bridge?"]
)
@pytest.mark.parametrize("question", ["What did he say?", "And him?", "Who saw her?"])
def test_he_and_she_are_no_place_organisation_or_thing(before: str, question: str) -> None:
    assert stand_alone(question, [turn(before, "It was in Kyiv, near the old London Bridge.")]).question == question


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("When did Rutte visit Kyiv?", "And Moscow?", "When did Rutte visit Moscow?"),
        ("When did Russia invade Ukraine?", "And Georgia?", "When did Russia invade Georgia?"),
        ("What did Rutte say about membership?", "And Zelenskyy?", "What did Zelenskyy say about membership?"),
        ("Who visited Kyiv?", "And Trump?", "Who visited Kyiv? What about Trump?"),
        ("What do the articles say about Rutte?", "And about Zelenskyy?", "What do the articles say about Zelenskyy?"),
        ("Which patch did Microsoft issue?", "And Apple?", "Which patch did Apple issue?"),
    ],
)
def test_a_name_takes_the_place_of_one_of_its_kind(before: str, question: str, expected: str) -> None:
    assert stand_alone(question, [turn(before, VISIT)]).question == expected


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("What did Zelenskyy ask the allies for?", "Did they agree?"),
        ("Who bought the bridge?", "Where is it now?"),
        ("Which jets did Rutte approve?", "Who asked for them?"),
        ("What did Rutte promise?", "How many times?"),
    ],
)
def test_what_points_to_a_thing_follows_the_question_before(before: str, question: str) -> None:
    assert stand_alone(question, [turn(before)]).question == f"{before} {question}"


def test_tell_me_more_asks_the_same_for_what_was_not_told() -> None:
    alone = stand_alone("Anything else?", [turn("What did Rutte promise?")])
    assert alone.fresh
    assert alone.question == "What did Rutte promise?"


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("吕特批准了哪些战机？", "为什么？"),
        ("吕特批准了哪些战机？", "那泽连斯基呢？"),
        ("ルッテはどの戦闘機を承認しましたか？", "なぜですか？"),
        ("Wer besuchte Kiew?", "Und wann?"),
        ("Wer besuchte Kiew?", "Warum?"),
        ("Wann besuchte Rutte Kiew?", "Und Selenskyj?"),
        ("Quels avions Rutte a-t-il approuvés ?", "Et pourquoi ?"),
        ("¿Quién visitó Kiev?", "¿Y por qué?"),
        ("Кто посетил Киев?", "А когда?"),
        ("من زار كييف؟", "ولماذا؟"),
        ("Which jets did Rutte approve?", "Und wann?"),
        ("Which jets did Rutte approve?", "为什么？"),
    ],
)
def test_a_fragment_in_another_language_follows_the_question_before(before: str, question: str) -> None:
    alone = stand_alone(question, [turn(before)]).question
    assert alone == f"{before} {question}"
    assert stand_alone(question, [turn(before), turn(question, asked=alone)]).question == alone, "it does not grow"


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("吕特批准了哪些战机？", "泽连斯基说了什么？"),
        ("Was sagte Rutte?", "Was sagte Trump über Waffen?"),
        ("¿Quién visitó Kiev?", "¿Cuántos soldados murieron en Vuhledar?"),
        ("Кто посетил Киев?", "Что сказал Зеленский о членстве?"),
    ],
)
def test_a_whole_question_in_another_language_is_left_alone(before: str, question: str) -> None:
    assert stand_alone(question, [turn(before)]).question == question


def test_a_name_that_found_nothing_still_asks_the_question_before() -> None:
    first = turn("Which patch did Microsoft issue?")
    second = turn("And Apple?", asked="What about Apple?")
    assert stand_alone("Why?", [first, second]).question == "Why did Apple issue the patch?"


def test_a_name_in_another_language_that_found_nothing_still_asks_the_question_before() -> None:
    turns = [turn("Was versprach Rutte?"), turn("Und Selenskyj?", asked="Und Selenskyj?")]
    assert stand_alone("Wann?", turns).question == "Was versprach Rutte? Und Selenskyj? Wann?"


def test_a_long_talk_stays_quick_and_short() -> None:
    turns = [turn("What was decided in Vuhledar?")]
    for question in ["And him?", "When?", "What did he say?", "Why?", "And Trump?", "Did they agree?"] * 50:
        turns.append(turn(question, asked=stand_alone(question, turns).question))
    assert max(len(t.answer.asked) for t in turns) < 200


@given(st.lists(st.text(max_size=40), max_size=3), st.text(max_size=40))
def test_any_question_stands_alone_somehow(before: list[str], question: str) -> None:
    alone = stand_alone(question, [turn(q, VISIT) for q in before])
    assert alone.question or not re.search(r"\w", question)


@pytest.mark.parametrize(
    "question",
    [
        "What did Putin order in February 2022?",
        "Who approved the transfer of Dutch jets?",
        "What happened in Vuhledar?",
        "How many soldiers were saved?",
        "Is it true that Putin ordered the invasion?",
        "Why did the allies delay their decision?",
        "Did Rutte say that Ukraine will join NATO?",
        "Is there any news about jets?",
        "What did Trump say when he visited Kyiv?",
        "Who resigned?",
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
    cited = {(c.file, c.start) for c in first.citations}
    assert not cited & {(c.file, c.start) for c in second.citations}
    assert second.asked == "What else did Zelenskyy want?"


def test_a_conversation_is_taken_up_again_from_its_turns(library: Library) -> None:
    talk = library.chat()
    talk.ask("What did Rutte say about membership?")
    again = library.chat(talk.turns)
    jets = again.ask("And the jets?")
    assert "F-16 fighter jets" in jets.text
    assert len(again.turns) == 2


def test_what_was_not_supported_was_not_told(library: Library) -> None:
    talk = library.chat()
    answer = talk.ask("What did Zelenskyy say about long-range weapons?")
    cited = {(c.file, c.start) for c in answer.citations}
    lies = tuple(replace(s, text="Anna Larsson said so.", support="partly") for s in answer.sentences)
    doubted = Turn(answer.question, replace(answer, sentences=lies))
    again = library.chat([doubted]).ask("What else did Zelenskyy say about long-range weapons?")
    assert cited & {(c.file, c.start) for c in again.citations}
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

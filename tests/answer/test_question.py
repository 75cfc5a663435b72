"""A question is read for its telling words, in any language of the library."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.question import asks_across, asks_for_list, last_of, parts_of, read_question, subject


def one(_: str) -> float:
    return 1.0


def test_only_telling_words_count_and_each_once() -> None:
    question = read_question("What did the bank say about the banks?", one)
    assert [w.word.text for w in question.words] == ["bank", "say"]


def test_names_are_known_by_their_capitals_inside_the_question() -> None:
    names = {w.word.text: w.name for w in read_question("Which jets did Rutte approve in 2014?", one).words}
    assert names == {"jets": False, "Rutte": True, "approve": False, "2014": True}


def test_the_order_of_languages_does_not_matter() -> None:
    there, back = (read_question("Who owns the Häuser?", one, langs) for langs in (("de", "en"), ("en", "de")))
    assert there == back
    assert {"haus", "hauser"} <= {stem for w in there.words for stem in w.stems}


@given(st.text(), st.sampled_from([(), ("en",), ("de", "en"), ("xx",)]))
def test_any_text_can_be_read(text: str, languages: tuple[str, ...]) -> None:
    question = read_question(text, one, languages)
    assert all(w.weight > 0 and w.stems for w in question.words)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("When did it begin, and who stopped it at last?", ["When did it begin?", "who stopped it at last?"]),
        ("Who died in the fire? How many were hurt?", ["Who died in the fire?", "How many were hurt?"]),
        ("When and where did it happen?", ["When and where did it happen?"]),
        ("What did Rutte and Zelenskyy say?", ["What did Rutte and Zelenskyy say?"]),
        ("What happened and why?", ["What happened and why?"]),
    ],
)
def test_a_question_in_two_parts_is_two_questions(question: str, parts: list[str]) -> None:
    assert parts_of(question) == parts


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Do the reports agree on how deep the quake was?", "how deep the quake was?"),
        ("Does the press say the same?", "Does the press say the same?"),
        ("do all articles count the same number of robbers", "number of robbers"),
        ("Which newspaper blames the pilot?", "blames the pilot?"),
        ("Which newspaper did he buy?", "Which newspaper did he buy?"),
        ("How many died, according to the different reports?", "How many died?"),
        ("Is the distance the same in all papers?", "Is the distance?"),
        ("What stood in the report?", "What stood in the report?"),
    ],
)
def test_a_question_about_the_sources_searches_for_what_they_tell(question: str, asked: str) -> None:
    assert subject(question) == asked
    assert asks_across(question) == (question != asked)


def test_of_a_follow_up_put_after_its_question_the_follow_up_alone_asks() -> None:
    joined = read_question("How many robbers were there? What did they set on fire?", one)
    last = last_of(joined)
    assert last.text == "What did they set on fire?"
    assert last.words == joined.words


@pytest.mark.parametrize("question", ["List the towns that were hit", "Which towns were hit?", "Who were the dead?"])
def test_a_question_for_several_things_is_known(question: str) -> None:
    assert asks_for_list(question)


@pytest.mark.parametrize("question", ["Who won?", "When did Rutte visit Kyiv?", "How many people died?"])
def test_other_questions_want_one_thing(question: str) -> None:
    assert not asks_for_list(question)

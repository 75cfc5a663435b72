"""The list of conversations and what is done with turns: from data, escaped, and with a way back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag import ConversationEntry, Library
from tests.ui.reader import HOSTILE, only_ours
from ui.chat import Talk, reply
from ui.conversation_list import MOST, KeptTalks, answer_text, conversation_list, deleted_notice
from ui.html import UNSHOWABLE
from ui.rooms import file_name


def entry(title: str, number: int = 1) -> ConversationEntry:
    when = "2026-11-27T10:00:00+00:00"
    return ConversationEntry(f"{number:012}", title, when, when, number)


def ask(library: Library, *questions: str) -> Talk:
    talk = Talk()
    for question in questions:
        *_, step = reply(library, talk, question)
        talk = step.talk
    return talk


@pytest.mark.parametrize("title", HOSTILE)
def test_titles_are_shown_literally(title: str) -> None:
    page = only_ours(conversation_list([entry(title)], "lib", notice=deleted_notice(title, "a" * 12, reopen=True)))
    assert page.all("span", "talk-title")[0].text == UNSHOWABLE.sub("\ufffd", title)
    assert len(page.all("button")) == 4


def test_the_list_tells_how_much_and_when_and_counts_what_it_does_not_show() -> None:
    assert "1 question · 27 Nov 2026" in only_ours(conversation_list([entry("Who?")], "lib")).elements[0].text
    many = only_ours(conversation_list([entry("Who?", n) for n in range(MOST + 7)], "lib"))
    assert len(many.all("li")) == MOST
    assert "7 older ones" in many.elements[0].text
    assert "No conversation has these words" in only_ours(conversation_list([], "lib", "x")).elements[0].text


def test_a_hostile_conversation_is_rendered_anew_from_its_data(library: Library) -> None:
    talk = ask(library, *HOSTILE[:4])
    again = KeptTalks(library).taken_up(talk.conversation)
    assert again.shown == talk.shown
    only_ours(again.earlier)


def test_a_turn_is_taken_away_and_comes_back_to_its_place(library: Library) -> None:
    talk = ask(library, "Who is Rutte?", "What is the population of Kyiv?", "Who is Zelenskyy?")
    kept = KeptTalks(library)
    ids = [turn.id for turn in library.conversations.open(talk.conversation).turns]
    taken = kept.without(talk.conversation, ids[1])
    assert [e.text for e in only_ours(taken.shown).all("h2")] == ["Who is Rutte?", "Who is Zelenskyy?"]
    assert [e.facts["id"] for e in only_ours(taken.shown).all("section")] == ["turn-1", "turn-2"]
    assert len(taken.talk.turns) == 2
    back = kept.bring_back(talk.conversation, [ids[1]], asked_anew=False)
    assert back == talk


def test_asking_anew_from_a_turn_takes_the_later_ones_away_until_they_are_wanted_back(library: Library) -> None:
    talk = ask(library, "Who is Rutte?", "And Zelenskyy?", "What is the population of Kyiv?")
    kept = KeptTalks(library)
    ids = [turn.id for turn in library.conversations.open(talk.conversation).turns]
    taken = kept.before(talk.conversation, ids[1])
    assert "2 questions from here on were replaced." in taken.shown
    *_, step = reply(library, taken.talk, "What did Rutte say about the jets?")
    assert len(step.talk.shown) == 2
    assert kept.bring_back(talk.conversation, ids[1:], asked_anew=True) == talk


def test_an_answer_is_copied_with_its_marks_and_its_sources(library: Library) -> None:
    answer = library.ask("What did Rutte say about membership?")
    named = replace(
        answer,
        sources=tuple(replace(s, title="A title", publisher="P", published="2024-10-03") for s in answer.sources),
    )
    copied = answer_text(named)
    assert copied.splitlines()[0] == answer.question
    assert f"{answer.sentences[0].text} {answer.sentences[0].marks}" in copied
    assert f"[1] A title, P, 3 Oct 2024: “{answer.citations[0].quote}”" in copied
    assert "Found nothing" in answer_text(library.ask("What is the population of Kyiv?"))
    summary = answer_text(library.ask("Summarise the articles"))
    assert "Sources:" in summary


def test_saved_files_are_named_by_question_and_day(library: Library) -> None:
    talk = library.chat()
    talk.ask("What did Rutte say about “membership”?")
    assert file_name(talk, "conversation").startswith("what-did-rutte-say-about-membership-20")
    assert file_name(library.summarise("Žižek / ../x"), "summary").startswith("summary-žižek-x-20")
    assert file_name(library.timeline(), "timeline").startswith("timeline-20")
    talk = library.chat()
    talk.ask("w" * 300)
    assert file_name(talk, "conversation").startswith("conversation-20")


@pytest.mark.parametrize("identity", ["", "../../etc", "<b>", "a" * 12])
def test_an_unknown_conversation_is_an_empty_one(library: Library, identity: str) -> None:
    assert KeptTalks(library).taken_up(identity).shown == ()

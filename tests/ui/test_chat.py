"""A conversation on the page: steps of an answer, follow-ups, failures that are told, answers that are stopped."""

from __future__ import annotations

import copy
import logging
import pickle
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import (
    Answer,
    AnswerEvent,
    AnswerSentence,
    Conversations,
    Library,
    LibraryError,
    ModelUnavailable,
    TextChunk,
    Usage,
)
from tests.ui.reader import only_ours
from ui import chat as coming_module
from ui import chat as talk_module
from ui.answer_html import ACTS
from ui.chat import KEPT, Step, Talk, reply, stopped, taken_up
from ui.under_way import UNDER_WAY


class Scripted:
    """A library whose answers come as they are told to; it provokes what the quoting writer never does."""

    def __init__(self, *events: AnswerEvent | Exception | threading.Event) -> None:
        self.events = events
        self.conversations = Conversations(Path("no such folder"), repair=False)
        self.closed = False
        self.current_usage: Usage | None = None

    def chat(self, turns: Any, *, rewrite_follow_ups: bool, files: Any = ()) -> Any:
        self.rewrites = rewrite_follow_ups
        self.turns = turns
        return self

    def stream(self, question: str) -> Iterator[AnswerEvent]:
        try:
            for event in self.events:
                if isinstance(event, Exception):
                    raise event
                if isinstance(event, threading.Event):
                    event.wait(20)
                    continue
                yield event
        finally:
            self.closed = True


@pytest.fixture(autouse=True)
def _every_event_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk_module, "PACE", 0.0)


def steps(library: Any, question: str, talk: Talk | None = None) -> list[Step]:
    return list(reply(library, talk or Talk(), question))


def text_of(step: Step) -> str:
    """The words of the exchange, without the buttons below it."""
    return only_ours(step.current).all("section")[0].text.removesuffix("".join(ACTS.values()))


def test_the_first_step_comes_before_any_answer(library: Library) -> None:
    first, *_, last = steps(library, "What did Zelenskyy say about long-range weapons?")
    assert not first.done
    assert 'aria-busy="true"' in first.current or "aria-busy=true" in first.current
    assert last.done
    assert "aria-busy" not in last.current
    assert last.talk.turns[0].answer.found
    assert last.talk.shown == (last.current,)


def test_follow_ups_know_the_turns_before(library: Library) -> None:
    last = steps(library, "What did Rutte say about the jets?")[-1]
    last = steps(library, "What else did he say?", last.talk)[-1]
    assert "Understood as:" in text_of(last)
    assert "Rutte" in last.talk.turns[1].answer.asked
    assert only_ours(last.talk.earlier).all("section")[1].facts["id"] == "turn-2"


def test_text_appears_as_it_comes_and_the_checked_sentence_replaces_it() -> None:
    sentence = AnswerSentence("All is well.", "partly", 0.5)
    library = Scripted(
        TextChunk("All is "), TextChunk("well. And"), sentence, TextChunk(" more"), Answer("?", True, (sentence,))
    )
    shown = [text_of(step) for step in steps(library, "?")]
    checked, unchecked = "?All is well. !Only partly supported ", "Not checked yet"
    assert shown == [
        "?Looking through the articles …",
        f"?All is {unchecked}",
        f"?All is well. And{unchecked}",
        f"{checked}And{unchecked}",
        f"{checked}And more{unchecked}",
        f"{checked}Left out when you save: 1 only partly supported, of 1 sentence.",
    ]


@pytest.mark.parametrize(
    "said", ["[All is well](http://outside.invalid/a).", "1. All\n is  well.", "![All](b.png) is well."]
)
def test_what_follows_a_sentence_stays_whatever_marks_it_came_with(said: str) -> None:
    sentence = AnswerSentence("All is well.", "supported", 1.0)
    library = Scripted(TextChunk(f"{said} Rutte"), TextChunk(" told"), sentence, TextChunk(" more"), Answer("?", False))
    (coming,) = [text for text in map(text_of, steps(library, "?")) if text.endswith("more" + "Not checked yet")]
    assert coming == "?All is well. Rutte told moreNot checked yet"


def test_waiting_is_told_and_for_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coming_module, "PATIENCE", 0.0)
    sentence = AnswerSentence("Well.", "supported", 1.0)
    waiting = [text_of(step) for step in steps(Scripted(TextChunk("Well."), sentence, Answer("?", False)), "?")]
    assert waiting[:3] == [
        "?Waiting for the first words … 0 s",
        "?Well.Not checked yet · Waiting for more words … 0 s",
        "?Well. Waiting for more words … 0 s",
    ]


def test_a_question_that_cannot_be_asked_is_told_and_given_back(library: Library) -> None:
    last = steps(library, "x" * 100_000)[-1]
    assert last.done
    assert "100,000 characters" in text_of(last)
    assert last.returned == "x" * 100_000
    assert last.talk.turns == ()
    assert steps(library, "Who is Rutte?", last.talk)[-1].talk.turns[0].answer.found


def test_a_failing_model_is_told_after_what_had_come() -> None:
    last = steps(Scripted(TextChunk("All "), ModelUnavailable("The model does not answer: start it.")), "?")[-1]
    assert "The model does not answer: start it." in text_of(last)
    assert last.returned == "?"


def test_an_unforeseen_failure_is_logged_but_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        last = steps(Scripted(RuntimeError("secret path /home/someone")), "?")[-1]
    assert "Something went wrong" in text_of(last)
    assert "secret" not in last.current
    assert "secret" in caplog.text


def test_a_stream_that_just_ends_is_told() -> None:
    assert "cut short" in text_of(steps(Scripted(TextChunk("All ")), "?")[-1])


def test_a_stopped_answer_keeps_what_was_checked_and_lets_go_of_its_stream() -> None:
    sentence = AnswerSentence("All is well.", "supported", 1.0)
    library = Scripted(TextChunk("All is well. He stole"), sentence, TextChunk(" tanks."), Answer("?", False))
    running = reply(library, Talk(), "Is it?")
    library.current_usage = Usage(120, 8, False, 0.5, 2.0)
    first, _, _, step = (next(running) for _ in range(4))
    assert "He stole tanks." in text_of(step)
    UNDER_WAY.stop(step.talk.answer)
    running.close()
    last = stopped(step.talk)
    assert library.closed
    assert "All is well. Stopped before the answer was whole. Unchecked words were taken away." in text_of(last)
    assert "tanks" not in last.current
    assert "cursor" not in last.current
    assert text_of(stopped(first.talk)) == "Is it?Stopped before the answer was whole."
    assert last.returned == "Is it?"
    assert last.talk.running == ""
    assert last.talk.used is not None
    assert (last.talk.used.tokens_in, last.talk.used.tokens_out) == (120, 8)
    assert stopped(last.talk).talk == last.talk


def test_a_step_that_no_page_gets_any_more_takes_nothing_from_a_stopped_answer() -> None:
    running = reply(Scripted(TextChunk("All "), Answer("?", False)), Talk(), "Is it?")
    step = next(running)
    UNDER_WAY.stop(step.talk.answer)
    *_, last = (step, *running)
    assert "Stopped before the answer was whole." in text_of(stopped(last.talk))
    assert stopped(last.talk).returned == "Is it?"


def test_a_talk_is_plain_data(library: Library) -> None:
    talk = steps(library, "What did Zelenskyy say about long-range weapons?")[-1].talk
    assert copy.deepcopy(talk) == talk
    assert pickle.loads(pickle.dumps(talk)) == talk


def test_a_long_talk_does_not_grow_without_end() -> None:
    talk = Talk()
    for number in range(KEPT + 5):
        talk = steps(Scripted(Answer(f"{number}", False)), f"{number}", talk)[-1].talk
    assert len(talk.shown) == KEPT
    assert talk.number == KEPT + 5


def kept(library: Any) -> Any:
    (entry,) = library.conversations.list()
    return library.conversations.open(entry.id)


def test_what_was_asked_is_kept_and_taken_up_as_it_was_shown(library: Library) -> None:
    last = steps(library, "What did Rutte say about the jets?")[-1]
    last = steps(library, "x" * 100_000, last.talk)[-1]
    last = steps(library, "Summarise the articles", last.talk)[-1]
    conversation = kept(library)
    assert [turn.outcome for turn in conversation.turns] == ["answered", "failed", "answered"]
    assert taken_up(conversation) == last.talk


def test_a_question_is_kept_before_it_is_answered() -> None:
    library = Scripted(TextChunk("All "), Answer("?", False))
    running = reply(library, Talk(), "Is it?")
    next(running)
    (turn,) = kept(library).turns
    assert (turn.question, turn.outcome) == ("Is it?", "unfinished")
    assert "still being made" in taken_up(kept(library)).earlier
    UNDER_WAY.end(turn.id)
    assert "The program ended before this was answered" in taken_up(kept(library)).earlier


def test_of_an_answer_that_is_stopped_what_was_checked_is_kept() -> None:
    sentence = AnswerSentence("All is well.", "supported", 1.0)
    library = Scripted(TextChunk("All is well. He stole"), sentence, TextChunk(" tanks."), Answer("?", False))
    running = reply(library, Talk(), "Is it?")
    *_, step = (next(running) for _ in range(4))
    UNDER_WAY.stop(step.talk.answer)
    running.close()
    (turn,) = kept(library).turns
    assert (turn.outcome, turn.sentences, turn.cut) == ("stopped", (sentence,), True)
    assert taken_up(kept(library)).shown == stopped(step.talk).talk.shown


def test_an_answer_whose_tab_has_gone_goes_on_and_is_kept() -> None:
    hold = threading.Event()
    library = Scripted(TextChunk("All "), hold, Answer("?", False))
    running = reply(library, Talk(), "Is it?")
    answer = [next(running), next(running)][-1].talk.answer
    running.close()
    assert "still being made" in taken_up(kept(library)).earlier
    hold.set()
    until_over(answer)
    assert kept(library).turns[0].outcome == "answered"


def test_an_answer_whose_tab_has_gone_can_be_stopped_or_fail() -> None:
    for event, outcome in [
        (AnswerSentence("Well.", "supported", 1.0), "stopped"),
        (RuntimeError("a secret"), "failed"),
    ]:
        hold = threading.Event()
        library = Scripted(TextChunk("All "), hold, event, Answer("?", False))
        running = reply(library, Talk(), "Is it?")
        answer = [next(running), next(running)][-1].talk.answer
        running.close()
        if outcome == "stopped":
            UNDER_WAY.stop(answer)
        hold.set()
        until_over(answer)
        (turn,) = kept(library).turns
        assert turn.outcome == outcome
        assert "secret" not in turn.message


def until_over(answer: str) -> None:
    while answer in UNDER_WAY:
        threading.Event().wait(0.01)


def test_what_cannot_be_kept_is_answered_all_the_same(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise LibraryError("The disk is full.")

    monkeypatch.setattr(Conversations, "end_turn", full)
    last = steps(library, "When did Rutte visit Kyiv?")[-1]
    assert last.talk.turns[0].answer.found
    assert "The answer is not kept. The disk is full." in text_of(last)
    monkeypatch.setattr(Conversations, "begin_turn", full)
    last = steps(library, "Who is Rutte?", last.talk)[-1]
    assert "This is not kept. The disk is full." in text_of(last)
    assert "data-answer" not in last.current

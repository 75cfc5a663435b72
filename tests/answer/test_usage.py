"""What a model used is told with each answer and for the whole conversation; nothing where none was asked."""

from __future__ import annotations

import json
import time

import pytest

from rag import Library, ModelUnavailable, Settings, TextChunk, Usage
from rag.testing import ScriptedModel
from tests.answer.test_model_writer import FALSE, OTHER, QUESTION, TRUE


@pytest.fixture
def ask(seeds):
    """Opens the two seed articles with a model that answers what it is told to."""
    opened = []

    def make(*scripts, **settings):
        library = Library(seeds, settings=Settings(**settings), llm=ScriptedModel(*scripts) if scripts else None)
        opened.append(library)
        library.sync()
        return library

    yield make
    for library in opened:
        library.close()


def test_quotations_use_nothing(ask):
    library = ask()
    assert library.ask(QUESTION).usage is None
    assert library.account() is None


def test_an_answer_tells_what_it_used_and_what_it_cost(ask):
    answer = ask(TRUE, price_in=1.0, price_out=2.0).ask(QUESTION)
    used = answer.usage
    assert used.tokens_out == -(-len(TRUE.encode()) // 4)
    assert used.price == pytest.approx((used.tokens_in + 2 * used.tokens_out) / 1e6)
    assert 0 < used.seconds_to_first_token <= used.seconds
    assert json.loads(json.dumps(answer.as_dict()))["usage"]["tokens_out"] == used.tokens_out


def test_words_that_were_not_taken_are_paid_all_the_same(ask):
    answer = ask(FALSE).ask(QUESTION)
    assert answer.writer == "quoting"
    assert answer.usage.tokens_out > 0


def test_a_model_that_gave_nothing_costs_nothing(ask):
    assert ask(ModelUnavailable("Away.")).ask(QUESTION).usage is None


def test_a_follow_up_counts_its_rewriting_and_a_conversation_counts_all(ask):
    library = ask(TRUE, "Which jets did Rutte approve for Ukraine?", OTHER)
    talk = library.chat()
    assert talk.usage is None
    first = talk.ask("Which jets did Rutte approve?").usage
    second = talk.ask("And for Ukraine?").usage
    alone = library.ask("Which jets did Rutte approve for Ukraine?").usage
    assert second.tokens_in > alone.tokens_in
    assert second.tokens_out > alone.tokens_out
    assert talk.usage == Usage.total([first, second])


def test_times_are_from_the_question_on(ask, monkeypatch):
    library = ask(TRUE)
    slow = library._answerer.retriever.retrieve

    def retrieve(*arguments):
        time.sleep(0.5)
        return slow(*arguments)

    monkeypatch.setattr(library._answerer.retriever, "retrieve", retrieve)
    begun = time.monotonic()
    used = library.ask(QUESTION).usage
    assert 0.5 < used.seconds_to_first_token <= used.seconds <= time.monotonic() - begun


def test_the_first_words_are_no_thoughts(ask):
    library = ask(f"<think>{'well ' * 200}</think>{TRUE}")
    begun = time.monotonic()
    account = library.account()
    events = library.stream(QUESTION, account=account)
    assert isinstance(next(events), TextChunk)
    shown = time.monotonic() - begun
    (*_, answer) = events
    assert answer.usage.seconds_to_first_token == pytest.approx(shown, abs=0.05)
    assert answer.usage.tokens_out > 200


def test_thoughts_alone_are_no_first_words(ask):
    used = ask("<think>Well, well.</think>").ask(QUESTION).usage
    assert used.tokens_out > 0
    assert used.seconds_to_first_token is None


def test_an_answer_that_is_stopped_is_counted(ask):
    library = ask(f"{TRUE} {OTHER}", "Which jets did Rutte approve for Ukraine?", TRUE)
    talk = library.chat()
    assert talk.current_usage is None
    events = talk.stream(QUESTION)
    next(events)
    coming = talk.current_usage
    assert coming.tokens_in > 100
    assert 0 < coming.tokens_out < 20
    events.close()
    assert talk.turns == ()
    assert talk.usage.tokens_in == coming.tokens_in
    assert talk.usage.tokens_out >= coming.tokens_out
    answer = talk.ask(QUESTION)
    assert talk.usage.tokens_in == coming.tokens_in + answer.usage.tokens_in


def test_an_account_of_ones_own_counts_what_is_stopped(ask):
    library = ask(TRUE, price_in=1.0, price_out=2.0)
    account = library.account()
    events = library.stream(QUESTION, account=account)
    next(events)
    events.close()
    assert account.usage.price > 0

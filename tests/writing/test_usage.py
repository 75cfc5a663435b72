"""What a model used is told with each answer and for the whole conversation; nothing where none was asked."""

from __future__ import annotations

import json

import pytest

from rag import Library, ModelUnavailable, Settings, Usage
from rag.models.testing import ScriptedModel
from tests.writing.test_model_writer import FALSE, OTHER, QUESTION, TRUE


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
    assert ask().ask(QUESTION).usage is None


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

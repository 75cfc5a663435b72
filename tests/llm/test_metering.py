"""The account of what a model was given and gave: as its server counts, else estimated and said to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ModelUnavailable
from rag.llm.language_model import Message
from rag.llm.metering import MeteredModel
from rag.llm.openai_chat import OpenAIChat
from rag.results.answers import Prices, Usage
from rag.testing import ScriptedModel
from tests.model_server import Act, chunk, misbehaving, says

PROMPT = [Message("system", "Be brief."), Message("user", "Hello?")]


@pytest.fixture
def server():
    with misbehaving() as here:
        yield here


def test_tokens_are_those_that_the_server_counts_and_cost_what_is_set(server):
    server.acts = [says("Good ", "day.")]
    model = MeteredModel(OpenAIChat("m", base_url=server.address), Prices(2.0, 10.0, "EUR"))
    assert model.usage is None
    assert list(model.stream(PROMPT)) == ["Good ", "day."]
    assert list(model.stream(PROMPT)) == ["Good ", "day."]
    used = model.usage
    assert used.seconds_to_first_token is None
    assert (used.tokens_in, used.tokens_out, used.estimated) == (22, 14, False)
    assert (used.price, used.currency) == (pytest.approx((22 * 2 + 14 * 10) / 1e6), "EUR")


def test_a_server_that_counts_nothing_is_estimated_and_said_to_be(server):
    server.acts = [Act((chunk("Good day, everybody."), chunk(finish="stop")))]
    model = MeteredModel(OpenAIChat("m", base_url=server.address))
    list(model.stream(PROMPT))
    used = model.usage
    assert used.estimated
    assert used.tokens_out == len("Good day, everybody.") / 4
    assert used.tokens_in > len("Be brief.Hello?") / 4
    assert used.price is None
    assert str(used).startswith("about ")


def test_an_answer_that_is_stopped_is_counted_and_one_that_never_came_is_not():
    model = MeteredModel(ScriptedModel("So much to say.", ModelUnavailable("Away.")))
    stream = model.stream(PROMPT)
    next(stream)
    stream.close()
    stream.close()
    with pytest.raises(ModelUnavailable):
        next(model.stream(PROMPT))
    used = model.usage
    assert used.estimated
    assert used.tokens_out == 2


def used(tokens_in=1, first=None, seconds=1.0, price=None, estimated=False):
    return Usage(tokens_in, 1, estimated, first, seconds, price, "USD")


def test_totals():
    assert Usage.total([None, None]) is None
    whole = Usage.total([used(3, 0.5, price=0.25), None, used(4, 0.5, price=0.5, estimated=True)])
    assert (whole.tokens_in, whole.tokens_out, whole.price, whole.estimated) == (7, 2, 0.75, True)
    assert whole.seconds_to_first_token is None
    assert Usage.total([used(price=0.25), used()]).price is None


@given(st.floats(0, 10, allow_subnormal=False))
def test_a_price_is_never_shown_as_nothing_unless_it_is(price):
    shown = str(used(price=price))
    assert shown.endswith("USD")
    assert (" 0 USD" in shown) == (price == 0)
    assert " 0.0000 USD" not in shown

"""A real, small and mostly wrong model writes answers; what is shown as supported is what the articles say."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest

from rag import Cancellation, Cancelled, Library, Settings, TextChunk
from rag.errors import AnswerCutShort, ModelRefused
from rag.llm import openai_chat, prompts
from rag.llm.language_model import Message
from rag.models import make_language_model
from tests.llama_server import KEY, llama_server

pytestmark = pytest.mark.server

WINDOW = 4096


@pytest.fixture(scope="module")
def address():
    with llama_server("chat", window=WINDOW, slots=1) as at:
        yield at


@pytest.fixture(autouse=True)
def _short_answers(monkeypatch):
    monkeypatch.setattr(openai_chat, "ANSWER_TOKENS", 120)


@pytest.fixture
def library(seeds, address):
    settings = Settings(model="smollm2", model_timeout=3600, openai_api_key=KEY, openai_base_url=address)
    with Library(seeds, settings=settings) as opened:
        opened.sync()
        yield opened


def test_a_model_answers_from_end_to_end(library):
    events = list(library.stream("Which jets did Rutte approve?", files=["000_*"]))
    answer = events[-1]
    assert any(isinstance(e, TextChunk) for e in events)
    assert answer.writer in {"smollm2", "quoting"}
    assert answer.found or answer.nearest
    assert answer.writer == "smollm2" or "quoted instead" in answer.notes[0]
    for sentence in answer.sentences:
        assert bool(sentence.citations) == (sentence.support != "not found")
        for c in sentence.citations:
            assert library.article(c.file).text[c.start : c.end] == c.quote


def test_a_model_sums_up_from_end_to_end(library):
    """Whatever it writes, the points are exact."""
    summary = library.summarise(points=1)
    assert summary.writer in {"smollm2", "quoting"}
    assert summary.writer == "smollm2" or "quoted instead" in summary.notes[0]
    assert len(summary.points) == 1
    for point in summary.points:
        assert point.support != "not found"
        for quote in point.quotes:
            assert library.article(quote.file).text[quote.start : quote.end] == quote.text


def test_a_model_that_goes_round_in_circles_is_stopped(library, monkeypatch):
    """Asked so, this model repeats one line until its tokens are used up, a thousand and more."""
    monkeypatch.setattr(openai_chat, "ANSWER_TOKENS", 1024)
    monkeypatch.setattr(prompts, "ANSWER", "You are a poet.")
    monkeypatch.setattr(prompts, "QUESTION", "Write a poem in which every line is the same line.")
    events = list(library.stream("Which jets did Rutte approve?"))
    came = [e.text for e in events if isinstance(e, TextChunk)]
    assert "single line" in "".join(came)
    assert len(came) < 200
    assert events[-1].writer == "quoting"
    assert "quoted instead" in events[-1].notes[0]


def test_the_models_window_is_the_servers(address):
    model = make_language_model("smollm2", api_key=KEY, base_url=address, timeout=3600)
    assert model.context_window == WINDOW


def test_tokens_are_counted_by_the_server(address):
    model = make_language_model("smollm2", api_key=KEY, base_url=address, timeout=3600)
    stream = model.stream([Message("user", "Say hello.")])
    with suppress(AnswerCutShort):  # it has more to say than it may
        assert "".join(stream).strip()
    assert stream.usage.prompt > 3
    assert stream.usage.answer > 0


def test_a_prompt_longer_than_the_window_is_refused(address):
    model = make_language_model("smollm2", api_key=KEY, base_url=address, timeout=3600)
    with pytest.raises(ModelRefused):
        list(model.stream([Message("user", "word " * 9000)]))


def test_a_stop_before_the_first_word_frees_the_server(address):
    """With one slot, a second answer can only come once the work on the first one's long prompt has stopped."""
    model = make_language_model("smollm2", api_key=KEY, base_url=address, timeout=3600)
    stop = Cancellation()

    def wait_for_words():
        with stop.scope(), pytest.raises(Cancelled):
            list(model.stream([Message("user", "Count to ten thousand. " + "And on. " * 700)]))

    waiting = threading.Thread(target=wait_for_words)
    waiting.start()
    waiting.join(0.2)
    stop.cancel()
    waiting.join(20)
    assert not waiting.is_alive()
    second = model.stream([Message("user", "Say hello.")])
    assert next(second)
    second.close()


def test_a_closed_stream_frees_the_server(address):
    """With one slot, a second answer can only come once the first one's work has stopped."""
    model = make_language_model("smollm2", api_key=KEY, base_url=address, timeout=3600)
    first = model.stream([Message("user", "Count from one to ten thousand, in words.")])
    next(first)
    first.close()
    second = model.stream([Message("user", "Say hello.")])
    assert next(second)
    second.close()

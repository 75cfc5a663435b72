"""A small, real model runs in this process: it streams, counts with its own tokenizer, and stops when it is told to."""

from __future__ import annotations

import logging
import urllib.error
import urllib.request
from contextlib import suppress

import pytest

from rag import AnswerCutShort, Library, ModelRefused, Settings, TextChunk
from rag.llm import openai_chat
from rag.llm.gguf import load_gguf
from rag.llm.language_model import Message
from rag.models import make_language_model
from tests.llama_server import smollm2

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def model():
    """One model for all tests."""
    loaded = load_gguf(str(smollm2()))
    loaded.count_tokens(["ready"])
    return loaded


@pytest.fixture(autouse=True)
def _short_answers(monkeypatch):
    monkeypatch.setattr(openai_chat, "ANSWER_TOKENS", 40)


def test_an_answer_streams_with_its_tokens(model):
    stream = model.stream([Message("user", "Say only: yes.")])
    pieces = []
    with suppress(AnswerCutShort):  # it may have more to say than it may
        pieces.extend(stream)
    assert len(pieces) > 1
    assert stream.usage.prompt > 3
    assert 1 < stream.usage.answer <= 40


def test_tokens_are_those_of_the_models_own_tokenizer(model):
    assert model.count_tokens(["Hello there.\nMr. Müller said “no”."]) == [12]
    assert sum(model.count_tokens(["Hello there.", "Mr. Müller said “no”."])) == 12
    assert model.context_window == 8192


@pytest.mark.timeout(120)
def test_a_closed_stream_frees_the_model_for_the_next_one(model, monkeypatch):
    """The model serves one after the other: while the first answer went on, to fill its window, none would come."""
    monkeypatch.setattr(openai_chat, "ANSWER_TOKENS", 100_000)
    fresh = type(model)(smollm2())
    first = fresh.stream([Message("user", "Count from one to ten thousand, in words.")])
    next(first)
    first.close()
    assert list(first) == []
    second = fresh.stream([Message("user", "Say hello.")])
    assert next(second)
    second.close()


def test_a_prompt_longer_than_the_window_is_refused(model):
    with pytest.raises(ModelRefused, match="READACROSS_GGUF"):
        list(model.stream([Message("user", "word " * 9000)]))


def test_a_library_is_answered_from_end_to_end_without_a_word_on_the_error_stream(folder, model, capfd, caplog):
    caplog.set_level(logging.WARNING)
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text("Visit\n\nMark Rutte approved the transfer of F-16 jets to Ukraine.\n")
    with Library(folder, settings=Settings(gguf=str(smollm2()))) as library:
        library.sync()
        assert library.writer == "SmolLM2-135M-Instruct.Q4_1"
        events = list(library.stream("Which jets did Rutte approve?", files=["a*"]))
        answer = events[-1]
        assert answer.found
        assert any(isinstance(e, TextChunk) for e in events)
        assert answer.writer == library.writer or "quoted instead" in answer.notes[0]
        for c in answer.citations:
            assert c.file == "a.txt"
            assert library.article(c.file).text[c.start : c.end] == c.quote
    assert capfd.readouterr().err == ""
    assert not caplog.records


def test_libraries_that_are_open_at_once_share_the_model(model):
    assert make_language_model("", gguf=str(smollm2())) is model


def test_a_proxy_of_the_environment_is_not_asked(model, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    fresh = type(model)(smollm2())
    assert fresh.count_tokens(["Hello there."]) == [3]


def test_nobody_else_on_the_machine_may_use_it(model):
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(f"{model._server.listening_address}/v1/models")


def test_a_damaged_file_is_refused_by_name(tmp_path):
    damaged = tmp_path / "damaged.gguf"
    damaged.write_bytes(smollm2().read_bytes()[:300_000])
    with pytest.raises(ModelRefused, match=r"cannot run damaged\.gguf"):
        next(load_gguf(str(damaged)).stream([Message("user", "Hello?")]))

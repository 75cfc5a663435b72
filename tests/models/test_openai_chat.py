"""Language models on servers that are well, and on servers that are not."""

from __future__ import annotations

import logging
import socket
import traceback

import pytest

from rag.errors import AnswerCutShort, ModelRefused, ModelUnavailable, SettingsError
from rag.models import chat_stream, openai_chat
from rag.models.foreign_llm import from_llm
from rag.models.language import LanguageModel, Message, Tokens
from rag.models.openai_chat import OpenAIChat
from tests.model_server import DONE, KEY, Act, ModelServer, chunk, endless, fails, misbehaving, says, silent, waited

PROMPT = [Message("system", "Be brief."), Message("user", "Hello?")]


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(chat_stream, "FIRST_PAUSE", 0.001)
    with misbehaving() as here:
        yield here


@pytest.fixture
def model(server: ModelServer) -> OpenAIChat:
    return OpenAIChat("m", api_key=KEY, base_url=server.address)


def failure(model: LanguageModel, kind: type[Exception]):
    """The error that an answer ends in; neither it nor its traceback has the key."""
    with pytest.raises(kind) as caught:
        list(model.stream(PROMPT))
    assert KEY not in "".join(traceback.format_exception(caught.value))
    return caught.value


def test_an_answer_comes_in_pieces_with_its_tokens(server, model):
    server.acts = [says("Good ", "day", ".")]
    stream = model.stream(PROMPT)
    assert not server.requests
    assert list(stream) == ["Good ", "day", "."]
    assert stream.usage == Tokens(11, 7)
    (sent,) = server.requests
    assert [(m["role"], m["content"]) for m in sent["messages"]] == [("system", "Be brief."), ("user", "Hello?")]
    assert (sent["stream"], sent["temperature"], sent["max_tokens"]) == (True, 0.0, openai_chat.ANSWER_TOKENS)


def test_a_text_that_no_encoding_holds_is_sent_all_the_same(server, model):
    server.acts = [says("Yes.")]
    assert list(model.stream([Message("user", "a\ud800b")])) == ["Yes."]
    assert server.requests[0]["messages"][0]["content"] == "a?b"


@pytest.mark.parametrize(
    ("status", "message", "advice"),
    [
        (401, f"Incorrect key {KEY}", "Check OPENAI_API_KEY"),
        (403, "no access", "whether it may use this model"),
        (404, "no such model", "the model's name in READACROSS_MODEL"),
        (400, "maximum context length is 4096 tokens", "Choose another model"),
        (500, "the request exceeds the available context size", "Choose another model"),
        (413, "too big", "Choose another model"),
    ],
)
def test_a_refusal_is_not_tried_again_and_says_what_to_do(server, model, status, message, advice):
    server.acts = [fails(status, message)]
    assert advice in str(failure(model, ModelRefused))
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_passing_fault_is_tried_again(server, model, status):
    server.acts = [fails(status), fails(status), says("Well.")]
    assert list(model.stream(PROMPT)) == ["Well."]


@pytest.mark.parametrize("status", [429, 500])
def test_a_lasting_fault_is_unavailable(server, model, status):
    server.acts = [fails(status, "busy")]
    assert f"answered {status}: busy. Try again later" in str(failure(model, ModelUnavailable))
    assert len(server.requests) == chat_stream.ATTEMPTS


def test_retry_after_is_waited_for_but_not_for_ever(server, model, monkeypatch):
    waits = []
    monkeypatch.setattr(chat_stream.time, "sleep", waits.append)
    server.acts = [fails(429, **{"Retry-After": "3"}), fails(429, **{"Retry-After": "86400"}), says("Well.")]
    assert list(model.stream(PROMPT)) == ["Well."]
    assert waits == [3.0, 20.0]


def test_no_server_is_unavailable(server):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = OpenAIChat("m", api_key=KEY, base_url=f"http://127.0.0.1:{taken.getsockname()[1]}/v1")
        assert "cannot be reached" in str(failure(nobody, ModelUnavailable))


def test_a_server_that_says_nothing_is_given_up_and_not_tried_for_ever(server, monkeypatch):
    monkeypatch.setattr(openai_chat, "TIMEOUT", 0.3)
    monkeypatch.setattr(chat_stream, "PATIENCE", 0.2)
    server.acts = [silent()]
    check = waited(5)
    assert "timed out" in str(failure(OpenAIChat("m", base_url=server.address), ModelUnavailable))
    check()
    assert len(server.requests) == 1


def test_a_server_that_falls_silent_in_mid_stream_cuts_the_answer_short(server, monkeypatch):
    monkeypatch.setattr(openai_chat, "TIMEOUT", 0.3)
    server.acts = [Act((chunk("So far"), 3600.0))]
    check = waited(5)
    assert failure(OpenAIChat("m", base_url=server.address), AnswerCutShort).text == "So far"
    check()


@pytest.mark.parametrize(
    "act",
    [
        says("So far", finish=None),
        says("So far", finish=None, reset=True),
        says("So far", finish="length"),
        says("So far", finish="content_filter"),
        Act((chunk("So far"), b"data: {broken\n\n")),
        Act((chunk("So far"), b"data: 5\n\n")),
        Act((chunk("So far"), b'data: {"choices": 7}\n\n')),
        Act((chunk("So far"), b"\xff\xfe\xfa")),
        Act((chunk("So far"), b'data: {"error": {"message": "out of memory"}}\n\n')),
        Act((chunk("So far"), DONE)),
    ],
    ids="cut reset length filter json number choices bytes error done".split(),
)
def test_an_answer_that_breaks_off_carries_what_came(server, model, act):
    server.acts = [act]
    assert failure(model, AnswerCutShort).text == "So far"
    assert len(server.requests) == 1


@pytest.mark.parametrize("act", [says("", " "), says(), Act((b"data: {broken\n\n",))], ids=["blank", "none", "broken"])
def test_an_empty_answer_is_cut_short(server, model, act):
    server.acts = [act]
    assert not failure(model, AnswerCutShort).text.strip()


def test_an_error_in_the_stream_tells_of_a_prompt_that_is_too_long(server, model):
    server.acts = [Act((b'data: {"error": {"message": "maximum context length is 9"}}\n\n',))]
    assert "takes more" in str(failure(model, ModelRefused))


@pytest.mark.parametrize("body", [b"<html>It works!</html>", b'{"choices": []}', b""])
def test_what_is_no_stream_is_refused(server, model, body):
    server.acts = [Act((body,))]
    assert "OPENAI_BASE_URL" in str(failure(model, ModelRefused))


def test_an_endless_answer_is_cut(server, model, monkeypatch):
    server.acts = [endless("la " * 100)]
    assert len(failure(model, AnswerCutShort).text) < chat_stream.LONGEST_TEXT + 400
    assert server.hung_up.wait(5)


def test_a_trickle_is_cut_by_time(server, model, monkeypatch):
    monkeypatch.setattr(chat_stream, "LONGEST_TIME", 0.3)
    server.acts = [endless("la ", 0.05)]
    check = waited(5)
    assert failure(model, AnswerCutShort).text.startswith("la la")
    check()


def test_signs_of_life_without_an_answer_are_cut_by_time(server, model, monkeypatch):
    monkeypatch.setattr(chat_stream, "LONGEST_TIME", 0.3)
    monkeypatch.setattr(chat_stream, "PATIENCE", 0.2)
    server.acts = [Act((b": ping\n\n", 0.05) * 1000)]
    check = waited(5)
    assert "did not come to an end" in str(failure(model, ModelUnavailable))
    check()


def test_a_closed_stream_stops_the_server(server, model):
    server.acts = [endless("la ", 0.001)]
    stream = model.stream(PROMPT)
    assert next(stream) == "la "
    stream.close()
    assert server.hung_up.wait(5)
    assert list(stream) == []


def test_the_key_is_shown_nowhere(server, model, caplog):
    caplog.set_level(logging.DEBUG)
    server.acts = [fails(500, KEY), fails(401, KEY)]
    assert "(the key)" in str(failure(model, ModelRefused))
    assert KEY not in repr(model)
    assert KEY not in caplog.text


def test_neither_key_nor_address_is_a_wrong_setting():
    with pytest.raises(SettingsError, match="READACROSS_MODEL=m needs OPENAI_API_KEY"):
        OpenAIChat("m")


@pytest.mark.parametrize(
    ("listed", "window"),
    [
        ({"data": [{"id": "x", "max_model_len": 1}, {"id": "m", "max_model_len": 32768}]}, 32768),
        ({"data": [{"id": "m", "meta": {"n_ctx_train": 8192, "n_ctx": 2048}}]}, 2048),
        ({"data": [{"id": "m"}]}, openai_chat.SMALLEST_WINDOW),
        ({"data": "?"}, openai_chat.SMALLEST_WINDOW),
    ],
)
def test_the_window_is_what_the_server_tells(server, model, listed, window):
    server.models = listed
    assert model.context_window == window
    assert not server.requests


def test_any_llama_index_model_is_one_of_ours(server):
    from llama_index.llms.openai_like import OpenAILike

    llm = OpenAILike(
        model="m", api_base=server.address, api_key=KEY, is_chat_model=True, context_window=5000, max_retries=0
    )
    model = from_llm(llm)
    server.acts = [says("Good ", "day."), says("Good", finish=None), fails(401, KEY)]
    assert (model.name, model.context_window) == ("m", 5000)
    assert list(model.stream(PROMPT)) == ["Good ", "day."]
    assert failure(model, AnswerCutShort).text == "Good"
    assert "(the key)" in str(failure(model, ModelUnavailable))


def test_a_model_that_does_not_stream_answers_at_once():
    from llama_index.core.llms import MockLLM

    model = from_llm(MockLLM(max_tokens=3))
    assert "".join(model.stream(PROMPT)).strip()

"""Language models on servers that are well, and on servers that are not."""

from __future__ import annotations

import json
import logging
import socket
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import AnswerCutShort, ModelError, ModelRefused, ModelUnavailable, SettingsError
from rag.integrations.llamaindex import from_llm
from rag.llm import chat_stream, openai_chat, server_facts
from rag.llm.language_model import LanguageModel, Message, Tokens
from rag.llm.openai_chat import OpenAIChat
from rag.net.server_errors import LONGEST_PAUSE, pause, try_again
from tests.model_server import (
    DONE,
    KEY,
    Act,
    ModelServer,
    chunk,
    endless,
    fails,
    misbehaving,
    says,
    silent,
    talking,
    thought,
    waited,
)

THOUGHT_ENDS = "</think>"
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
    assert (sent["stream"], sent["temperature"]) == (True, 0.0)


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
        (400, "maximum context length is 4096 tokens", "takes more in READACROSS_MODEL"),
        (500, "the request exceeds the available context size", "takes more in READACROSS_MODEL"),
        (413, "too big", "takes more in READACROSS_MODEL"),
        (402, "Insufficient balance", "no credit left"),
        (422, "who knows", "Choose another model"),
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
    server.acts = [fails(429, **{"Retry-After": "3"}), fails(429, **{"Retry-After": "20"}), says("Well.")]
    assert list(model.stream(PROMPT)) == ["Well."]
    assert waits == [3.0, 20.0]


@pytest.mark.parametrize(("named", "told"), [("100", "100 seconds"), ("3600", "60 minutes"), ("86400", "24 hours")])
def test_a_server_that_wants_to_be_left_alone_for_long_is_not_asked_again(server, model, named, told):
    server.acts = [fails(429, "busy", **{"Retry-After": named})]
    check = waited(5)
    assert str(failure(model, ModelUnavailable)).endswith(f"answered 429: busy. Try again in {told}.")
    check()
    assert len(server.requests) == 1


@pytest.mark.parametrize("named", ["nan", "inf", "-inf", "-3", "1e400", "soon", "", "Mon, 99 Foo 2026 25:61:61 GMT"])
def test_a_retry_after_that_names_no_time_is_passed_over(server, model, named):
    server.acts = [fails(503, **{"Retry-After": named}), fails(503, **{"Retry-After": named}), says("Well.")]
    check = waited(5)
    assert list(model.stream(PROMPT)) == ["Well."]
    check()


@given(st.text(st.characters(codec="latin-1"), max_size=30) | st.floats().map(str) | st.datetimes().map(str))
def test_any_retry_after_is_a_time_or_none(named):
    error = type("Refused", (Exception,), {"response": type("Reply", (), {"headers": {"retry-after": named}})})()
    wait = pause(error, 1, 0.5)
    assert wait is None or 0 <= wait <= LONGEST_PAUSE
    assert try_again(error).startswith("Try again ")


def test_a_retry_after_can_be_a_date(server, model):
    date = format_datetime(datetime.now(UTC) + timedelta(hours=3), usegmt=True)
    server.acts = [fails(503, "busy", **{"Retry-After": date})]
    assert "Try again in 3 hours." in str(failure(model, ModelUnavailable))
    past = format_datetime(datetime.now(UTC) - timedelta(hours=3), usegmt=True)
    server.acts = [fails(503), fails(503, **{"Retry-After": past}), says("Well.")]
    assert list(model.stream(PROMPT)) == ["Well."]


def thinks(thoughts: int, *answer: str, finish: str = "stop", beside: bool = True) -> Act:
    """An answer after so many pieces of thought, beside the text or in it."""
    if beside:
        return Act((*[thought("well ")] * thoughts, *(chunk(t) for t in answer), chunk(finish=finish), DONE))
    return says("<think>", *["well "] * thoughts, *([THOUGHT_ENDS] if answer else []), *answer, finish=finish)


@pytest.mark.parametrize("beside", [True, False])
def test_a_model_may_think_longer_than_an_answer_may_be(server, model, beside):
    server.acts = [thinks(chat_stream.LONGEST_TEXT // 4, "Good day.", beside=beside)]
    assert "".join(model.stream(PROMPT)).endswith("Good day.")


@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize("answer", [(), ("Good",)])
def test_a_model_that_thinks_until_its_tokens_are_used_up_is_told_so(server, model, beside, answer):
    server.acts = [thinks(1024, *answer, finish="length", beside=beside)]
    said = str(failure(model, AnswerCutShort))
    assert "thought too long" in said
    assert "smaller thinking budget" in said
    assert "Try again" not in said


def test_hidden_thoughts_are_known_by_the_answer_that_is_missing(server, model):
    server.acts = [says("", finish="length")]
    assert "thought too long" in str(failure(model, AnswerCutShort))


def test_an_answer_without_thoughts_that_is_cut_is_not_told_to_think_less(server, model):
    server.acts = [says("So far", finish="length")]
    said = str(failure(model, AnswerCutShort))
    assert "thought" not in said
    assert "larger window" in said


@pytest.mark.parametrize("beside", [True, False])
def test_endless_thoughts_are_cut(server, model, monkeypatch, beside):
    monkeypatch.setattr(chat_stream, "LONGEST_THOUGHTS", 3_000)
    server.acts = [thinks(100_000, beside=beside)]
    assert "thought too long" in str(failure(model, AnswerCutShort))
    assert server.hung_up.wait(5)


@pytest.mark.parametrize("window", [700, 2048, 4096, 16_384, 200_000])
@pytest.mark.parametrize("prompt", [0, 100, 900, 1300])
def test_what_a_model_may_write_fits_into_its_window_beside_the_prompt(server, model, window, prompt):
    server.models = {"data": [{"id": "m", "max_model_len": window}]}
    server.acts = [says("Yes.")]
    list(model.stream([Message("user", "well " * int(prompt * 0.8))]))
    room = server.requests[0]["max_tokens"]
    assert room >= 1
    if prompt <= window * 0.85:
        assert prompt + room <= window
        assert room >= min(openai_chat.ANSWER_TOKENS, int(window * 0.84) - prompt - 100)


@pytest.mark.parametrize(
    ("name", "limit", "most"),
    [("gpt-5-mini", "max_completion_tokens", 8192), ("o4-mini", "max_completion_tokens", 8192),
     ("gpt-4.1-mini", "max_tokens", 1024), ("qwen3:4b", "max_tokens", 8192)],
)  # fmt: skip
def test_models_that_may_think_are_given_room_for_it(server, name, limit, most):
    server.models = {"data": [{"id": name, "max_model_len": 100_000}]}
    server.acts = [says("Yes.")]
    list(OpenAIChat(name, base_url=server.address).stream(PROMPT))
    assert server.requests[0][limit] == most


def test_a_server_that_allows_fewer_tokens_is_asked_for_fewer(server, model):
    def answer(body):
        most = body["max_tokens"]
        return fails(400, f"max_tokens is too large: {most}. At most 2000.") if most > 2000 else says("Yes.")

    server.answer = answer
    assert list(model.stream(PROMPT)) == ["Yes."]


def test_a_quota_that_is_used_up_is_no_passing_fault(server, model):
    error = {"message": "You exceeded your quota", "type": "insufficient_quota", "code": "insufficient_quota"}
    server.acts = [Act((json.dumps({"error": error}).encode(),), 429)]
    said = str(failure(model, ModelRefused))
    assert "no credit left" in said
    assert "Try again" not in said
    assert len(server.requests) == 1


PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><center>nginx/1.18</center></body></html>"


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (Act((PAGE,), 502), "answered 502: Bad Gateway. Try again later."),
        (Act((b"",), 500), "answered 500: Internal Server Error. Try again later."),
        (Act((b'{"error": "CUDA out of memory"}',), 500), "answered 500: CUDA out of memory. Try again later."),
        (Act((b'{"detail": "Not ready"}',), 503), "answered 503: Not ready. Try again later."),
        (Act((b'{"error": {"message": "model not loaded"}}',)), "answered: model not loaded. Choose another model"),
        (Act((b'{"error": "model not loaded"}',)), "answered: model not loaded. Choose another model"),
        (Act((b'data: {"error": "CUDA out of memory"}\n\n',)), "an error: CUDA out of memory. Try again."),
        (Act((chunk("So"), b'data: {"error": "CUDA out of memory"}\n\n')), "an error: CUDA out of memory. Try again."),
        (Act((chunk("So"), b'data: {"choices": 7}\n\n')), "sent what is no answer of a model. Try again"),
        (says("So far", finish=None, reset=True), "broke off: the connection was lost. Try again later."),
        (fails(400, "See https://evil.example/?q=1 or sk-proj-abcdef123"), "See (an address) or (a key)."),
        (fails(400, "<b>Look</b> here"), "answered 400: Bad Request. Choose another model"),
    ],
    ids="502 empty string detail 200-object 200-string stream mid-stream form lost address markup".split(),
)
def test_what_a_server_says_is_told_in_words_that_a_reader_can_use(server, model, act, told):
    server.acts = [act]
    with pytest.raises(ModelError) as caught:
        list(model.stream(PROMPT))
    said = str(caught.value)
    assert told in said
    for odd in ("<", "Error(", "(TypeError)", "received", "bytes", "://", "{", ". broke"):
        assert odd not in said


def drips(seconds: float) -> Callable[[socket.socket], None]:
    """One line of a header at a time, without end."""

    def serve(line: socket.socket) -> None:
        line.recv(65_536)
        line.sendall(b"HTTP/1.1 200 OK\r\n")
        for number in range(1000):
            line.sendall(f"X-{number}: y\r\n".encode())
            time.sleep(seconds)

    return serve


@pytest.mark.parametrize("trusting", [False, True], ids=["chat", "models"])
def test_headers_that_drip_are_given_up(monkeypatch, trusting):
    monkeypatch.setattr(server_facts, "PATIENCE", 0.3)
    with talking(drips(0.05)) as address:
        model = OpenAIChat("m", base_url=f"{address}/v1", timeout=0.4)
        check = waited(6)
        if trusting:
            assert model.context_window == openai_chat.SMALLEST_WINDOW
        else:
            assert "did not come to an end" in str(failure(model, ModelUnavailable))
        check()


def test_a_list_of_models_that_hangs_is_not_waited_for_again_and_again(server, model, monkeypatch):
    monkeypatch.setattr(server_facts, "PATIENCE", 0.3)
    server.beside = {"/v1/models": lambda sent: server.stop.wait(5)}
    server.acts = [says("Yes.")]
    for _ in range(3):
        assert list(model.stream(PROMPT)) == ["Yes."]
        assert model.context_window == openai_chat.SMALLEST_WINDOW
    assert server.asked == ["/v1/models"]
    server.beside = {}
    server.models = {"data": [{"id": "m", "max_model_len": 9000}]}
    assert model.context_window == openai_chat.SMALLEST_WINDOW
    now = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: now() + server_facts.SILENCE)
    assert model.context_window == 9000


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
    monkeypatch.setattr(chat_stream, "LONGEST_TIME", 1.5)
    server.acts = [endless("la ", 0.05)]
    check = waited(5)
    assert failure(model, AnswerCutShort).text.startswith("la la")
    check()


def test_signs_of_life_without_an_answer_are_cut_by_time(server, model, monkeypatch):
    monkeypatch.setattr(chat_stream, "LONGEST_TIME", 1.5)
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


def test_openais_models_through_llama_index_are_counted_with_their_own_tokenizer():
    from llama_index.llms.openai import OpenAI

    model = from_llm(OpenAI("gpt-4o", api_key=KEY))
    assert model.count_tokens(["antidisestablishmentarianism"]) == openai_count("antidisestablishmentarianism")
    with pytest.raises(TypeError, match="llm is no language model but a str"):
        from_llm("gpt-4")


def openai_count(text: str) -> list[int]:
    return OpenAIChat("gpt-4o", api_key=KEY).count_tokens([text])

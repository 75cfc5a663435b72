"""What servers tell beside the chat: the window, and how many tokens a text has; each kind in its own way, quietly."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.embed.port import estimate_tokens
from rag.llm import openai_chat
from rag.llm.language_model import Message
from rag.llm.openai_chat import OpenAIChat
from rag.llm.server_facts import shares
from tests.model_server import KEY, fails, misbehaving, says

TEXTS = ["Rutte approved the jets.", "", "Zelenskyy asked for more of them, and soon."]


@pytest.fixture
def server():
    with misbehaving() as here:
        yield here


@pytest.fixture
def model(server):
    return OpenAIChat("m", api_key=KEY, base_url=server.address)


def words(body):
    return {"tokens": [0] * len(body["content"].split())}


@pytest.mark.parametrize(
    ("listed", "beside", "window"),
    [
        ({"id": "m", "owned_by": "vllm", "max_model_len": 32768}, {}, 32768),
        ({"id": "any", "meta": {"n_ctx": 16384}}, {"/props": {"default_generation_settings": {"n_ctx": 4000}}}, 4000),
        ({"id": "m"}, {"/api/ps": {"models": [{"name": "m", "context_length": 8192}]}}, 8192),
        (
            {"id": "m"},
            {"/api/show": {"parameters": "stop x\nnum_ctx   6000", "model_info": {"q.context_length": 9}}},
            6000,
        ),
        ({"id": "m"}, {"/api/show": {"model_info": {"q.context_length": 40960}}}, 4096),
        ({"id": "m"}, {"/api/show": {"model_info": {"q.context_length": 2048}}}, 2048),
        ({"id": "m"}, {"/api/v0/models/m": {"max_context_length": 9000, "loaded_context_length": 7000}}, 7000),
        ({"id": "m"}, {"/props": "?", "/api/ps": {"models": 5}, "/api/show": {"model_info": "?"}}, 4096),
    ],
    ids="vllm llama.cpp ollama-running ollama-told ollama-most ollama-small lm-studio nonsense".split(),
)
def test_the_window_is_what_each_kind_of_server_tells(server, model, listed, beside, window):
    server.models, server.beside = {"data": [listed]}, beside
    assert model.context_window == window
    before = len(server.asked)
    assert model.context_window == window
    assert len(server.asked) == before
    assert not server.requests


def test_llama_cpp_counts_a_list_of_texts_in_one_request(server, model):
    server.beside = {"/props": {"default_generation_settings": {"n_ctx": 4000}}, "/tokenize": words}
    assert model.context_window == 4000
    before = len(server.asked)
    counts = model.count_tokens(TEXTS)
    assert sum(counts) == 12
    assert counts[1] == 0 < counts[0] < counts[2]
    assert len(server.asked) == before + 1
    assert model.count_tokens([]) == []


def test_vllm_counts_too(server, model):
    server.models = {"data": [{"id": "m", "owned_by": "vllm", "max_model_len": 900}]}
    server.beside = {"/tokenize": lambda body: {"count": len(body["prompt"].split())} if body["model"] == "m" else None}
    assert model.count_tokens(["one two three"]) == [3]


def test_a_server_that_comes_up_late_is_asked_again():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    model = OpenAIChat("m", base_url=f"http://127.0.0.1:{port}/v1")
    assert model.context_window == openai_chat.SMALLEST_WINDOW
    with misbehaving(port) as server:
        server.models = {"data": [{"id": "m", "owned_by": "vllm", "max_model_len": 900}]}
        assert model.context_window == 900


def test_where_nobody_counts_tokens_are_estimated(server, model):
    assert model.count_tokens(TEXTS) == [estimate_tokens(t) for t in TEXTS]


def test_a_server_that_stops_counting_is_estimated(server, model):
    server.beside = {"/props": {"default_generation_settings": {"n_ctx": 4000}}, "/tokenize": words}
    assert model.context_window == 4000
    server.beside = {}
    assert model.count_tokens(TEXTS) == [estimate_tokens(t) for t in TEXTS]


@pytest.mark.parametrize("name", ["gpt-4.1-mini", "gpt-4o", "gpt-4"])
def test_openais_models_are_counted_with_their_own_tokenizer_and_nobody_is_asked(name, monkeypatch):
    monkeypatch.setattr("httpx.Client.request", lambda *a, **k: pytest.fail("a server was asked"))
    model = OpenAIChat(name, api_key=KEY)
    assert model.count_tokens(["Rutte approved the jets. <|endoftext|>", ""])[1] == 0
    assert 1 < model.count_tokens(["antidisestablishmentarianism"])[0] < 28 / 4
    assert model.context_window > openai_chat.SMALLEST_WINDOW


def test_a_server_that_refuses_to_tell_the_tokens_used_is_asked_without(server, model):
    def answer(body):
        return fails(400, "Unrecognized request argument: stream_options") if "stream_options" in body else says("Yes.")

    server.answer = answer
    for _ in range(2):
        assert list(model.stream([Message("user", "Well?")])) == ["Yes."]
    assert ["stream_options" in body for body in server.requests] == [True, False, False]


@given(st.integers(0, 10_000), st.lists(st.integers(0, 500), max_size=20))
def test_shares_add_up_and_follow_the_sizes(total, sizes):
    parts = shares(total, sizes)
    assert len(parts) == len(sizes)
    assert sum(parts) == (total if sum(sizes) else 0)
    whole = sum(sizes) or 1
    assert all(abs(part - total * size / whole) < 1 for part, size in zip(parts, sizes, strict=True))

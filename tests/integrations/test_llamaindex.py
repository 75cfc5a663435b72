import asyncio
import traceback

import numpy as np
import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.query_engine import CustomQueryEngine

from rag.errors import ModelRefused, ModelUnavailable
from rag.integrations.llamaindex import from_llama_index


class Lengths(BaseEmbedding):
    """A user's own embedding: [characters, spaces + 1, 0], not of length 1; questions have their spaces doubled."""

    api_key: str = "sk-hush"

    def _get_text_embedding(self, text: str) -> list[float]:
        if text == "broken":
            raise OSError(f"out of\nsteam, {self.api_key}")
        return [float(len(text)), text.count(" ") + 1.0, 0.0] if text != "short" else [1.0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query.replace(" ", "  "))

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def test_a_users_embedding_becomes_an_embedder_with_unit_vectors():
    embedder = from_llama_index(Lengths(model_name="lengths"))
    assert embedder.name == "Lengths:lengths"
    texts = [f"word {'x' * n}" for n in range(30)]
    vectors = embedder.embed_passages(texts)
    plain = np.array([[len(text), 2, 0] for text in texts], np.float32)
    np.testing.assert_allclose(vectors, plain / np.linalg.norm(plain, axis=1, keepdims=True), rtol=1e-5)
    np.testing.assert_allclose(embedder.embed_question("a b"), [4 / 5, 3 / 5, 0], rtol=1e-5)
    assert embedder.embed_passages([]).shape == (0, 3)


def test_passages_are_sized_with_the_users_tokenizer():
    embedder = from_llama_index(Lengths(), passage_tokens=99, count_tokens=lambda text: text.count("o"))
    assert embedder.passage_tokens == 99
    assert embedder.count_tokens(["foo", "bar"]) == [2, 0]
    assert from_llama_index(Lengths()).count_tokens(["words", ""]) == [2, 0]


def test_what_a_users_embedding_raises_or_gets_wrong_is_translated():
    embedder = from_llama_index(Lengths(model_name="lengths"))
    with pytest.raises(ModelUnavailable, match=r"Lengths:lengths failed: OSError: out of steam, \(the key\)") as caught:
        embedder.embed_passages(["broken"])
    assert "sk-hush" not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(ModelRefused, match="equally long"):
        embedder.embed_passages(["short", "longer"])


class Engine(CustomQueryEngine):
    """An engine that says the same whatever it is asked."""

    says: str

    def custom_query(self, query_str: str) -> str:
        return self.says


def test_another_engines_response_is_checked(library):
    says = "Rutte approved the transfer of Dutch F-16 fighter jets to Ukraine. He also promised 200 tanks."
    engine = library.as_checked_engine(Engine(says=says))
    for response in (engine.query("Which jets?"), asyncio.run(engine.aquery("Which jets?"))):
        assert str(response) == says
        assert [s.support for s in response.draft] == ["supported", "not found"]
        assert response.supported == "Rutte approved the transfer of Dutch F-16 fighter jets to Ukraine."

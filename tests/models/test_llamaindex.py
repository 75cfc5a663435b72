import asyncio
import traceback

import numpy as np
import pytest
from llama_index.core import VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import TextNode

from rag.errors import ModelRefused, ModelUnavailable
from rag.models.llamaindex import as_llama_index, from_llama_index
from rag.models.static import load_wordllama
from rag.models.testing import HashEmbedder


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


def test_our_embedder_serves_a_llama_index_index():
    ours = load_wordllama()
    nodes = [
        TextNode(text=text) for text in ("Rutte visited Kyiv.", "Beat the eggs with sugar.", "Fighter jets landed.")
    ]
    index = VectorStoreIndex(nodes, embed_model=as_llama_index(ours))
    hit = index.as_retriever(similarity_top_k=1).retrieve("Who came to the capital of Ukraine?")[0]
    assert hit.text == "Rutte visited Kyiv."
    assert hit.score == pytest.approx(
        float(
            ours.embed_passages(["Rutte visited Kyiv."])[0] @ ours.embed_question("Who came to the capital of Ukraine?")
        ),
        abs=1e-5,
    )


def test_there_and_back_is_the_same_embedder():
    ours = HashEmbedder()
    assert from_llama_index(as_llama_index(ours)) is ours


def test_the_awaited_vectors_are_the_same():
    theirs = as_llama_index(HashEmbedder(16))

    async def ask() -> list[list[float]]:
        return [await theirs.aget_query_embedding("a b"), *await theirs.aget_text_embedding_batch(["a b", "c"])]

    assert asyncio.run(ask()) == [theirs.get_query_embedding("a b"), *theirs.get_text_embedding_batch(["a b", "c"])]
    assert theirs.model_name == "hash-16"

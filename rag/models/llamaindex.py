"""LlamaIndex embeddings as our embedders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import ModelError, ModelUnavailable
from rag.models.foreign import PASSAGE_TOKENS, estimate_tokens, unit_vectors
from rag.models.ports import Embedder, Vectors
from rag.types import shorten

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding


class LlamaIndexEmbedder:
    """A LlamaIndex embedding as one of our embedders; as many threads may use it as its maker allows."""

    def __init__(self, embedding: BaseEmbedding, passage_tokens: int, count: Callable[[str], int]) -> None:
        self.name = f"{type(embedding).__name__}:{embedding.model_name}"
        self.passage_tokens = passage_tokens
        self._embedding = embedding
        self._key = str(getattr(embedding, "api_key", None) or "")
        self._count = count
        self._dimension = 0

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text with the function given for that."""
        return [self._count(text) for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit vectors of shape (len(texts), dimension); the dimension is 0 before the first text.

        Raises ModelUnavailable when the embedding fails, whatever it raises; ModelRefused when what it returns are
        not that many vectors.
        """
        if not texts:
            return np.empty((0, self._dimension), np.float32)
        rows = self._call(lambda: self._embedding.get_text_embedding_batch(list(texts)))
        vectors = unit_vectors(rows, len(texts), self.name)
        self._dimension = vectors.shape[1]
        return vectors

    def embed_question(self, text: str) -> Vectors:
        """Embed a text as a unit vector of shape (dimension,). Raises as `embed_passages` does."""
        rows = self._call(lambda: [self._embedding.get_query_embedding(text)])
        vector: Vectors = unit_vectors(rows, 1, self.name)[0]
        return vector

    def _call(self, ask: Callable[[], list[list[float]]]) -> list[list[float]]:
        try:
            return ask()
        except ModelError:
            raise
        except Exception as error:  # every integration has its own errors
            said = str(error).replace(self._key, "(the key)") if self._key else str(error)
            ours = ModelUnavailable(f"{self.name} failed: {type(error).__name__}: {shorten(said)}")
            raise ours from None  # the cause may hold what a server said of the key


def from_llama_index(
    embedding: BaseEmbedding,
    *,
    passage_tokens: int = PASSAGE_TOKENS,
    count_tokens: Callable[[str], int] = estimate_tokens,
) -> Embedder:
    """Make an embedder of any LlamaIndex embedding; its vectors are brought to length 1.

    `passage_tokens` is the size of a passage as `count_tokens` counts, which by default estimates a token for four
    bytes of text. Give the model's own tokenizer for exact sizes. Raises TypeError for what is no embedding.
    """
    from llama_index.core.base.embeddings.base import BaseEmbedding

    if not isinstance(embedding, BaseEmbedding):
        raise TypeError(
            f"embedder is no embedding but a {type(embedding).__name__}: give a LlamaIndex BaseEmbedding, or name one "
            "in READACROSS_EMBEDDER."
        )
    return LlamaIndexEmbedder(embedding, passage_tokens, count_tokens)

"""An embedder for tests: no weights, no download, the same vectors on every machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np

from rag.models.ports import Vectors


class HashEmbedder:
    """Embeds by counting hashed character n-grams of the words: texts that share words or stems lie close together.

    The hashing trick of Weinberger et al. (https://arxiv.org/abs/0902.2206) over each word and its runs of 3 to 5
    characters, with a sign bit. It knows nothing of meaning. A text without words gets the unit vector of the first
    axis. It may be used by several threads at once.
    """

    def __init__(self, dimension: int = 256, passage_tokens: int = 200) -> None:
        """Set the vectors' dimension, and the size of a passage in words, which are the tokens here."""
        self.name = f"hash-{dimension}"
        self.passage_tokens = passage_tokens
        self._dimension = dimension

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the words of each text."""
        return [len(text.split()) for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit vectors of shape (len(texts), dimension)."""
        vectors = np.zeros((len(texts), self._dimension), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in text.casefold().split():
                for code in _codes(word):
                    row[code % self._dimension] += 1 if code & 1 << 31 else -1
        norms = np.linalg.norm(vectors, axis=1)
        empty = norms == 0
        vectors[empty, 0] = norms[empty] = 1
        vectors /= norms[:, None]
        return vectors

    def embed_question(self, text: str) -> Vectors:
        """Embed a text as a unit vector of shape (dimension,), just as a passage."""
        vector: Vectors = self.embed_passages([text])[0]
        return vector


@lru_cache(maxsize=10_000)
def _codes(word: str) -> tuple[int, ...]:
    """Hash a word and its n-grams to 32-bit numbers."""
    return tuple(crc32(piece.encode("utf-8", "replace")) for piece in _pieces(word))


def _pieces(word: str) -> Iterator[str]:
    bare = word.strip(".,;:!?()[]{}\"'“”‘’«»„") or word
    yield bare
    for size in (3, 4, 5):
        for start in range(len(bare) - size + 1):
            yield bare[start : start + size]

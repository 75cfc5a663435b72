"""The ports through which models are used. Their makers live beside this file; tests and users bring their own.

What is asked of vectors that come from elsewhere, and a count of tokens where the tokenizer is not ours to see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelRefused

Vectors = NDArray[np.float32]


@runtime_checkable
class Embedder(Protocol):
    """Turns texts into unit vectors (L2 norm 1, float32) of one dimension."""

    @property
    def name(self) -> str:
        """The identity stored beside the vectors; another name means that everything is embedded again."""

    @property
    def passage_tokens(self) -> int:
        """The size of a passage that suits this model, in its own tokens."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of this model's tokens in each text, without special tokens."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimension) for texts to be found.

        Raises ModelUnavailable or ModelRefused when a remote model fails.
        """

    def embed_question(self, text: str) -> Vectors:
        """A vector of shape (dimension,) for a text to search with. Raises as `embed_passages` does."""


@dataclass(frozen=True, slots=True)
class Entailment:
    """How probably a text follows from another, has nothing to do with it, or is contradicted by it; they sum to 1."""

    entailment: float
    neutral: float
    contradiction: float


class EntailmentModel(Protocol):
    """Tells whether one text follows from another (natural language inference). Threads may share it."""

    @property
    def name(self) -> str:
        """What readers are told of what judges."""

    def entail(self, pairs: Sequence[tuple[str, str]]) -> list[Entailment]:
        """Judge pairs of a premise and a hypothesis, in their order. Raises ModelError if the model fails."""


PASSAGE_TOKENS = 256
"""A size that every embedding model in use can take; about 200 words of English."""

BYTES_A_TOKEN = 4


def unit_vectors(rows: Sequence[Sequence[float]], count: int, source: str) -> Vectors:
    """Check vectors and bring them to length 1: float32 of shape (count, dimension).

    Raises ModelRefused, which names `source`, if there are not `count` of them, all of one dimension, all finite
    and none of length 0.
    """
    if len(rows) != count:
        raise ModelRefused(
            "{source} gave {rows} vectors for {count} texts. Use another embedding model.",
            source=source,
            rows=len(rows),
            count=count,
        )
    try:
        vectors = np.array(rows, np.float32)
    except (TypeError, ValueError):
        vectors = np.empty(0, np.float32)
    if vectors.ndim != 2 or vectors.shape[1] == 0:
        raise ModelRefused(
            "{source} gave vectors that are no rows of numbers, all equally long. Use another model.", source=source
        )
    norms = np.linalg.norm(vectors.astype(np.float64), axis=1)
    if not (np.isfinite(norms).all() and norms.all()):
        raise ModelRefused(
            "{source} gave a vector that is not finite, or of length 0. Use another embedding model.", source=source
        )
    unit: Vectors = (vectors / norms[:, None]).astype(np.float32)
    return unit


def estimate_tokens(text: str) -> int:
    """Estimate the tokens of a text as a quarter of its UTF-8 bytes, rounded up.

    English news has about 4.5 bytes a token with the usual vocabularies, Cyrillic 5, Chinese 3.
    """
    return -(-len(text.encode("utf-8", "replace")) // BYTES_A_TOKEN)

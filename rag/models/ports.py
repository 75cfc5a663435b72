"""The ports through which models are used. Their makers live beside this file; tests and users bring their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

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

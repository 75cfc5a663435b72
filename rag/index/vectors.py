"""Searching by vector: the port, and the exact scan of the catalogue's own vectors.

The owner of a library searches Chroma. A process that only reads scans the vectors in the catalogue instead: two
processes on one Chroma folder do not see each other's writes.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from rag.index.catalogue import Catalogue
from rag.index.keywords import Found
from rag.index.records import StoredVectors
from rag.models.ports import Vectors


class VectorSearch(Protocol):
    """Finds passages by vector."""

    def search(self, vectors: Vectors, k: int, files: Sequence[str] | None = None) -> list[list[Found]]:
        """For each unit vector of shape (n, dimension), the `k` nearest passages in these files; scores are cosines."""


class ExactVectors:
    """Scans every vector of the catalogue: exact, and fast up to some tens of thousands of passages."""

    def __init__(self, catalogue: Catalogue, embedder: str) -> None:
        self._catalogue = catalogue
        self._embedder = embedder
        self._guard = threading.Lock()
        self._generation = ""
        self._all = StoredVectors([], np.zeros((0, 0), np.float32))

    def search(self, vectors: Vectors, k: int, files: Sequence[str] | None = None) -> list[list[Found]]:
        """As the port says. Passages that another embedder embedded are not found."""
        stored = self._everything() if files is None else self._catalogue.vectors(self._embedder, files)
        if not stored.ids:
            return [[] for _ in vectors]
        cosines = vectors @ stored.matrix.T
        best = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
        return [
            [Found(stored.ids[i], float(row[i])) for i in nearest] for row, nearest in zip(cosines, best, strict=True)
        ]

    def _everything(self) -> StoredVectors:
        with self._guard:
            generation = self._catalogue.about("generation")
            if generation != self._generation:
                self._all = self._catalogue.vectors(self._embedder)
                self._generation = generation
            return self._all

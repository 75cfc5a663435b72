"""What is asked of vectors that come from elsewhere, and a count of tokens where the tokenizer is not ours to see."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.errors import ModelRefused
from rag.models.ports import Vectors

PASSAGE_TOKENS = 256
"""A size that every embedding model in use can take; about 200 words of English."""

BYTES_A_TOKEN = 4


def unit_vectors(rows: Sequence[Sequence[float]], count: int, source: str) -> Vectors:
    """Check vectors and bring them to length 1: float32 of shape (count, dimension).

    Raises ModelRefused, which names `source`, if there are not `count` of them, all of one dimension, all finite
    and none of length 0.
    """
    if len(rows) != count:
        raise ModelRefused(f"{source} gave {len(rows)} vectors for {count} texts. Use another embedding model.")
    try:
        vectors = np.array(rows, np.float32)
    except (TypeError, ValueError):
        vectors = np.empty(0, np.float32)
    if vectors.ndim != 2 or vectors.shape[1] == 0:
        raise ModelRefused(f"{source} gave vectors that are no rows of numbers, all equally long. Use another model.")
    norms = np.linalg.norm(vectors.astype(np.float64), axis=1)
    if not (np.isfinite(norms).all() and norms.all()):
        raise ModelRefused(f"{source} gave a vector that is not finite, or of length 0. Use another embedding model.")
    unit: Vectors = (vectors / norms[:, None]).astype(np.float32)
    return unit


def estimate_tokens(text: str) -> int:
    """Estimate the tokens of a text as a quarter of its UTF-8 bytes, rounded up.

    English news has about 4.5 bytes a token with the usual vocabularies, Cyrillic 5, Chinese 3.
    """
    return -(-len(text.encode("utf-8", "replace")) // BYTES_A_TOKEN)

"""The embedded default: static word-piece vectors that come inside the `wordllama` package, so no model hub is asked.

A text's vector is the mean of the vectors of its tokens, brought to length 1 (https://github.com/dleemiller/WordLlama).
The package itself is never imported: its import sets up the process's logging and brings in much that is not needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.embed.port import Vectors
from rag.errors import ModelUnavailable

if TYPE_CHECKING:
    from tokenizers import Tokenizer


Ids = NDArray[np.intp]

WORDLLAMA = "wordllama-l2-supercat-256"
_INSTALL = "pip install 'wordllama>=0.4,<0.5'"
_INSTALL_AGAIN = "pip install --force-reinstall 'wordllama>=0.4,<0.5'"
PASSAGE_TOKENS = 300
"""About 200 words: English news takes 1.35 to 1.5 of these tokens a word."""

KNOWN_WORDS = 100_000
LONGEST_KNOWN_WORD = 40
"""How many words are remembered with their tokens, and how long one may be, in characters: a few megabytes in all."""
TOKENS_AT_ONCE = 4096
"""Tokens of a long text whose vectors are taken together: 4 MB."""
SHORT = 4
"""Tokens of a text, a single word mostly, that is summed together with others like it."""


class StaticEmbedder:
    """Embeds by averaging one fixed vector a token. It may be used by several threads at once.

    White space separates words and means nothing else: how much of it there is, and of which kind, changes no
    vector. A text's vector is the same to the last bit alone and in any batch. A text without words gets the unit
    vector of the first axis, so that a cosine is always defined.
    """

    def __init__(self, name: str, vectors: Vectors, tokenizer: Tokenizer, passage_tokens: int = PASSAGE_TOKENS) -> None:
        """`vectors` has a row for each token id. No token of the vocabulary may reach over a space."""
        self.name = name
        self.passage_tokens = passage_tokens
        self._vectors = np.concatenate([vectors, np.zeros((1, vectors.shape[1]), np.float32)])
        self._zero = len(vectors)
        self._model = tokenizer.model
        self._known: dict[str, bytes] = {}

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens in each text."""
        return [self._ids(text).size for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit vectors of shape (len(texts), dimension)."""
        sums = np.zeros((len(texts), self._vectors.shape[1]), np.float32)
        tokens = [self._ids(text) for text in texts]
        short = [i for i, ids in enumerate(tokens) if ids.size <= SHORT]
        if short:
            sums[short] = self._short_sums([tokens[i] for i in short])
        for row, ids in zip(sums, tokens, strict=True):
            if ids.size > SHORT:
                for start in range(0, ids.size, TOKENS_AT_ONCE):
                    row += np.add.reduce(self._vectors.take(ids[start : start + TOKENS_AT_ONCE], axis=0), axis=0)
        norms = np.sqrt(np.add.reduce(sums * sums, axis=1))
        without_words = norms == 0
        sums[without_words, 0] = norms[without_words] = 1
        sums /= norms[:, None]
        return sums

    def embed_question(self, text: str) -> Vectors:
        """Embed a text as a unit vector of shape (dimension,), just as a passage."""
        vector: Vectors = self.embed_passages([text])[0]
        return vector

    def _short_sums(self, tokens: Sequence[Ids]) -> Vectors:
        """Sum the vectors of many short texts at once. Zeros added behind change no bit of a sum."""
        padded = np.full((len(tokens), SHORT), self._zero)
        for row, ids in zip(padded, tokens, strict=True):
            row[: ids.size] = ids
        sums: Vectors = np.add.reduce(self._vectors.take(padded, axis=0), axis=1)
        return sums

    def _ids(self, text: str) -> Ids:
        """Find the token ids of a text word by word: most words of an article have been seen before."""
        words = text.split()
        try:
            ids = b"".join(map(self._known.__getitem__, words))
        except KeyError:
            ids = b"".join(map(self._word_ids, words))
        return np.frombuffer(ids, np.intp)

    def _word_ids(self, word: str) -> bytes:
        """Give the ids of one word as the bytes of an array: nothing joins many words as quickly as joining bytes."""
        known = self._known
        if (ids := known.get(word)) is None:
            encodable = word.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair becomes "?"
            ids = np.array([token.id for token in self._model.tokenize(f"▁{encodable}")], np.intp).tobytes()
            if len(word) <= LONGEST_KNOWN_WORD:
                if len(known) >= KNOWN_WORDS:
                    self._known = known = {}  # not clear(): another thread may be reading the old table
                known[word] = ids
        return ids


@cache
def load_wordllama() -> StaticEmbedder:
    """Make an embedder of the weights in the installed `wordllama` package: 256 dimensions, 32,000 tokens.

    Its weights are under the MIT licence. One instance serves the whole process. Raises ModelUnavailable when the
    package or one of its files is missing or damaged.
    """
    from safetensors import safe_open
    from tokenizers import Tokenizer

    folder = _package_folder("wordllama")
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json"))
        with safe_open(folder / "weights" / "l2_supercat_256.safetensors", framework="numpy") as weights:
            vectors = weights.get_tensor("embedding.weight").astype(np.float32)
    except Exception as error:  # tokenizers raises nothing narrower
        raise ModelUnavailable(
            "The files of the wordllama package cannot be read ({error}). Install it again: {command}",
            command=_INSTALL_AGAIN,
            error=error,
        ) from error
    return StaticEmbedder(WORDLLAMA, vectors, tokenizer)


def _package_folder(package: str) -> Path:
    """Find where a package lies, without importing it."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModelUnavailable(
            "The package {package} is missing. Install it: {command}", command=_INSTALL, package=package
        )
    return Path(spec.submodule_search_locations[0])

"""Models for tests: no weights, no download, the same on every machine."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from functools import lru_cache
from typing import Self
from zlib import crc32

import numpy as np

from rag.embed.port import Vectors, estimate_tokens
from rag.errors import AnswerCutShort, ModelError
from rag.llm.language_model import Message, Tokens


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


class ScriptedModel:
    """A language model that answers what it is told to, one script for each prompt, and the last one again after that.

    A script is a text, streamed in pieces of `size` characters, an error to raise, or a text and an error in a tuple:
    the stream then breaks off. `prompts` keeps what it was asked, `closed` counts the streams that were closed early.
    """

    def __init__(
        self, *scripts: str | ModelError | tuple[str, ModelError], size: int = 7, context_window: int = 8192
    ) -> None:
        self.name = "scripted"
        self.context_window = context_window
        self.prompts: list[tuple[Message, ...]] = []
        self.closed = 0
        self._scripts = scripts or ("",)
        self._size = size

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Estimate the tokens of each text."""
        return [estimate_tokens(text) for text in texts]

    def stream(self, messages: Sequence[Message]) -> ScriptedStream:
        """Answer with the next script."""
        script = self._scripts[min(len(self.prompts), len(self._scripts) - 1)]
        self.prompts.append(tuple(messages))
        text, error = (
            script if isinstance(script, tuple) else ("", script) if isinstance(script, ModelError) else (script, None)
        )
        return ScriptedStream(self, text, error, sum(self.count_tokens([m.text for m in messages])))

    def pieces(self, text: str) -> list[str]:
        """A text in the pieces that it is streamed in."""
        return [text[i : i + self._size] for i in range(0, len(text), self._size)]


class ScriptedStream:
    """The answer of a `ScriptedModel`."""

    def __init__(self, model: ScriptedModel, text: str, error: ModelError | None, prompt: int) -> None:
        self.usage: Tokens | None = None
        self.thoughts = 0
        self._pieces = self._read(model, text, error, prompt)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        return next(self._pieces)

    def close(self) -> None:
        """End the stream."""
        self._pieces.close()

    def _read(
        self, model: ScriptedModel, text: str, error: ModelError | None, prompt: int
    ) -> Generator[str, None, None]:
        try:
            yield from model.pieces(text)
        except GeneratorExit:
            model.closed += 1
            raise
        if error is not None:
            raise error
        if not text.strip():
            raise AnswerCutShort("The answer of scripted was empty. Try again.")
        self.usage = Tokens(prompt, estimate_tokens(text))

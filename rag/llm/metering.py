"""A language model that keeps the account of what it is given and gives."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from rag.embed.port import BYTES_A_TOKEN, estimate_tokens
from rag.llm.language_model import LanguageModel, Message, TextStream, Tokens
from rag.results.answers import Prices, Usage

MESSAGE_TOKENS = 4
"""What a message's frame costs beside its text, where tokens are estimated."""
MILLION = 1_000_000


class MeteredModel:
    """Passes everything on to a model, and counts. Make one for each question: its time begins when it is made."""

    def __init__(self, model: LanguageModel, prices: Prices | None = None) -> None:
        self._model = model
        self._prices = prices
        self._begun = time.monotonic()
        self._first: float | None = None
        self._streams: list[MeteredStream] = []

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    @property
    def context_window(self) -> int:
        """The tokens that the model takes."""
        return self._model.context_window

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count as the model does."""
        return self._model.count_tokens(texts)

    def stream(self, messages: Sequence[Message]) -> TextStream:
        """Answer a prompt as the model does."""
        stream = MeteredStream(self._model.stream(messages), messages)
        self._streams.append(stream)
        return stream

    def came(self) -> None:
        """Note that a reader has been shown words."""
        if self._first is None:
            self._first = time.monotonic() - self._begun

    @property
    def usage(self) -> Usage | None:
        """What was used until now, answers that are still coming or were stopped included; None if nothing came."""
        used = [(tokens, stream.usage is None) for stream in self._streams if (tokens := stream.tokens)]
        if not used:
            return None
        tokens_in = sum(tokens.prompt for tokens, _ in used)
        tokens_out = sum(tokens.answer for tokens, _ in used)
        price = currency = None
        if self._prices is not None:
            price = (tokens_in * self._prices.tokens_in + tokens_out * self._prices.tokens_out) / MILLION
            currency = self._prices.currency
        estimated = any(ours for _, ours in used)
        seconds = time.monotonic() - self._begun
        return Usage(tokens_in, tokens_out, estimated, self._first, seconds, price, currency or "")


class MeteredStream:
    """An answer as it comes, whose tokens are counted."""

    def __init__(self, stream: TextStream, messages: Sequence[Message]) -> None:
        self._stream = stream
        self._messages = messages
        self._text: list[str] = []

    @property
    def usage(self) -> Tokens | None:
        """The tokens used, as the model tells them."""
        return self._stream.usage

    @property
    def thoughts(self) -> int:
        """The characters that were thought beside the text."""
        return self._stream.thoughts

    @property
    def tokens(self) -> Tokens | None:
        """The tokens used until now, estimated from the texts where the model does not tell; None if nothing came."""
        if self.usage or not (self._text or self.thoughts):
            return self.usage
        prompt = sum(estimate_tokens(m.text) + MESSAGE_TOKENS for m in self._messages)
        return Tokens(prompt, estimate_tokens("".join(self._text)) + self.thoughts // BYTES_A_TOKEN)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        piece = next(self._stream)
        self._text.append(piece)
        return piece

    def close(self) -> None:
        """Stop the model's work."""
        self._stream.close()

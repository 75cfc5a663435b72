"""A language model that keeps the account of what it is given and gives."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from rag.models.foreign import estimate_tokens
from rag.models.language import LanguageModel, Message, TextStream, Tokens
from rag.usage import Prices, Usage

MESSAGE_TOKENS = 4
"""What a message's frame costs beside its text, where tokens are estimated."""
MILLION = 1_000_000


class MeteredModel:
    """Passes everything on to a model, and counts. Make one for each answer: its time begins when it is made."""

    def __init__(self, model: LanguageModel, prices: Prices | None = None) -> None:
        self._model = model
        self._prices = prices
        self._begun = time.monotonic()
        self._first: float | None = None
        self._used: list[tuple[Tokens, bool]] = []

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

    def stream(self, messages: Sequence[Message]) -> MeteredStream:
        """Answer a prompt as the model does."""
        return MeteredStream(self, self._model.stream(messages), messages)

    @property
    def usage(self) -> Usage | None:
        """What was used until now; None if the model gave nothing."""
        if not self._used:
            return None
        tokens_in = sum(tokens.prompt for tokens, _ in self._used)
        tokens_out = sum(tokens.answer for tokens, _ in self._used)
        price = currency = None
        if self._prices is not None:
            price = (tokens_in * self._prices.tokens_in + tokens_out * self._prices.tokens_out) / MILLION
            currency = self._prices.currency
        estimated = any(ours for _, ours in self._used)
        seconds = time.monotonic() - self._begun
        return Usage(tokens_in, tokens_out, estimated, self._first, seconds, price, currency or "")

    def came(self) -> None:
        """Note that words have come."""
        if self._first is None:
            self._first = time.monotonic() - self._begun

    def add(self, told: Tokens | None, messages: Sequence[Message], text: str) -> None:
        """Add an answer's tokens, estimated from the texts where the server does not tell them."""
        if told is None:
            prompt = sum(estimate_tokens(m.text) + MESSAGE_TOKENS for m in messages)
            told, ours = Tokens(prompt, estimate_tokens(text)), True
        else:
            ours = False
        self._used.append((told, ours))


class MeteredStream:
    """An answer as it comes, whose tokens are counted once it ends, however it ends."""

    def __init__(self, meter: MeteredModel, stream: TextStream, messages: Sequence[Message]) -> None:
        self._meter = meter
        self._stream = stream
        self._messages = messages
        self._text: list[str] = []
        self._open = True

    @property
    def usage(self) -> Tokens | None:
        """The tokens used, as the model tells them."""
        return self._stream.usage

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            piece = next(self._stream)
        except BaseException:
            self._end()
            raise
        self._meter.came()
        self._text.append(piece)
        return piece

    def close(self) -> None:
        """Stop the model's work."""
        self._stream.close()
        self._end()

    def _end(self) -> None:
        """Keep the account, if anything came."""
        if self._open and (self._text or self._stream.usage):
            self._meter.add(self._stream.usage, self._messages, "".join(self._text))
        self._open = False

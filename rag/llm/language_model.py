"""Language models: the port that writers use, its messages and streams.

A model's window is shared between prompt and reply: what the prompt leaves is for thoughts and answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

ESTIMATE = 0.85
"""The share of a window that is used, as tokens are mostly estimated."""
SPARE = 50
"""Tokens that a server's own frame around a prompt takes."""
LEAST_SHARE = 1 / 16
"""The share of a window that a model may use at least: it fits into what `ESTIMATE` leaves over."""


def room_after(window: int, prompt: int) -> int:
    """The tokens of a window that a prompt of so many leaves for thoughts and answer, 1 at least."""
    return max(int(window * ESTIMATE) - SPARE - prompt, int(window * LEAST_SHARE), 1)


ANSWER_SHARE = 0.25
"""The share of the model's window that is kept for its answer, ..."""
ANSWER_TOKENS = 1024
"""... and the most tokens that are kept. The model may use all that the prompt leaves."""


def prompt_room(window: int) -> int:
    """The tokens of a window that a prompt may take."""
    used = int(window * ESTIMATE)
    return used - min(ANSWER_TOKENS, int(used * ANSWER_SHARE)) - SPARE


Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a prompt."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a prompt and of the answer to it, as the model's server counted them."""

    prompt: int
    answer: int


class TextStream(Protocol):
    """An answer as it comes, piece by piece. No piece is empty, and there is at least one.

    Iterating raises ModelUnavailable when the model cannot be reached, also after retries; ModelRefused for its key,
    its name, or a prompt that is too long; AnswerCutShort, with the text so far, when the answer ends unfinished,
    is empty, or does not end at all; Cancelled once the thread's work is cancelled.
    """

    @property
    def usage(self) -> Tokens | None:
        """The tokens used, once the answer is whole; None if the server does not tell."""

    @property
    def thoughts(self) -> int:
        """The characters that the model has thought beside the text, as far as its server shows them."""

    def __iter__(self) -> Iterator[str]: ...

    def __next__(self) -> str: ...

    def close(self) -> None:
        """Stop the model's work. It can be called at any moment by the thread that iterates."""


class LanguageModel(Protocol):
    """Writes texts. Several threads may use it at once."""

    @property
    def name(self) -> str:
        """What readers are told of who writes."""

    @property
    def context_window(self) -> int:
        """The tokens of a prompt and its answer together that the model takes."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of the model's tokens in each text, or an estimate."""

    def stream(self, messages: Sequence[Message]) -> TextStream:
        """Answer a prompt, piece by piece. Nothing is sent before the first piece is asked for."""

"""What the OpenAI client raises, as our errors: translated at one border, without the key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag.errors import ModelError, ModelRefused, ModelUnavailable
from rag.models.retrying import try_again
from rag.models.server_words import broken, phrase, plain, said_by

if TYPE_CHECKING:
    from openai import APIStatusError

OPENAI = "https://api.openai.com/v1"
TOO_LONG = ("too large", "too long", "context length", "context size", "context window", "maximum context")
NO_CREDIT = "insufficient_quota"
PAYMENT_REQUIRED = 402
PASSING = frozenset({408, 409, 425, 429})
"""Refusals after which another attempt may do better."""


@dataclass(frozen=True, slots=True)
class OpenAIFaults:
    """Translates a server's errors. `source` is its name in messages, `variable` the setting that names the model.

    `otherwise` is the advice where there is no better one, `too_long` the one for what the model cannot take.
    """

    source: str
    variable: str
    otherwise: str
    too_long: str
    key: str = field(default="", repr=False)

    def translate(self, error: Exception) -> ModelError:
        """An error of the client as one of ours: ModelUnavailable if another attempt may do better."""
        from openai import APIConnectionError, APIStatusError

        if isinstance(error, APIStatusError):
            return self._answered(error)
        if isinstance(error, APIConnectionError):
            reason = self.safe(broken(error.__cause__ or error))
            return ModelUnavailable(f"{self.source} cannot be reached: {reason} Check OPENAI_BASE_URL and the network.")
        return ModelRefused(" ".join(f"{self.source}: {self.safe(str(error))} {self.otherwise}".split()))

    def _answered(self, error: APIStatusError) -> ModelError:
        status, reason = error.status_code, said_by(error.body)
        said = self.safe(reason)
        answer = f"{self.source} answered {status}: {said or phrase(status) + '.'}"
        if status == PAYMENT_REQUIRED or NO_CREDIT in (error.code, error.type):
            return ModelRefused(f"{answer} The key has no credit left: look after its account, or use another key.")
        if is_too_long(reason):  # llama.cpp's server calls this a fault of its own
            return ModelRefused(f"{answer} {self.too_long}")
        if status in PASSING or status >= 500:
            return ModelUnavailable(f"{answer} {try_again(error)}")
        return ModelRefused(f"{answer} {self._advice(status)}")

    def safe(self, words: str) -> str:
        """What a server said as one short plain sentence, without the key; "" if it cannot be shown."""
        return plain(words, self.key)

    def _advice(self, status: int) -> str:
        return {
            401: "Check OPENAI_API_KEY.",
            403: "Check OPENAI_API_KEY, and whether it may use this model.",
            404: f"Check the model's name in {self.variable}, and OPENAI_BASE_URL.",
            413: self.too_long,
        }.get(status, self.otherwise)


def is_too_long(said: str) -> bool:
    """Whether a server's words complain of a prompt or text that is longer than the model takes."""
    return any(words in said.lower() for words in TOO_LONG)


def host(address: str) -> str:
    """A server's name and port: an address may hold a password."""
    parts = urlsplit(address)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)

"""What the OpenAI client raises, as our errors: translated at one border, without the key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag.errors import ModelError, ModelRefused, ModelUnavailable
from rag.types import shorten

if TYPE_CHECKING:
    from openai import APIStatusError

OPENAI = "https://api.openai.com/v1"
LONGEST_PAUSE = 20.0
"""Seconds, if the server names a time in its Retry-After."""
TOO_LONG = ("too large", "too long", "context length", "context size", "context window", "maximum context")


@dataclass(frozen=True, slots=True)
class OpenAIFaults:
    """Translates a server's errors. `source` is its name in messages, `variable` the setting that names the model."""

    source: str
    variable: str
    otherwise: str
    key: str = field(default="", repr=False)

    def translate(self, error: Exception) -> ModelError:
        """An error of the client as one of ours: ModelUnavailable if another attempt may do better."""
        from openai import APIConnectionError, APIStatusError

        if isinstance(error, APIStatusError):
            said = self.safe(_message(error))
            answer = f"{self.source} answered {error.status_code}: {said}"
            too_long = is_too_long(said)  # llama.cpp's server calls this a fault of its own
            if (error.status_code in (408, 409, 425, 429) or error.status_code >= 500) and not too_long:
                return ModelUnavailable(f"{answer} Try again later.")
            return ModelRefused(f"{answer} {self._advice(error.status_code)}")
        if isinstance(error, APIConnectionError):
            reason = self.safe(str(error.__cause__ or error))
            return ModelUnavailable(f"{self.source} cannot be reached: {reason} Check OPENAI_BASE_URL and the network.")
        return ModelRefused(f"{self.source}: {self.safe(str(error))} {self.otherwise}")

    def safe(self, words: str) -> str:
        """What a server said as one short sentence, without the key."""
        line = shorten(words.replace(self.key, "(the key)") if self.key else words)
        return line if line.endswith((".", "!", "?", "…")) else f"{line}."

    def _advice(self, status: int) -> str:
        return {
            401: "Check OPENAI_API_KEY.",
            403: "Check OPENAI_API_KEY, and whether it may use this model.",
            404: f"Check the model's name in {self.variable}, and OPENAI_BASE_URL.",
        }.get(status, self.otherwise)


def is_too_long(said: str) -> bool:
    """Whether a server's words complain of a prompt or text that is longer than the model takes."""
    return any(words in said.lower() for words in TOO_LONG)


def pause(error: Exception, attempt: int, first: float) -> float:
    """Seconds to wait after an attempt, counted from 1: what the server names, else `first`, doubled each time."""
    response = getattr(error, "response", None)
    named = response.headers.get("retry-after", "") if response is not None else ""
    try:
        return min(max(float(named), 0.0), LONGEST_PAUSE)
    except ValueError:
        return float(first * 2 ** (attempt - 1))


def host(address: str) -> str:
    """A server's name and port: an address may hold a password."""
    parts = urlsplit(address)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def _message(error: APIStatusError) -> str:
    """The server's own words; the client puts its whole answer into the error's text."""
    said = error.body.get("message") if isinstance(error.body, dict) else None
    return said if isinstance(said, str) else error.message

"""What the OpenAI client raises, as our errors: translated at one border, without the key.

How long to wait before another attempt, and when there is no use in one.

What a server says of itself, as words that a reader can be shown: short and plain, no markup, address or key.
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from rag.errors import ModelError, ModelRefused, ModelUnavailable, Phrase
from rag.results.answers import shorten

if TYPE_CHECKING:
    from openai import APIStatusError


LONGEST_PAUSE = 20.0
"""Seconds that a server can name in its Retry-After and be waited for."""
MINUTE, HOUR, LONGEST_TOLD = 60, 3_600, 72 * 3_600


def pause(error: Exception, attempt: int, first: float) -> float | None:
    """Seconds to wait after an attempt, counted from 1: what the server names, else `first`, doubled each time.

    None if the server names more than `LONGEST_PAUSE`: another attempt would be refused.
    """
    named = named_pause(error)
    if named is None:
        return float(first * 2 ** (attempt - 1))
    return named if named <= LONGEST_PAUSE else None


def named_pause(error: Exception) -> float | None:
    """The seconds that a server names in its Retry-After, as a number or a date; None if it names no time."""
    response = getattr(error, "response", None)
    named = response.headers.get("retry-after", "") if response is not None else ""
    with suppress(ValueError):
        seconds = float(named)
        return seconds if math.isfinite(seconds) and seconds >= 0 else None
    try:
        date = parsedate_to_datetime(named)
        moment = date if date.tzinfo else date.replace(tzinfo=UTC)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):
        return None


def try_again(error: Exception) -> Phrase:
    """The advice to try again: when, if the server names a time that is worth telling."""
    seconds = named_pause(error)
    if seconds is None or not LONGEST_PAUSE < seconds <= LONGEST_TOLD:
        return Phrase("Try again later.")
    if seconds < 2 * MINUTE:
        return Phrase("Try again in {n} seconds.", n=math.ceil(seconds))
    if seconds < 2 * HOUR:
        return Phrase("Try again in {n} minutes.", n=math.ceil(seconds / MINUTE))
    return Phrase("Try again in {n} hours.", n=math.ceil(seconds / HOUR))


MARKUP = re.compile(r"<[!/?a-zA-Z]|[{}]")
ADDRESS = re.compile(
    r"\b[a-zA-Z][a-zA-Z0-9+.-]*://\S+|\bwww\.\S+|\S+@\S+\.\S+|(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?(?![\d.])"
)
KEY = re.compile(r"\b(?:sk|pk|rk|gsk|xai|hf|key)[-_][\w*.-]{6,}|\bBearer\s+\S+", re.IGNORECASE)
NUMBERED = re.compile(r"^\[[^\]]*\]\s*")
"""How the operating system's reasons begin: "[Errno 111] Connection refused"."""


def said_by(body: object) -> str:
    """The reason in an error's body, which servers put into different places; "" if there is none."""
    if isinstance(body, str):
        return body
    if not isinstance(body, dict):
        return ""
    return next((said for name in ("message", "error", "detail") if (said := said_by(body.get(name)))), "")


def plain(words: str, key: str = "") -> str:
    """Words of a server as one short sentence; "" if they are markup, or nothing but a number. A phrase is ours."""
    if isinstance(words, Phrase):
        return words
    said = words.replace(key, "(the key)") if key else words
    if MARKUP.search(said) or not any(c.isalpha() for c in said):
        return ""
    line = shorten(KEY.sub("(a key)", ADDRESS.sub("(an address)", said)))
    return line if line.endswith((".", "!", "?", "…")) else f"{line}."


def reason_phrase(status: int) -> str:
    """What a status means, such as "Bad Gateway"."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "not a known answer"


def broken(error: BaseException) -> str:
    """Why a connection failed: words of a library, or a phrase."""
    if isinstance(error, httpx.TimeoutException):
        return str(error) or Phrase("timed out.")
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError):
        return Phrase("the connection was lost.")
    return NUMBERED.sub("", str(error)) or Phrase("the connection failed.")


def timed_out(error: BaseException) -> bool:
    """Whether a server was reached, or was waited for, and nothing came."""
    return any(isinstance(e, httpx.TimeoutException) for e in (error, error.__cause__))


OPENAI = "https://api.openai.com/v1"
TOO_LONG = ("too large", "too long", "context length", "context size", "context window", "maximum context")
NO_CREDIT = "insufficient_quota"
PAYMENT_REQUIRED = 402
UNKNOWN = Phrase("no reason is given.")
PASSING = frozenset({408, 409, 425, 429})
"""Refusals after which another attempt may do better."""


@dataclass(frozen=True, slots=True)
class OpenAIFaults:
    """Translates a server's errors. `source` is its name in messages, `variable` the setting that names the model.

    `otherwise` is the advice where there is no better one, `too_long` the one for what the model cannot take.
    """

    source: str
    variable: str
    otherwise: Phrase
    too_long: Phrase
    key: str = field(default="", repr=False)

    def translate(self, error: Exception) -> ModelError:
        """An error of the client as one of ours: ModelUnavailable if another attempt may do better."""
        from openai import APIConnectionError, APIStatusError

        if isinstance(error, APIStatusError):
            return self._answered(error)
        if isinstance(error, APIConnectionError):
            reason = self.safe(broken(error.__cause__ or error))
            return ModelUnavailable(
                "{source} cannot be reached: {reason} Check OPENAI_BASE_URL and the network.",
                source=self.source,
                reason=reason,
            )
        return ModelRefused(
            "{source}: {said} {advice}",
            source=self.source,
            said=self.safe(str(error)) or UNKNOWN,
            advice=self.otherwise,
        )

    def _answered(self, error: APIStatusError) -> ModelError:
        status, reason = error.status_code, said_by(error.body)
        said = self.safe(reason)
        answer = Phrase(
            "{source} answered {status}: {said}",
            source=self.source,
            status=status,
            said=said or f"{reason_phrase(status)}.",
        )
        if status == PAYMENT_REQUIRED or NO_CREDIT in (error.code, error.type):
            return ModelRefused(
                "{answer} The key has no credit left: look after its account, or use another key.", answer=answer
            )
        if is_too_long(reason):  # llama.cpp's server calls this a fault of its own
            return ModelRefused("{answer} {advice}", answer=answer, advice=self.too_long)
        if status in PASSING or status >= 500:
            return ModelUnavailable("{answer} {advice}", answer=answer, advice=try_again(error))
        return ModelRefused("{answer} {advice}", answer=answer, advice=self._advice(status))

    def safe(self, words: str) -> str:
        """What a server said as one short plain sentence, without the key; "" if it cannot be shown."""
        return plain(words, self.key)

    def _advice(self, status: int) -> Phrase:
        return {
            401: Phrase("Check OPENAI_API_KEY."),
            403: Phrase("Check OPENAI_API_KEY, and whether it may use this model."),
            404: Phrase("Check the model's name in {variable}, and OPENAI_BASE_URL.", variable=self.variable),
            413: self.too_long,
        }.get(status, self.otherwise)


def is_too_long(said: str) -> bool:
    """Whether a server's words complain of a prompt or text that is longer than the model takes."""
    return any(words in said.lower() for words in TOO_LONG)


def host(address: str) -> str:
    """A server's name and port: an address may hold a password."""
    parts = urlsplit(address)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)

"""What a server says of itself, as words that a reader can be shown: short and plain, no markup, address or key."""

from __future__ import annotations

import re
from http import HTTPStatus

import httpx

from rag.types import shorten

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
    """Words of a server as one short sentence; "" if they are markup, or nothing but a number."""
    said = words.replace(key, "(the key)") if key else words
    if MARKUP.search(said) or not any(c.isalpha() for c in said):
        return ""
    line = shorten(KEY.sub("(a key)", ADDRESS.sub("(an address)", said)))
    return line if line.endswith((".", "!", "?", "…")) else f"{line}."


def phrase(status: int) -> str:
    """What a status means, such as "Bad Gateway"."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "not a known answer"


def broken(error: BaseException) -> str:
    """Why a connection failed."""
    if isinstance(error, httpx.TimeoutException):
        return str(error) or "timed out"
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError):
        return "the connection was lost"
    return NUMBERED.sub("", str(error)) or "the connection failed"

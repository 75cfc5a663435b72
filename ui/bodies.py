"""Limits on request bodies, kept before anything reads one: FastAPI reads a body before it asks for the login."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from types import MappingProxyType
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_BODY = 4_000_000
"""Bytes of a request of the page; the longest is a draft, of half a million words."""
LARGEST_LOGIN = 10_000
"""Bytes of a request that logs in."""
LOGIN = frozenset({"/login", "/login/"})
"""The paths that may be sent a body before login."""
_DIGITS = 15
"""Digits of a stated length; one with more is too large."""


class BodyLimits:
    """ASGI middleware: 413 for a body over the limit, 401 for one from a client that is not logged in.

    A stated length is refused before the body is read, a streamed body as soon as it exceeds the limit. Responses and
    websockets pass as they are. `is_logged_in` tells from a request's scope whether its client may send bodies;
    `larger` gives limits of their own to some paths.
    """

    def __init__(
        self, app: App, is_logged_in: Callable[[Scope], bool], larger: Mapping[str, int] = MappingProxyType({})
    ) -> None:
        self._app = app
        self._larger = larger
        self._is_logged_in = is_logged_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request of ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope)
        exchange = _Exchange(limit, receive, send)
        if _stated_length(scope) > limit or (limit == 0 and _is_chunked(scope)):
            await exchange.refuse()
            return
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except Exception:
            if not exchange.refused:
                raise

    def _limit(self, scope: Scope) -> int:
        """How many bytes the body may have. None are read before login, but for the login itself."""
        if scope["path"] in LOGIN:
            return LARGEST_LOGIN
        return self._larger.get(scope["path"], LARGEST_BODY) if self._is_logged_in(scope) else 0


class _Exchange:
    """One request and its response. Once it is refused, the application sees a client that has gone away."""

    def __init__(self, limit: int, receive: Receive, send: Send) -> None:
        self._limit = limit
        self._receive = receive
        self._send = send
        self._read = 0
        self._started = False
        self.refused = False

    async def receive(self) -> Message:
        message: Message = {"type": "http.disconnect"} if self.refused else await self._receive()
        self._read += len(message.get("body", b""))
        if self._read > self._limit and not self.refused:
            await self.refuse()
        return {"type": "http.disconnect"} if self.refused else message

    async def send(self, message: Message) -> None:
        if not self.refused:
            self._started = self._started or message["type"] == "http.response.start"
            await self._send(message)

    async def refuse(self) -> None:
        """Answer with 413 or, before login, 401, unless an answer has begun."""
        self.refused = True
        if self._started:
            return
        status, detail = (413, f"A request may have {self._limit:,} bytes at most: send less.")
        if not self._limit:
            status, detail = 401, "Log in first: reload the page."
        body = json.dumps({"detail": detail}).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),  # the rest of the request is not read
        ]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _stated_length(scope: Scope) -> int:
    """The length that a request states for its body; 0 if none."""
    stated = [value for name, value in scope["headers"] if name.lower() == b"content-length" and value.isdigit()]
    return max((int(value) if len(value) <= _DIGITS else 10**_DIGITS for value in stated), default=0)


def _is_chunked(scope: Scope) -> bool:
    return any(name.lower() == b"transfer-encoding" for name, _ in scope["headers"])

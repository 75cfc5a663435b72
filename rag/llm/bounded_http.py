"""The connection to a model's server: its replies bounded, and closed from another thread when the work is stopped."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx

from rag.llm import chat_stream
from rag.progress import on_cancel

LONGEST_REPLY = 20_000_000
"""Bytes of a reply, whatever they are."""
LONGEST = "readacross.longest"
"""The extension of a request that names the seconds for the whole of its reply."""
HEAD = 4_000
"""Bytes of a reply that are kept, for what they tell if it is no stream."""
ENDLESS = "the reply did not come to an end"


class Connections:
    """The hooks of an HTTP client. Threads may share it: each follows one reply at a time.

    A reply, its headers included, is ended after `seconds`, whatever comes, 0 meaning the usual, or after those that
    the request names; its connection is closed as soon as the thread's work is stopped.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._local = threading.local()

    @property
    def hooks(self) -> dict[str, list[Any]]:
        """What the client is to call."""
        return {"request": [self._begin], "response": [self._bound]}

    def take(self) -> httpx.Response | None:
        """The reply that began last in this thread, if it has not been taken."""
        reply, self._local.reply = getattr(self._local, "reply", None), None
        return reply

    def _begin(self, request: httpx.Request) -> None:
        seconds = request.extensions.get(LONGEST) or self._seconds or chat_stream.LONGEST_TIME
        request.extensions["trace"] = watch = _Watch(seconds)
        self._local.until = watch.until

    def _bound(self, reply: httpx.Response) -> None:
        reply.stream = _Bounded(reply.stream, self._local.until)
        self._local.reply = reply


class _Watch:
    """Follows one request until its reply begins: ends it when its time is up, or the thread's work is stopped."""

    def __init__(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds
        self._line: socket.socket | None = None
        self._timer: threading.Timer | None = None

    def __call__(self, event: str, facts: dict[str, Any]) -> None:
        """Take one of the connection's events."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            line = self._line = facts["return_value"].get_extra_info("socket")
            on_cancel(lambda: _hang_up(line))
        elif event.endswith("receive_response_headers.started") and self._line is not None:
            self._timer = threading.Timer(max(0.0, self.until - time.monotonic()), _hang_up, (self._line,))
            self._timer.daemon = True
            self._timer.start()
        elif self._timer is not None and event.endswith(("headers.complete", "headers.failed")):
            self._timer.cancel()
            if event.endswith("failed") and time.monotonic() >= self.until:
                raise httpx.ReadTimeout(ENDLESS)


def _hang_up(line: socket.socket) -> None:
    """Wake who reads from a socket: not by TLS's own farewell, for which it would have to wait."""
    with suppress(OSError):  # it is closed already
        socket.socket.shutdown(line, socket.SHUT_RDWR)


class _Bounded(httpx.SyncByteStream):
    """A reply's bytes, as long as they are not too many and do not take too long. `head` are the first of them."""

    def __init__(self, stream: Any, until: float) -> None:
        self.head = b""
        self._stream = stream
        self._until = until

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._stream:
            size += len(chunk)
            if size > LONGEST_REPLY or time.monotonic() > self._until:
                raise httpx.ReadTimeout(ENDLESS)
            if len(self.head) < HEAD:
                self.head += chunk[:HEAD]
            yield chunk

    def close(self) -> None:
        self._stream.close()


def told_error(reply: httpx.Response) -> object:
    """The error that a reply is, if it is a JSON object of one; None for any other."""
    head = reply.stream.head if isinstance(reply.stream, _Bounded) else b""
    with suppress(ValueError):
        value = json.loads(head)
        return value.get("error") if isinstance(value, dict) else None
    return None

"""The connection to a model's server: its replies bounded, and closed from another thread when the work is stopped."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx

from rag.models import chat_stream
from rag.models.stopping import heard_stop

LONGEST_REPLY = 20_000_000
"""Bytes of a reply, whatever they are."""


class Connections:
    """The hooks of an HTTP client. Threads may share it: each follows one reply at a time.

    A reply is ended after `seconds`, whatever comes, 0 meaning the usual; its connection as soon as the thread's work
    is stopped.
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
        stop = heard_stop()
        if stop is None:
            return

        def trace(event: str, facts: dict[str, Any]) -> None:
            if event.endswith(("connect_tcp.complete", "start_tls.complete")):
                line = facts["return_value"].get_extra_info("socket")
                stop.call(lambda: _hang_up(line))

        request.extensions["trace"] = trace

    def _bound(self, reply: httpx.Response) -> None:
        reply.stream = _Bounded(reply.stream, self._seconds or chat_stream.LONGEST_TIME)
        self._local.reply = reply


def _hang_up(line: socket.socket) -> None:
    """Wake who reads from a socket: not by TLS's own farewell, for which it would have to wait."""
    with suppress(OSError):  # it is closed already
        socket.socket.shutdown(line, socket.SHUT_RDWR)


class _Bounded(httpx.SyncByteStream):
    """A reply's bytes, as long as they are not too many and do not take too long."""

    def __init__(self, stream: Any, seconds: float) -> None:
        self._stream = stream
        self._until = time.monotonic() + seconds

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._stream:
            size += len(chunk)
            if size > LONGEST_REPLY or time.monotonic() > self._until:
                raise httpx.ReadTimeout("the reply did not come to an end")
            yield chunk

    def close(self) -> None:
        self._stream.close()

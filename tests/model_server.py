"""A chat server over real HTTP that misbehaves as a test tells it to."""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-of-nobody-else"


def chunk(text: str = "", finish: str | None = None, **more: Any) -> bytes:
    """One event of a stream."""
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}
    body = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **more}
    return f"data: {json.dumps(body)}\n\n".encode()


def thought(text: str) -> bytes:
    """One event of a stream that holds a thought beside the text, as servers tell it that take thoughts out."""
    return chunk(choices=[{"index": 0, "delta": {"reasoning_content": text}, "finish_reason": None}])


DONE = b"data: [DONE]\n\n"


@dataclass
class Act:
    """What the server does with one request: a status and headers, then pieces of the body, sent one by one.

    A number among the pieces is a pause in seconds. With `reset`, the connection is cut in the middle of the body.
    """

    pieces: tuple[bytes | float, ...] = ()
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    reset: bool = False


def says(*texts: str, finish: str | None = "stop", **more: Any) -> Act:
    """An answer, streamed in these pieces."""
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    counted = chunk(choices=[], usage=usage) if finish else b""
    end = (chunk(finish=finish), counted, DONE) if finish else ()
    return Act((*(chunk(t) for t in texts), *end), **more)


def fails(status: int, message: str = "no", **headers: str) -> Act:
    """An error as servers of OpenAI's kind answer it."""
    return Act((json.dumps({"error": {"message": message, "type": "e", "code": None}}).encode(),), status, headers)


@dataclass
class ModelServer:
    """The server: `acts` are done one after the other, the last one again after that.

    `models` is its list of models; `beside` has what other paths answer, a value or what makes it of the body sent, and
    `asked` those that were asked for, with these `keys`.
    """

    address: str = ""
    acts: list[Act] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    answer: Callable[[dict[str, Any]], Act] | None = None
    models: dict[str, Any] = field(default_factory=lambda: {"data": []})
    beside: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)

    def act(self, body: dict[str, Any]) -> Act:
        """What to do with a request."""
        self.requests.append(body)
        if self.answer is not None:
            return self.answer(body)
        return self.acts[min(len(self.requests), len(self.acts)) - 1]


class Handler(BaseHTTPRequestHandler):
    here: ModelServer

    def do_GET(self, sent: Any = None) -> None:
        self.here.asked.append(self.path)
        self.here.keys.append(self.headers.get("Authorization", ""))
        answer = {"/v1/models": self.here.models, **self.here.beside}.get(self.path)
        body = json.dumps(answer(sent) if callable(answer) else answer).encode()
        self.send_response(404 if answer is None else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self.path.endswith("/chat/completions"):
            self.do_GET(sent)
            return
        act = self.here.act(sent)
        begun = False
        try:
            for piece in act.pieces or (b"",):
                if isinstance(piece, float):
                    self.pause(piece)
                    continue
                if not begun:
                    begun = True
                    self.begin(act)
                self.wfile.write(piece)
                self.wfile.flush()
        except OSError:
            self.here.hung_up.set()

    def pause(self, seconds: float) -> None:
        """Wait, and notice meanwhile if who asked has gone."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self.here.stop.wait(min(left, 0.05)):
            readable = select.select([self.connection], [], [], 0)[0]
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                raise ConnectionResetError

    def begin(self, act: Act) -> None:
        self.send_response(act.status)
        kind = "text/event-stream" if act.status == 200 else "application/json"
        for name, value in {"Content-Type": kind, **act.headers}.items():
            self.send_header(name, value)
        if act.reset:
            self.send_header("Content-Length", str(sum(len(p) for p in act.pieces if isinstance(p, bytes)) + 1000))
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Keep the test's output clean."""


@contextmanager
def misbehaving(port: int = 0) -> Iterator[ModelServer]:
    """A server on a free port of loopback, or on this one."""
    here = ModelServer()
    server = ThreadingHTTPServer(("127.0.0.1", port), type("OwnHandler", (Handler,), {"here": here}))
    server.daemon_threads = True
    here.address = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield here
    finally:
        here.stop.set()
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def talking(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server below HTTP: `serve` does what it likes with each connection, until the other side hangs up."""

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=follow, args=(listening.accept()[0],), daemon=True).start()

    def follow(line: socket.socket) -> None:
        with line, suppress(OSError):
            serve(line)

    listening = socket.create_server(("127.0.0.1", 0))
    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        accepting.join(5)


def endless(text: str, pause: float = 0.0) -> Act:
    """An answer of a hundred thousand pieces."""
    return Act(tuple(p for _ in range(100_000) for p in ((chunk(text), pause) if pause else (chunk(text),))))


def silent() -> Act:
    """No word at all, until the server ends."""
    return Act((3600.0,))


def waited(seconds: float) -> Callable[[], float]:
    """A clock that starts now; fails a test that took longer than `seconds`."""
    begun = time.monotonic()

    def check() -> float:
        took = time.monotonic() - begun
        assert took < seconds, f"took {took:.1f} s"
        return took

    return check

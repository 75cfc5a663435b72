"""A small HTTP server in this process, for what a test asks over the network."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Reply:
    """What a test's server answers."""

    body: bytes | dict = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Site:
    """A server in this process: `answer` makes the reply to a request's path and body; `requests` keeps them."""

    address: str = ""
    Reply: type[Reply] = Reply
    answer: Callable[[str, bytes], Reply] = lambda path, body: Reply(status=404)
    requests: list[tuple[str, bytes]] = field(default_factory=list)


@pytest.fixture
def site() -> Iterator[Site]:
    here = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def reply(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            here.requests.append((self.path, sent))
            reply = here.answer(self.path, sent)
            body = json.dumps(reply.body).encode() if isinstance(reply.body, dict) else reply.body
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_POST = do_HEAD = reply

        def log_message(self, *args: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield here
    server.shutdown()
    thread.join()
    server.server_close()

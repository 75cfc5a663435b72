"""A reverse proxy that serves a page under a path, for tests."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

PATH = "/news"
OWN = {"connection", "content-length", "transfer-encoding", "content-encoding"}


@dataclass
class Proxy:
    """`url` is where it serves; what comes to `PATH` goes to `target`, without the path if it `strips` it."""

    url: str
    strips: bool
    target: str = ""
    outside: list[str] = field(default_factory=list)

    async def pass_on(self, request: Request) -> Response:
        path = request.url.path
        if not path.startswith(f"{PATH}/") and (self.strips or path != PATH):
            self.outside.append(path)
            return Response("Another site's.", 404)
        url = httpx.URL(self.target).copy_with(
            path=path.removeprefix(PATH) if self.strips else path, query=request.url.query.encode()
        )
        headers = [(name, value) for name, value in request.headers.raw if name.decode() not in OWN]
        client: httpx.AsyncClient = request.app.state.client
        sent = client.build_request(request.method, url, headers=headers, content=await request.body())
        got = await client.send(sent, stream=True)

        async def body() -> AsyncIterator[bytes]:
            try:
                async for part in got.aiter_bytes():
                    yield part
            finally:
                await got.aclose()

        passed = StreamingResponse(body(), got.status_code)
        passed.raw_headers = [(n.lower(), v) for n, v in got.headers.raw if n.decode().lower() not in OWN]
        return passed


@contextmanager
def proxying(*, strips: bool) -> Iterator[Proxy]:
    """A proxy on a free port of loopback. Set its target before anything is asked of it."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with httpx.AsyncClient(timeout=60) as client:
            app.state.client = client
            yield

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    proxy = Proxy(f"http://127.0.0.1:{listening.getsockname()[1]}{PATH}", strips)
    app = Starlette(routes=[Route("/{path:path}", proxy.pass_on, methods=["GET", "HEAD", "POST"])], lifespan=lifespan)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield proxy
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()

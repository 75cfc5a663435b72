"""No body is read that is too large, nor any before login but a small one that logs in."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from rag import Library
from tests.serving import serving
from ui.bodies import LARGEST_BODY, LARGEST_LOGIN, BodyLimits

JOIN = "gradio_api/queue/join"


@pytest.fixture
def guarded(library: Library) -> Iterator[str]:
    """A page that asks for a login."""
    with serving(library, auth="reader:secret") as at:
        yield at


def status_of(address: str, path: str, *lines: str, body: bytes = b"", kind: str = "application/json") -> int:
    """What the server says to a request whose head is as given; its body need never come."""
    host = urlsplit(address).netloc
    head = "\r\n".join((f"POST /{path} HTTP/1.1", f"Host: {host}", f"Content-Type: {kind}", *lines, "", ""))
    name, port = host.split(":")
    with socket.create_connection((name, int(port)), timeout=10) as connection:
        connection.sendall(head.encode() + body)
        return int(connection.makefile("rb").readline().split()[1])


def chunk(size: int) -> bytes:
    return f"{size:x}\r\n".encode() + b" " * size + b"\r\n"


@pytest.mark.parametrize("length", [LARGEST_BODY + 1, 10**14, 10**18])
def test_a_body_that_states_too_great_a_length_is_refused_unread(address: str, length: int) -> None:
    assert status_of(address, JOIN, f"Content-Length: {length}") == 413


def test_a_streamed_body_is_refused_once_it_is_too_large(address: str) -> None:
    body = chunk(LARGEST_BODY // 2) * 2 + chunk(1)
    assert status_of(address, JOIN, "Transfer-Encoding: chunked", body=body) == 413


def test_the_longest_body_is_read(address: str) -> None:
    text = json.dumps({"data": ["x" * (LARGEST_BODY - 1_000)], "session_hash": "s"})
    response = httpx.post(f"{address}gradio_api/reset", content=text, headers={"content-type": "application/json"})
    assert response.status_code != 413
    assert "connection" not in response.headers


@pytest.mark.parametrize("path", [JOIN, "gradio_api/cancel", "gradio_api/reset", "gradio_api/run/predict"])
def test_no_body_is_read_before_login(guarded: str, path: str) -> None:
    assert status_of(guarded, path, "Content-Length: 1000") == 401
    assert status_of(guarded, path, "Transfer-Encoding: chunked") == 401
    assert status_of(guarded, path, "Content-Length: 10", "Cookie: access-token-unsecure-x=y") == 401


def test_a_login_is_small(guarded: str) -> None:
    assert status_of(guarded, "login", f"Content-Length: {LARGEST_LOGIN + 1}") == 413
    form, body = "application/x-www-form-urlencoded", chunk(LARGEST_LOGIN + 1)
    assert status_of(guarded, "login", "Transfer-Encoding: chunked", body=body, kind=form) == 413
    wrong = httpx.post(f"{guarded}login", data={"username": "reader", "password": "x" * 1_000})
    assert wrong.status_code == 400


def test_whoever_has_logged_in_may_send(guarded: str) -> None:
    right = httpx.post(f"{guarded}login", data={"username": "reader", "password": "secret"})
    body = {"data": [], "fn_index": 10_000, "session_hash": "s"}
    assert httpx.post(f"{guarded}gradio_api/reset", json={"event_id": "e"}, cookies=right.cookies).status_code == 200
    assert httpx.post(f"{guarded}{JOIN}", json=body, cookies=right.cookies).status_code not in {401, 413}
    cookies = "; ".join(f"{name}={value}" for name, value in right.cookies.items())
    assert status_of(guarded, JOIN, f"Cookie: {cookies}", f"Content-Length: {LARGEST_BODY + 1}") == 413


def test_an_application_that_swallows_the_end_of_a_body_cannot_answer_after_a_refusal() -> None:
    sent = asyncio.run(_exchange([b"x" * LARGEST_BODY, b"x"], fails=False))
    assert [m.get("status") for m in sent] == [413, None]
    sent = asyncio.run(_exchange([b"x" * LARGEST_BODY, b"x"], fails=True))
    assert [m.get("status") for m in sent] == [413, None]


def test_a_failure_of_the_application_is_its_own() -> None:
    with pytest.raises(RuntimeError):
        asyncio.run(_exchange([b"x"], fails=True))


def test_streams_and_websockets_pass_untouched() -> None:
    sent = asyncio.run(_exchange([b"x"], fails=False))
    assert [m["type"] for m in sent] == ["http.response.start", "http.response.body"]
    seen = []

    async def app(*parts) -> None:
        seen.append(parts)

    scope, receive, send = {"type": "websocket"}, object(), object()
    asyncio.run(BodyLimits(app, lambda _: False)(scope, receive, send))
    assert seen == [(scope, receive, send)]


async def _exchange(parts: list[bytes], *, fails: bool) -> list[dict]:
    """What is sent for a request whose body comes in such parts to an application that reads all of it."""
    sent: list[dict] = []
    coming = iter(parts)

    async def receive() -> dict:
        part = next(coming, None)
        return {"type": "http.request", "body": part or b"", "more_body": part is not None}

    async def send(message) -> None:
        sent.append(message)

    async def app(_, receive, send) -> None:
        while (await receive()).get("more_body"):
            pass
        if fails:
            raise RuntimeError
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    await BodyLimits(app, lambda _: True)({"type": "http", "path": "/x", "headers": []}, receive, send)
    return sent

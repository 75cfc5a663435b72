"""What a tab is sent ends when its user's login does."""

from __future__ import annotations

import asyncio
from typing import Any

from ui.tabs import TabOwners


def test_a_stream_ends_with_the_login() -> None:
    sent: list[bytes] = []
    users = ["anna"]

    async def stream(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for part in (b"one", b"two", b"three"):
            await send({"type": "http.response.body", "body": part, "more_body": True})
            if part == b"two":
                users[0] = ""

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            sent.append(message["body"])
            assert message["more_body"] is (message["body"] != b"")

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "path": "/gradio_api/queue/data", "query_string": b"session_hash=x", "headers": []}
    asyncio.run(TabOwners(stream, lambda _: users[0])(scope, receive, send))
    assert sent == [b"one", b"two", b""]

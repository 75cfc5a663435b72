"""Agents: the official client calls the tools over standard input and output, and over HTTP."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from mcp import Client, StdioServerParameters, stdio_client
from mcp_types import CallToolResult

from rag import Library

ROOT = Path(__file__).parent.parent.parent
FIRST = ["check", "recheck", "ask", "search"]
ALL = {*FIRST, "articles", "article", "summarise", "compare", "timeline", "stories", "new", "names", "sync"}


def talk(folder: Path, conversation: Callable[[Client], Awaitable[None]]) -> None:
    """Have a conversation with `readacross mcp` over a folder, on standard input and output."""
    arguments = ["-m", "rag.cli", "mcp", "--library", str(folder)]
    server = StdioServerParameters(command=sys.executable, args=arguments, cwd=ROOT, env=dict(os.environ))

    async def main() -> None:
        async with Client(stdio_client(server)) as client:
            await conversation(client)

    anyio.run(main)


def text(result: CallToolResult) -> str:
    return "".join(block.text for block in result.content if block.type == "text")


def places(value: Any) -> list[tuple[str, int, int, str]]:
    """All citations and places of a result's values."""
    if isinstance(value, list):
        return [place for item in value for place in places(item)]
    if not isinstance(value, dict):
        return []
    quote = value.get("quote", value.get("text"))
    own = [(value["file"], value["start"], value["end"], quote)] if {"file", "start", "end"} <= set(value) else []
    return own + [place for item in value.values() for place in places(item)]


def test_every_tool_answers_by_its_schema_and_every_citation_is_exact(seeds: Path) -> None:
    calls: dict[str, dict[str, Any]] = {
        "check": {"text": "Rutte approved the delivery of jets to Ukraine. The moon is made of green cheese."},
        "ask": {"question": "Which jets did Rutte approve?"},
        "search": {"query": "deep strikes", "k": 3},
        "articles": {},
        "summarise": {"points": 4},
        "compare": {},
        "timeline": {},
        "stories": {},
        "new": {},
        "names": {},
        "sync": {},
    }
    results: dict[str, CallToolResult] = {}
    progress: list[str | None] = []

    async def conversation(client: Client) -> None:
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools][:4] == FIRST
        assert {tool.name for tool in tools} == ALL
        assert "check" in (client.instructions or "")

        async def on_progress(done: float, total: float | None, message: str | None) -> None:
            del done, total
            progress.append(message)

        for name, arguments in calls.items():
            results[name] = await client.call_tool(name, arguments, progress_callback=on_progress)
        cited = results["ask"].structured_content["sentences"][0]["citations"][0]
        place = {key: cited[key] for key in ("file", "start", "end")}
        results["article"] = await client.call_tool("article", place)
        assert results["article"].structured_content["text"] == cited["quote"]

    talk(seeds, conversation)
    assert not [name for name, result in results.items() if result.is_error]
    assert progress
    found = {name: places(result.structured_content) for name, result in results.items() if name != "check"}
    cited = [p for name in found for p in found[name]] + [
        (c["file"], c["start"], c["end"], c["quote"])
        for s in results["check"].structured_content["sentences"]
        for c in s["citations"]
    ]
    assert all(found[name] for name in ("ask", "search", "articles", "summarise", "compare", "timeline", "names"))
    with Library(seeds) as library:
        texts = {a.file: a.text for a in library.articles()}
    assert cited
    assert [texts[file][start:end] for file, start, end, _ in cited] == [quote for *_, quote in cited]
    assert [s["support"] for s in results["check"].structured_content["sentences"]] == ["supported", "not found"]
    assert "F-16" in text(results["ask"])


def test_an_export_is_checked_again(seeds: Path) -> None:
    with Library(seeds) as library:
        library.sync()
        export = library.ask("Which jets did Rutte approve?").markdown()

    async def conversation(client: Client) -> None:
        held = await client.call_tool("recheck", {"export": export})
        assert held.structured_content["holds"] is True
        altered = await client.call_tool("recheck", {"export": export.replace("F-16", "F-35")})
        assert altered.structured_content["holds"] is False
        none = await client.call_tool("recheck", {"export": "/etc/passwd"})
        assert none.is_error
        assert "no export of readacross" in text(none)

    talk(seeds, conversation)


def test_errors_say_what_to_do(folder: Path) -> None:
    async def conversation(client: Client) -> None:
        empty = await client.call_tool("ask", {"question": "Who?"})
        assert empty.is_error
        assert "put articles there and sync" in text(empty)
        wrong = await client.call_tool("search", {"query": "x", "k": 0, "folder": "/etc"})
        assert wrong.is_error
        assert "k: " in text(wrong)
        assert "folder: " in text(wrong)
        missing = await client.call_tool("article", {"file": "../../etc/passwd"})
        assert missing.is_error
        assert "There is no article" in text(missing)

    talk(folder, conversation)


def test_http_is_served_on_loopback_to_those_who_know_the_token(seeds: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "rag.cli", "mcp", "--http", "--port", str(port), "--library", str(seeds)]
    environ = {**os.environ, "READACROSS_TOKEN": "a-token-of-some-length"}
    address = f"http://127.0.0.1:{port}/mcp"
    with subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL) as running:
        try:
            assert wait_for(address) == 401
            bearer = {"authorization": "Bearer a-token-of-some-length"}
            foreign = httpx.post(address, headers={**bearer, "origin": "http://evil.example"}, json={})
            assert foreign.status_code in {400, 403}
            anyio.run(ask_over_http, address, bearer)
        finally:
            running.terminate()


def wait_for(address: str) -> int:
    until = time.monotonic() + 60
    while True:
        try:
            return httpx.post(address, json={}).status_code
        except httpx.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


async def ask_over_http(address: str, headers: dict[str, str]) -> None:
    from mcp.client.streamable_http import streamable_http_client
    from mcp.shared._httpx_utils import create_mcp_http_client

    async with (
        create_mcp_http_client(headers=headers) as http,
        Client(streamable_http_client(address, http_client=http)) as client,
    ):
        answer = await client.call_tool("ask", {"question": "Which jets did Rutte approve?"})
        assert answer.structured_content["found"] is True


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_tool_is_described(name: str) -> None:
    from rag.api.operations import BY_NAME

    schema = BY_NAME[name].parameters.model_json_schema()
    assert BY_NAME[name].meaning
    assert all(p.get("description") for p in schema.get("properties", {}).values())

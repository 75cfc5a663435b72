"""The page before the page: `serve` without a folder asks for one, in the browser, on loopback alone."""

from __future__ import annotations

import os
import secrets
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from rag.cli.starting import chosen_folder, last_folder, remember_folder
from rag.errors import LibraryMissing, SettingsError
from ui.loopback import LOOPBACK

LONGEST = 10_000
"""Bytes of an answer."""
OFFERED = 50
"""Folders of the home directory that are offered."""
FIRST = (
    "readacross answers questions from a folder of articles, and shows for every sentence the words that it rests on.",
    "The files are read on this machine, and are never changed.",
    "Which folder shall it open?",
)
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>readacross</title>
<style nonce="{nonce}">
body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 38rem; margin: 12vh auto; padding: 0 1rem }}
input, button {{ font: inherit; padding: .5rem .7rem }} input {{ width: 100%; box-sizing: border-box; margin: .4rem 0 }}
@media (prefers-color-scheme: dark) {{ :root {{ color-scheme: dark }} }}
</style>
<main><h1>readacross</h1>{body}</main></html>
"""
FORM = """<p>{first}</p>
<form method="post" action="/"><label for="folder">Folder with your articles (it is made if it is missing)</label>
<input id="folder" name="folder" value="{folder}" list="folders" autofocus required spellcheck="false">
<datalist id="folders">{offered}</datalist><input type="hidden" name="token" value="{token}">
<p role="alert">{wrong}</p><button>Open</button></form>
"""
OPENING = """<p role="status">Opening {folder} … <a href="/">Go on</a> if nothing happens.</p>
<script nonce="{nonce}">
const later = () => setTimeout(look, 500);
const look = () => fetch("/healthz").then(reply => reply.ok ? location.replace("/") : later(), later);
later();
</script>
"""


@dataclass(slots=True)
class FolderPage:
    """Asks for a folder until one can be used, which is `chosen` then, and calls `leave` once that has been told."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    chosen: Path | None = None
    leave: Callable[[], None] = lambda: None
    host: str = "localhost"

    def app(self) -> Starlette:
        """The page as an application; whoever does not ask for a name of loopback is refused."""
        own = Middleware(TrustedHostMiddleware, allowed_hosts=[*LOOPBACK, self.host.lower()])
        return Starlette(routes=[Route("/", self._answer, methods=["GET", "POST"])], middleware=[own])

    async def _answer(self, request: Request) -> HTMLResponse:
        if request.method == "GET":
            return self._form(str(last_folder()))
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > LONGEST:
                return self._form("", "That is no name of a folder.", 413)
        given = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
        if not secrets.compare_digest(given.get("token", "").encode(), self.token.encode()):
            return self._form(str(last_folder()), "This page was out of date: try again.", 403)
        named = given.get("folder", "").strip()
        try:
            folder = chosen_folder(Path(named).expanduser() if named else last_folder())[0].resolve()
            if not folder.is_dir():
                raise LibraryMissing(f"There is no folder {folder}, nor the one that it would lie in.")
        except (LibraryMissing, OSError, RuntimeError, ValueError) as error:
            return self._form(named, str(error), 400)
        self.chosen = folder
        remember_folder(folder)
        return self._page(OPENING, {"folder": escape(str(folder))}, BackgroundTask(self.leave))

    def _form(self, folder: str, wrong: str = "", status: int = 200) -> HTMLResponse:
        offered = "".join(f'<option value="{escape(str(path))}">' for path in _folders(Path.home()))
        words = {"folder": escape(folder), "offered": offered, "token": self.token, "wrong": escape(wrong)}
        response = self._page(FORM, words | {"first": " ".join(FIRST)})
        response.status_code = status
        return response

    def _page(self, body: str, words: Mapping[str, str], task: BackgroundTask | None = None) -> HTMLResponse:
        nonce = secrets.token_urlsafe(12)
        policy = (
            f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        headers = {"content-security-policy": policy, "referrer-policy": "no-referrer", "cache-control": "no-store"}
        text = PAGE.format(nonce=nonce, body=body.format(nonce=nonce, **words))
        return HTMLResponse(text, headers=headers, background=task)


def ask_for_folder(host: str, port: int, *, open_browser: bool) -> tuple[Path, int]:
    """Ask in the browser for the folder to open; returns it and the port, which is free again.

    Raises SettingsError if the address cannot be listened on, and KeyboardInterrupt if nobody answers before that.
    """
    page = FolderPage(host=host)
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    if os.name != "nt":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with listening:
        try:
            listening.bind((host, port))
            listening.listen()  # before its address is told
        except (OSError, OverflowError) as error:
            raise SettingsError(f"{host}:{port} cannot be listened on ({error}): give another --port.") from error
        port = listening.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(page.app(), log_level="warning", timeout_graceful_shutdown=2))

        def leave() -> None:
            server.should_exit = True

        page.leave = leave
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        print(f"Choose a folder at {address} (or name one: readacross serve FOLDER).", file=sys.stderr, flush=True)
        if open_browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        server.run(sockets=[listening])
    if page.chosen is None:
        raise KeyboardInterrupt
    return page.chosen, port


def _folders(home: Path) -> list[Path]:
    """Folders in the home directory, those that are not hidden and whose names can be shown."""
    try:
        return sorted(p for p in home.iterdir() if p.name[:1] != "." and p.name.isprintable() and p.is_dir())[:OFFERED]
    except OSError:
        return []

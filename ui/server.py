"""Serving the page: the application, what guards it, and the server that runs it."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
import webbrowser
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, cast
from urllib.parse import urlsplit

import gradio as gr
import uvicorn
from fastapi import FastAPI
from gradio.routes import App as GradioApp
from gradio.state_holder import StateHolder
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.routing import Mount

from rag import Library, RestInterface, SettingsError, Users
from ui.bodies import App, BodyLimits, Scope
from ui.folder_reader import FolderReader
from ui.gate import HEALTH, REST, Gate, LoginThrottle, Sessions
from ui.library_routes import FILES, routes
from ui.login_page import LoginPage
from ui.loopback import LOOPBACK, is_loopback
from ui.page import Page, head, script, theme
from ui.root_path import RootPath
from ui.tabs import TabOwners
from ui.translation import PageLanguage, languages
from ui.visitors import Visitor, Visitors

BACKLOG = 128
"""Connections that may wait until the server, once it has started, takes them."""
TABS = 200
"""Tabs whose state is kept, the ones used last; one that is forgotten shows its conversation again when reloaded."""


@dataclass(frozen=True, slots=True)
class Application:
    """The page as an ASGI application, the event that ends its streams to open tabs, and what reads the folder.

    `tabs` has the state of each open tab.
    """

    asgi: App
    streams: asyncio.Event
    tabs: StateHolder
    reader: FolderReader


def application(library: Library, *, host: str, auth: str = "", users: Users | None = None) -> Application:
    """The page over a library. `auth` is "name:password", or "" for none; `users` are those who may log in instead."""
    made = partial(_application, library, host=host, auth=auth, users=users)
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(lambda: asyncio.run(made())).result()


async def _application(library: Library, *, host: str, auth: str, users: Users | None) -> Application:
    """As `application`, but in an event loop of its own: outside of one, gradio makes new ones and closes none."""
    if (wanted := library.settings.page_language) and wanted not in languages():
        raise SettingsError(f"READACROSS_PAGE_LANGUAGE: {wanted!r} is none of {', '.join(languages())}.")
    name, _, password = auth.partition(":")
    reader = FolderReader(library)
    visitors = Visitors(users)
    blocks = Page(library, reader, visitors).blocks
    site = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    root_url = library.settings.root_url

    def may_send(scope: Scope) -> bool:
        return _is_logged_in(blocks.app, scope)

    def visitor_of(scope: Scope) -> Visitor | None:
        return visitors.named(_login_of(blocks.app, scope)) if may_send(scope) else None

    def owner_of(scope: Scope) -> str:
        visitor = visitor_of(scope)
        return visitor.owner if visitor else ""

    async def admits(name: str, password: str) -> bool:
        return users is not None and await users.admit(name, password) is not None

    site.include_router(routes(library, reader, visitor_of))

    async def health() -> JSONResponse:
        return JSONResponse({"status": "ok", "folder": reader.state.health})

    site.add_api_route(HEALTH, health)
    site.mount(REST, RestInterface(library, login=auth, users=users))
    app = gr.mount_gradio_app(
        site,
        blocks,
        path="/",
        auth=admits if users else (name, password) if auth else None,
        root_path=root_url or None,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        max_file_size=1,
        theme=theme(),
        head=head(),
        js=script(),
    )
    (mounted,) = [r.app for r in app.routes if isinstance(r, Mount) and isinstance(r.app, GradioApp)]
    blocks.app = mounted
    mounted.tokens = cast("dict[Any, Any]", Sessions(users))
    mounted.state_holder.capacity = TABS
    limited = BodyLimits(
        TabOwners(app, owner_of) if users else app, may_send, {FILES: library.settings.max_file_mb * 1_000_000}
    )
    spoken = PageLanguage(LoginPage(limited, may_send), lambda: library.settings.page_language)
    guarded: App = RootPath(Gate(LoginThrottle(spoken)), root_url)
    if is_loopback(host):
        # A page elsewhere could point its own name at 127.0.0.1, and so reach this server through the reader's browser.
        public = [urlsplit(root_url).hostname or ""] if root_url else []
        guarded = TrustedHostMiddleware(guarded, [*LOOPBACK, host.lower(), *public], www_redirect=False)
    return Application(guarded, mounted.stop_event, mounted.state_holder, reader)


def _is_logged_in(app: GradioApp, scope: Scope) -> bool:
    """Whether gradio would take a request as one of a client that has logged in, or asks for no login.

    The interface for programs decides on its own, before it reads a body.
    """
    if scope["path"].startswith(f"{REST}/"):
        return True
    if cast("object", app.auth) is None:  # which gradio's types deny
        return True
    return _login_of(app, scope) is not None


def _login_of(app: GradioApp, scope: Scope) -> str | None:
    """The name under which a request's client has logged in, as gradio would take it; None if it has not."""
    cookies = HTTPConnection(scope).cookies
    names = (f"access-token-{app.cookie_id}", f"access-token-unsecure-{app.cookie_id}")
    token = next((cookies[name] for name in names if cookies.get(name)), None)
    return app.tokens.get(token) if token is not None else None


class _Uvicorn(uvicorn.Server):
    """Lets go of open tabs when it ends: gradio keeps a connection to each, and would be waited for."""

    def __init__(self, config: uvicorn.Config, streams: asyncio.Event) -> None:
        super().__init__(config)
        self._streams = streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._streams.set()
        await super().shutdown(sockets)


class Server:
    """The page's server, on `host` and `port` (0 chooses a free one). `address` is where a browser finds it.

    Raises SettingsError, which names the setting, if the address cannot be listened on.
    """

    def __init__(self, library: Library, *, host: str, port: int, auth: str = "", users: Users | None = None) -> None:
        self._stopped = False
        self._socket = _listen(host, port)
        port = self._socket.getsockname()[1]
        shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host  # noqa: S104 - compared
        self.address = f"http://{shown}:{port}/"
        try:
            app = application(library, host=host, auth=auth, users=users)
        except BaseException:
            self._socket.close()
            raise
        config = uvicorn.Config(
            app.asgi, log_level="warning", access_log=False, timeout_graceful_shutdown=2, lifespan="on"
        )
        self._server = _Uvicorn(config, app.streams)
        self._reader = app.reader

    def run(self, *, open_browser: bool = False, read: bool = False) -> None:
        """Serve until `stop`, or raise KeyboardInterrupt once interrupted. With `read` the folder is read meanwhile."""
        if open_browser:
            threading.Thread(target=self._open, daemon=True).start()
        if read:
            threading.Thread(target=self._read, daemon=True).start()
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._reader.close()
        # The signal that uvicorn repeats once it has ended may get lost.
        if self._server.started and self._server.should_exit and not self._stopped:
            raise KeyboardInterrupt

    def stop(self) -> None:
        """End `run`, which may be running in another thread."""
        self._stopped = self._server.should_exit = True

    def wait(self, seconds: float = 30.0) -> bool:
        """Whether the server answers within so many seconds."""
        until = time.monotonic() + seconds
        while not self._server.started and time.monotonic() < until:
            time.sleep(0.01)
        return self._server.started

    def _read(self) -> None:
        if self.wait():
            self._reader.start()

    def _open(self) -> None:
        if self.wait():
            webbrowser.open(self.address)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except (OSError, OverflowError, UnicodeError) as error:  # the latter for what is no port, and no host's name
        listening.close()
        reason = getattr(error, "strerror", None) or error
        raise SettingsError(
            f"READACROSS_HOST, READACROSS_PORT: the page cannot listen on {host}:{port} ({reason}). "
            "Choose another with --host and --port."
        ) from error
    return listening

"""What the server lets in: its own pages' requests, for the routes that they use, and logins at a bounded pace."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator, MutableMapping
from typing import Any, cast
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, Response

from rag import Users
from ui.bodies import LOGIN, App, Receive, Scope, Send

REST = "/api/v1"
"""Where the interface for programs is."""
HEALTH = "/healthz"
"""Where supervisors ask, without a login, whether the server is alive."""
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; frame-src 'none'; "
    "frame-ancestors 'none'; form-action 'self'; base-uri 'self'"
)
"""Whatever slipped into the page, a browser would fetch nothing from elsewhere and send nothing there."""
HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
}
GRADIO = "/gradio_api/"
ROUTES = {
    "GET": (
        "/", HEALTH, "/config", "/theme.css", "/favicon.ico", "/robots.txt", "/logout", f"{GRADIO}queue/data",
        f"{GRADIO}app_id", f"{GRADIO}info",
    ),
    "HEAD": ("/",),
    "POST": (
        *LOGIN, f"{GRADIO}queue/join", f"{GRADIO}run/predict", f"{GRADIO}cancel", f"{GRADIO}reset",
    ),
}  # fmt: skip
"""What the page, or gradio's client for Python, asks gradio for; it has some sixty routes, among them for files,
proxies and its own tools."""
BELOW = {"GET": ("/assets/", "/static/", "/svelte/", f"{GRADIO}heartbeat/")}
"""Where it asks for whatever lies below."""
OURS = (f"{REST}/", "/library/")
"""Where our own routes are, which decide for themselves."""
ATTEMPTS = 5
"""Wrong logins in a row after which an address has to wait."""
WAIT = 30.0
"""Seconds since the last of them for which no further one is looked at."""
ADDRESSES = 10_000
"""Addresses that are remembered."""


class Gate:
    """ASGI middleware: 403 for what another site's page sends, 404 for all but the page's own routes.

    `HEADERS` are added to what is answered.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request of ASGI."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return

        async def guarded(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                own = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message.get("headers", []), *own]
            await send(message)

        refusal = _refusal(scope)
        await (refusal or self._app)(scope, receive, guarded)


def _refusal(scope: Scope) -> Response | None:
    headers = Headers(scope=cast("dict[str, Any]", scope))
    if not _is_own(headers.get("origin"), headers.get("host", "")) or _is_foreign(scope, headers):
        return PlainTextResponse("This page answers its own pages only.\n", status_code=403)
    if not is_served(scope.get("method", ""), scope["path"]):
        return PlainTextResponse("There is nothing here.\n", status_code=404)
    return None


def _is_own(origin: str | None, host: str) -> bool:
    """Whether a request comes from no page, or from one of this host."""
    try:
        return origin is None or urlsplit(origin).netloc == host
    except ValueError:  # no address can look like that
        return False


def _is_foreign(scope: Scope, headers: Headers) -> bool:
    """Whether a browser says that another site's page makes a request, other than by a link to the page."""
    if headers.get("sec-fetch-site") not in {"cross-site", "same-site"}:
        return False
    return not (scope["path"] == "/" and headers.get("sec-fetch-mode") == "navigate" and scope.get("method") == "GET")


def is_served(method: str, path: str) -> bool:
    """Whether the page, or an interface of ours, has something at a path. A websocket has no method."""
    return bool(method) and (
        path.startswith(OURS) or path in ROUTES.get(method, ()) or path.startswith(BELOW.get(method, ()))
    )


class LoginThrottle:
    """ASGI middleware: 429 for logins from an address that has just sent `ATTEMPTS` wrong ones in a row."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request of ASGI."""
        if scope["type"] != "http" or not _tries_to_log_in(scope):
            await self._app(scope, receive, send)
            return
        address = str((scope.get("client") or ("",))[0])
        if refusal := self._refusal(address):
            await refusal(scope, receive, send)
            return
        late = False

        async def noted(message: MutableMapping[str, Any]) -> None:
            nonlocal late
            if message["type"] == "http.response.start":
                refusal = self._refusal(address)  # wrong ones that came meanwhile, while passwords were looked at
                if refusal:
                    late = True
                    await refusal(scope, receive, send)
                    return
                self._note(address, wrong=message["status"] == (400 if scope["path"] in LOGIN else 401))
            if not late:
                await send(message)

        await self._app(scope, receive, noted)

    def _refusal(self, address: str) -> Response | None:
        number, last = self._wrong.get(address, (0, 0.0))
        left = WAIT - (time.monotonic() - last)
        if number < ATTEMPTS or left <= 0:
            return None
        told = f"Too many wrong logins: try again in {left:.0f} seconds."
        return JSONResponse({"detail": told}, 429, {"retry-after": f"{left:.0f}"})

    def _note(self, address: str, *, wrong: bool) -> None:
        number, _ = self._wrong.pop(address, (0, 0.0))
        if wrong:
            self._wrong[address] = number + 1, time.monotonic()
            if len(self._wrong) > ADDRESSES:
                self._wrong.popitem(last=False)


def _tries_to_log_in(scope: Scope) -> bool:
    """Whether a request sends a password. A bearer's token, which nobody can guess, is none."""
    if scope["path"] in LOGIN:
        return bool(scope["method"] == "POST")
    return any(name.lower() == b"authorization" and value[:6].lower() == b"basic " for name, value in scope["headers"])


class Sessions(MutableMapping[str, str]):
    """Who has logged in, by token: the newest `MOST`, each for `LIFE`. It takes the place of gradio's dict.

    With `users` a login ends once its user is removed, or has another password.
    """

    MOST = 1_000
    LIFE = 7 * 24 * 3600.0
    """Seconds."""

    def __init__(self, users: Users | None = None) -> None:
        self._users = users
        self._logins: OrderedDict[str, tuple[str, str | None, float]] = OrderedDict()

    def __getitem__(self, token: str) -> str:
        user, state, since = self._logins[token]
        if time.monotonic() - since > self.LIFE or state is None or self._state(user) != state:
            self._logins.pop(token, None)
            raise KeyError(token)
        return user

    def __setitem__(self, token: str, user: str) -> None:
        self._logins[token] = user, self._state(user), time.monotonic()
        if len(self._logins) > self.MOST:
            self._logins.popitem(last=False)

    def __delitem__(self, token: str) -> None:
        del self._logins[token]

    def __iter__(self) -> Iterator[str]:
        return iter([token for token in list(self._logins) if token in self])

    def __len__(self) -> int:
        return len(self._logins)

    def _state(self, name: str) -> str | None:
        """What changes when a user gets another password, or is added anew; None if there is no such user."""
        if self._users is None:
            return ""
        user = self._users.get(name)
        return f"{user.id} {user.hash}" if user else None

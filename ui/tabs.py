"""Whose each tab is: what gradio remembers of a tab, and sends to it, is for the user who opened it."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

from ui.bodies import App, Message, Receive, Scope, Send
from ui.translation import tr

GRADIO = "/gradio_api/"
BODIES = tuple(f"{GRADIO}{route}" for route in ("queue/join", "run/predict", "cancel", "reset"))
"""Where a tab is named in the body, as `session_hash`."""
QUERY, PATH = f"{GRADIO}queue/data", f"{GRADIO}heartbeat/"
"""Where it is named in the query, and in the path."""
MOST = 10_000
"""Tabs whose users are remembered: many more than those whose state is."""


class TabOwners:
    """ASGI middleware: 403 for a tab that another user has opened. Its stream ends when its user's login does.

    `user_of` tells from a request's scope whose login it has; "" for none.
    """

    def __init__(self, app: App, user_of: Callable[[Scope], str]) -> None:
        self._app = app
        self._user_of = user_of
        self._owners: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request of ASGI."""
        user = self._user_of(scope) if scope["type"] == "http" else ""
        if not user or not scope["path"].startswith(GRADIO):
            await self._app(scope, receive, send)
            return
        if scope["path"] in BODIES:
            try:
                body = await Request(scope, receive).body()
            except ClientDisconnect:
                return
            tab, receive = _tab_in(body), _again(body, receive)
        elif scope["path"] == QUERY:
            tab = QueryParams(scope["query_string"]).get("session_hash", "")  # as gradio reads it
        else:
            tab = scope["path"].removeprefix(PATH) if scope["path"].startswith(PATH) else ""
        if tab and not self._is_of(tab, user):
            refusal = JSONResponse({"detail": tr("This tab is another user’s: reload the page.")}, 403)
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, self._while_logged_in(scope, user, send))

    def _is_of(self, tab: str, user: str) -> bool:
        """Whether a tab is a user's; one that nobody has is from now on."""
        owner = self._owners.setdefault(tab, user)
        self._owners.move_to_end(tab)
        if len(self._owners) > MOST:
            self._owners.popitem(last=False)
        return owner == user

    def _while_logged_in(self, scope: Scope, user: str, send: Send) -> Send:
        over = False

        async def guarded(message: Message) -> None:
            nonlocal over
            if over:
                return
            if message["type"] == "http.response.body" and self._user_of(scope) != user:
                over, message = True, {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        return guarded


def _again(body: bytes, receive: Receive) -> Receive:
    """What receives a body that has been read, and then what comes after it."""
    left = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Any:
        return left.pop() if left else await receive()

    return received


def _tab_in(body: bytes) -> str:
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return str(sent.get("session_hash") or "") if isinstance(sent, dict) else ""

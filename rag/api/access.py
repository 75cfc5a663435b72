"""Who may use the interfaces for programs: where a token, a login or users are set, only those who send one."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Awaitable, Callable, MutableMapping
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.api.users import User, Users

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

CROSS_SITE = frozenset({b"cross-site", b"same-site"})
"""What a browser says in Sec-Fetch-Site of a request that another site's page makes."""


USER = "readacross.user"
"""Where a request's scope has the user who asks; None where there are no users, or a program sent the token."""


def user_of(scope: Scope) -> User | None:
    """The user whom `Access` has let in with a request."""
    user: User | None = scope.get(USER)
    return user


class Access:
    """ASGI middleware: 401 without the token or a login, if there are any; 403 for what another site's page asks for.

    `token` is sent as "Authorization: Bearer …", `login`, "name:password", or that of one of the `users`, as
    "Authorization: Basic …".
    """

    def __init__(self, app: App, *, token: str, login: str, users: Users | None = None) -> None:
        self._app = app
        self._users = users
        accepted = []
        if token:
            accepted.append(f"Bearer {token}".encode())
        if login:
            accepted.append(b"Basic " + base64.b64encode(login.encode()))
        self._accepted = accepted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request of ASGI."""
        if scope["type"] == "http":
            scope[USER] = await self._user(scope)
            if not (scope[USER] or self.admits(scope)):
                await _refuse(send, 401, "Unauthorised", "Send the token as 'Authorization: Bearer …', or the login.")
                return
            if CROSS_SITE & {value for name, value in scope["headers"] if name.lower() == b"sec-fetch-site"}:
                await _refuse(send, 403, "Forbidden", "Another site's page may not ask.")
                return
        await self._app(scope, receive, send)

    def admits(self, scope: Scope) -> bool:
        """Whether a request sends the token or the login, or neither these nor users are set."""
        if not self._accepted:
            return self._users is None
        sent = _sent(scope)
        return len(sent) == 1 and any(compare_digest(_normal(sent[0]), accepted) for accepted in self._accepted)

    async def _user(self, scope: Scope) -> User | None:
        """The user whose name and password a request sends."""
        sent = _sent(scope)
        if self._users is None or len(sent) != 1:
            return None
        scheme, _, encoded = _normal(sent[0]).partition(b" ")
        if scheme != b"Basic":
            return None
        name, _, password = base64.b64decode(encoded).decode("utf-8", "replace").partition(":")
        return await self._users.admit(name, password)


def _sent(scope: Scope) -> list[bytes]:
    return [value for name, value in scope["headers"] if name.lower() == b"authorization"]


def _normal(sent: bytes) -> bytes:
    """The header with its scheme in its usual spelling, and a login encoded in the one usual way."""
    scheme, _, rest = sent.partition(b" ")
    rest = rest.strip()
    if scheme.lower() == b"basic":
        try:
            rest = base64.b64encode(base64.b64decode(rest, validate=True))
        except (binascii.Error, ValueError):
            return b""
    return scheme.capitalize() + b" " + rest


async def _refuse(send: Send, status: int, error: str, message: str) -> None:
    body = json.dumps({"error": error, "message": message}).encode()
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    if status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="readacross"'))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

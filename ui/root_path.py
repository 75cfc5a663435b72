"""The path under which a proxy serves the page, whether the proxy takes it off what it passes on or not.

The page's own address ends in "/": a proxy may have nothing at the path without it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.responses import RedirectResponse

from ui.bodies import App, Message, Receive, Scope, Send


class RootPath:
    """ASGI middleware that takes the path of `root_url` off a request's path, and leads to its "/" who is led to it."""

    def __init__(self, app: App, root_url: str) -> None:
        self._app = app
        self._home = f"{root_url}/"
        self._path = urlsplit(root_url).path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request of ASGI."""
        if self._path and scope["type"] == "http":
            if scope["path"] == self._path:
                await RedirectResponse(self._home)(scope, receive, send)
                return
            if scope["path"].startswith(f"{self._path}/"):
                path = scope["path"].removeprefix(self._path)
                scope = {**scope, "path": path, "raw_path": path.encode()}
            send = self._led_home(send)
        await self._app(scope, receive, send)

    def _led_home(self, send: Send) -> Send:
        bare, home = self._home.removesuffix("/").encode(), self._home.encode()

        async def led(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(n, home if n == b"location" and v == bare else v) for n, v in message.get("headers", [])]
                message = {**message, "headers": headers}
            await send(message)

        return led

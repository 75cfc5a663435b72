"""The path under which a proxy serves the page, whether the proxy takes it off what it passes on or not."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.responses import RedirectResponse

from ui.bodies import App, Receive, Scope, Send


class RootPath:
    """ASGI middleware that takes the path of `root_url` off a request's path, and leads from it to its "/"."""

    def __init__(self, app: App, root_url: str) -> None:
        self._app = app
        self._root_url = root_url
        self._path = urlsplit(root_url).path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request of ASGI."""
        if self._path and scope["type"] == "http":
            if scope["path"] == self._path:
                await RedirectResponse(f"{self._root_url}/")(scope, receive, send)
                return
            if scope["path"].startswith(f"{self._path}/"):
                path = scope["path"].removeprefix(self._path)
                scope = {**scope, "path": path, "raw_path": path.encode()}
        await self._app(scope, receive, send)

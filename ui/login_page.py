"""The page that asks for a name and a password: ours, in the reader's language, with nothing of the library on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from starlette.responses import HTMLResponse

from ui.bodies import App, Receive, Scope, Send
from ui.html import attributes, escape
from ui.translation import page_language, tr

HERE = Path(__file__).parent


def login_page() -> str:
    """The whole page as HTML. Its script sends the form, and loads the page anew at the same address once it is in."""
    said = {
        "data-wrong": tr("This name and password do not belong together. Try again."),
        "data-wait": tr("Too many wrong logins: try again in {n} seconds.", n="{n}"),
        "data-failed": tr("The server cannot be reached. Try again."),
    }
    return (
        f'<!doctype html>\n<html lang="{page_language()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(tr('Log in'))} – readacross</title>\n<style>\n{_file('login.css')}</style>\n</head>\n<body>\n"
        f"<main><h1>readacross</h1><h2>{escape(tr('Log in'))}</h2>\n"
        f'<form id="login" method="post" action="login"{attributes(said)}>\n'
        f'<label for="name">{escape(tr("Name"))}</label>\n'
        '<input id="name" name="username" required autocomplete="username" autocapitalize="none" spellcheck="false" '
        'dir="auto" autofocus>\n'
        f'<label for="password">{escape(tr("Password"))}</label>\n'
        '<input id="password" name="password" type="password" required autocomplete="current-password">\n'
        f'<p id="told" role="alert"></p>\n<button>{escape(tr("Log in"))}</button>\n</form></main>\n'
        f"<script>\n{_file('login.js')}</script>\n</body>\n</html>\n"
    )


@cache
def _file(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


class LoginPage:
    """ASGI middleware: who opens the page and has not logged in, as `is_in` tells of a request's scope, is asked to."""

    def __init__(self, app: App, is_in: Callable[[Scope], bool]) -> None:
        self._app = app
        self._is_in = is_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request of ASGI."""
        opens = scope["type"] == "http" and scope["path"] in {"", "/"} and scope["method"] in {"GET", "HEAD"}
        if opens and not self._is_in(scope):
            await HTMLResponse(login_page(), headers={"cache-control": "no-store"})(scope, receive, send)
            return
        await self._app(scope, receive, send)

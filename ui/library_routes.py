"""What the page's own script asks beside gradio: how the folder is, files into it, originals and their pages out."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast
from urllib.parse import quote

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from starlette.requests import ClientDisconnect

from rag import ArticleError, Library, LibraryError, NotAllowed, ReadacrossError, Skipped
from ui.bodies import Scope
from ui.error_words import said_of
from ui.folder_reader import FolderReader
from ui.printed_pages import MOST_MARKS
from ui.translation import tr
from ui.visitors import Visitor

FILES = "/library/files"
"""The path that a file is sent to: it alone takes bodies as large as a file may be."""
IN_MEMORY = 1_000_000
"""Bytes of a file on its way that are kept in memory."""
AT_ONCE = 4
"""Files that may be on their way at once."""
MOST = 10_000
"""Files that are read together."""
HARMLESS = {"content-security-policy": "sandbox; default-src 'none'", "cache-control": "no-store"}
"""Whatever a file holds, a browser that shows it runs nothing of it."""

MARK, NUMBER = re.compile(r"([0-9]{1,9})-([0-9]{1,9})"), re.compile(r"[0-9]{1,5}")
"""A place in an article, from character to character; the number of a page."""

Answering = Callable[[Request], Awaitable[Response]]


def routes(library: Library, reader: FolderReader, visitor_of: Callable[[Scope], Visitor | None]) -> APIRouter:
    """The routes for clients that have logged in, as `visitor_of` tells from a request's scope; POST is for editors."""
    asked = _Routes(library, reader)
    router = APIRouter()
    for path, method, answer in (
        ("/library/state", "GET", asked.state),
        (FILES, "POST", asked.put),
        ("/library/text", "POST", asked.put_text),
        ("/library/read", "POST", asked.read),
        ("/library/original", "GET", asked.original),
        ("/library/page", "GET", asked.page),
    ):
        router.add_api_route(path, _guarded(answer, visitor_of), methods=[method], response_class=Response)
    return router


def _guarded(answer: Answering, visitor_of: Callable[[Scope], Visitor | None]) -> Answering:
    async def guarded(request: Request) -> Response:
        visitor = visitor_of(request.scope)
        if visitor is None:
            return _refusal(401, tr("Log in first: reload the page."))
        try:
            if request.method == "POST":
                visitor.require_editor()
            return await answer(request)
        except NotAllowed as error:
            return _refusal(403, said_of(error))
        except ArticleError as error:
            return _refusal(422, said_of(error))
        except LibraryError as error:
            return _refusal(409, said_of(error))
        except ReadacrossError as error:
            return _refusal(400, said_of(error))

    return guarded


class _Routes:
    """What each route does; what goes wrong is raised."""

    def __init__(self, library: Library, reader: FolderReader) -> None:
        self._library = library
        self._reader = reader
        self._under_way = asyncio.Semaphore(AT_ONCE)

    async def state(self, request: Request) -> Response:
        known = self._reader.state
        return JSONResponse({"version": known.version, "reading": known.reading})

    async def put(self, request: Request) -> Response:
        name = request.query_params.get("name", "")
        async with self._under_way:
            try:
                with SpooledTemporaryFile(max_size=IN_MEMORY) as received:
                    async for part in request.stream():
                        received.write(part)
                    received.seek(0)
                    file = await run_sync(self._library.copy_in, name, cast("BinaryIO", received))
            except ClientDisconnect:
                raise ArticleError(tr("did not come whole: send it again")) from None
            except OSError as error:
                reason = error.strerror or str(error)
                raise LibraryError(
                    tr("could not be received ({reason}): make room on the disk", reason=reason)
                ) from error
        return JSONResponse({"file": file})

    async def put_text(self, request: Request) -> Response:
        sent = _object(await request.body())
        text, title = str(sent.get("text") or ""), str(sent.get("title") or "")
        return JSONResponse({"file": await run_sync(self._library.copy_in_text, text, title)})

    async def read(self, request: Request) -> Response:
        """Read files by name, which lie in the folder; and tell of those that a script could not send."""
        sent = _object(await request.body())
        files, refused = _list(sent.get("files")), _list(sent.get("refused"))
        told = (r for r in refused if isinstance(r, dict))
        self._reader.read(
            [file for file in files if isinstance(file, str)],
            [Skipped(str(r.get("name"))[:300], str(r.get("reason"))[:600]) for r in told],
        )
        return JSONResponse({})

    async def original(self, request: Request) -> Response:
        path = await run_sync(self._library.original, request.query_params.get("file", ""))
        disposition = f"attachment; filename*=UTF-8''{quote(path.name, safe='')}"
        headers = {**HARMLESS, "content-disposition": disposition}
        return FileResponse(path, media_type="application/octet-stream", headers=headers)

    async def page(self, request: Request) -> Response:
        """A page of a PDF as a picture, with the places `mark=START-END` of its article marked."""
        given = request.query_params
        marks = [
            (int(found[1]), int(found[2])) for m in given.getlist("mark")[:MOST_MARKS] if (found := MARK.fullmatch(m))
        ]
        number = int(given["page"]) if NUMBER.fullmatch(given.get("page", "")) else 0
        picture = await run_sync(self._library.page_picture, given.get("file", ""), number, marks)
        return Response(picture, media_type="image/png", headers=HARMLESS)


def _refusal(status: int, reason: str) -> Response:
    return JSONResponse({"detail": reason}, status)


def _object(body: bytes) -> Mapping[str, Any]:
    """The object that a script sends; empty if it is none."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return sent if isinstance(sent, dict) else {}


def _list(sent: object) -> list[Any]:
    return sent[:MOST] if isinstance(sent, list) else []

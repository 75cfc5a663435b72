"""The library as a REST interface with an OpenAPI description, for any ASGI server; the page mounts it at /api/v1.

An operation answers with JSON, or, if the request accepts text/event-stream, with server-sent events: `progress`,
`text` and `sentence` as they come, then `result`, or `error`.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, suppress
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import FastAPI, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response, StreamingResponse

from rag.api.access import Access, Receive, Scope, Send, user_of
from rag.api.chats import Chats
from rag.api.operations import (
    BY_NAME,
    OPERATIONS,
    ArticleParameters,
    Operation,
    Parameters,
    Step,
    Work,
    what_is_wrong,
)
from rag.api.schemas import MODELS, values_of
from rag.errors import (
    Cancelled,
    DiskFull,
    ExportError,
    LibraryDamaged,
    LibraryError,
    LibraryLocked,
    LibraryMissing,
    ModelError,
    NotAllowed,
    NothingToRead,
    QuestionError,
    ReadacrossError,
)
from rag.library import Library
from rag.progress import SyncProgress, WorkProgress
from rag.results.answers import AnswerSentence, TextChunk

if TYPE_CHECKING:
    from rag.api.users import User, Users

EVENTS = "text/event-stream"
BREATH = 0.25
"""Seconds after which a client that waits is looked for."""
WAITING = 8
"""Requests that may wait for each that is served."""
STATUS: tuple[tuple[type[ReadacrossError], int], ...] = (
    (QuestionError, 400),
    (ExportError, 400),
    (NotAllowed, 403),
    (NothingToRead, 409),
    (LibraryLocked, 409),
    (DiskFull, 507),
    (LibraryDamaged, 500),
    (LibraryMissing, 500),
    (LibraryError, 404),
    (ModelError, 502),
    (Cancelled, 499),
)
"""The status of an error: the first that fits."""
FAILED = "The request failed for a reason that was not foreseen; the server's log has it."
DESCRIPTION = (
    "Ask a folder of articles. Every sentence of an answer points to the exact words it rests on: "
    "a citation is a file, a start, an end and a quote, and `text[start:end] == quote` in Unicode characters."
)
log = logging.getLogger(__name__)


class Error(BaseModel):
    """What went wrong, by the name of the error, and what to do next."""

    error: str
    message: str


@dataclass(frozen=True, slots=True)
class _Done:
    """How an operation ended: with a result's values, or an error."""

    values: dict[str, Any] = field(default_factory=dict)
    error: Exception | None = None


Steps = AsyncGenerator[Step | _Done | None, None]


class _Described(FastAPI):
    """Its description tells how a request shows who it is."""

    def openapi(self) -> dict[str, Any]:
        described = super().openapi()
        described["components"]["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer"},
            "login": {"type": "http", "scheme": "basic"},
        }
        described["security"] = [{}, {"token": []}, {"login": []}]
        return described


class RestInterface:
    """An ASGI application that serves a library's operations to programs.

    `login` is "name:password", or "" for none. Where it, `users` or the setting READACROSS_TOKEN is set, each request
    must send one of them; of the users only editors may write. So many requests as the setting READACROSS_MAX_USERS
    says are served at once, the next ones wait, and the rest is refused with 503. `openapi` describes it.

    >>> from starlette.testclient import TestClient
    >>> api = TestClient(RestInterface(library))
    >>> api.post("/search", json={"query": "deep strikes", "k": 1}).status_code
    200
    """

    def __init__(self, library: Library, *, login: str = "", users: Users | None = None) -> None:
        self._library = library
        at_once = library.settings.max_users
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="readacross-rest")
        self._free = at_once * (1 + WAITING)
        app = self._app = _Described(
            title="readacross",
            version=version("readacross"),
            description=DESCRIPTION,
            servers=[{"url": f"{library.settings.root_url}/api/v1"}],  # where the page mounts it
            root_path_in_servers=False,
            docs_url=None,
            redoc_url=None,
            exception_handlers={
                RequestValidationError: _wrong_parameters,
                HTTPException: _no_such_thing,
            },
        )
        chat = Chats().operation
        for operation in (*(o for o in OPERATIONS if o.name not in {"articles", "article"}), chat):
            self._add(f"/{operation.name}", operation, self._endpoint(operation, operation.parameters), "POST")
        listing = BY_NAME["articles"]
        self._add("/articles", listing, self._endpoint(listing, Annotated[listing.parameters, Query()]), "GET")
        self._add("/articles/{file:path}", BY_NAME["article"], self._article, "GET")
        self._access = Access(app, token=library.settings.token, login=login, users=users)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request of ASGI."""
        await self._access(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI description, as plain values."""
        return self._app.openapi()

    def _add(self, path: str, operation: Operation, endpoint: Callable[..., Any], method: str) -> None:
        events = {"type": "string", "description": "Events progress, text and sentence, then result or error."}
        self._app.add_api_route(
            path,
            endpoint,
            methods=[method],
            operation_id=operation.name,
            summary=operation.name,
            description=operation.meaning,
            response_model=MODELS[operation.result],
            responses={
                200: {"content": {EVENTS: {"schema": events}}},
                422: {"model": Error, "description": "A parameter is wrong."},
                "4XX": {"model": Error, "description": "The request cannot be served."},
                "5XX": {"model": Error, "description": "The library or a model failed, or is busy."},
            },
        )

    def _endpoint(self, operation: Operation, parameters: Any) -> Callable[..., Any]:
        async def endpoint(request: Request, parameters: Any) -> Response:
            return await self._serve(operation, parameters, request)

        endpoint.__annotations__ |= {"request": Request, "parameters": parameters}
        return endpoint

    async def _article(
        self,
        request: Request,
        file: Annotated[str, Path(max_length=4_000, description="The article's file name, as in a citation.")],
        start: Annotated[int, Query(ge=0, description="First character of the span.")] = 0,
        end: Annotated[int | None, Query(ge=0, description="End of the span; by default that of the text.")] = None,
    ) -> Response:
        return await self._serve(BY_NAME["article"], ArticleParameters(file=file, start=start, end=end), request)

    async def _serve(self, operation: Operation, parameters: Parameters, request: Request) -> Response:
        if not self._free:
            return _error(503, "Busy", "Too many requests are waiting: try again in a moment.")
        user = user_of(request.scope)
        if operation.writes and user is not None:
            try:
                user.require_editor()
            except NotAllowed as error:
                return _failed(error)
        steps = self._steps(operation, parameters, user)
        if EVENTS in request.headers.get("accept", ""):
            return await _streamed(steps)
        async with aclosing(steps):
            done = await _finished(steps, request)
        return JSONResponse(done.values) if done.error is None else _failed(done.error)

    async def _steps(self, operation: Operation, parameters: Parameters, user: User | None) -> Steps:
        """What an operation tells, None now and then while it tells nothing, and how it ended."""
        loop, told = asyncio.get_running_loop(), asyncio.Queue[Step | _Done]()
        work = Work(lambda step: _call(loop, told.put_nowait, step), user=user.id if user else "")

        def run() -> None:
            try:
                done = _Done(values_of(operation.run(self._library, parameters, work)))
            except Exception as error:
                done = _Done(error=error)
            _call(loop, told.put_nowait, done)

        self._free -= 1
        running = self._threads.submit(run)
        running.add_done_callback(lambda _: _call(loop, self._release))
        try:
            while True:
                try:
                    step = await asyncio.wait_for(told.get(), BREATH)
                except TimeoutError:
                    yield None
                    continue
                yield step
                if isinstance(step, _Done):
                    return
        finally:
            work.cancellation.cancel()
            running.cancel()

    def _release(self) -> None:
        self._free += 1


def _call(loop: asyncio.AbstractEventLoop, function: Callable[..., Any], *arguments: Any) -> None:
    """Have the loop call a function, from another thread; not if the loop has ended."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(function, *arguments)


async def _finished(steps: Steps, request: Request) -> _Done:
    """How an operation ends; it is stopped if its client goes away."""
    async for step in steps:
        if isinstance(step, _Done):
            return step
        if step is None and await request.is_disconnected():
            break
    return _Done(error=Cancelled("The client went away."))


async def _streamed(steps: Steps) -> Response:
    """An operation as server-sent events; with the status of its error if that comes first."""
    first = await anext(steps)
    if isinstance(first, _Done) and first.error is not None:
        await steps.aclose()
        return _failed(first.error)

    async def events() -> AsyncGenerator[str, None]:
        async with aclosing(steps):
            yield _event(first)
            async for step in steps:
                yield _event(step)

    return StreamingResponse(events(), media_type=EVENTS, headers={"cache-control": "no-store"})


def _event(step: Step | _Done | None) -> str:
    """A server-sent event; a comment, which keeps the connection, where there is nothing to tell."""
    match step:
        case None:
            return ": at work\n\n"
        case TextChunk():
            name, values = "text", asdict(step)
        case AnswerSentence():
            name, values = "sentence", asdict(step)
        case SyncProgress(done, total, file):
            name, values = "progress", {"stage": file, "done": done, "total": total}
        case WorkProgress():
            name, values = "progress", asdict(step)
        case _Done(error=None):
            name, values = "result", step.values
        case _Done():
            name, values = "error", _told(step.error)[1]
    return f"event: {name}\ndata: {json.dumps(values)}\n\n"


def _told(error: Exception | None) -> tuple[int, dict[str, str]]:
    """The status and the values of an error. Of one that was not foreseen nothing is told but that it came."""
    if not isinstance(error, ReadacrossError):
        log.error("A request failed", exc_info=error)
        return 500, {"error": "Failed", "message": FAILED}
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 500)
    return status, {"error": type(error).__name__, "message": str(error)}


def _failed(error: Exception) -> Response:
    status, values = _told(error)
    return JSONResponse(values, status)


def _error(status: int, error: str, message: str) -> Response:
    return JSONResponse({"error": error, "message": message}, status)


async def _wrong_parameters(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, RequestValidationError)
    return _error(422, "WrongParameters", what_is_wrong(error.errors()))


async def _no_such_thing(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, HTTPException)
    return _error(error.status_code, "NotServed", f"{error.detail}: /api/v1/openapi.json says what is served.")

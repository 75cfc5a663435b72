"""A library of hostile articles, a model that obeys them, and a server that nobody may ask for anything."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from rag import Library, Settings
from tests.model_server import KEY, ModelServer, misbehaving
from tests.security.articles import ARTICLES, UNREADABLE, Hostile

LOGIN = "reader:word-of-nobody-else"


@dataclass
class Canary:
    """A server whose address the articles carry, and who has asked it."""

    address: str = ""
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def canary() -> Iterator[Canary]:
    """It fails the session's last test if anything asked it."""
    here = Canary()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_HEAD = do_GET

        def log_message(self, *args: Any) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    here.address = f"http://127.0.0.1:{server.server_port}"
    yield here
    server.shutdown()
    thread.join()
    server.server_close()
    assert here.asked == []


@pytest.fixture(scope="session")
def hostile_folder(tmp_path_factory: pytest.TempPathFactory, canary: Canary) -> Path:
    """All hostile articles, each in a file of its own."""
    folder = tmp_path_factory.mktemp("hostile")
    for article in ARTICLES:
        (folder / article.file).write_text(article.written(canary.address), encoding="utf-8", newline="")
    for name in UNREADABLE:
        (folder / name).write_text("The bridge of Ashford opened in May.", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def quoting(hostile_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The library without a model."""
    store = tmp_path_factory.mktemp("quoting")
    with Library(hostile_folder, store=store, settings=Settings(openai_api_key=KEY, auth=LOGIN)) as library:
        library.sync()
        yield library


@pytest.fixture(scope="session")
def league() -> Iterator[ModelServer]:
    """The model's server."""
    with misbehaving() as server:
        yield server


@pytest.fixture(scope="session")
def written(hostile_folder: Path, tmp_path_factory: pytest.TempPathFactory, league: ModelServer) -> Iterator[Library]:
    """The library with a model that obeys every order."""
    settings = Settings(model="m", openai_base_url=league.address, openai_api_key=KEY, auth=LOGIN)
    with Library(hostile_folder, store=tmp_path_factory.mktemp("written"), settings=settings) as library:
        library.sync()
        yield library


def file_of(library: Library, article: Hostile) -> str:
    """The name under which a hostile article is in the library; the records of a dump have names of their own."""
    (found,) = [a.file for a in library.articles() if a.file.partition("#")[0] == article.file]
    return found

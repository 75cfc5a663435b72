"""Libraries in files, on a real Chroma server, and in a real PostgreSQL: what holds for one holds for all."""

from __future__ import annotations

import gc
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag import Library, Settings
from tests.postgres import free_port

OpenLibrary = Callable[..., Library]
# chromadb's HTTP client leaves sockets to the garbage collector, also when it is closed.
ON_SERVER = [pytest.mark.server, pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")]


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running `chroma run`."""
    program = Path(sys.executable).with_name("chroma")
    folder, port = tmp_path_factory.mktemp("chroma"), free_port()
    command = [str(program), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/api/v2/heartbeat", process)
        yield address
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(address, timeout=1).read()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"{address} did not come up")


@pytest.fixture
def chroma_url(chroma_server: str) -> Iterator[str]:
    """The address of the running server. Sockets that chromadb's closed clients leave open are swept up afterwards."""
    yield chroma_server
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(
    params=["embedded", pytest.param("server", marks=ON_SERVER), pytest.param("postgres", marks=pytest.mark.server)]
)
def open_library(request: pytest.FixtureRequest) -> OpenLibrary:
    """Opens a folder as a library, on the index and the catalogue at hand."""
    url = request.getfixturevalue("chroma_url") if request.param == "server" else ""
    catalogue = request.getfixturevalue("postgres").address() if request.param == "postgres" else ""

    def opened(folder: Path, **options: object) -> Library:
        return Library(folder, settings=Settings(chroma_url=url, catalogue=catalogue), **options)

    return opened

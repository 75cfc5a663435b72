"""The server answers its own machine only, keeps the page to itself, and says clearly why it cannot start."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from rag import FolderChanges, Library, LibraryError, Settings, SettingsError, SyncReport
from tests.serving import serving
from ui.app import serve
from ui.gate import POLICY
from ui.loopback import is_loopback
from ui.quick_gradio import import_gradio
from ui.server import Server

ROOT = Path(__file__).parent.parent.parent


def test_the_page_is_served_with_a_policy_that_keeps_it_home(address: str) -> None:
    response = httpx.get(address)
    assert response.status_code == 200
    assert response.headers["content-security-policy"] == POLICY
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "http:" not in POLICY
    assert "*" not in POLICY


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "localhost"}, 200), ({"host": "[::1]:9"}, 200), ({"host": "evil.example"}, 400),
        ({"host": "127.0.0.1.evil.example"}, 400), ({"host": "127.0.0.1@evil.example"}, 400), ({"host": ""}, 400),
        ({"origin": "http://evil.example"}, 403), ({"origin": "null"}, 403),
        ({"host": "[bad"}, 400), ({"origin": "http://[bad"}, 403),
    ],
)  # fmt: skip
def test_other_sites_cannot_reach_it_through_a_browser(address: str, headers: dict[str, str], status: int) -> None:
    assert httpx.get(address, headers=headers).status_code == status


def test_the_page_itself_may_ask(address: str) -> None:
    assert httpx.get(f"{address}config", headers={"origin": address.rstrip("/")}).status_code == 200


@pytest.mark.parametrize(
    "path", ["gradio_api/file=/etc/passwd", "gradio_api/file=pyproject.toml", "file/../../etc/passwd"]
)
def test_no_file_is_served(address: str, path: str) -> None:
    assert httpx.get(f"{address}{path}").status_code in {403, 404}


def test_a_login_is_asked_for(library: Library) -> None:
    with serving(library, auth="reader:pass:word") as address:
        assert httpx.get(f"{address}config").status_code == 401
        wrong = httpx.post(f"{address}login", data={"username": "reader", "password": "pass"})
        assert wrong.status_code == 400
        right = httpx.post(f"{address}login", data={"username": "reader", "password": "pass:word"})
        assert right.status_code == 200
        assert httpx.get(f"{address}config", cookies=right.cookies).status_code == 200


def test_supervisors_are_told_that_it_is_alive_and_nothing_else(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, go = threading.Event(), threading.Event()

    def sync(*_: object, **__: object) -> SyncReport:
        reads.set()
        go.wait(60)
        raise LibraryError("secret")

    monkeypatch.setattr(library, "sync", sync)
    monkeypatch.setattr(library, "changes", FolderChanges)
    with serving(library, auth="reader:pass", read=True) as address:
        assert reads.wait(20)
        asked = httpx.get(f"{address}healthz")
        assert (asked.status_code, asked.json()) == (200, {"status": "ok", "folder": "reading"})
        go.set()
        for _ in range(2000):
            asked = httpx.get(f"{address}healthz")
            if asked.json()["folder"] != "reading":
                break
        assert asked.json() == {"status": "ok", "folder": "unreadable"}
        assert httpx.get(f"{address}healthz", headers={"host": "evil.example"}).status_code == 400


def test_a_port_in_use_is_named(library: Library) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(SettingsError, match=r"READACROSS_PORT.*in use.*--port"):
            Server(library, host="127.0.0.1", port=other.getsockname()[1])


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 0), ("a" * 70, 0), ("127.0.0.1", 70_000), ("127.0.0.1", -1)])
def test_an_address_that_is_none_is_named(library: Library, host: str, port: int) -> None:
    with pytest.raises(SettingsError, match=f"READACROSS_HOST.*{host}:{port}"):
        Server(library, host=host, port=port)


def test_the_server_stops_when_told(library: Library) -> None:
    server = Server(library, host="127.0.0.1", port=0)
    running = threading.Thread(target=server.run)
    running.start()
    assert server.wait()
    server.stop()
    running.join(20)
    assert not running.is_alive()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without asking them")
@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_a_server_that_is_told_to_end_closes_its_library(seeds: Path, told: signal.Signals) -> None:
    command = [sys.executable, "-m", "rag.cli", "serve", "--library", str(seeds), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as running:
        try:
            said = _told_with_an_open_tab(running, told)
        finally:
            running.kill()
    assert running.returncode == 130
    assert "Traceback" not in said
    assert "what was done is kept" in said
    with Library(seeds, settings=Settings()) as library:
        assert library.writable
        assert library.notes == ()


def _told_with_an_open_tab(running: subprocess.Popen[str], told: signal.Signals) -> str:
    """Send the signal while a tab is open; what the program says until it ends."""
    assert running.stderr is not None
    address = next(m[0] for line in running.stderr if (m := re.search(r"http://\S+", line)))
    assert httpx.get(address, timeout=20).status_code == 200
    with httpx.stream("GET", f"{address}gradio_api/heartbeat/open-tab", timeout=20) as tab:
        next(tab.iter_raw())
        running.send_signal(told)
        said = running.stderr.read()
        running.wait(20)
    return said


def test_a_page_on_the_network_without_a_login_is_warned_of(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Server, "run", lambda server, **_: server._socket.close())
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    serve(library, host="0.0.0.0", port=0)
    assert "READACROSS_AUTH" in capsys.readouterr().err
    serve(library, host="0.0.0.0", port=0, auth="a:b")
    serve(library, host="127.0.0.1", port=0)
    assert "READACROSS_AUTH" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "own"), [("localhost", True), ("127.8.8.8", True), ("::1", True), ("0.0.0.0", False), ("example", False)]
)
def test_loopback_is_told_from_the_network(host: str, own: bool) -> None:
    assert is_loopback(host) is own


def test_gradio_is_imported_whole_and_writes_no_stubs() -> None:
    code = (
        "from ui.quick_gradio import import_gradio; gr = import_gradio(); "
        "from gradio import component_meta as m; assert m.create_or_modify_pyi.__module__ == 'ui.quick_gradio'; "
        "assert gr.HTML and gr.Textbox and gr.on; assert gr is import_gradio()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr


def test_importing_gradio_twice_is_harmless() -> None:
    assert import_gradio() is import_gradio()


def test_each_reader_gets_the_page_in_the_language_that_the_browser_asks_for(address: str) -> None:
    for accepted, label in (("ru-RU,en;q=0.5", "Спросить"), ("", "Ask"), ("fr", "Demander"), ("zz", "Ask")):
        parts = httpx.get(f"{address}config", headers={"accept-language": accepted}).json()["components"]
        (button,) = [part["props"]["value"] for part in parts if part["props"].get("elem_id") == "send"]
        assert button == label


def test_a_language_that_there_is_none_of_is_refused_by_name(tmp_path: Path) -> None:
    other = Library(tmp_path, settings=Settings(page_language="xx"))
    with other, pytest.raises(SettingsError, match="READACROSS_PAGE_LANGUAGE: 'xx' is none of en, de, es"):
        Server(other, host="127.0.0.1", port=0)

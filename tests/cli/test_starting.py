"""The page starts without a folder being named, and from a desktop's menu."""

from __future__ import annotations

import configparser
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from rag.cli import main
from rag.cli.starting import chosen_folder, last_folder, remember_folder
from tests.house.test_docs import environment


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    """The folders that pages are served over, in a home directory and a working directory of their own."""
    import ui.app

    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.chdir(here)
    folders: list[Path] = []
    monkeypatch.setattr(ui.app, "serve", lambda library, **_: folders.append(library.folder.resolve()))
    return folders


def test_without_a_folder_the_page_opens_one_of_its_own_and_says_so(
    served: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("READACROSS_AUTH", "reader:pass")
    assert main(["serve"]) == 0, "a page with a login does not ask"
    own = tmp_path / "home" / "readacross"
    said = capsys.readouterr().err
    assert str(own) in said
    assert len(said.strip().split(". ")) == 3
    (tmp_path / "here" / ".readacross").mkdir()
    assert main(["serve"]) == 0, "this folder has been a library before"
    assert served == [own, tmp_path / "here"]


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[str]:
    """The address of `readacross serve`, which was given no folder, in a home directory and a folder of its own."""
    home, here = tmp_path / "home", tmp_path / "here"
    (home / "clippings").mkdir(parents=True)
    here.mkdir()
    environ = environment(HOME=str(home), USERPROFILE=str(home), XDG_CONFIG_HOME=str(home / "config"))
    command = [sys.executable, "-m", "rag.cli", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=here, env=environ, stderr=subprocess.PIPE, text=True) as running:
        try:
            assert running.stderr is not None
            found = re.search(r"http://\S+", line := running.stderr.readline())
            assert found, line
            yield found[0]
        finally:
            running.terminate()


@pytest.mark.server
def test_without_a_folder_it_is_asked_for_on_the_page(asking: str, tmp_path: Path) -> None:
    clippings = tmp_path / "home" / "clippings"
    shown = httpx.get(asking).text
    assert str(tmp_path / "home" / "readacross") in shown
    assert str(clippings) in shown, "folders that are there are offered"
    assert "http" not in shown, "it loads nothing"
    token = re.search(r'name="token" value="([^"]+)"', shown)
    assert token

    def choose(folder: str, token: str = token[1], **headers: str) -> httpx.Response:
        return httpx.post(asking, data={"folder": folder, "token": token}, headers=headers)

    assert choose(str(clippings), "another").status_code == 403
    assert choose(str(clippings), host="evil.example").status_code == 400
    wrong = choose(str(tmp_path / "no" / "<b>such"))
    assert wrong.status_code == 400
    assert "&lt;b&gt;such" in wrong.text
    assert "<b>such" not in wrong.text
    assert "Opening" in choose(str(clippings)).text
    assert healthy(asking)["folder"] in {"reading", "read"}
    assert (clippings / ".readacross").is_dir()
    assert (tmp_path / "home" / "config" / "readacross" / "folder").read_text("utf-8") == str(clippings)


def healthy(address: str) -> dict[str, str]:
    """What the page says of its health, once it is there."""
    until = time.monotonic() + 120
    while True:
        try:
            reply = httpx.get(f"{address}healthz")
        except httpx.TransportError:
            reply = None
        if reply is not None and reply.is_success:
            return reply.json()
        assert time.monotonic() < until, "the page did not start"
        time.sleep(0.2)


def test_the_folder_that_was_chosen_last_is_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert last_folder() == tmp_path / "readacross"
    remember_folder(tmp_path / "a folder")
    assert last_folder() == tmp_path / "a folder"


@pytest.mark.parametrize("option", [[], ["--library"]])
def test_a_folder_that_is_named_is_opened_and_made_if_missing(
    served: list[Path], tmp_path: Path, option: list[str]
) -> None:
    folder = tmp_path / "clippings"
    assert main(["serve", *option, str(folder)]) == 0
    assert served == [folder]
    assert main(["serve", *option, str(tmp_path / "no" / "such")]) == 1


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", str(tmp_path / ("x" * 300))]) == 1
    assert "name another folder" in capsys.readouterr().err


def test_a_name_wins_over_a_former_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".readacross").mkdir()
    (tmp_path / "a").mkdir()
    assert chosen_folder(Path("a")) == (Path("a"), "")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has such entries")
def test_the_entry_of_the_desktop_starts_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    folder = tmp_path / 'My "100 %" $HOME articles'
    assert main(["desktop-entry", str(folder)]) == 0
    path = Path(capsys.readouterr().out.strip())
    assert path == tmp_path / "share" / "applications" / "readacross.desktop"
    entry = configparser.RawConfigParser()
    entry.optionxform = str  # type: ignore[assignment, method-assign]
    entry.read(path, encoding="utf-8")
    command = dict(entry["Desktop Entry"])["Exec"].replace("\\\\", "\\").replace("\\$", "$").replace("%%", "%")
    words = shlex.split(command)
    assert words[-3:] == ["serve", "--open", str(folder)]
    shown = subprocess.run([*words[:3], "serve", "--help"], capture_output=True, text=True, check=True)
    assert "FOLDER" in shown.stdout


def test_elsewhere_there_is_no_such_entry(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert main(["desktop-entry"]) == 1
    assert "shortcut" in capsys.readouterr().err

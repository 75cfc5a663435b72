"""The commands about users: passwords come from a terminal or a pipe, and are shown nowhere."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from rag import Users
from rag.cli import main

PASSWORD = "correct horse"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the users are kept, as the settings say."""
    made = tmp_path / "users.json"
    monkeypatch.setenv("READACROSS_USERS", str(made))
    return made


def piped(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def typed(monkeypatch: pytest.MonkeyPatch, *passwords: str) -> None:
    """Type passwords at a terminal."""
    terminal, left = io.StringIO(), list(passwords)
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdin", terminal)
    monkeypatch.setattr("getpass.getpass", lambda prompt: left.pop(0))


def test_users_are_added_listed_changed_and_removed(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, PASSWORD, PASSWORD)
    assert main(["user", "add", "anna", "--editor"]) == 0
    piped(monkeypatch, "battery staple\r\n")
    assert main(["user", "add", "boris", "--password-stdin"]) == 0
    assert Users(path).check("boris", "battery staple") is not None
    capsys.readouterr()
    assert main(["user", "list"]) == 0
    assert capsys.readouterr().out == "anna  editor\nboris  reader\n"
    assert main(["user", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"name": "anna", "editor": True}, {"name": "boris", "editor": False},
    ]  # fmt: skip
    piped(monkeypatch, "another one")
    assert main(["user", "password", "anna", "--password-stdin"]) == 0
    assert Users(path).check("anna", PASSWORD) is None
    assert Users(path).check("anna", "another one") is not None
    boris = Users(path).get("boris")
    assert boris is not None
    assert main(["user", "role", "boris", "editor"]) == 0
    promoted = Users(path).get("boris")
    assert promoted is not None
    assert (promoted.editor, promoted.id, promoted.hash) == (True, boris.id, boris.hash)
    assert main(["user", "role", "boris", "reader"]) == 0
    assert Users(path).get("boris") == boris
    assert main(["user", "remove", "boris"]) == 0
    assert [user.name for user in Users(path).all()] == ["anna"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "anna"], "There is no terminal"),
        (["add", "anna", "--password-stdin"], "A password has 8"),
        (["add", "a:b", "--password-stdin"], "A name has"),
        (["remove", "anna"], "There is no user"),
        (["password", "anna", "--password-stdin"], "There is no user"),
        (["role", "anna", "editor"], "There is no user"),
        (["list"], "there is no file"),
    ],
)
def test_what_cannot_be_done_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    piped(monkeypatch, "hush-up")
    assert main(["user", *arguments]) == 1
    told = capsys.readouterr()
    assert said in told.err
    assert "hush" not in told.err + told.out
    assert not path.exists() or Path(path).read_text("utf-8").count("$argon2") == 0


def test_two_passwords_that_differ_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    typed(monkeypatch, PASSWORD, "correct house")
    assert main(["user", "add", "anna"]) == 1
    assert "differ" in capsys.readouterr().err
    assert not path.exists()


def test_a_password_cannot_be_an_argument(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["user", "add", "anna", PASSWORD])
    with pytest.raises(SystemExit):
        main(["user", "add", "anna", "--password", PASSWORD])
    assert not path.exists()


def test_a_file_can_be_named_and_the_setting_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["user", "list"]) == 1
    assert "name that with --users" in capsys.readouterr().err
    piped(monkeypatch, PASSWORD)
    other = tmp_path / "other.json"
    assert main(["user", "add", "anna", "--password-stdin", "--users", str(other)]) == 0
    assert f"READACROSS_USERS={other}" in capsys.readouterr().err


def test_the_page_does_not_open_without_its_users(
    path: Path, seeds: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", str(seeds), "--port", "0"]) == 1
    assert "readacross user add" in capsys.readouterr().err
    monkeypatch.setenv("READACROSS_AUTH", "reader:secret")
    assert main(["serve", str(seeds), "--port", "0"]) == 1
    assert "READACROSS_AUTH and READACROSS_USERS are both set" in capsys.readouterr().err

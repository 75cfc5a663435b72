"""The file of users: for its owner alone, whole or not at all, without passwords, and known anew when it changes."""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path

import pytest

from rag import SettingsError, Users
from rag.api.users import User, add_user, change_password, read_users, remove_user
from tests.users import ANNA, BORIS, write_users

(_, PASSWORD), (_, OTHER) = ANNA, BORIS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with one editor and one reader."""
    return write_users(tmp_path / "users.json")


def test_a_user_is_known_by_the_password_alone(path: Path) -> None:
    users = Users(path)
    anna, boris = users.check("anna", PASSWORD), users.check(" boris ", OTHER)
    assert anna is not None
    assert boris is not None
    assert (anna.name, anna.editor, boris.name, boris.editor) == ("anna", True, "boris", False)
    for name, password in (
        ("anna", OTHER),
        ("anna", ""),
        ("anna", "\ud800"),
        ("nobody", PASSWORD),
        ("", ""),
        ("Anna", PASSWORD),
    ):
        assert users.check(name, password) is None


def test_an_unknown_name_costs_as_much_as_a_known_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    users = Users(path)
    looked_at: list[str] = []
    verify = users._hasher.verify

    class Counting:
        def verify(self, hash_: str, password: bytes) -> bool:
            looked_at.append(hash_.rpartition("$")[0].rpartition("$")[0])
            return verify(hash_, password)

    monkeypatch.setattr(users, "_hasher", Counting())
    assert users.check("anna", OTHER) is None
    assert users.check("nobody", OTHER) is None
    assert len(looked_at) == 2
    assert looked_at[0] == looked_at[1], "the same algorithm, memory and rounds"


def test_the_file_is_its_owners_alone_and_has_no_password(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert PASSWORD not in path.read_text("utf-8")
    assert path.read_text("utf-8").count("$argon2id$") == 2
    assert "argon2" not in repr(read_users(path))
    assert {p.name for p in path.parent.iterdir()} <= {"users.json", "users.json.lock"}


def test_the_same_letters_typed_on_another_keyboard_are_the_same(tmp_path: Path) -> None:
    add_user(tmp_path / "u", "Zoe\u0308", "pa\u0308ssword", editor=False)
    user = Users(tmp_path / "u").check("Zo\u00eb", "p\u00e4ssword")
    assert user is not None
    assert user.name == "Zo\u00eb"


def test_what_changes_in_the_file_holds_at_once(path: Path) -> None:
    users = Users(path)
    before = users.get("anna")
    change_password(path, "anna", "another one")
    assert users.check("anna", PASSWORD) is None
    assert users.check("anna", "another one") is not None
    remove_user(path, "anna")
    assert users.get("anna") is None
    again = add_user(path, "anna", PASSWORD, editor=False)
    assert before is not None
    assert again.id != before.id, "who gets a name gets nothing of who had it"
    assert users.check("anna", PASSWORD) == again


@pytest.mark.parametrize("harm", ["gone", "open", "garbled"])
def test_a_file_that_cannot_be_used_lets_nobody_in(path: Path, harm: str, caplog: pytest.LogCaptureFixture) -> None:
    users = Users(path)
    if harm == "gone":
        path.unlink()
    elif harm == "open":
        path.chmod(0o644)
    else:
        path.write_text("{", "utf-8")
    assert users.get("anna") is None
    assert users.check("anna", PASSWORD) is None
    assert len([r for r in caplog.records if "Nobody can log in" in r.message]) == 1
    with pytest.raises(SettingsError, match="READACROSS_USERS"):
        Users(path)


@pytest.mark.parametrize(
    "values",
    [
        [], {}, {"version": 2, "users": []}, {"version": 1, "users": []}, {"version": 1, "users": [{}]},
        {"version": 1, "users": [{"id": "0" * 16, "name": "a", "hash": 1, "editor": True}]},
        {"version": 1, "users": [{"id": "0" * 16, "name": "a", "hash": "$argon2id$", "editor": "no"}]},
        {"version": 1, "users": [{"id": "", "name": "a", "hash": "$argon2id$", "editor": False}]},
        {"version": 1, "users": [{"id": "0" * 16, "name": "<b>", "hash": "$argon2id$", "editor": False}]},
        {"version": 1, "users": 2 * [{"id": "0" * 16, "name": "a", "hash": "$argon2id$", "editor": False}]},
    ],
)  # fmt: skip
def test_what_is_no_file_of_users_is_refused_by_the_settings_name(tmp_path: Path, values: object) -> None:
    path = tmp_path / "users.json"
    path.write_text(json.dumps(values), "utf-8")
    path.chmod(0o600)
    with pytest.raises(SettingsError, match=r"READACROSS_USERS: .*users\.json"):
        Users(path)


@pytest.mark.parametrize("name", ["", " anna", "a:b", "a/b", "<b>", "x" * 65, "a\nb", ".anna", "a\u202eb"])
def test_names_that_cannot_be_are_refused(path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="A name has"):
        add_user(path, name, PASSWORD, editor=False)


def test_a_name_is_given_once_however_it_is_written(path: Path) -> None:
    with pytest.raises(SettingsError, match="There is a user anna already"):
        add_user(path, "ANNA", PASSWORD, editor=False)


@pytest.mark.parametrize("password", ["", "seven 7", "x" * 1_001, "two\nlines of it"])
def test_passwords_that_cannot_be_are_refused_and_not_told(path: Path, password: str) -> None:
    before = path.read_bytes()
    with pytest.raises(SettingsError, match="A password has 8 to 1,000 characters") as caught:
        change_password(path, "anna", password)
    assert not password or password not in str(caught.value)
    assert path.read_bytes() == before


def test_a_change_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match="No space left"):
        remove_user(path, "anna")
    assert path.read_bytes() == before
    assert {p.name for p in path.parent.iterdir()} <= {"users.json", "users.json.lock"}


def test_changes_at_the_same_time_are_all_kept(path: Path) -> None:
    threads = [
        threading.Thread(target=add_user, args=(path, f"user{n}", PASSWORD), kwargs={"editor": False}) for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [u.name for u in read_users(path)] == ["anna", "boris", "user0", "user1", "user2", "user3"]


def test_a_user_who_may_only_read_is_told_whom_to_ask() -> None:
    from rag import NotAllowed

    User("0" * 16, "anna", "", editor=True).require_editor()
    with pytest.raises(NotAllowed, match="Only editors change the library: ask"):
        User("0" * 16, "boris", "").require_editor()

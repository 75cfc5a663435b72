"""Several people on one page: each sees their own conversations alone, and only editors change the library."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag import Library, Settings, Users
from rag.api.users import add_user, change_password, remove_user
from tests.serving import serving
from tests.ui.test_folder_reader import until
from tests.users import ANNA, BORIS, write_users
from ui import gate

QUESTION = "Which jets did Rutte approve?"
TOKEN = "a-token-of-some-length"


Enter = Callable[..., "Reader"]


class Reader:
    """What a browser does, by HTTP: one login, one tab."""

    def __init__(self, address: str, login: tuple[str, str] | None) -> None:
        self.client = httpx.Client(base_url=address, timeout=60)
        self.tab = secrets.token_hex(6)
        if login:
            name, password = login
            self.client.post("login", data={"username": name, "password": password}).raise_for_status()
            self.config = self.client.get("config").json()

    def event(self, element: str, event: str) -> int:
        """The number of what the page does on an event of an element."""
        (identity,) = (c["id"] for c in self.config["components"] if c["props"].get("elem_id") == element)
        found = [d for d in self.config["dependencies"] if [identity, event] in d["targets"]]
        return int(found[0]["id"])

    def send(self, number: int, data: list[Any], told: dict[str, Any] | None = None, tab: str = "") -> httpx.Response:
        """Send an event that does not wait in the queue."""
        body = {"fn_index": number, "data": data, "event_data": told, "session_hash": tab or self.tab}
        return self.client.post("gradio_api/run/predict", json=body)

    def act(self, told: dict[str, Any], conversation: str = "") -> str:
        """Do something with conversations; all that the page then shows."""
        answer = self.send(self.event("talk-list", "select"), [None, conversation, ""], told)
        answer.raise_for_status()
        return json.dumps(answer.json()["data"], ensure_ascii=False)

    def listed(self, words: str = "") -> str:
        """The list of conversations."""
        return str(self.send(self.event("talk-search", "change"), [words]).json()["data"])

    def library(self, **told: Any) -> str:
        """Do something with the library; all that the page then shows."""
        answer = self.send(self.event("report", "select"), ["", None], told)
        answer.raise_for_status()
        return json.dumps(answer.json()["data"], ensure_ascii=False)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of users, for tests that only read it."""
    return write_users(tmp_path_factory.mktemp("users") / "users.json")


@pytest.fixture
def settings() -> Settings:
    return Settings(token=TOKEN)


@pytest.fixture
def enter() -> Iterator[Enter]:
    """Opens tabs, which are closed after the test."""
    with ExitStack() as stack:

        def opened(address: str, login: tuple[str, str] | None) -> Reader:
            reader = Reader(address, login)
            stack.callback(reader.client.close)
            return reader

        yield opened


@pytest.fixture
def address(library: Library, path: Path) -> Iterator[str]:
    """A page of several users over a library of its own."""
    with serving(library, users=Users(path)) as at:
        yield at


@pytest.fixture
def annas(library: Library, path: Path) -> tuple[str, str]:
    """A conversation of anna's, and its one answer."""
    kept = library.conversations.of(Users(path).check(*ANNA).id)  # type: ignore[union-attr]
    identity = kept.new_id()
    return identity, kept.begin_turn(identity, QUESTION).id


def test_conversations_are_their_users_alone(
    enter: Enter, address: str, annas: tuple[str, str], library: Library
) -> None:
    anna, boris = enter(address, ANNA), enter(address, BORIS)
    conversation, answer = annas
    assert QUESTION in anna.listed()
    assert QUESTION in anna.listed("jets")
    assert QUESTION in anna.act({"do": "open", "conversation": conversation})
    assert QUESTION in anna.act({"do": "open", "answer": answer})
    for listed in (boris.listed(), boris.listed("jets")):
        assert QUESTION not in listed
    for told in (
        {"do": "open", "conversation": conversation}, {"do": "open", "answer": answer},
        {"do": "rename", "conversation": conversation, "title": "Mine"}, {"do": "delete", "conversation": conversation},
        {"do": "restore", "conversation": conversation, "reopen": "yes"}, {"do": "look"},
        {"do": "remove", "answer": answer}, {"do": "bring back", "removed": answer, "anew": "yes"},
    ):  # fmt: skip
        shown = boris.act(told, conversation)
        assert QUESTION not in shown, told
        assert told["do"] in {"open", "look"} or "There is no conversation" in shown, told
    assert "There is no answer" in boris.act({"do": "open", "answer": answer})
    for event in ("copy", "like"):
        data = [conversation] if event == "copy" else [conversation, ""]
        shown = str(boris.send(boris.event("talk-list", event), data, {"answer": answer}).json())
        assert "Rutte" not in shown
        assert "Pinned" not in shown
    assert [entry.title for entry in anna_of(library, address).list()] == [QUESTION]
    assert "No" not in anna.act({"do": "delete", "conversation": conversation})
    assert "There is no conversation" in boris.act({"do": "restore", "conversation": conversation})
    assert QUESTION in anna.act({"do": "restore", "conversation": conversation})


def anna_of(library: Library, address: str) -> Any:
    """The conversations that are neither boris's nor nobody's."""
    with library.conversations._place.at_work() as connection:
        (owner,) = connection.exec_driver_sql("SELECT DISTINCT owner FROM conversations WHERE owner != ''").one()
    return library.conversations.of(owner)


def test_a_tab_is_its_users_alone(enter: Enter, address: str) -> None:
    anna, boris = enter(address, ANNA), enter(address, BORIS)
    number = anna.event("talk-search", "change")
    assert anna.send(number, [""]).status_code == 200
    assert boris.send(number, [""], tab=anna.tab).status_code == 403
    for query in (f"session_hash={anna.tab}", f"session_hash={boris.tab}&session_hash={anna.tab}"):
        assert boris.client.get(f"gradio_api/queue/data?{query}").status_code == 403
    assert boris.client.get(f"gradio_api/heartbeat/{anna.tab}").status_code == 403
    for route in ("queue/join", "cancel", "reset"):
        body = {"fn_index": number, "data": [""], "session_hash": anna.tab, "event_id": "x"}
        assert boris.client.post(f"gradio_api/{route}", json=body).status_code == 403
    assert anna.send(number, [""]).status_code == 200


CHANGES = (
    ("library/files?name=bridge.txt", {"content": b"The mayor opened a bridge on Monday."}),
    ("library/text", {"json": {"title": "A bridge", "text": "The mayor opened a bridge on Monday."}}),
    ("library/read", {"json": {"files": ["bridge.txt"]}}),
)


def test_only_editors_change_the_library(enter: Enter, address: str, library: Library) -> None:
    anna, boris, nobody = enter(address, ANNA), enter(address, BORIS), enter(address, None)
    before = {p.name for p in library.folder.iterdir()}
    file = library.articles()[0].file
    for route, facts in CHANGES:
        assert nobody.client.post(route, **facts).status_code == 401
        refused = boris.client.post(route, **facts)
        assert (refused.status_code, refused.json()["detail"][:12]) == (403, "Only editors")
    for told in ({"act": "read"}, {"act": "stop"}, {"act": "remove", "name": file}, {"act": "undo"}):
        assert "Only editors change the library" in boris.library(**told)
    assert {p.name for p in library.folder.iterdir()} == before
    assert boris.client.get(f"library/original?file={file}").status_code == 200
    assert boris.client.get("library/state").status_code == 200
    for route, facts in CHANGES:
        assert anna.client.post(route, **facts).status_code == 200, route
    until(lambda: not anna.client.get("library/state").json()["reading"])
    assert "Removed" in anna.library(act="remove", name=file)
    assert file not in {p.name for p in library.folder.iterdir()}


def test_only_editors_are_offered_what_changes_the_library(enter: Enter, address: str, library: Library) -> None:
    anna, boris = enter(address, ANNA), enter(address, BORIS)
    (library.folder / "new.txt").write_text("The mayor opened a bridge.", "utf-8")
    file = library.articles()[0].file
    for reader, offered in ((anna, True), (boris, False)):
        opened = reader.send(reader.event("articles", "click"), [], {"file": file}).json()["data"][0]
        assert "Open original" in opened
        assert ("Remove" in opened) is offered
        assert "data-do" not in str(reader.config["components"][0]), "nothing is offered before it is known who asks"
        added = [c for c in reader.config["components"] if c["props"].get("elem_id") == "add"]
        assert added[0]["props"]["value"] == ""
        (adding,) = (d for d in reader.config["dependencies"] if d["outputs"] == [added[0]["id"]])
        assert ("Add files" in str(reader.send(adding["id"], []).json()["data"])) is offered


def test_each_user_is_told_in_their_own_language_who_they_are_and_what_they_may_not(enter: Enter, address: str) -> None:
    anna, boris = enter(address, ANNA), enter(address, BORIS)
    for reader, language, leave, refused in (
        (boris, "de-AT", "Abmelden", "Nur Bearbeiter ändern die Sammlung"),
        (anna, "de", "Abmelden", ""),
        (boris, "ru", "Выйти", "Библиотеку меняют только редакторы"),
    ):
        reader.client.headers["accept-language"] = language
        reader.config = reader.client.get("config").json()
        page = json.dumps(reader.config)
        assert reader.config["username"] == (ANNA if reader is anna else BORIS)[0]
        assert (ANNA if reader is boris else BORIS)[0] not in page
        assert "logout" not in page, "one page is for all: events tell who asks"
        (header,) = (c["id"] for c in reader.config["components"] if c["props"].get("elem_id") == "header")
        (shown,) = (d["id"] for d in reader.config["dependencies"] if len(d["outputs"]) == 2 and header in d["outputs"])
        told = reader.send(shown, []).json()["data"][0]
        assert f'{reader.config["username"]}</bdi> <a href="logout">{leave}</a>' in told
        assert refused in reader.library(act="read")
        told = reader.client.post("library/text", json={"title": "", "text": ""}).json()["detail"]
        assert refused in told


def test_only_editors_see_and_change_the_settings(enter: Enter, address: str, library: Library) -> None:
    for login, may in ((ANNA, True), (BORIS, False)):
        reader = enter(address, login)
        (tab,) = (c["id"] for c in reader.config["components"] if c["props"].get("elem_id") == "tab-settings")
        (shown,) = (d for d in reader.config["dependencies"] if [tab, "select"] in d["targets"])
        told = str(reader.send(shown["id"], []).json()["data"])
        assert ("Settings are changed by editors." in told) is not may
        assert ("Settings are kept in" in told) is may


def test_programs_log_in_as_users(address: str, library: Library) -> None:
    def call(name: str, login: Any = None, **facts: Any) -> httpx.Response:
        return httpx.post(f"{address}api/v1/{name}", json=facts, auth=login, timeout=60)

    assert call("ask", question=QUESTION).status_code == 401
    assert call("ask", ("anna", "battery staple"), question=QUESTION).status_code == 401
    assert call("ask", ("nobody", "battery staple"), question=QUESTION).status_code == 401
    assert call("ask", BORIS, question=QUESTION).json()["found"] is True
    refused = call("sync", BORIS)
    assert (refused.status_code, refused.json()["error"]) == (403, "NotAllowed")
    assert "Only editors" in refused.json()["message"]
    assert call("sync", ANNA).status_code == 200
    bearer = {"authorization": f"Bearer {TOKEN}"}
    assert httpx.post(f"{address}api/v1/sync", json={}, headers=bearer, timeout=60).status_code == 200
    talk = call("chat", ANNA, question=QUESTION).json()["conversation"]
    assert call("chat", ANNA, question="And when?", conversation=talk).status_code == 200
    lost, unknown = (call("chat", BORIS, question="And when?", conversation=c) for c in (talk, "x"))
    assert (lost.status_code, lost.text) == (unknown.status_code, unknown.text)
    assert lost.status_code == 400


def test_named_endpoints_know_who_asks(address: str) -> None:
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    anna, boris = (Client(address, auth=who, verbose=False, analytics_enabled=False) for who in (ANNA, BORIS))
    with pytest.raises(AppError, match="Only editors"):
        boris.predict(api_name="/sync")
    assert "unchanged" in anna.predict(api_name="/sync")
    talk = anna.predict(question=QUESTION, api_name="/chat")["conversation"]
    with pytest.raises(AppError, match="no such conversation"):
        boris.predict(question="And when?", conversation=talk, api_name="/chat")


def test_who_is_removed_or_gets_another_password_is_out_at_once(enter: Enter, library: Library, tmp_path: Path) -> None:
    path = write_users(tmp_path / "users.json")
    with serving(library, users=Users(path)) as address:
        anna, boris = enter(address, ANNA), enter(address, BORIS)
        number = boris.event("talk-search", "change")
        remove_user(path, "boris")
        assert boris.client.get("config").status_code == 401
        assert boris.client.get("library/state").status_code == 401
        assert boris.send(number, [""]).status_code == 401
        assert httpx.get(f"{address}api/v1/articles", auth=BORIS).status_code == 401
        add_user(path, *BORIS, editor=False)
        assert boris.client.get("config").status_code == 401, "an old login is not that of the new user"
        assert anna.client.get("config").status_code == 200
        change_password(path, "anna", "another one")
        assert anna.client.get("config").status_code == 401
        assert enter(address, ("anna", "another one")).client.get("config").status_code == 200


def test_logging_out_ends_the_login(enter: Enter, address: str) -> None:
    anna = enter(address, ANNA)
    cookies = dict(anna.client.cookies)
    assert anna.client.get("logout").headers["location"].rstrip("/") == address.rstrip("/")
    assert httpx.get(f"{address}config", cookies=cookies).status_code == 401


def test_wrong_passwords_are_tried_at_a_bounded_pace_whatever_the_name(address: str) -> None:
    for number in range(gate.ATTEMPTS):
        name = ("anna", "nobody")[number % 2]
        assert httpx.post(f"{address}login", data={"username": name, "password": "guess"}).status_code == 400
    for name, password in (ANNA, BORIS):
        assert httpx.post(f"{address}login", data={"username": name, "password": password}).status_code == 429
        assert httpx.get(f"{address}api/v1/articles", auth=(name, password)).status_code == 429

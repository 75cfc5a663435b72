"""Only what the page uses is served, only to its own pages, and passwords cannot be tried without end."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import gradio.routes
import httpx
import pytest

from rag import Library
from tests.serving import serving
from ui import gate, server
from ui.gate import ATTEMPTS, Sessions, is_served

USED = {
    ("GET", "/"), ("HEAD", "/"), ("GET", "/config"), ("GET", "/theme.css"), ("GET", "/favicon.ico"),
    ("GET", "/robots.txt"), ("GET", "/logout"), ("POST", "/login"), ("POST", "/login/"), ("GET", "/assets/x"),
    ("GET", "/static/x"), ("GET", "/svelte/x"), ("GET", "/gradio_api/app_id"), ("GET", "/gradio_api/heartbeat/x"),
    ("GET", "/gradio_api/queue/data"), ("GET", "/gradio_api/info"), ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/cancel"), ("POST", "/gradio_api/reset"),
}  # fmt: skip


@pytest.fixture(scope="module")
def routes() -> set[tuple[str, str]]:
    """The methods and paths of all that gradio serves, with "x" for each parameter."""
    declared = re.findall(r'@(app|router)\.(get|post|head)\("([^"]*)"', inspect.getsource(gradio.routes))
    return {
        (method.upper(), ("/gradio_api" if where == "router" else "") + re.sub(r"\{[^}]*\}", "x", path))
        for where, method, path in declared
    }


def test_of_gradios_routes_only_those_that_the_page_uses_are_served(address: str, routes: set[tuple[str, str]]) -> None:
    assert len(routes) >= 60
    for method, path in sorted(routes - USED):
        answer = httpx.request(method, f"{address.rstrip('/')}{path}")
        assert answer.status_code == 404, (method, path)
        if method != "HEAD":
            assert answer.text == "There is nothing here.\n"
        assert answer.headers["content-security-policy"] == gate.POLICY


@pytest.mark.parametrize(
    "path", ["/gradio_api/run/predict/../upload", "/assets", "//", "/config/x", "/x", "/API/V1/ask"]
)
def test_what_only_looks_like_a_route_is_none(path: str) -> None:
    assert not is_served("GET", path)
    assert not is_served("POST", path)


def test_no_websocket_is_served() -> None:
    assert not is_served("", "/")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", ["config", "logout", "library/state", "theme.css", "api/v1/articles"])
def test_other_sites_pages_get_nothing(address: str, site: str, path: str) -> None:
    headers = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors"}
    assert httpx.get(f"{address}{path}", headers=headers).status_code == 403
    navigating = {"sec-fetch-site": site, "sec-fetch-mode": "navigate"}
    assert httpx.get(f"{address}{path}", headers=navigating).status_code == 403


def test_a_link_elsewhere_may_lead_to_the_page(address: str) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert httpx.get(address, headers=headers).status_code == 200
    assert httpx.post(address, headers=headers).status_code == 403
    assert httpx.get(f"{address}config", headers={"sec-fetch-site": "same-origin"}).status_code == 200


@pytest.fixture
def guarded(library: Library) -> Iterator[str]:
    with serving(library, auth="reader:secret") as at:
        yield at


def log_in(address: str, password: str) -> int:
    return httpx.post(f"{address}login", data={"username": "reader", "password": password}).status_code


def ask(address: str, password: str) -> int:
    return httpx.get(f"{address}api/v1/articles", auth=("reader", password)).status_code


def test_passwords_are_tried_at_a_bounded_pace(guarded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(ATTEMPTS - 1):
        assert log_in(guarded, "guess") == 400
    assert log_in(guarded, "secret") == 200  # and all is forgiven
    for number in range(ATTEMPTS):
        assert (log_in if number % 2 else ask)(guarded, "guess") in {400, 401}
    assert log_in(guarded, "secret") == 429
    assert ask(guarded, "secret") == 429
    assert ask(guarded, "guess") == 429
    monkeypatch.setattr(gate, "WAIT", 0.0)
    assert log_in(guarded, "secret") == 200


def test_a_wrong_question_is_no_wrong_password(guarded: str) -> None:
    for _ in range(ATTEMPTS + 1):
        answer = httpx.post(f"{guarded}api/v1/ask", json={"question": " "}, auth=("reader", "secret"))
        assert answer.status_code in {400, 422}


def test_who_is_logged_in_stays_so_while_another_guesses(guarded: str) -> None:
    cookies = httpx.post(f"{guarded}login", data={"username": "reader", "password": "secret"}).cookies
    for _ in range(ATTEMPTS + 1):
        log_in(guarded, "guess")
    assert httpx.get(f"{guarded}config", cookies=cookies).status_code == 200


def test_the_addresses_that_are_remembered_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "ADDRESSES", 3)
    throttle = gate.LoginThrottle(None)  # type: ignore[arg-type]
    for number in range(10):
        throttle._note(str(number), wrong=True)
    assert list(throttle._wrong) == ["7", "8", "9"]


def test_sessions_are_bounded_in_number_and_life(guarded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = Sessions()
    for number in range(Sessions.MOST + 10):
        sessions[str(number)] = "reader"
    assert len(sessions) == Sessions.MOST
    assert "0" not in sessions
    assert sessions.get("500") == "reader"
    del sessions["500"]
    monkeypatch.setattr(Sessions, "LIFE", 0.0)
    assert sessions.get("501") is None
    assert "502" not in sessions


def test_a_login_ends_by_itself(guarded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cookies = httpx.post(f"{guarded}login", data={"username": "reader", "password": "secret"}).cookies
    assert httpx.get(f"{guarded}config", cookies=cookies).status_code == 200
    monkeypatch.setattr(Sessions, "LIFE", 0.0)
    assert httpx.get(f"{guarded}config", cookies=cookies).status_code == 401


def test_the_state_of_tabs_is_bounded(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "TABS", 3)
    application = server.application(library, host="127.0.0.1")
    holder = application.tabs
    for number in range(10):
        holder[str(number)]
    assert list(holder.session_data) == ["7", "8", "9"]

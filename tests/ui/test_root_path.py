"""Behind a proxy, under a path: page, login, interfaces and links, whether the proxy takes the path off or not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from rag import Library, Settings, Users
from tests.proxy import PATH, Proxy, proxying
from tests.serving import serving
from tests.users import ANNA, write_users


@pytest.fixture(params=[True, False], ids=["path taken off", "path left on"])
def proxy(request: pytest.FixtureRequest, seeds: Path, tmp_path: Path) -> Iterator[Proxy]:
    """A proxy before a page of users that knows of it."""
    users = Users(write_users(tmp_path / "users.json"))
    with proxying(strips=request.param) as proxy, Library(seeds, settings=Settings(root_url=proxy.url)) as library:
        library.sync()
        with serving(library, users=users) as address:
            proxy.target = address
            yield proxy


def test_page_login_interface_and_links_work_under_a_path(proxy: Proxy) -> None:
    base = f"{proxy.url}/"
    with httpx.Client(base_url=base, timeout=60) as client:
        assert client.get("config").status_code == 401
        assert client.post("login", data={"username": ANNA[0], "password": ANNA[1]}).status_code == 200
        page = client.get("")
        assert page.status_code == 200
        assert client.get("config").json()["root"] == proxy.url
        assert client.get("library/state").json()["reading"] is False
        assert client.post("library/text", json={"title": "A", "text": "The bridge is open."}).status_code == 200
        out = client.get("logout")
        assert out.headers["location"] == base
        assert client.get("config").status_code == 401
    described = httpx.get(f"{base}api/v1/openapi.json", auth=ANNA).json()
    (server,) = described["servers"]
    assert urljoin(base, server["url"]) == f"{proxy.url}/api/v1"
    asked = httpx.post(
        f"{server['url']}/ask", json={"question": "Which jets did Rutte approve?"}, auth=ANNA, timeout=60
    )
    assert asked.json()["found"] is True
    if not proxy.strips:
        assert httpx.get(f"{base.rstrip('/')}").headers["location"] == base
    assert proxy.outside == []


def test_another_name_than_the_proxys_is_refused(proxy: Proxy) -> None:
    for host, status in (("evil.example", 400), ("127.0.0.1", 200)):
        assert httpx.get(f"{proxy.target}healthz", headers={"host": host}).status_code == status


def test_a_page_on_loopback_answers_to_the_name_that_a_proxy_serves(seeds: Path) -> None:
    with Library(seeds, settings=Settings(root_url="https://example.org/news")) as library, serving(library) as address:
        assert httpx.get(f"{address}healthz", headers={"host": "example.org"}).status_code == 200
        assert httpx.get(f"{address}config", headers={"host": "example.org"}).json()["root"] == (
            f"https://example.org{PATH}"
        )

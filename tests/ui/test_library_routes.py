"""Files come in and go out by routes of their own: for those who have logged in, within limits, and harmless."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from rag import Library, Settings
from tests.serving import serving
from tests.ui.test_bodies import chunk, status_of
from ui.bodies import LARGEST_BODY

MEGABYTE = 1_000_000
FILES = "library/files"
BRIDGE = b"The mayor of Springfield opened a bridge on Monday."
SCRIPT = (
    b"<html><body><article><h1>A title</h1><script>alert(1)</script><p>The bridge is open.</p></article></body></html>"
)


@pytest.fixture
def guarded(library: Library) -> Iterator[str]:
    """A page that asks for a login."""
    with serving(library, auth="reader:secret") as at:
        yield at


@pytest.fixture
def open_page(library: Library) -> Iterator[str]:
    """A page over a library of its own."""
    with serving(library) as at:
        yield at


def send(address: str, name: str, body: bytes = BRIDGE, **more: object) -> httpx.Response:
    return httpx.post(f"{address}{FILES}", params={"name": name}, content=body, **more)


def test_a_file_comes_in_under_a_safe_name_and_goes_out_as_it_was(open_page: str, library: Library) -> None:
    assert send(open_page, "../../a/pa<ge>.html", SCRIPT).json() == {"file": "pa ge.html"}
    library.sync()
    out = httpx.get(f"{open_page}library/original", params={"file": "pa ge.html"})
    assert out.content == SCRIPT
    assert out.headers["content-type"] == "application/octet-stream"
    assert out.headers["content-disposition"] == "attachment; filename*=UTF-8''pa%20ge.html"
    assert out.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in out.headers["content-security-policy"]


@pytest.mark.parametrize(
    "file", ["../secret.txt", "/etc/passwd", "", "nothing.txt", ".readacross/catalogue.sqlite", "\0"]
)
def test_nothing_but_articles_goes_out(open_page: str, library: Library, file: str) -> None:
    (library.folder.parent / "secret.txt").write_text("secret", "utf-8")
    out = httpx.get(f"{open_page}library/original", params={"file": file})
    assert out.status_code == 409
    assert out.json()["detail"]


def test_only_the_upload_takes_large_bodies_and_no_larger_than_a_file_may_be(seeds, settings: Settings) -> None:
    with Library(seeds, settings=Settings(max_file_mb=6)) as library, serving(library) as address:
        assert send(address, "large.txt", b"x" * 5 * MEGABYTE).status_code == 200
        assert status_of(address, FILES, f"Content-Length: {6 * MEGABYTE + 1}") == 413
        body = chunk(4 * MEGABYTE) + chunk(2 * MEGABYTE) + chunk(1)
        assert status_of(address, FILES, "Transfer-Encoding: chunked", body=body) == 413
        assert status_of(address, "library/text", f"Content-Length: {LARGEST_BODY + 1}") == 413
        assert {p.name for p in seeds.glob("*")} - {p.name for p in seeds.glob("0*")} == {".readacross", "large.txt"}


def test_nothing_comes_in_or_goes_out_before_login(guarded: str, library: Library) -> None:
    file = library.articles()[0].file
    for path in (f"library/original?file={file}", "library/state"):
        assert httpx.get(f"{guarded}{path}").status_code == 401
    for path in (FILES, "library/text", "library/read"):
        assert httpx.post(f"{guarded}{path}", json={"text": "x"}).status_code == 401
    right = httpx.post(f"{guarded}login", data={"username": "reader", "password": "secret"})
    assert send(guarded, "bridge.txt", cookies=right.cookies).json() == {"file": "bridge.txt"}
    assert httpx.get(f"{guarded}library/original?file={file}", cookies=right.cookies).status_code == 200


def test_no_other_site_can_send_a_file(open_page: str, library: Library) -> None:
    assert send(open_page, "bridge.txt", headers={"origin": "http://evil.example"}).status_code == 403
    assert not (library.folder / "bridge.txt").exists()


def test_why_a_file_or_a_text_is_not_taken_is_told(open_page: str, library: Library) -> None:
    none = send(open_page, "none.txt", b"")
    assert (none.status_code, none.json()["detail"][:8]) == (422, "is empty")
    for body in (b"", b"[1]", b"\xff", b'{"title": "x"}', b"[" * 100_000):
        told = httpx.post(f"{open_page}library/text", content=body)
        assert (told.status_code, told.json()["detail"]) == (422, "the text is empty: paste the article's words")
    library.folder.rename(library.folder.parent / "moved")
    gone = send(open_page, "bridge.txt")
    assert gone.status_code == 409
    assert "There is no folder" in gone.json()["detail"]


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'{"files": 1, "refused": [1, {"name": 2}]}', b'{"files": [["a"], 3]}']
)
def test_nonsense_is_not_read(open_page: str, body: bytes) -> None:
    assert httpx.post(f"{open_page}library/read", content=body).status_code == 200

"""Programs: every operation over HTTP by its OpenAPI description, streams, errors, and who may ask."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from rag import Cancellation, Library, Settings, Stories
from tests.api.test_mcp import places
from tests.serving import serving

TOKEN = "a-token-of-some-length"
CALLS: dict[str, dict[str, Any]] = {
    "ask": {"question": "Which jets did Rutte approve?"},
    "chat": {"question": "When did Russia invade Ukraine?"},
    "check": {"text": "Rutte approved the delivery of jets to Ukraine. The moon is made of green cheese."},
    "compare": {},
    "names": {"kind": "person"},
    "new": {},
    "search": {"query": "deep strikes", "k": 3},
    "stories": {},
    "summarise": {"points": 4},
    "sync": {},
    "timeline": {},
}


@pytest.fixture
def api(library: Library) -> Iterator[httpx.Client]:
    """A client of the interface on the page's server."""
    with serving(library) as address, httpx.Client(base_url=f"{address}api/v1/", timeout=60) as client:
        yield client


def events(response: httpx.Response) -> list[tuple[str, Any]]:
    """The server-sent events of a response."""
    found = []
    for block in response.text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def validate(description: dict[str, Any], operation: str, response: httpx.Response) -> None:
    """Check a response by the schema that the description gives for it."""
    for methods in description["paths"].values():
        for one in methods.values():
            if one["operationId"] == operation:
                content = one["responses"][str(response.status_code)]["content"]
                schema = {**content["application/json"]["schema"], "components": description["components"]}
                jsonschema.Draft202012Validator(schema).validate(response.json())
                return
    raise AssertionError(f"{operation} is not described")


def test_every_operation_answers_by_its_schema_and_every_place_is_exact(api: httpx.Client, library: Library) -> None:
    description = api.get("openapi.json").json()
    texts = {a.file: a.text for a in library.articles()}
    responses = {name: api.post(name, json=parameters) for name, parameters in CALLS.items()}
    export = library.ask("Which jets did Rutte approve?").json()
    responses["recheck"] = api.post("recheck", json={"export": export})
    responses["articles"] = api.get("articles", params={"focus": "jets"})
    file = next(iter(texts))
    responses["article"] = api.get(f"articles/{file}", params={"start": 10, "end": 50})
    described = {one["operationId"] for methods in description["paths"].values() for one in methods.values()}
    assert described == set(responses)
    for name, response in responses.items():
        assert response.status_code == 200, (name, response.text)
        validate(description, name, response)
        if name != "check":  # whose own sentences are places of the draft
            assert all(texts[f][start:end] == quote for f, start, end, quote in places(response.json()) if f)
    cited = [c for s in responses["check"].json()["sentences"] for c in s["citations"]]
    assert cited
    assert all(texts[c["file"]][c["start"] : c["end"]] == c["quote"] for c in cited)
    assert responses["article"].json()["text"] == texts[file][10:50]
    assert "F-16" in responses["ask"].json()["text"]


@pytest.mark.parametrize(
    "request_", ["Summarise the articles", "Compare the reports", "Timeline", "Which are copies?", "What is new?"]
)
def test_a_request_is_served_by_the_schema_of_its_result(api: httpx.Client, request_: str) -> None:
    description = api.get("openapi.json").json()
    served = api.post("ask", json={"question": request_})
    validate(description, "ask", served)
    assert served.json()["intent"] != "answer"
    assert served.json()["result"]
    assert not [name for name in description["components"]["schemas"] if "__" in name], "each thing has one schema"


def test_a_conversation_goes_on(api: httpx.Client) -> None:
    first = api.post("chat", json={"question": "When did Russia invade Ukraine?"}).json()
    second = api.post("chat", json={"question": "And why?", "conversation": first["conversation"]}).json()
    assert second["conversation"] == first["conversation"]
    assert "Ukraine" in second["answer"]["asked"]
    lost = api.post("chat", json={"question": "And why?", "conversation": "x"})
    assert lost.status_code == 400
    assert "begin one" in lost.json()["message"]


def test_an_export_is_checked_again(api: httpx.Client, library: Library) -> None:
    export = library.ask("Which jets did Rutte approve?").markdown()
    assert api.post("recheck", json={"export": export}).json()["holds"] is True
    none = api.post("recheck", json={"export": "/etc/passwd"})
    assert (none.status_code, none.json()["error"]) == (400, "ExportError")


@pytest.mark.parametrize("name", sorted(CALLS))
def test_every_operation_streams_to_the_same_result(api: httpx.Client, name: str, library: Library) -> None:
    (library.folder / "new.txt").write_text("The bridge of Arnhem was closed on Monday.")
    streamed = api.post(name, json=CALLS[name], headers={"accept": "text/event-stream"})
    assert streamed.headers["content-type"].startswith("text/event-stream")
    told = events(streamed)
    assert [kind for kind, _ in told].count("result") == 1
    assert told[-1][0] == "result"
    if name == "ask":
        assert ("sentence", told[-1][1]["sentences"][0]) in told
    if name in {"sync", "summarise"}:
        assert "progress" in {kind for kind, _ in told}


def test_errors_have_a_status_and_say_what_to_do(api: httpx.Client) -> None:
    description = api.get("openapi.json").json()
    wrong = api.post("search", json={"query": "x", "k": 0, "folder": "/etc"})
    assert wrong.status_code == 422
    validate(description, "search", wrong)
    assert "k: " in wrong.json()["message"]
    assert "folder: " in wrong.json()["message"]
    assert api.post("ask", json={"question": " "}).status_code == 400
    assert api.post("ask", json={"question": "x" * 10_000}).json()["error"] == "QuestionError"
    assert api.get("articles/../../etc/passwd").status_code == 404
    missing = api.get("articles/none.txt")
    assert (missing.status_code, missing.json()["error"]) == (404, "LibraryError")
    nothing = api.post("search", json={"query": "jets", "files": ["none*"]}, headers={"accept": "text/event-stream"})
    assert (nothing.status_code, nothing.json()["error"]) == (409, "NothingToRead")
    assert api.get("nowhere").json()["error"] == "NotServed"
    assert api.get("ask").status_code == 405


def test_what_was_not_foreseen_is_not_told(
    api: httpx.Client, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("sk-secret")

    monkeypatch.setattr(library, "search", fail)
    failed = api.post("search", json={"query": "jets"})
    assert failed.status_code == 500
    assert "secret" not in failed.text


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.example"}, {"host": "evil.example"}, {"sec-fetch-site": "cross-site"}],
)
def test_other_sites_cannot_ask(api: httpx.Client, headers: dict[str, str]) -> None:
    assert api.get("articles", headers=headers).status_code in {400, 403}
    assert api.post("ask", json=CALLS["ask"], headers=headers).status_code in {400, 403}


def test_a_form_of_another_kind_is_not_read(api: httpx.Client) -> None:
    body = json.dumps(CALLS["ask"])
    assert api.post("ask", content=body, headers={"content-type": "text/plain"}).status_code == 422


def test_a_body_that_is_too_large_is_refused(api: httpx.Client) -> None:
    assert api.post("check", json={"text": "x" * 4_000_000}).status_code == 413


def test_with_a_login_only_those_who_know_it_or_the_token_may_ask(seeds: Path) -> None:
    with Library(seeds, settings=Settings(token=TOKEN)) as library:
        library.sync()
        with serving(library, auth="reader:pass:word") as address, httpx.Client(base_url=address) as client:
            for path in ("api/v1/articles", "api/v1/openapi.json", "api/v1/nowhere"):
                assert client.get(path).status_code == 401
            assert client.post("api/v1/ask", json=CALLS["ask"]).status_code == 401
            for wrong in ("Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer", "Basic !", f"Bearer\t{TOKEN}"):
                assert client.get("api/v1/articles", headers={"authorization": wrong}).status_code == 401
            assert client.get("api/v1/articles", auth=("reader", "pass")).status_code == 401
            assert client.get("api/v1/articles", auth=("reader", "pass:word")).status_code == 200
            bearer = {"authorization": f"bearer {TOKEN}"}
            assert client.get("api/v1/articles", headers=bearer).status_code == 200
            assert client.post("api/v1/ask", json=CALLS["ask"], headers=bearer).json()["found"] is True
            assert client.get("config", headers=bearer).status_code == 401, "the token is for programs alone"
            assert TOKEN not in repr(library.settings)


def test_when_too_many_wait_the_next_is_told_to_come_again(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    monkeypatch.setattr(Library, "stories", lambda *_, **__: go.wait(60) and Stories(()))
    with Library(seeds, settings=Settings(max_users=1)) as library, serving(library) as address:
        at = f"{address}api/v1/stories"
        with ThreadPoolExecutor(10) as clients:
            asked = [clients.submit(httpx.post, at, json={}, timeout=60) for _ in range(10)]
            (refused,) = wait(asked, return_when=FIRST_COMPLETED).done
            go.set()
            assert (refused.result().status_code, refused.result().json()["error"]) == (503, "Busy")
            assert sorted(one.result().status_code for one in asked) == [200] * 9 + [503]
        assert httpx.post(at, json={}).status_code == 200


def test_work_is_stopped_when_its_client_goes(api: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = threading.Event()

    def stories(*_: Any, cancel: Cancellation, **__: Any) -> Stories:
        cancel.on_cancel(stopped.set)
        stopped.wait(30)
        return Stories(())

    monkeypatch.setattr(Library, "stories", stories)
    with pytest.raises(httpx.ReadTimeout):
        api.post("stories", json={}, timeout=1)
    assert stopped.wait(20)
    stopped.clear()
    with api.stream("POST", "stories", json={}, headers={"accept": "text/event-stream"}) as response:
        assert next(response.iter_lines()) == ": at work"
    assert stopped.wait(20)

"""`gradio_client` finds every operation with its parameters, within the page's login and beside the page's queue."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError, AuthenticationError

from rag import Library, Settings, Stories
from rag.api.operations import OPERATIONS
from tests.serving import serving

QUESTION = "Which jets did Rutte approve?"


def client_of(address: str, **more: object) -> Client:
    return Client(address, verbose=False, analytics_enabled=False, **more)  # type: ignore[arg-type]


@pytest.fixture
def client(address: str) -> Client:
    return client_of(address)


def test_every_operation_is_listed_with_its_parameters_and_no_event_of_the_page(client: Client) -> None:
    described = client.view_api(return_format="dict", print_info=False)
    assert isinstance(described, dict)
    assert described["unnamed_endpoints"] == {}
    assert {name.strip("/") for name in described["named_endpoints"]} == {o.name for o in OPERATIONS} | {"chat"}
    for operation in OPERATIONS:
        endpoint = described["named_endpoints"][f"/{operation.name}"]
        fields = operation.parameters.model_fields
        assert {p["parameter_name"]: p["parameter_has_default"] for p in endpoint["parameters"]} == {
            name: not field.is_required() for name, field in fields.items()
        }
        assert operation.meaning in endpoint["description"]


def test_they_answer_as_the_library_does(client: Client, library: Library) -> None:
    answer = client.predict(QUESTION, api_name="/ask")
    assert answer["text"] == library.ask(QUESTION).text
    cited = answer["sentences"][0]["citations"][0]
    span = client.predict(file=cited["file"], start=cited["start"], end=cited["end"], api_name="/article")
    assert span["text"] == cited["quote"]
    reply = client.predict(question=QUESTION, api_name="/chat")
    follow_up = client.predict(question="Who is he?", conversation=reply["conversation"], api_name="/chat")
    assert follow_up["conversation"] == reply["conversation"]


def test_wrong_parameters_are_told_and_what_was_not_foreseen_is_not(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AppError, match="k: Input should be less than or equal to 100"):
        client.predict(query="jets", k=1000, api_name="/search")
    with pytest.raises(AppError, match="empty"):
        client.predict(" ", api_name="/ask")

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("sk-secret")

    monkeypatch.setattr(Library, "search", fail)
    with pytest.raises(AppError) as failed:
        client.predict("jets", api_name="/search")
    assert "secret" not in str(failed.value)


def test_only_those_who_log_in_may_call_them(library: Library) -> None:
    with serving(library, auth="reader:pass:word") as address:
        with pytest.raises(AuthenticationError):
            client_of(address)
        assert client_of(address, auth=("reader", "pass:word")).predict(QUESTION, api_name="/ask")["found"]


def test_too_many_at_once_are_refused_and_do_not_wait_in_the_pages_queue(
    seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go = threading.Event(), threading.Event()

    def stories(*_: object, **__: object) -> Stories:
        begun.set()
        go.wait(60)
        return Stories(())

    monkeypatch.setattr(Library, "stories", stories)
    with Library(seeds, settings=Settings(max_users=1)) as library, serving(library) as address:
        library.sync()
        client = client_of(address)
        with ThreadPoolExecutor(1) as one:
            first = one.submit(client.predict, api_name="/stories")
            assert begun.wait(20)
            for _ in range(20):
                with pytest.raises(AppError, match="Too many requests"):
                    client.predict(QUESTION, api_name="/ask")
            go.set()
            assert first.result()["stories"] == []
        assert client.predict(QUESTION, api_name="/ask")["found"]

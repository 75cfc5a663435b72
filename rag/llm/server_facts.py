"""The context window and the tokenizer of a model, as its server states them.

OpenAI's interface has no request for either, so each kind of server is asked in its own way: llama.cpp (`/props` and
`/tokenize`), vLLM (`/models` and `/tokenize`), Ollama (`/api/ps`, `/api/show`), LM Studio (`/api/v0/models`). A server
that does not answer leaves them unknown, and is not asked for a minute; nothing is raised.

The tokenizers of OpenAI's models are read from files that LlamaIndex ships; they are never downloaded.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha1
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import httpx

from rag.llm.bounded_http import LONGEST

ADDRESS = "https://openaipublic.blob.core.windows.net/encodings/{name}.tiktoken"
"""Where tiktoken would fetch an encoding; its cache names the file by this address."""
FOLDER = "TIKTOKEN_CACHE_DIR"

_lock = Lock()


def openai_tokenizer(model: str) -> Callable[[str], int] | None:
    """What counts the tokens of a text for an OpenAI model; None if the model or its encoding's file is not here."""
    import tiktoken

    try:
        name = tiktoken.encoding_name_for_model(model)
    except KeyError:
        return None
    return _counter(name)


@cache
def _counter(name: str) -> Callable[[str], int] | None:
    """Count with an encoding, if its file lies in LlamaIndex's folder."""
    import llama_index.core
    import tiktoken

    folder = Path(llama_index.core.__file__).parent / "_static" / "tiktoken_cache"
    if not (folder / sha1(ADDRESS.format(name=name).encode(), usedforsecurity=False).hexdigest()).is_file():
        return None
    with _lock:
        before = os.environ.get(FOLDER)
        os.environ[FOLDER] = str(folder)
        try:
            encoding = tiktoken.get_encoding(name)
        finally:
            if before is None:
                del os.environ[FOLDER]
            else:
                os.environ[FOLDER] = before
    return lambda text: len(encoding.encode(text, disallowed_special=()))


PATIENCE = 5.0
"""Seconds to wait for one answer."""
SILENCE = 60.0
"""Seconds for which a server is not asked that did not answer in that time."""
WINDOWS = ("n_ctx", "max_model_len", "context_length", "context_window", "max_context_length", "n_ctx_train")
"""What servers call the tokens that a model takes, in their list of models."""
OLLAMA_WINDOW = 4096
"""Tokens that Ollama gives a model, however many it could take, unless it is told otherwise."""
UNREACHABLE = (httpx.HTTPError, httpx.InvalidURL)

Dialect = Literal["", "llama.cpp", "vllm"]


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """A model's window in tokens, 0 if unknown, and whose `/tokenize` its server has, "" for none."""

    window: int = 0
    tokenizer: Dialect = ""


class ServerDesk:
    """Asks one server, at `base` (which mostly ends in /v1), about one model. The key goes to that server alone."""

    def __init__(self, http: httpx.Client, base: str, key: str, model: str) -> None:
        self._http = http
        self._base = base
        self._root = base.removesuffix("/v1")
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._model = model
        self._silent_until = 0.0

    @property
    def silent_until(self) -> float:
        """The time, by the monotonic clock, until which the server is left alone; 0 if it is not."""
        return self._silent_until if time.monotonic() < self._silent_until else 0.0

    def facts(self) -> ServerFacts | None:
        """What the server tells of the model, in up to six short requests; None if it cannot be reached."""
        try:
            entry = self._entry(self._request(f"{self._base}/models"))
        except UNREACHABLE:
            return None
        listed = _first(WINDOWS, entry, entry.get("meta"))
        if entry.get("owned_by") == "vllm":
            return ServerFacts(listed, self._dialect("vllm"))
        slot = _first(("n_ctx",), _part(self._ask("/props"), "default_generation_settings"))
        if slot:  # a slot's window is what one prompt can have; the list tells of all slots together
            return ServerFacts(slot, self._dialect("llama.cpp"))
        return ServerFacts(listed or self._ollama_window() or self._lm_studio_window())

    def count(self, text: str, dialect: Dialect) -> int | None:
        """The tokens of a text, without special ones; None if the server does not tell."""
        if dialect == "llama.cpp":
            tokens = _part(self._ask("/tokenize", {"content": text})).get("tokens")
            return len(tokens) if isinstance(tokens, list) else None
        if dialect == "vllm":
            body = {"model": self._model, "prompt": text, "add_special_tokens": False}
            return _first(("count",), _part(self._ask("/tokenize", body))) or None
        return None

    def _dialect(self, dialect: Dialect) -> Dialect:
        return dialect if self.count("one two", dialect) else ""

    def _entry(self, answer: Any) -> Mapping[str, Any]:
        """The model in the server's list; a server that has only one model uses it under any name."""
        listed = _part(answer).get("data")
        entries = [e for e in listed if isinstance(e, dict)] if isinstance(listed, list) else []
        named = [e for e in entries if e.get("id") == self._model]
        return (named or (entries if len(entries) == 1 else []) or [{}])[0]

    def _ollama_window(self) -> int:
        running = _part(self._ask("/api/ps")).get("models")
        for entry in running if isinstance(running, list) else []:
            if isinstance(entry, dict) and self._model in (entry.get("name"), entry.get("model")):
                return _first(("context_length",), entry)
        shown = _part(self._ask("/api/show", {"model": self._model}))
        window = re.search(r"^num_ctx\s+(\d+)", str(shown.get("parameters", "")), re.MULTILINE)
        if window:
            return int(window[1])
        most = [n for key, n in _part(shown, "model_info").items() if key.endswith(".context_length")]
        return min(OLLAMA_WINDOW, most[0]) if most and isinstance(most[0], int) else 0

    def _lm_studio_window(self) -> int:
        entry = _part(self._ask(f"/api/v0/models/{self._model}"))
        return _first(("loaded_context_length", "max_context_length"), entry)

    def _ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The server's JSON; None for whatever else it does."""
        try:
            return self._request(f"{self._root}{path}", body)
        except UNREACHABLE:
            return None

    def _request(self, address: str, body: Mapping[str, Any] | None = None) -> Any:
        """The JSON at an address; None for another answer. Raises one of `UNREACHABLE` if there is none."""
        if self.silent_until:
            raise httpx.ReadTimeout("it was silent a moment ago")
        try:
            reply = self._http.request(
                "GET" if body is None else "POST",
                address,
                headers=self._headers,
                json=body,
                timeout=PATIENCE,
                extensions={LONGEST: PATIENCE},
            )
        except httpx.TimeoutException:
            self._silent_until = time.monotonic() + SILENCE
            raise
        try:
            return reply.json() if reply.is_success else None
        except ValueError:
            return None


def shares(total: int, sizes: Sequence[int]) -> list[int]:
    """Divide `total` in proportion to `sizes`, in whole numbers whose sum is `total`."""
    whole = sum(sizes) or 1

    def steps() -> Iterator[int]:
        reached = 0
        for size in sizes:
            reached += size
            yield total * reached // whole

    ends = list(steps())
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def _part(value: Any, *path: str) -> Mapping[str, Any]:
    """An object in an object; {} where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _first(names: Sequence[str], *objects: Any) -> int:
    """The first of the named whole numbers above 0 that one of the objects has; 0 for none."""
    found = (o.get(name) for name in names for o in objects if isinstance(o, dict))
    return next((n for n in found if isinstance(n, int) and n > 0), 0)

"""A language model in this process: a GGUF file, run by llama.cpp. Nothing leaves the machine.

llama.cpp is used through the HTTP interface that its library opens in this process whether it is used or not: on
loopback, at a port of its own, with a random key. Calls past it can neither count tokens nor be stopped while
the model still reads its prompt, which takes most of the time on a small machine.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from rag.errors import ModelRefused, SettingsError
from rag.models.chat_stream import ChatStream
from rag.models.gguf_files import SHARD, VARIABLE, find_gguf
from rag.models.language import Message
from rag.models.openai_chat import OpenAIChat, Reach

if TYPE_CHECKING:
    from xllamacpp import Server

WINDOW = 8192
"""Tokens of prompt and answer, or less if the model takes less: room for all evidence, at a gigabyte or so."""
SILENCE = 900.0
"""Seconds without a word: a small machine reads a long prompt for minutes."""
LONGEST = 1800.0
"""Seconds of an answer."""
QUIET = -1
"""llama.cpp's level of logging that says nothing; it would write to the error stream."""


class GgufModel:
    """Writes with a GGUF file. Threads may share it, and are served one after the other. It loads at the first use."""

    def __init__(self, path: Path) -> None:
        self.name = SHARD.sub("", path.name).removesuffix(".gguf")
        self._path = path
        self._lock = Lock()
        self._server: Server | None = None
        self._chat: OpenAIChat | None = None

    def __repr__(self) -> str:
        return f"GgufModel({self.name!r})"

    @property
    def context_window(self) -> int:
        """The tokens that the model takes here, `WINDOW` at most."""
        return self._loaded().context_window

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count with the model's own tokenizer: their sum is that of all texts in lines, each share is by its bytes."""
        return self._loaded().count_tokens(texts)

    def stream(self, messages: Sequence[Message]) -> ChatStream:
        """Answer a prompt. The stream raises as `TextStream` says; this raises ModelRefused if the file cannot run."""
        return self._loaded().stream(messages)

    def _loaded(self) -> OpenAIChat:
        with self._lock:
            if self._chat is None:
                key = secrets.token_urlsafe(32)
                self._server = _serve(self._path, self.name, key)
                reach = Reach(self.name, VARIABLE, SILENCE, LONGEST)
                address = f"{self._server.listening_address}/v1"
                self._chat = OpenAIChat(self.name, api_key=key, base_url=address, reach=reach)
            return self._chat


_models: WeakValueDictionary[Path, GgufModel] = WeakValueDictionary()
_models_lock = Lock()


def load_gguf(spec: str) -> GgufModel:
    """Make the model of a GGUF file, which `find_gguf` finds or fetches; libraries that are open at once share it.

    Raises SettingsError, which names the variable, if llama.cpp is not installed or there is no such GGUF file;
    ModelUnavailable if the hub cannot be reached.
    """
    if find_spec("xllamacpp") is None:
        raise SettingsError(f"{VARIABLE} needs llama.cpp, which is not installed: pip install 'readacross[gguf]'")
    path = find_gguf(spec).absolute()
    with _models_lock:
        model = _models.get(path)
        if model is None:
            model = _models[path] = GgufModel(path)
        return model


def _serve(path: Path, name: str, key: str) -> Server:
    import xllamacpp

    options = xllamacpp.CommonParams()
    options.model.path, options.model_alias = str(path), [name]
    options.n_ctx, options.n_parallel, options.warmup = WINDOW, 1, False
    options.hostnames, options.port, options.api_keys = ["127.0.0.1"], 0, [key]
    options.ui, options.endpoint_slots, options.verbosity = False, False, QUIET
    try:
        return xllamacpp.Server(options)
    except RuntimeError:
        raise ModelRefused(
            f"llama.cpp cannot run {path.name}: the file is damaged, of a kind that it does not know, or larger than "
            f"the memory. Download it again, or choose another in {VARIABLE}."
        ) from None

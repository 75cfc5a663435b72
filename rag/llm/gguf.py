"""A language model in this process: a GGUF file, run by llama.cpp. Nothing leaves the machine.

llama.cpp is used through its HTTP interface, which its library opens in this process in any case: on loopback, at a
port of its own, with a random key. Its other interface can neither count tokens nor be cancelled while the model reads
its prompt, which takes most of the time on a small machine.

A GGUF file is a path on this machine, or a name on the Hugging Face hub, from which it is fetched once.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from fnmatch import fnmatch
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from rag.errors import ModelRefused, Phrase, SettingsError
from rag.llm.chat_stream import ChatStream
from rag.llm.language_model import Message
from rag.llm.openai_chat import OpenAIChat, Reach
from rag.net.hub import Wish, fetch

if TYPE_CHECKING:
    from xllamacpp import Server


VARIABLE = "READACROSS_GGUF"
MAGIC = b"GGUF"
LIKED = ("Q4_K_M", "Q4_K_S", "Q5_K_M", "Q4_0", "Q8_0")
"""Sizes of a model that suit a usual machine, the best first; one is taken where none is named."""

_OWNER_NAME = r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*"
HUB_FILE = re.compile(rf"hf:(?P<name>{_OWNER_NAME})/(?P<wanted>.+\.gguf)", re.IGNORECASE)
HUB_NAME = re.compile(rf"(?:hf:)?(?P<name>{_OWNER_NAME})(?::(?P<wanted>[\w.*?-]+))?")
NONE = Phrase("{name} has no GGUF file on the hub. Look at the list of its files there.")
NONE_FITS = Phrase("{name} has no GGUF file that fits {wanted} on the hub. Look at the list of its files there.")
SHARD = re.compile(r"-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf$", re.IGNORECASE)


def find_gguf(spec: str, *, endpoint: str | None = None, cache: Path | None = None) -> Path:
    """Find the file that `spec` names: a path, hf:OWNER/NAME/FILE.gguf, or OWNER/NAME or OWNER/NAME:PATTERN of the hub.

    The pattern is a part of the file's name, such as Q8_0, or has "*" in it; without one, a usual size is taken. Of a
    model in several files the first is given, once all are there.

    Raises SettingsError, which names the variable, if there is no such file or it is no GGUF; ModelUnavailable if the
    hub cannot be reached.
    """
    path = Path(spec).expanduser()
    in_hub = None if path.exists() else HUB_FILE.fullmatch(spec) or HUB_NAME.fullmatch(spec)
    if in_hub and (spec.startswith("hf:") or not spec.casefold().endswith(".gguf")):
        try:
            path = _fetched(in_hub["name"], in_hub["wanted"] or "", endpoint, cache)
        except ModelRefused as error:
            raise SettingsError("{variable}={spec}: {error}", variable=VARIABLE, spec=spec, error=error) from error
    return _checked(path, spec)


def choose_gguf(files: Iterable[str], wanted: str = "") -> list[str]:
    """Choose one model of the files of a hub model, all its parts, the first one last; [] if there is none.

    `wanted` is a file's whole name, a part of it, or a pattern with "*"; without it, one of the sizes in `LIKED`.
    """
    models = sorted(f for f in files if f.casefold().endswith(".gguf") and "mmproj" not in f.casefold())
    if wanted:
        named = [f for f in models if f == wanted] or [f for f in models if _fits(f, wanted)]
    else:
        named = [f for size in LIKED for f in models if _fits(f, size)] or models
    for file in named:
        parts = _parts(file, models)
        if parts:
            return parts
    return []


def _fits(file: str, wanted: str) -> bool:
    pattern = wanted if "*" in wanted else f"*{wanted}*"
    return fnmatch(file.casefold(), pattern.casefold())


def _parts(file: str, files: Iterable[str]) -> list[str]:
    """All parts of the model that a file is a part of, the first one last; [] if one is missing."""
    shard = SHARD.search(file)
    if shard is None:
        return [file]
    stem = file[: shard.start()]
    parts = [f for f in files if f.startswith(stem) and (s := SHARD.search(f)) and s["count"] == shard["count"]]
    return sorted(parts, reverse=True) if len(parts) == int(shard["count"]) else []


def _fetched(name: str, wanted: str, endpoint: str | None, cache: Path | None) -> Path:
    which = NONE_FITS if wanted else NONE
    wish = Wish(
        lambda files: choose_gguf(files, wanted),
        Phrase(which, name=name, wanted=wanted),
        Phrase("copy the GGUF file here by hand and set READACROSS_GGUF to its path"),
    )
    return fetch(name, wish, endpoint=endpoint, cache=cache)[-1]


def _checked(path: Path, spec: str) -> Path:
    try:
        with path.open("rb") as file:
            begins = file.read(len(MAGIC))
    except OSError as error:
        raise SettingsError(
            "{variable}={spec}: there is no file to read there ({reason}). Give the path of a GGUF "
            "file, hf:OWNER/NAME/FILE.gguf, or OWNER/NAME on the Hugging Face hub.",
            variable=VARIABLE,
            spec=spec,
            reason=error.strerror,
        ) from None
    if begins != MAGIC:
        raise SettingsError(
            "{variable}={spec} is no GGUF file. Choose a file for llama.cpp, whose name ends in .gguf.",
            variable=VARIABLE,
            spec=spec,
        )
    return path


WINDOW = 8192
"""Tokens of prompt and answer, or less if the model takes less: room for all evidence, at a gigabyte or so."""
SILENCE = 900.0
"""Seconds without a word: a small machine reads a long prompt for minutes."""
ANSWER_SECONDS = 1800.0
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
                reach = Reach(self.name, VARIABLE, SILENCE, ANSWER_SECONDS)
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
        raise SettingsError(
            "{variable} needs llama.cpp, which is not installed: pip install 'readacross[gguf]'", variable=VARIABLE
        )
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
            "llama.cpp cannot run {name}: the file is damaged, of a kind that it does not know, or "
            "larger than the memory. Download it again, or choose another in {variable}.",
            name=path.name,
            variable=VARIABLE,
        ) from None

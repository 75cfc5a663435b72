"""From the values of READACROSS_EMBEDDER, READACROSS_MODEL, READACROSS_GGUF and READACROSS_CHECKER to models."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rag.embed.port import Embedder, EntailmentModel
from rag.errors import ModelRefused, SettingsError
from rag.llm.language_model import LanguageModel

VARIABLE = "READACROSS_EMBEDDER"


@dataclass(frozen=True, slots=True)
class Server:
    """Where an OpenAI-compatible server is, and the key to it; "" for OpenAI's own address, and for no key."""

    base_url: str
    api_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Form:
    """One form that the variable's value can have: what it matches, how it is shown to users, and its maker."""

    pattern: re.Pattern[str]
    shown: str
    make: Callable[[str, Server], Embedder]


def make_embedder(spec: str, *, api_key: str = "", base_url: str = "") -> Embedder:
    """Make the embedder that `spec` asks for, the embedded default for "".

    `api_key` and `base_url` serve only "openai:MODEL", which is never chosen because a key is set: it sends every
    article to that server. Raises SettingsError, which names the variable, for a value that has none of the forms or
    that names a folder or a hub model which is no embedder; ModelUnavailable if a hub cannot be reached or a
    package is missing.
    """
    spec = spec.strip()
    for form in FORMS:
        if match := form.pattern.fullmatch(spec):
            try:
                return form.make(match["value"], Server(base_url.strip(), api_key.strip()))
            except ModelRefused as error:
                raise SettingsError("{variable}={spec}: {error}", variable=VARIABLE, spec=spec, error=error) from error
    raise SettingsError(
        "{variable}={spec} is not one of: {forms}.",
        variable=VARIABLE,
        spec=spec,
        forms="; ".join(form.shown for form in FORMS),
    )


def make_language_model(
    model: str, *, gguf: str = "", api_key: str = "", base_url: str = "", timeout: float = 0.0
) -> LanguageModel | None:
    """Make the model that `model` names, on the server of `base_url`, OpenAI's own for ""; None for "".

    `gguf` is a file to run in this process instead, as `find_gguf` takes it. A key alone chooses no model: with one,
    the evidence for every question is sent to that server, which is given up after `timeout` seconds of silence, 60
    for 0. Raises SettingsError, which names the variable, if both are
    given, or if there is neither a key nor an address; and what `load_gguf` raises.
    """
    if model.strip() and gguf.strip():
        raise SettingsError(
            "READACROSS_MODEL and READACROSS_GGUF are both set: one model can write. Unset one of them."
        )
    if gguf.strip():
        from rag.llm.gguf import load_gguf

        return load_gguf(gguf.strip())
    if not model.strip():
        return None
    from rag.llm.openai_chat import OpenAIChat

    return OpenAIChat(model.strip(), api_key=api_key.strip(), base_url=base_url.strip(), timeout=timeout)


def make_entailment_model(spec: str) -> EntailmentModel:
    """Make the entailment model that `spec` names: hf:OWNER/NAME, OWNER/NAME, or a folder.

    Raises SettingsError, which names the variable, for a value of no such form or that names no entailment model;
    ModelUnavailable if a hub cannot be reached.
    """
    from rag.embed.entailment import load_from_folder, load_from_hub

    folder = Path(spec).expanduser()
    hub = re.fullmatch(rf"(?:hf:)?({_NAME})", spec)
    try:
        if folder.is_dir():
            return load_from_folder(folder)
        if hub:
            return load_from_hub(hub[1])
    except ModelRefused as error:
        raise SettingsError("READACROSS_CHECKER={spec}: {error}", spec=spec, error=error) from error
    raise SettingsError(
        "READACROSS_CHECKER={spec} is not one of: nothing, for the embedded rules; model, the language "
        "model that writes; hf:OWNER/NAME, an entailment model of the Hugging Face hub; the path of an "
        "entailment model's folder.",
        spec=spec,
    )


def _wordllama(_: str, __: Server) -> Embedder:
    from rag.embed.wordllama import load_wordllama

    return load_wordllama()


def _openai(model: str, server: Server) -> Embedder:
    from rag.embed.openai import OpenAIEmbedder

    return OpenAIEmbedder(model, api_key=server.api_key, base_url=server.base_url)


def _hub(name: str, _: Server) -> Embedder:
    from rag.embed.onnx import load_from_hub

    return load_from_hub(name)


def _folder(path: str, _: Server) -> Embedder:
    from rag.embed.onnx import load_from_folder

    return load_from_folder(Path(path).expanduser())


def _folder_or_hub(value: str, server: Server) -> Embedder:
    return (_folder if Path(value).is_dir() else _hub)(value, server)


_NAME = r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*"

FORMS = (
    Form(re.compile(r"(?P<value>|wordllama)"), "wordllama, the embedded default", _wordllama),
    Form(re.compile(r"openai:(?P<value>\S+)"), "openai:MODEL, on the server of OPENAI_BASE_URL", _openai),
    Form(re.compile(rf"hf:(?P<value>{_NAME})"), "hf:OWNER/NAME, from the Hugging Face hub", _hub),
    Form(re.compile(rf"(?P<value>{_NAME})"), "OWNER/NAME, the same if there is no such folder", _folder_or_hub),
    Form(
        re.compile(r"(?P<value>(?:[/~.\\]|[A-Za-z]:[/\\]).*)"), "the path of a model's folder, such as ./model", _folder
    ),
)

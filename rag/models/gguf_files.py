"""Where a GGUF file is: on this machine, or on the Hugging Face hub, from which it is fetched once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path

from rag.errors import ModelRefused, SettingsError
from rag.models.hub import Wish, fetch

VARIABLE = "READACROSS_GGUF"
MAGIC = b"GGUF"
LIKED = ("Q4_K_M", "Q4_K_S", "Q5_K_M", "Q4_0", "Q8_0")
"""Sizes of a model that suit a usual machine, the best first; one is taken where none is named."""

_OWNER_NAME = r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*"
HUB_FILE = re.compile(rf"hf:(?P<name>{_OWNER_NAME})/(?P<wanted>.+\.gguf)", re.IGNORECASE)
HUB_NAME = re.compile(rf"(?:hf:)?(?P<name>{_OWNER_NAME})(?::(?P<wanted>[\w.*?-]+))?")
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
            raise SettingsError(f"{VARIABLE}={spec}: {error}") from error
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
    which = f" that fits {wanted}" if wanted else ""
    wish = Wish(
        lambda files: choose_gguf(files, wanted),
        f"{{name}} has no GGUF file{which} on the hub. Look at the list of its files there.",
        f"copy the GGUF file here by hand and set {VARIABLE} to its path",
    )
    return fetch(name, wish, endpoint=endpoint, cache=cache)[-1]


def _checked(path: Path, spec: str) -> Path:
    try:
        with path.open("rb") as file:
            begins = file.read(len(MAGIC))
    except OSError as error:
        raise SettingsError(
            f"{VARIABLE}={spec}: there is no file to read there ({error.strerror}). Give the path of a GGUF file, "
            "hf:OWNER/NAME/FILE.gguf, or OWNER/NAME on the Hugging Face hub."
        ) from None
    if begins != MAGIC:
        raise SettingsError(
            f"{VARIABLE}={spec} is no GGUF file. Choose a file for llama.cpp, whose name ends in .gguf."
        )
    return path

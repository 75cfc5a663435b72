"""The folder of an ONNX model: its files, fetched if need be, and what they say about how it wants to be used."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from rag.errors import ModelRefused, Phrase
from rag.net.hub import Wish, fetch

Pooling = Literal["mean", "cls"]

WEIGHTS = ("model.onnx", "onnx/model.onnx", "onnx/model_quantized.onnx", "onnx/model_*int8*.onnx", "onnx/model*.onnx")
"""Where a model's graph may be, the first choice first."""
TOKENIZER = "tokenizer.json"
SETTINGS = ("config.json", "tokenizer_config.json", "sentence_bert_config.json", "config_sentence_transformers.json")
POOLING = "1_Pooling/config.json"

USUAL_LIMIT = 512
"""Tokens: what a model that states no limit can be trusted to take."""
SAMPLES = 64
SAMPLE_SIZE = 4096
"""Places of a file that its fingerprint looks at, and bytes of each."""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model's files and habits. `limit` counts tokens, special tokens and prefix included.

    `fingerprint` tells one set of weights and word pieces from another.
    """

    weights: Path
    tokenizer: Path
    pooling: Pooling
    limit: int
    question_prefix: str
    passage_prefix: str
    fingerprint: str


def read_model_folder(folder: Path, name: str) -> ModelFolder:
    """Read a folder laid out as sentence-transformers and the model hub do; `name` may tell the model's family.

    Raises ModelRefused when the weights or the tokenizer are missing, or the model is of a kind we cannot use.
    """
    files = [file.relative_to(folder).as_posix() for file in folder.rglob("*.onnx")] if folder.is_dir() else []
    weights = choose_weights(files)
    tokenizer = folder / TOKENIZER
    if weights is None or not tokenizer.is_file():
        raise ModelRefused(
            "{folder} is no ONNX model: it needs model.onnx (or onnx/model.onnx) and tokenizer.json. A "
            "sentence-transformers model gets them from `optimum-cli export onnx`.",
            folder=folder,
        )
    config, pieces, sentences, habits = (_read_json(folder / file) for file in SETTINGS)
    names = (name, str(config.get("_name_or_path", "")))
    prefixes = _stated_prefixes(habits) or _family_prefixes(names)
    return ModelFolder(
        weights=folder / weights,
        tokenizer=tokenizer,
        pooling=_pooling(_read_json(folder / POOLING)),
        limit=_limit(config, pieces, sentences),
        question_prefix=prefixes[0],
        passage_prefix=prefixes[1],
        fingerprint=_fingerprint(folder / weights, tokenizer),
    )


def read_labels(folder: Path) -> tuple[str, ...]:
    """The labels of a classifier in the order of its outputs, as its config.json names them; () if it does not."""
    named = _read_json(folder / SETTINGS[0]).get("id2label")
    if not isinstance(named, dict) or not all(str(key).isdecimal() for key in named):
        return ()
    labels = {int(key): str(label) for key, label in named.items()}
    return tuple(labels[number] for number in sorted(labels)) if sorted(labels) == list(range(len(labels))) else ()


def choose_weights(files: Iterable[str]) -> str | None:
    """Choose the best of a model's ONNX files, by their paths below its folder; None if there is none."""
    ordered = sorted(files)
    return next((file for pattern in WEIGHTS for file in ordered if fnmatchcase(file, pattern)), None)


def model_files(name: str, *, endpoint: str | None = None, cache: Path | None = None) -> Path:
    """Find the folder with an embedder's files, fetched as `fetch` does. Raises as it does."""
    paths = fetch(name, EMBEDDER, endpoint=endpoint, cache=cache)
    beside = next(path for path in paths if path.name == TOKENIZER)
    return beside.parent


def wanted_files(files: Iterable[str]) -> list[str]:
    """Choose the files to download of those a model has, the graph last; [] if it has no graph or no tokenizer."""
    present = set(files)
    weights = choose_weights(present)
    if weights is None or TOKENIZER not in present:
        return []
    beside = sorted(file for file in present if file.startswith((f"{weights}_data", f"{weights}.data")))
    return [*(file for file in (*SETTINGS, POOLING, TOKENIZER) if file in present), *beside, weights]


EMBEDDER = Wish(
    wanted_files,
    Phrase(
        "{name} has no ONNX form on the hub (onnx/model.onnx and tokenizer.json). Choose a model that has one, such as "
        "intfloat/multilingual-e5-small."
    ),
    Phrase(
        "copy the model's folder here by hand and set READACROSS_EMBEDDER to its path, or leave that empty for the "
        "embedded default"
    ),
)


def _read_json(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelRefused(
            "{file} is no JSON file ({error}). Copy the model's folder again.", file=file, error=error
        ) from error
    return content if isinstance(content, dict) else {}


def _pooling(config: dict[str, Any]) -> Pooling:
    """Read which token vectors make the text's vector; sentence-transformers writes flags, newer versions a name."""
    modes = [key.removeprefix("pooling_mode_") for key, on in config.items() if key.startswith("pooling_mode_") and on]
    modes = [config["pooling_mode"]] if isinstance(config.get("pooling_mode"), str) else modes
    match modes:
        case [] | ["mean_tokens"] | ["mean"]:
            return "mean"
        case ["cls_token"] | ["cls"]:
            return "cls"
    raise ModelRefused(
        "The model pools its tokens by {modes}; only mean and cls are supported.", modes=", ".join(modes)
    )


def _limit(config: dict[str, Any], pieces: dict[str, Any], sentences: dict[str, Any]) -> int:
    """Find the smallest stated limit in tokens; the RoBERTa family keeps two of its positions for itself."""
    kept = 2 if "roberta" in str(config.get("model_type", "")) else 0
    positions = config.get("max_position_embeddings")
    stated = (
        sentences.get("max_seq_length"),
        pieces.get("model_max_length"),
        positions - kept if isinstance(positions, int) else None,
    )
    return int(min((n for n in stated if isinstance(n, int | float) and 0 < n < 1e6), default=USUAL_LIMIT))


def _stated_prefixes(habits: dict[str, Any]) -> list[str]:
    prompts = habits.get("prompts") or {}
    passage = next((prompts[key] for key in ("passage", "document", "corpus") if prompts.get(key)), "")
    stated = [str(prompts.get("query") or ""), str(passage)]
    return stated if any(stated) else []


def _family_prefixes(names: Iterable[str]) -> list[str]:
    """Give the prefixes that E5 was trained with (https://arxiv.org/abs/2212.03533); other models have none."""
    is_e5 = any(re.search(r"(?:^|[/_-])e5(?:[_-]|$)", name.lower()) and "instruct" not in name for name in names)
    return ["query: ", "passage: "] if is_e5 else ["", ""]


def _fingerprint(*files: Path) -> str:
    """Hash the size of each file and samples from all over it: a whole model takes seconds to read."""
    digest = sha256()
    for file in files:
        size = file.stat().st_size
        digest.update(size.to_bytes(8, "big"))
        with file.open("rb") as content:
            for sample in range(SAMPLES):
                content.seek(max(0, size - SAMPLE_SIZE) * sample // (SAMPLES - 1))
                digest.update(content.read(SAMPLE_SIZE))
    return digest.hexdigest()[:12]

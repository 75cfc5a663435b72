"""The files of a model on the Hugging Face hub: only those that are needed, and no question asked twice."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rag.errors import ModelRefused, ModelUnavailable
from rag.models.model_folder import POOLING, SETTINGS, TOKENIZER, choose_weights

TIMEOUT = 20
"""Seconds to wait for the hub's list of a model's files."""


def model_files(name: str, *, endpoint: str | None = None, cache: Path | None = None) -> Path:
    """Find the files of model OWNER/NAME in a folder, downloaded if they are not in the hub's cache already.

    A model that is in the cache is used without any request, whatever its owner may have changed since. Otherwise
    huggingface_hub shows its own progress bars. `endpoint` is another hub's address, `cache` another cache folder.

    Raises ModelUnavailable when the hub cannot be reached, ModelRefused when it has no such model, or not in ONNX
    form, or does not give it to us.
    """
    return _cached(name, cache) or _download(name, endpoint, cache)


def wanted_files(files: Iterable[str]) -> list[str]:
    """Choose the files to download of those a model has, the graph last; [] if it has no graph or no tokenizer."""
    present = set(files)
    weights = choose_weights(present)
    if weights is None or TOKENIZER not in present:
        return []
    beside = sorted(file for file in present if file.startswith((f"{weights}_data", f"{weights}.data")))
    return [*(file for file in (*SETTINGS, POOLING, TOKENIZER) if file in present), *beside, weights]


def _cached(name: str, cache: Path | None) -> Path | None:
    """Find a complete download: the graph comes last, so where it is, all is."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(name, cache_dir=cache, local_files_only=True))
    except LocalEntryNotFoundError:
        return None
    except HFValidationError as error:
        raise ModelRefused(f"{name} cannot be the name of a hub model. Check the spelling.") from error
    return folder if wanted_files(file.relative_to(folder).as_posix() for file in folder.rglob("*")) else None


def _download(name: str, endpoint: str | None, cache: Path | None) -> Path:
    from huggingface_hub import HfApi, hf_hub_download
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        siblings = HfApi(endpoint=endpoint).model_info(name, timeout=TIMEOUT).siblings or []
        files = wanted_files(sibling.rfilename for sibling in siblings)
        paths = [Path(hf_hub_download(name, file, endpoint=endpoint, cache_dir=cache)) for file in files]
    except RepositoryNotFoundError as error:
        raise ModelRefused(f"The hub has no model {name}, or it is private. Check the spelling.") from error
    except Exception as error:  # huggingface_hub lets errors of whichever HTTP library it uses through
        raise ModelUnavailable(
            f"The model {name} could not be downloaded ({error}). Try again with a network, or copy the model's folder "
            "here by hand and set READACROSS_EMBEDDER to its path, or leave that empty for the embedded default."
        ) from error
    if not paths:
        raise ModelRefused(
            f"{name} has no ONNX form on the hub (onnx/model.onnx and {TOKENIZER}). Choose a model that has one, "
            "such as intfloat/multilingual-e5-small."
        )
    return paths[-1].parents[files[-1].count("/")]

"""The files of a model on the Hugging Face hub: only those that are needed, and no question asked twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ModelRefused, ModelUnavailable, Phrase

TIMEOUT = 20
"""Seconds to wait for the hub's list of a model's files."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of a model: `choose` takes its files' names and gives those to have, the most important one last.

    It gives none if the model has not what is needed; `missing` says so to a user, with {name} for the model's name.
    `otherwise` says what else there is to do when the hub cannot be reached.
    """

    choose: Callable[[Iterable[str]], list[str]]
    missing: Phrase
    otherwise: Phrase


def fetch(name: str, wish: Wish, *, endpoint: str | None = None, cache: Path | None = None) -> list[Path]:
    """Find the wanted files of model OWNER/NAME, downloaded if they are not in the hub's cache already.

    A model that is in the cache is used without any request, whatever its owner may have changed since. Otherwise
    huggingface_hub shows its own progress bars. `endpoint` is another hub's address, `cache` another cache folder.

    Raises ModelUnavailable when the hub cannot be reached, ModelRefused when it has no such model, or not in the form
    that is wanted, or does not give it to us.
    """
    return _cached(name, wish, cache) or _download(name, wish, endpoint, cache)


def _cached(name: str, wish: Wish, cache: Path | None) -> list[Path]:
    """Find a complete download: the most important file comes last, so where it is, all is."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(name, cache_dir=cache, local_files_only=True))
    except LocalEntryNotFoundError:
        return []
    except HFValidationError as error:
        raise ModelRefused("{name} cannot be the name of a hub model. Check the spelling.", name=name) from error
    return [folder / file for file in wish.choose(file.relative_to(folder).as_posix() for file in folder.rglob("*"))]


def _download(name: str, wish: Wish, endpoint: str | None, cache: Path | None) -> list[Path]:
    from huggingface_hub import HfApi, hf_hub_download
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        siblings = HfApi(endpoint=endpoint).model_info(name, timeout=TIMEOUT).siblings or []
        files = wish.choose(sibling.rfilename for sibling in siblings)
        paths = [Path(hf_hub_download(name, file, endpoint=endpoint, cache_dir=cache)) for file in files]
    except RepositoryNotFoundError as error:
        raise ModelRefused("The hub has no model {name}, or it is private. Check the spelling.", name=name) from error
    except Exception as error:  # huggingface_hub lets errors of whichever HTTP library it uses through
        raise ModelUnavailable(
            "The model {name} could not be downloaded ({error}). Try again with a network, or {otherwise}.",
            name=name,
            error=error,
            otherwise=wish.otherwise,
        ) from error
    if not paths:
        raise ModelRefused(wish.missing, name=name)
    return paths

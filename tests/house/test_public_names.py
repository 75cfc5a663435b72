"""The public face is exactly what __all__ says, and all of it can be imported."""

from __future__ import annotations

import importlib.metadata
import re

import llama_index.core

import rag


def test_all_names_resolve_and_nothing_else_is_offered() -> None:
    for name in rag.__all__:
        assert getattr(rag, name) is not None
    assert dir(rag) == sorted(rag.__all__)
    assert set(rag._HOME) == set(rag.__all__)


def test_every_error_and_public_value_is_public() -> None:
    from rag import errors
    from rag.results import answers as types

    own = {n for n, v in vars(errors).items() if isinstance(v, type) and v.__module__ == "rag.errors"}
    assert own <= set(rag.__all__)
    values = {n for n, v in vars(types).items() if isinstance(v, type) and v.__module__ == "rag.types"}
    assert values - {"Passage"} <= set(rag.__all__)


def test_the_error_tree_is_drawn_as_it_is() -> None:
    from rag import errors

    drawn = {m[2]: m.start(2) - m.start() for m in re.finditer(r"^([│├└─ ]*)(\w+)", errors.__doc__ or "", re.MULTILINE)}
    tree = {n: v for n, v in vars(errors).items() if isinstance(v, type) and issubclass(v, errors.ReadacrossError)}
    root = len(errors.ReadacrossError.__mro__)
    assert {name: drawn.get(name) for name in tree} == {n: 3 * (len(v.__mro__) - root) for n, v in tree.items()}


def test_versions_that_fit_together_are_installed() -> None:
    assert llama_index.core.__version__.startswith("0.14."), "openai 3 resolves to a LlamaIndex of 2024"
    assert importlib.metadata.version("openai").startswith("2.")

"""The public face is exactly what __all__ says, and all of it can be imported."""

from __future__ import annotations

import importlib.metadata
import re

import llama_index.core
import pytest

import rag


def test_all_names_resolve_and_nothing_else_is_offered() -> None:
    for name in rag.__all__:
        assert getattr(rag, name) is not None
    assert dir(rag) == sorted(rag.__all__)


def test_every_error_and_public_value_is_public() -> None:
    from rag import errors
    from rag.results import answers as types

    own = {n for n, v in vars(errors).items() if isinstance(v, type) and v.__module__ == "rag.errors"}
    assert own <= set(rag.__all__)
    values = {n for n, v in vars(types).items() if isinstance(v, type) and v.__module__ == "rag.results.answers"}
    assert values - {"Passage", "Prices"} <= set(rag.__all__)


def test_the_error_tree_is_drawn_as_it_is() -> None:
    from rag import errors

    drawn = {m[2]: m.start(2) - m.start() for m in re.finditer(r"^([│├└─ ]*)(\w+)", errors.__doc__ or "", re.MULTILINE)}
    tree = {n: v for n, v in vars(errors).items() if isinstance(v, type) and issubclass(v, errors.ReadacrossError)}
    root = len(errors.ReadacrossError.__mro__)
    assert {name: drawn.get(name) for name in tree} == {n: 3 * (len(v.__mro__) - root) for n, v in tree.items()}


def test_versions_that_fit_together_are_installed() -> None:
    assert llama_index.core.__version__.startswith("0.14."), "openai 3 resolves to a LlamaIndex of 2024"
    assert importlib.metadata.version("openai").startswith("2.")


def test_former_names_are_kept_with_a_warning() -> None:
    quotes = (rag.Quote("a.txt", 0, 4, "Fire"), rag.Quote("b.txt", 2, 6, "Fire"))
    finding = rag.Finding.of(quotes, 2, 0.5)
    side, other = (rag.Side((rag.Statement(quote, quote),)) for quote in quotes)
    contrary = rag.Disagreement("number", (side, other), 1.0)
    with pytest.deprecated_call(match="use rag.Finding"):
        assert rag.NewFact is rag.Finding
    with pytest.deprecated_call(match="use quotes"):
        assert finding.told == quotes
    with pytest.deprecated_call():
        assert (contrary.old, contrary.new, contrary.about) == (*quotes, "number")

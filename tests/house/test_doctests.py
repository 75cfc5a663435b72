"""The examples in the docstrings of public names run."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

import rag

MODULES = sorted({getattr(value, "__module__", "") for name in rag.__all__ if (value := getattr(rag, name))} - {""})
EXAMPLES = [
    test
    for name in MODULES
    if name.startswith("rag.")
    for test in doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(name))
    if test.examples
]


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_the_example_runs(example: doctest.DocTest, seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(seeds.rename(seeds.with_name("seeds")).parent)
    told: list[str] = []
    doctest.DocTestRunner().run(example, out=told.append)
    assert not told, "".join(told)


def test_there_are_examples() -> None:
    assert {"rag.library.Library", "rag.settings.Settings"} <= {example.name for example in EXAMPLES}

"""Every public name has examples in its docstring, and they run, over the two seed articles as `library`."""

from __future__ import annotations

import doctest
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import rag
from rag import Library, Settings
from tests.house.test_docs import copied_seeds

WITHOUT = {"AnswerEvent", "NameKind", "REFUSAL"}
"""Type aliases and a text, which have no docstring that `help` would show."""
FLAGS = doctest.ELLIPSIS
MODULES = sorted({getattr(value, "__module__", "") for name in rag.__all__ if (value := getattr(rag, name))} - {""})
EXAMPLES = [
    test
    for name in MODULES
    if name.startswith("rag.")
    for test in doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(name))
    if test.examples
]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library(copied_seeds(tmp_path_factory.mktemp("opened")), settings=Settings()) as library:
        library.sync()
        yield library


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_the_example_runs(
    example: doctest.DocTest, opened: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copied_seeds(tmp_path).parent)
    public = {name: getattr(rag, name) for name in rag.__all__}
    example.globs.update(public | {"library": opened})
    told: list[str] = []
    doctest.DocTestRunner(optionflags=FLAGS).run(example, out=told.append)
    assert not told, "".join(told)


@pytest.mark.parametrize("name", sorted(set(rag.__all__) - WITHOUT))
def test_every_public_name_has_one(name: str) -> None:
    value = getattr(rag, name)
    assert f"{value.__module__}.{value.__name__}" in {example.name for example in EXAMPLES}

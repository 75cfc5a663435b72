"""The articles that a result cites, with the digests of their texts, by which a later change is noticed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar, Protocol, TypeVar

from rag.exports.document import text_digest
from rag.index.shelf import Shelf
from rag.types import Source


class Citing(Protocol):
    """A frozen dataclass with a field `sources`, which are the articles of its `marks`, each a file and a number."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def marks(self) -> tuple[tuple[str, int], ...]:
        """The file and the number of each place that is cited."""


Result = TypeVar("Result", bound=Citing)


def with_sources(result: Result, shelf: Shelf) -> Result:
    """The result with the articles of its marks as its sources."""
    return replace(result, sources=sources_of(result.marks, shelf))


def sources_of(marks: Iterable[tuple[str, int]], shelf: Shelf) -> tuple[Source, ...]:
    """The articles of marks (file, number), in their order; a file that is in the library no more is left out."""
    numbers: dict[str, dict[int, None]] = {}
    for file, number in marks:
        numbers.setdefault(file, {})[number] = None
    sources = []
    for file, own in numbers.items():
        shelved = shelf.get(file)
        if shelved is not None:
            a = shelved.article
            facts = (a.title, a.publisher, a.published, a.address)
            sources.append(Source(file, *facts, tuple(own), text_digest(a.text)))
    return tuple(sources)

"""From places to citations: every file that says the same, and the list of sources."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.grounding.matching import Embed
from rag.grounding.witnesses import Place, find_witnesses
from rag.index.store import Store
from rag.models.ports import Embedder
from rag.search.retriever import Retrieved, spread, to_hit
from rag.types import Citation, Hit, Source
from rag.writing.sources import sources_of

NEAREST_SHOWN = 3
"""Passages shown with a refusal."""


class Citer:
    """Makes citations of places in articles. Threads may share it."""

    def __init__(self, store: Store, embedder: Embedder, embed: Embed) -> None:
        self._store = store
        self._embedder = embedder
        self._embed = embed

    def cite(
        self, places: Sequence[Place], idf: Callable[[str], float], files: Sequence[str] | None = None
    ) -> list[tuple[Citation, ...]]:
        """For each place its own citation, then those of every other file that says the same; numbers are 0 yet."""
        witnesses = find_witnesses(places, self._store, self._embedder, self._embed, idf, files)
        return [cite_together((place, *others)) for place, others in zip(places, witnesses, strict=True)]

    def sources(self, citations: Sequence[Citation]) -> tuple[Source, ...]:
        """The articles that are cited, in the order of the citations."""
        return sources_of([(c.file, c.number) for c in citations], self._store.shelf)

    def nearest(self, found: Sequence[Retrieved]) -> tuple[Hit, ...]:
        """The passages to show with a refusal."""
        shelved = ((self._store.shelf.get(r.stored.file), r) for r in spread(found, NEAREST_SHOWN))
        return tuple(to_hit(s.article, r) for s, r in shelved if s)


def cite_together(places: Sequence[Place]) -> tuple[Citation, ...]:
    """Citations of places that say the same."""
    files = list(dict.fromkeys(p.file for p in places))
    return tuple(Citation(0, p.file, p.start, p.end, p.text, tuple(f for f in files if f != p.file)) for p in places)

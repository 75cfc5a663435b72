"""Every file that says the same: for each quoted sentence, its like in the other articles of the library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rag.grounding.matching import Embed
from rag.grounding.same import HOPELESS, compare
from rag.index.store import Store
from rag.models.ports import Embedder

NEAREST = 12
"""Passages near a quoted sentence that are searched for its like."""


@dataclass(frozen=True, slots=True)
class Place:
    """The span [start, end) of a sentence of a file, and its words."""

    file: str
    start: int
    end: int
    text: str


def find_witnesses(
    quotes: Sequence[Place],
    store: Store,
    embedder: Embedder,
    embed: Embed,
    idf: Callable[[str], float],
    files: Sequence[str] | None = None,
) -> list[tuple[Place, ...]]:
    """For each quote, the sentence of each other file that says the same best, in the order of the file names.

    Passages are searched with the library's embedder, sentences compared with `embed`, which must be quick.
    """
    if not quotes:
        return []
    found = store.vectors.search(embedder.embed_passages([q.text for q in quotes]), NEAREST, files)
    near = [{hit.id for hit in hits} for hits in found]
    passages = store.catalogue.passages(sorted(set().union(*near)))
    sentences = {
        id_: _sentences(store, stored.file, stored.passage.first, stored.passage.last)
        for id_, stored in passages.items()
    }
    texts = list(dict.fromkeys(s.text for group in sentences.values() for s in group))
    row = {text: i for i, text in enumerate(texts)}
    vectors = embed([*(q.text for q in quotes), *texts])
    cosines = vectors[: len(quotes)] @ vectors[len(quotes) :].T
    return [
        _best_of_each_file(quote, [s for id_ in ids if id_ in sentences for s in sentences[id_]], row, own, embed, idf)
        for quote, ids, own in zip(quotes, near, cosines, strict=True)
    ]


def _sentences(store: Store, file: str, first: int, last: int) -> list[Place]:
    shelved = store.shelf.get(file)
    if shelved is None:
        return []
    chosen = shelved.sentences[first:last]
    return [Place(file, s.start, s.end, shelved.text(s)) for s in chosen if s.kind != "boilerplate"]


def _best_of_each_file(
    quote: Place,
    candidates: Sequence[Place],
    row: dict[str, int],
    cosines: np.ndarray[tuple[int], np.dtype[np.float32]],
    embed: Embed,
    idf: Callable[[str], float],
) -> tuple[Place, ...]:
    best: dict[str, tuple[float, Place]] = {}
    for candidate in candidates:
        if candidate.file == quote.file or cosines[row[candidate.text]] < HOPELESS:
            continue
        likeness = compare(quote.text, candidate.text, embed, idf)
        score = likeness.first + likeness.second
        if likeness.same and score > best.get(candidate.file, (0.0, candidate))[0]:
            best[candidate.file] = (score, candidate)
    return tuple(place for _, (_, place) in sorted(best.items()))

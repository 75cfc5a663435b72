"""What older articles tell of new sentences: the same, the same but for a number or a denial, or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.grounding.matching import Embed
from rag.grounding.same import BAR as SAME
from rag.grounding.same import compare
from rag.stories.alignment import comparable_words, general_weight, numbers_in
from rag.stories.facts import BAR, FactBook
from rag.stories.news_types import Contradiction
from rag.stories.sentence_graph import CONFLICT

CONTAINED = 0.8
"""The share of a new sentence's word weight that an older one must hold to tell it too."""
NEAREST = 5
"""Older sentences that a new one is compared with word by word."""

Flags = NDArray[np.bool_]


class Older:
    """The older sentences of a book that are alike new ones, by the new one's number, with the weights of the links."""

    def __init__(self, book: FactBook, links: Mapping[int, Sequence[tuple[int, float]]]) -> None:
        self.links = links
        self._book = book

    def tell(self, sentence: int, fellows: Sequence[int]) -> bool:
        """Whether older sentences tell what this one does; `fellows` are the older ones of its fact.

        They must hold its numbers: a sentence may be much like an older one, and yet be the first to say how many.
        """
        linked = [(old, weight) for old, weight in self.links.get(sentence, ()) if weight > CONFLICT]
        near = [*fellows, *(old for old, _ in linked)]
        if not near or self._numbers(sentence) - frozenset[str]().union(*map(self._numbers, near)):
            return False
        return bool(fellows) or any(weight >= BAR or contained(self._book, sentence, old) for old, weight in linked)

    def _numbers(self, sentence: int) -> frozenset[str]:
        return numbers_in(self._book.graph.places[sentence].text)


def link_older(book: FactBook, new: Flags) -> Older:
    """Find the older sentences that are alike new ones."""
    links: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for edge in book.graph.edges:
        if new[edge.first] != new[edge.second]:
            own, old = (edge.first, edge.second) if new[edge.first] else (edge.second, edge.first)
            links[own].append((old, edge.weight))
    return Older(book, dict(links))


def contained(book: FactBook, sentence: int, other: int) -> bool:
    """Whether most of what a sentence says stands in another one."""
    words, there = (comparable_words(book.graph.places[i].text) for i in (sentence, other))
    whole = sum(map(general_weight, words))
    return whole > 0 and sum(map(general_weight, words & there)) >= CONTAINED * whole


def find_contradictions(
    book: FactBook, older: Older, sentences: Sequence[int], embed: Embed
) -> dict[int, Contradiction]:
    """Of these new sentences those that say what an older one of another article says, but for one thing."""
    found: dict[int, Contradiction] = {}
    for sentence in sentences:
        told = book.graph.places[sentence]
        olds = np.array([old for old, weight in older.links.get(sentence, ()) if weight == CONFLICT], np.intp)
        if not len(olds):
            continue
        nearest = olds[np.argsort(-book.graph.likeness(sentence, olds), kind="stable")][:NEAREST]
        for old in nearest.tolist():
            other = book.graph.places[old]
            if other.file == told.file:
                continue
            how = compare(told.text, other.text, embed)
            if how.conflict and (how.first + how.second) / 2 >= SAME:
                found[sentence] = Contradiction(told, other, how.conflict)
                break
    return found

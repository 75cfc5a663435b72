"""The sentences of many articles, and which of them are alike: candidates come from an index of words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.analysis.clustering import Edge
from rag.analysis.features import Bags, ReadArticle, Rows, pack
from rag.analysis.near_duplicates import comparable_words, numbers_in, other_numbers
from rag.analysis.similarity import neighbours
from rag.embed.port import Vectors
from rag.progress import UNWATCHED, Watch
from rag.results.spans import Told
from rag.text.idf import rarity
from rag.text.word_similarity import Embed
from rag.verify.sentence_pair import DENIAL

ALIKE = 0.4
"""The likeness, the mean of two cosines, below which two sentences have nothing to do with each other."""
MOST = 100
"""Sentences that one sentence is compared with."""
CONFLICT = 0.1
"""What the likeness of two sentences counts that give other numbers, or of which one denies."""


@dataclass(frozen=True)
class SentenceGraph:
    """Sentences with their articles' numbers, unit vectors and words; `edges` join those that are alike."""

    places: tuple[Told, ...]
    article: Rows
    vectors: Vectors
    words: Bags
    edges: tuple[Edge, ...]

    def likeness(self, i: int, others: Rows) -> Vectors:
        """How much alike sentence i and others are: the mean of the cosines of their vectors and of their words."""
        return np.asarray((self.vectors[others] @ self.vectors[i] + self.words.cosines(i, others)) / 2, np.float32)


def link_sentences(articles: Sequence[ReadArticle], embed: Embed, watch: Watch = UNWATCHED) -> SentenceGraph:
    """Link the sentences of articles. `embed` gives unit vectors of texts and must be quick.

    The words' cosine is of vectors with the root of each shared word's rarity, so that it is the shared weight over
    the geometric mean of both weights (Ochiai 1957).
    """
    places = tuple(told for a in articles for told in a.sentences)
    number = np.array([n for n, a in enumerate(articles) for _ in a.sentences], np.intp)
    bags = [dict.fromkeys(sorted(comparable_words(t.text)), 1.0) for t in watch.each("reading sentences", places)]
    words = pack(bags, lambda term, holding, all_: math.sqrt(rarity(term, holding, all_)))
    graph = SentenceGraph(places, number, embed([told.text for told in places]), words, ())
    return SentenceGraph(places, number, graph.vectors, words, tuple(_edges(graph, watch)))


def _edges(graph: SentenceGraph, watch: Watch) -> list[Edge]:
    numbers = [numbers_in(told.text) for told in graph.places]
    denials = [bool(DENIAL.search(told.text)) for told in graph.places]
    found: dict[tuple[int, int], float] = {}
    for i in watch.each("comparing sentences", range(len(graph.places))):
        others = neighbours(graph.words, i, MOST)
        if not len(others):
            continue
        weights = graph.likeness(i, others)
        alike = weights >= ALIKE
        for j, weight in zip(others[alike].tolist(), weights[alike].tolist(), strict=True):
            conflict = other_numbers(numbers[i], numbers[j]) or denials[i] != denials[j]
            found[min(i, j), max(i, j)] = CONFLICT if conflict else weight
    return [Edge(i, j, weight) for (i, j), weight in sorted(found.items())]

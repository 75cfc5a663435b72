"""The sentences of many articles, and which of them are alike: candidates come from an index of words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from rag.analysis.clustering import Edge
from rag.analysis.kept_verdicts import Verdicts, sentence_key
from rag.analysis.near_duplicates import comparable_words
from rag.analysis.read_articles import Bags, ReadArticle, Rows, pack
from rag.analysis.similarity import neighbours
from rag.embed.port import Vectors
from rag.progress import SILENT, Progress
from rag.results.spans import Quote
from rag.text.idf import rarity
from rag.text.word_similarity import Embed
from rag.verify.sentence_pair import exclude_each_other

ALIKE = 0.4
"""The likeness, the mean of two cosines, below which two sentences have nothing to do with each other."""
SIMILAR = 0.3
"""The likeness from which two sentences may speak of the same thing."""
MOST_NEIGHBOURS = 100
"""Sentences that one sentence is compared with."""
CONFLICT = -math.inf
"""The weight of an edge between sentences that exclude each other, so that no group has both."""
BEFORE = 2
"""Sentences before another one that tell whom it means by "the company"."""


@dataclass(frozen=True)
class SentenceGraph:
    """Sentences with their articles' numbers, unit vectors and words; `edges` join those that are alike."""

    places: tuple[Quote, ...]
    article: Rows
    vectors: Vectors
    words: Bags
    edges: tuple[Edge, ...]
    similar: tuple[tuple[tuple[int, float], ...], ...] = ()
    """For each sentence those of likeness `SIMILAR` and more, and their likeness."""

    def likeness(self, i: int, others: Rows) -> Vectors:
        """How much alike sentence i and others are: the mean of the cosines of their vectors and of their words."""
        return np.asarray((self.vectors[others] @ self.vectors[i] + self.words.cosines(i, others)) / 2, np.float32)


def link_sentences(
    articles: Sequence[ReadArticle],
    embed: Embed,
    progress: Progress = SILENT,
    verdicts: Verdicts | None = None,
    digests: Mapping[str, str] | None = None,
) -> SentenceGraph:
    """Link the sentences of articles. `embed` gives unit vectors of texts and must be quick.

    `verdicts` are those that are known on pairs of sentences, and take in new ones; `digests` are the articles', by
    file.

    The words' cosine is of vectors with the root of each shared word's rarity, so that it is the shared weight over
    the geometric mean of both weights (Ochiai 1957).
    """
    places = tuple(quote for a in articles for quote in a.sentences)
    number = np.array([n for n, a in enumerate(articles) for _ in a.sentences], np.intp)
    bags = [dict.fromkeys(sorted(comparable_words(t.text)), 1.0) for t in progress.each("reading sentences", places)]
    words = pack(bags, lambda term, holding, all_: math.sqrt(rarity(term, holding, all_)))
    graph = SentenceGraph(places, number, embed([quote.text for quote in places]), words, ())
    similar = tuple(_similar(graph, i) for i in progress.each("comparing sentences", range(len(places))))
    edges = _edges(graph, similar, articles, verdicts or Verdicts(), digests or {}, progress)
    return replace(graph, edges=tuple(edges), similar=similar)


def _similar(graph: SentenceGraph, i: int) -> tuple[tuple[int, float], ...]:
    others = neighbours(graph.words, i, MOST_NEIGHBOURS)
    if not len(others):
        return ()
    weights = graph.likeness(i, others)
    return tuple((j, w) for j, w in zip(others.tolist(), weights.tolist(), strict=True) if w >= SIMILAR)


def _edges(
    graph: SentenceGraph,
    similar: Sequence[Sequence[tuple[int, float]]],
    articles: Sequence[ReadArticle],
    verdicts: Verdicts,
    digests: Mapping[str, str],
    progress: Progress,
) -> list[Edge]:
    languages = [articles[int(a)].language or "en" for a in graph.article]
    before = [text for article in articles for text in _before(article)]
    texts = [quote.text for quote in graph.places]
    keys = [sentence_key(*parts) for parts in zip(languages, before, texts, strict=True)]
    found: dict[tuple[int, int], float] = {}
    for i, others in zip(progress.each("comparing facts", range(len(similar))), similar, strict=True):
        for j, weight in others:
            key = (min(i, j), max(i, j))
            if weight < ALIKE or key in found or languages[i] != languages[j]:
                continue
            find = partial(exclude_each_other, texts[i], texts[j], languages[i], (before[i], before[j]))
            excluded = verdicts.of(keys[i], keys[j], digests.get(graph.places[i].file, ""), find)
            found[key] = CONFLICT if excluded else weight
    return [Edge(i, j, weight) for (i, j), weight in sorted(found.items())]


def _before(article: ReadArticle) -> Iterator[str]:
    """For each sentence of an article its title and the sentences right before it."""
    texts = [quote.text for quote in article.sentences]
    yield from (" ".join((f"{article.title}.", *texts[max(0, i - BEFORE) : i])) for i in range(len(texts)))

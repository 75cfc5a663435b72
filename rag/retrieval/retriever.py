"""Hybrid retrieval: the best passages by vector and by keyword, scored together, and spread over articles.

LlamaIndex's instrumentation events for our own retrieval, for programs that listen to them.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from rag.embed.port import Embedder, Vectors
from rag.results.answers import Article, Hit
from rag.store.catalogue import StoredPassage
from rag.store.store import Store
from rag.text.name_keys import NAME, name_term
from rag.text.terms import WORD, terms


@contextmanager
def retrieval_events(query: str) -> Iterator[list[Hit]]:
    """Tell LlamaIndex's dispatcher that a retrieval starts, and ends with the hits that are put into the list.

    Nothing happens unless LlamaIndex is in use already. The events stay in this process.
    """
    hits: list[Hit] = []
    if "llama_index.core.instrumentation" not in sys.modules:
        yield hits
        return
    from llama_index.core.instrumentation.events.retrieval import RetrievalEndEvent, RetrievalStartEvent
    from llama_index_instrumentation import get_dispatcher

    from rag.store.nodes import hit_node

    dispatcher = get_dispatcher(__name__)
    dispatcher.event(RetrievalStartEvent(str_or_query_bundle=query))
    yield hits
    dispatcher.event(RetrievalEndEvent(str_or_query_bundle=query, nodes=[hit_node(hit) for hit in hits]))


POOL = 50
"""Passages taken from each index before they are scored together."""
COSINE_WEIGHT = 0.35
CROWDING = 0.85
"""What a passage's score is multiplied by for each better passage of the same article."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A passage and its score."""

    stored: StoredPassage
    score: float


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A word of a question: the index terms that it is found by, any of them, and its idf over passages."""

    terms: frozenset[str]
    idf: float


@dataclass(frozen=True, slots=True)
class Query:
    """A question made ready: its words without repeats, and its vector of shape (dimension,)."""

    text: str
    words: tuple[QueryWord, ...]
    vector: Vectors

    @property
    def terms(self) -> list[str]:
        """All index terms."""
        return sorted({term for word in self.words for term in word.terms})


class Retriever:
    """Finds the passages that bear on a question. Threads may share it."""

    def __init__(self, store: Store, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder

    def query(self, text: str) -> Query:
        """Make a question ready: each word by its stems in the library's languages, a name by its spellings too."""
        self._store.article_cache.refresh()
        languages = self._store.article_cache.languages()
        found = {word: frozenset(terms(word, languages)) for word in WORD.findall(text)}
        frequency = self._store.keywords.document_frequency({term for stems in found.values() for term in stems})
        total = self._store.catalogue.count("passages")
        words: dict[frozenset[str], float] = {}
        for word, stems in found.items():
            n = max((frequency[term] for term in stems), default=0)
            if (word[0].isupper() or not n) and NAME.fullmatch(word.capitalize()):
                name = name_term(word)
                n = max(n, self._store.keywords.document_frequency([name])[name])
                stems |= {name}
            words[stems] = math.log(1 + (total - n + 0.5) / (n + 0.5))
        own = tuple(QueryWord(stems, idf) for stems, idf in words.items())
        return Query(text, own, self._embedder.embed_question(text))

    def retrieve(self, query: Query, files: Sequence[str] | None = None) -> list[Retrieved]:
        """Up to 2 * `POOL` passages, best first.

        The score is bm25 / max + 0.35 * z(cosine) + coverage, coverage being the share of the question's idf weight
        that stands in the passage. BM25 counts as 0 for a passage that is not among the best `POOL` by keyword.
        """
        with self._store.catalogue.snapshot():  # else a sync in another thread could take passages away in between
            return self._ranked(query, files)

    def _ranked(self, query: Query, files: Sequence[str] | None) -> list[Retrieved]:
        by_keyword = {hit.id: hit.score for hit in self._store.keywords.search(query.terms, POOL, files)}
        (nearest,) = self._store.vectors.search(query.vector[np.newaxis], POOL, files)
        stored = self._store.catalogue.passages(list({*by_keyword, *(hit.id for hit in nearest)}))
        ids = list(stored)
        if not ids:
            return []
        keyword = np.array([by_keyword.get(i, 0.0) for i in ids])
        cosine = self._cosines(query.vector, ids)
        score = (
            keyword / max(keyword.max(), 1e-9)
            + COSINE_WEIGHT * (cosine - cosine.mean()) / max(float(cosine.std()), 1e-9)
            + self._coverage(query, [stored[i] for i in ids])
        )
        order = np.argsort(-score, kind="stable")
        return [Retrieved(stored[ids[i]], float(score[i])) for i in order]

    def _cosines(self, vector: Vectors, ids: list[int]) -> Vectors:
        """From the catalogue's vectors: Chroma's own distances differ in the last digits from place to place."""
        vectors = self._store.catalogue.vectors_of(ids)
        return np.stack([vectors[i] for i in ids]) @ vector

    def _coverage(self, query: Query, passages: list[StoredPassage]) -> Vectors:
        total = sum(word.idf for word in query.words) or 1.0
        held = self._store.keywords.rows([p.id for p in passages])
        words = [(w.idf, [f" {term} " for term in w.terms]) for w in query.words]
        shares = [sum(idf for idf, terms in words if any(t in held[p.id] for t in terms)) / total for p in passages]
        return np.array(shares, np.float32)

    def search(self, text: str, k: int, files: Sequence[str] | None = None) -> list[Hit]:
        """The `k` best passages, spread over articles, as hits."""
        return self.hits(spread(self.retrieve(self.query(text), files), k))

    def hits(self, found: Sequence[Retrieved]) -> list[Hit]:
        """Found passages as their articles' words."""
        cached = ((self._store.article_cache.get(r.stored.file), r) for r in found)
        return [to_hit(s.article, r) for s, r in cached if s is not None]


def spread(found: Sequence[Retrieved], k: int) -> list[Retrieved]:
    """The `k` best, where each passage of an article makes the article's next ones worth less."""
    lowest = min((r.score for r in found), default=0.0)
    taken: Counter[str] = Counter()
    rest, chosen = list(found), list[Retrieved]()
    while rest and len(chosen) < k:
        best = max(rest, key=lambda r: (r.score - lowest) * CROWDING ** taken[r.stored.file])
        rest.remove(best)
        chosen.append(best)
        taken[best.stored.file] += 1
    return chosen


def to_hit(article: Article, retrieved: Retrieved) -> Hit:
    """A found passage as its article's words."""
    p = retrieved.stored.passage
    return Hit(
        article.file,
        p.start,
        p.end,
        article.text[p.start : p.end],
        retrieved.score,
        article.title,
        article.publisher,
        article.published,
    )

"""Corroboration: for each quoted sentence, the sentences of other articles that state the same.

They become citations; the sources of a result are the cited articles with digests of their texts, by which a later
change is noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np

from rag.embed.port import Embedder
from rag.render.document import text_digest
from rag.results.answers import Citation, Hit, Source
from rag.results.spans import Quote
from rag.retrieval.retriever import Retrieved, spread, to_hit
from rag.store.article_cache import ArticleCache
from rag.store.store import Store
from rag.text.tokens import words_of
from rag.text.word_similarity import Embed
from rag.verify.sentence_pair import CANDIDATE, compare_sentences

LEAD = 250
"""Characters before a sentence that tell whom it means by "the company"."""
NEAREST = 12
"""Passages near a quoted sentence that are searched for its like."""


def find_witnesses(
    quotes: Sequence[Quote],
    store: Store,
    embedder: Embedder,
    embed: Embed,
    idf: Callable[[str], float],
    files: Sequence[str] | None = None,
) -> list[tuple[Quote, ...]]:
    """For each quote, the sentence of each other file that says the same best, in the order of the file names.

    Passages are searched with the library's embedder, sentences compared with `embed`, which must be quick.
    """
    if not quotes:
        return []
    found = store.vectors.search(embedder.embed_passages([q.text for q in quotes]), NEAREST, files)
    near = [[hit.id for hit in hits] for hits in found]
    passages = store.catalogue.passages(list({id_ for ids in near for id_ in ids}))
    sentences = {
        id_: _sentences(store, stored.file, stored.passage.first, stored.passage.last)
        for id_, stored in passages.items()
    }
    texts = list(dict.fromkeys(s.text for group in sentences.values() for s in group))
    row = {text: i for i, text in enumerate(texts)}
    vectors = embed([*(q.text for q in quotes), *texts])
    cosines = vectors[: len(quotes)] @ vectors[len(quotes) :].T
    return [
        _best_of_each_file(
            quote,
            [s for id_ in ids if id_ in sentences for s in sentences[id_]],
            row,
            own,
            embed,
            idf,
            store.article_cache,
        )
        for quote, ids, own in zip(quotes, near, cosines, strict=True)
    ]


def _sentences(store: Store, file: str, first: int, last: int) -> list[Quote]:
    cached = store.article_cache.get(file)
    if cached is None:
        return []
    chosen = cached.sentences[first:last]
    return [Quote(file, s.start, s.end, cached.text(s)) for s in chosen if s.kind != "boilerplate"]


def _best_of_each_file(
    quote: Quote,
    candidates: Sequence[Quote],
    row: dict[str, int],
    cosines: np.ndarray[tuple[int], np.dtype[np.float32]],
    embed: Embed,
    idf: Callable[[str], float],
    article_cache: ArticleCache,
) -> tuple[Quote, ...]:
    language, lead = _language(article_cache, quote), _before(article_cache, quote)
    best: dict[str, tuple[float, Quote]] = {}
    for candidate in candidates:
        if candidate.file == quote.file or cosines[row[candidate.text]] < CANDIDATE:
            continue
        if _language(article_cache, candidate) != language:
            continue
        before = (lead, _before(article_cache, candidate))
        pair = compare_sentences(quote.text, candidate.text, embed, idf, language=language, before=before)
        if pair.relation == "same" and pair.similarity > best.get(candidate.file, (0.0, candidate))[0]:
            best[candidate.file] = (pair.similarity, candidate)
    return tuple(place for _, (_, place) in sorted(best.items()))


def _language(article_cache: ArticleCache, place: Quote) -> str:
    cached = article_cache.get(place.file)
    return (cached.article.language if cached else "") or "en"


def _before(article_cache: ArticleCache, place: Quote) -> str:
    """The title of a sentence's article, and the text right before the sentence."""
    cached = article_cache.get(place.file)
    if cached is None:
        return ""
    return f"{cached.article.title}. {cached.article.text[max(0, place.start - LEAD) : place.start]}"


class Citing(Protocol):
    """A frozen dataclass with a field `sources`, which are the articles of its `marks`, each a file and a number."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def marks(self) -> tuple[tuple[str, int], ...]:
        """The file and the number of each place that is cited."""


Result = TypeVar("Result", bound=Citing)


def with_sources(result: Result, article_cache: ArticleCache) -> Result:
    """The result with the articles of its marks as its sources."""
    return replace(result, sources=sources_of(result.marks, article_cache))


def sources_of(marks: Iterable[tuple[str, int]], article_cache: ArticleCache) -> tuple[Source, ...]:
    """The articles of marks (file, number), in their order; a file that is in the library no more is left out."""
    numbers: dict[str, dict[int, None]] = {}
    for file, number in marks:
        numbers.setdefault(file, {})[number] = None
    sources = []
    for file, own in numbers.items():
        cached = article_cache.get(file)
        if cached is not None:
            a = cached.article
            facts = (a.name, a.publisher, a.published, a.address)
            sources.append(Source(file, *facts, tuple(own), text_digest(a.text), a.author, a.locators, a.language))
    return tuple(sources)


NEAREST_SHOWN = 3
"""Passages shown with a refusal."""


class Citer:
    """Makes citations of places in articles. Threads may share it."""

    def __init__(self, store: Store, embedder: Embedder, embed: Embed) -> None:
        self._store = store
        self._embedder = embedder
        self._embed = embed

    def cite(
        self,
        places: Sequence[Quote],
        idf: Callable[[str], float],
        files: Sequence[str] | None = None,
        answers: Sequence[str] | None = None,
    ) -> list[tuple[Citation, ...]]:
        """For each place its own citation, then those of every other file that says the same; numbers are 0 yet.

        `answers` are the words of each place that answer a question, "" if that is not known: a sentence of another
        file that holds less than half of them says the same of something else in the sentence.
        """
        witnesses = find_witnesses(places, self._store, self._embedder, self._embed, idf, files)
        kept = [
            [other for other in others if holds(other.text, answer)]
            for others, answer in zip(witnesses, answers or [""] * len(places), strict=True)
        ]
        return [cite_together((place, *others)) for place, others in zip(places, kept, strict=True)]

    def sources(self, citations: Sequence[Citation]) -> tuple[Source, ...]:
        """The articles that are cited, in the order of the citations."""
        return sources_of([(c.file, c.number) for c in citations], self._store.article_cache)

    def nearest(self, found: Sequence[Retrieved]) -> tuple[Hit, ...]:
        """The passages to show with a refusal."""
        cached = ((self._store.article_cache.get(r.stored.file), r) for r in spread(found, NEAREST_SHOWN))
        return tuple(to_hit(s.article, r) for s, r in cached if s)


ANSWERING = 0.5
"""The share of an answer's telling words that a sentence must hold to say it too."""


def holds(text: str, answer: str) -> bool:
    """Whether an English text has the words of an answer, in any form; true of an answer without telling words."""
    wanted = {w.stem for w in words_of(answer) if w.telling}
    return len(wanted & {w.stem for w in words_of(text)}) >= ANSWERING * len(wanted)


def cite_together(places: Sequence[Quote]) -> tuple[Citation, ...]:
    """Citations of places that say the same."""
    files = list(dict.fromkeys(p.file for p in places))
    return tuple(Citation(0, p.file, p.start, p.end, p.text, tuple(f for f in files if f != p.file)) for p in places)

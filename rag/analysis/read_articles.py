"""The articles of a library as analysis needs them: sentences without boilerplate, term vectors and embeddings.

Term vectors are sparse rows of weighted terms (words, names, numbers) with their cosines.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from rag.embed.port import Vectors
from rag.progress import SILENT, Progress
from rag.results.spans import Quote
from rag.store.article_cache import CachedArticle
from rag.store.store import Store
from rag.text.idf import rarity
from rag.text.name_keys import name_terms
from rag.text.terms import all_stop_words, terms, words
from rag.text.text_cache import text_cache
from rag.text.word_similarity import Embed

Rows = NDArray[np.intp]
Weights = NDArray[np.float32]
Weigh = Callable[[str, int, int], float]
"""From a term, the number of bags that hold it and the number of bags to the term's weight."""


@dataclass(frozen=True)
class Bags:
    """`indices[pointers[i]:pointers[i + 1]]` are the terms of bag i, in ascending order; `weights` belong to them.

    Each bag is a unit vector (L2), or empty. `frequency` counts for each term the bags that hold it.
    """

    pointers: Rows
    indices: Rows
    weights: Weights
    frequency: Rows

    def __len__(self) -> int:
        """The number of bags."""
        return len(self.pointers) - 1

    def terms(self, i: int) -> Rows:
        """The terms of one bag."""
        return self.indices[self.pointers[i] : self.pointers[i + 1]]

    def own_weights(self, i: int) -> Weights:
        """The weights of one bag's terms."""
        return self.weights[self.pointers[i] : self.pointers[i + 1]]

    def flat(self, rows: Rows) -> Rows:
        """The positions in `indices` and `weights` of all terms of these bags, one bag after the other."""
        lengths = self.lengths(rows)
        if not lengths.sum():
            return np.zeros(0, np.intp)
        starts = np.repeat(self.pointers[rows] - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
        return np.asarray(starts + np.arange(lengths.sum()), np.intp)

    def lengths(self, rows: Rows) -> Rows:
        """How many terms each of these bags has."""
        lengths: Rows = self.pointers[rows + 1] - self.pointers[rows]
        return lengths

    @cached_property
    def postings(self) -> Bags:
        """For each term the bags that hold it, in the same form."""
        order = np.argsort(self.indices, kind="stable")
        holders = np.repeat(np.arange(len(self)), self.lengths(np.arange(len(self))))
        pointers = np.concatenate(([0], np.cumsum(self.frequency)))
        return Bags(pointers, holders[order], self.weights[order], self.lengths(np.arange(len(self))))

    def means(self, groups: Sequence[Rows]) -> Bags:
        """The mean bag of each group of bags; these are no unit vectors."""
        pointers, indices, weights = [0], [], []
        for rows in groups:
            at = self.flat(rows)
            own, inverse = np.unique(self.indices[at], return_inverse=True)
            indices.append(own)
            weights.append(np.bincount(inverse, self.weights[at], len(own)) / len(rows))
            pointers.append(pointers[-1] + len(own))
        flat = np.concatenate(indices) if indices else np.zeros(0, np.intp)
        values = np.concatenate(weights).astype(np.float32) if weights else np.zeros(0, np.float32)
        frequency = np.bincount(flat, minlength=len(self.frequency))
        return Bags(np.array(pointers, np.intp), flat, values, frequency)

    def cosines(self, i: int, rows: Rows) -> Weights:
        """The cosines of bag i with these bags, shape (len(rows),)."""
        full = np.zeros(len(self.frequency), np.float32)
        full[self.terms(i)] = self.own_weights(i)
        at = self.flat(rows)
        return sums(full[self.indices[at]] * self.weights[at], self.lengths(rows))

    def shared(self, i: int, rows: Rows) -> Weights:
        """How much of bag i and of each of these bags is in both: the greater share of squared weight, in [0, 1]."""
        full = np.zeros(len(self.frequency), np.float32)
        full[self.terms(i)] = self.own_weights(i) ** 2
        at = self.flat(rows)
        own = full[self.indices[at]]
        lengths = self.lengths(rows)
        return np.maximum(sums(own, lengths), sums(self.weights[at] ** 2 * (own > 0), lengths))


def sums(values: Weights, lengths: Rows) -> Weights:
    """The sum of each run of `values`; the runs have these lengths, some of them 0."""
    total = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    ends = np.cumsum(lengths)
    return np.asarray(total[ends] - total[ends - lengths], np.float32)


def pack(bags: Sequence[Mapping[str, float]], weigh: Weigh) -> Bags:
    """Pack bags of terms. A term's weight in a bag is (1 + ln count) * weigh(term, frequency, len(bags)).

    The tempered count is that of Buckley, Salton and Allan 1992.
    """
    frequency = Counter(term for bag in bags for term in bag)
    number = {term: i for i, term in enumerate(frequency)}
    rarity = np.array([weigh(term, n, len(bags)) for term, n in frequency.items()], np.float32)
    pointers = np.concatenate(([0], np.cumsum([len(bag) for bag in bags]))).astype(np.intp)
    indices = np.zeros(pointers[-1], np.intp)
    weights = np.zeros(pointers[-1], np.float32)
    for start, bag in zip(pointers, bags, strict=False):
        own = np.array([number[term] for term in bag], np.intp)
        counts = np.array([1 + math.log(count) for count in bag.values()], np.float32)
        order = np.argsort(own, kind="stable")
        values = (counts * rarity[own])[order] if len(own) else counts
        norm = float(np.linalg.norm(values))
        indices[start : start + len(own)] = own[order]
        weights[start : start + len(own)] = values / norm if norm else values
    return Bags(pointers, indices, weights, np.array(list(frequency.values()), np.intp))


OPENING = 60
"""Words at the head of an article, its title included, that tell what happened."""
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What of an article is compared: its words without boilerplate, its title first if the text lacks it."""

    file: str
    text: str
    language: str = ""
    published: str = ""


@dataclass(frozen=True)
class Profiles:
    """All articles as they are compared, a row each in every bag and matrix."""

    texts: tuple[ArticleText, ...]
    words: Bags
    names: Bags
    opening: Bags
    numbers: Bags
    opening_vectors: Vectors


def make_profiles(texts: Sequence[ArticleText], embed: Embed) -> Profiles:
    """Make profiles of articles. `embed` gives unit vectors of texts and must be quick."""
    openings = [" ".join(t.text.split()[:OPENING]) for t in texts]
    words = [terms(t.text, (t.language or "en",)) for t in texts]
    opening = [terms(o, (t.language or "en",)) for o, t in zip(openings, texts, strict=True)]
    return Profiles(
        tuple(texts),
        pack([Counter(w) for w in words], rarity),
        pack([Counter(name_terms(t.text)) for t in texts], rarity),
        pack([Counter(o) for o in opening], rarity),
        pack([dict.fromkeys(NUMBER.findall(t.text), 1) for t in texts], rarity),
        embed(openings),
    )


Run = tuple[str, ...]
RUN = 3
"""Words of a run."""


@text_cache(maxsize=65_536)
def word_runs(sentence: str, language: str = "") -> frozenset[Run]:
    """The runs of `RUN` words in a sentence, each word as its stem."""
    stems = terms(sentence, (language or "en",))
    return frozenset(zip(*(stems[i:] for i in range(RUN)), strict=False))


SHORTEST_SENTENCE = 20
"""Characters; shorter sentences tell nothing that could be compared."""


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article and those of its sentences that tell something, in reading order."""

    file: str
    title: str
    publisher: str
    published: str
    language: str
    sentences: tuple[Quote, ...]
    headings: tuple[Quote, ...]

    @property
    def in_english(self) -> bool:
        """Whether English rules apply: to English articles, and to those of unknown language."""
        return self.language in ("", "en")

    @property
    def text(self) -> str:
        """What the article is compared by: its title, unless the text begins with it, its headings and sentences."""
        parts = sorted((*self.headings, *self.sentences), key=lambda t: t.start)
        body = "\n".join(p.text for p in parts)
        return body if body.startswith(self.title) else f"{self.title}\n{body}"


def read_articles(store: Store, files: Sequence[str] | None = None, progress: Progress = SILENT) -> list[ReadArticle]:
    """Read all articles of a library, or these, in the order of their file names; unknown files are left out."""
    store.article_cache.refresh()
    names = [name.file for name in store.catalogue.names()] if files is None else sorted(set(files))
    found = (store.article_cache.get(name) for name in progress.each("reading articles", names))
    return without_repeated_lines([_read(cached) for cached in found if cached is not None])


def _read(cached: CachedArticle) -> ReadArticle:
    a = cached.article
    places = [(s.kind, Quote(a.file, s.start, s.end, cached.text(s))) for s in cached.sentences]
    sentences = tuple(quote for kind, quote in places if kind == "text" and len(quote.text) >= SHORTEST_SENTENCE)
    headings = tuple(quote for kind, quote in places if kind == "heading")
    return ReadArticle(a.file, a.title, a.publisher, a.published, a.language, sentences, headings)


REPEATED = 3
"""Articles that must have a line for it to be looked at whether it belongs to their site."""
UNRELATED = 0.02
"""The mean cosine, of the other words of articles, below which these have nothing to do with each other."""
LOOKED_AT = 10
"""Articles with one line that are compared."""


def without_repeated_lines(articles: Sequence[ReadArticle]) -> list[ReadArticle]:
    """The articles without what many unrelated ones share: "Follow us on Instagram", "Have you got a story?"."""
    holders: dict[Run, list[int]] = defaultdict(list)
    for n, article in enumerate(articles):
        for run in {run for quote in article.sentences for run in word_runs(quote.text, article.language)}:
            holders[run].append(n)
    repeated = {run: own[:LOOKED_AT] for run, own in holders.items() if len(own) >= REPEATED}

    def shared(quote: Quote, language: str) -> list[Run]:
        runs = word_runs(quote.text, language)
        common = [run for run in runs if run in repeated]
        return common if 2 * len(common) > len(runs) else []

    lines = [{quote: runs for quote in a.sentences if (runs := shared(quote, a.language))} for a in articles]
    rest = [" ".join(t.text for t in a.sentences if t not in own) for a, own in zip(articles, lines, strict=True)]
    stop = all_stop_words()
    own_words = [Counter(word for word in words(text) if word not in stop) for text in rest]
    bags = pack(own_words, rarity)

    @cache
    def unrelated(own: tuple[int, ...]) -> bool:
        """Whether articles that begin with words of their own have nothing else in common."""
        own = tuple(i for i in own if articles[i].sentences[0] not in lines[i])
        if len(own) < REPEATED:
            return False
        cosines = [bags.cosines(i, np.array(own[n + 1 :], np.intp)) for n, i in enumerate(own[:-1])]
        return float(np.concatenate(cosines).mean()) < UNRELATED

    return [
        replace(
            a, sentences=tuple(t for t in a.sentences if t not in own or not unrelated(_commonest(own[t], repeated)))
        )
        for a, own in zip(articles, lines, strict=True)
    ]


def _commonest(runs: Sequence[Run], holders: Mapping[Run, Sequence[int]]) -> tuple[int, ...]:
    return tuple(holders[max(runs, key=lambda run: (len(holders[run]), run))])


def as_text(article: ReadArticle) -> ArticleText:
    """What of an article its likeness to others is measured by."""
    return ArticleText(article.file, article.text, article.language, article.published)

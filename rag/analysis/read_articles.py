"""The articles of a library as analysis needs them: sentences without boilerplate, term vectors and embeddings.

Term vectors are sparse rows of weighted terms (words, names, numbers) with their cosines.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import pairwise

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
        return next(self.cosines_of((i,), (rows,)))

    def cosines_of(self, bags: Iterable[int], groups: Iterable[Rows]) -> Iterator[Weights]:
        """For each of some bags its cosines with the bags of its group; the time does not grow with all the terms."""
        full = np.zeros(len(self.frequency), np.float32)
        for i, rows in zip(bags, groups, strict=True):
            own = self.terms(i)
            full[own] = self.own_weights(i)
            at = self.flat(rows)
            yield sums(full[self.indices[at]] * self.weights[at], self.lengths(rows))
            full[own] = 0

    def mean_cosine(self, rows: Rows) -> float:
        """The mean cosine of all pairs of these bags, of which there are two at least."""
        at = self.flat(rows)
        _, inverse = np.unique(self.indices[at], return_inverse=True)
        total = np.bincount(inverse, self.weights[at])
        own = float(np.square(self.weights[at], dtype=np.float64).sum())
        return (float(total @ total) - own) / (len(rows) * (len(rows) - 1))

    def shared_of(self, bags: Iterable[int], groups: Iterable[Rows]) -> Iterator[Weights]:
        """For each of some bags how much of it and of each bag of its group is in both.

        That is the greater share of squared weight, in [0, 1].
        """
        full = np.zeros(len(self.frequency), np.float32)
        for i, rows in zip(bags, groups, strict=True):
            terms = self.terms(i)
            full[terms] = self.own_weights(i) ** 2
            at = self.flat(rows)
            own = full[self.indices[at]]
            lengths = self.lengths(rows)
            yield np.maximum(sums(own, lengths), sums(self.weights[at] ** 2 * (own > 0), lengths))
            full[terms] = 0


def sums(values: Weights, lengths: Rows) -> Weights:
    """The sum of each run of `values`; the runs have these lengths, some of them 0."""
    total = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    ends = np.cumsum(lengths)
    return np.asarray(total[ends] - total[ends - lengths], np.float32)


class Packer:
    """Takes in bags of terms one after another, and packs them; the bags themselves are not kept."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}
        self._indices, self._counts = array("q"), array("f")
        self._pointers = [0]

    def add(self, bag: Mapping[str, float]) -> None:
        """Take in a bag: how often it holds each term."""
        number = self._number
        self._indices.extend(number.setdefault(term, len(number)) for term in bag)
        self._counts.extend(1 + math.log(count) for count in bag.values())
        self._pointers.append(len(self._indices))

    def packed(self, weigh: Weigh) -> Bags:
        """All bags. A term's weight in a bag is (1 + ln count) * weigh(term, frequency, bags).

        The tempered count is that of Buckley, Salton and Allan 1992.
        """
        indices, weights = np.array(self._indices, np.intp), np.array(self._counts, np.float32)
        frequency = np.bincount(indices, minlength=len(self._number)).astype(np.intp)
        bags = len(self._pointers) - 1
        holding = zip(self._number, frequency.tolist(), strict=True)
        weight = np.array([weigh(term, n, bags) for term, n in holding], np.float32)
        for start, end in pairwise(self._pointers):
            own = indices[start:end]
            order = np.argsort(own, kind="stable")
            values = (weights[start:end] * weight[own])[order]
            norm = float(np.linalg.norm(values))
            indices[start:end] = own[order]
            weights[start:end] = values / norm if norm else values
        return Bags(np.array(self._pointers, np.intp), indices, weights, frequency)


def pack(bags: Iterable[Mapping[str, float]], weigh: Weigh) -> Bags:
    """Pack bags of terms, as `Packer` does."""
    packer = Packer()
    for bag in bags:
        packer.add(bag)
    return packer.packed(weigh)


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

    words: Bags
    names: Bags
    opening: Bags
    numbers: Bags
    opening_vectors: Vectors

    def __len__(self) -> int:
        """The number of articles."""
        return len(self.words)


def make_profiles(texts: Iterable[ArticleText], embed: Embed) -> Profiles:
    """Make profiles of articles, which are read one by one. `embed` gives unit vectors of texts and must be quick."""
    words, names, opening, numbers = Packer(), Packer(), Packer(), Packer()
    openings: list[str] = []
    for t in texts:
        languages = (t.language or "en",)
        openings.append(" ".join(t.text.split()[:OPENING]))
        words.add(Counter(terms(t.text, languages)))
        names.add(Counter(name_terms(t.text)))
        opening.add(Counter(terms(openings[-1], languages)))
        numbers.add(dict.fromkeys(NUMBER.findall(t.text), 1))
    bags = [packer.packed(rarity) for packer in (words, names, opening, numbers)]
    return Profiles(bags[0], bags[1], bags[2], bags[3], embed(openings))


Run = tuple[str, ...]
RUN = 3
"""Words of a run."""
Keys = NDArray[np.int64]


def word_runs(sentence: str, language: str = "") -> frozenset[Run]:
    """The runs of `RUN` words in a sentence, each word as its stem."""
    stems = terms(sentence, (language or "en",))
    return frozenset(zip(*(stems[i:] for i in range(RUN)), strict=False))


@text_cache(maxsize=65_536)
def run_keys(sentence: str, language: str = "") -> Keys:
    """The hashes of a sentence's runs, each once: in a process they stand for the runs, in a tenth of the memory."""
    return np.fromiter(map(hash, word_runs(sentence, language)), np.int64)


def keys_of(article: ReadArticle) -> Keys:
    """The hashes of the runs of all sentences of an article, each once, in ascending order."""
    keys = [run_keys(quote.text, article.language) for quote in article.sentences]
    return np.unique(np.concatenate(keys)) if keys else np.zeros(0, np.int64)


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


@dataclass(frozen=True)
class _Repeated:
    """The runs that `REPEATED` articles or more have, as hashes in ascending order, and the articles that have each.

    Those of run r are `holders[starts[r] : starts[r] + counts[r]]`, at most `LOOKED_AT`.
    """

    keys: Keys
    starts: Rows
    counts: Rows
    holders: NDArray[np.int32]

    @staticmethod
    def among(articles: Sequence[ReadArticle]) -> _Repeated:
        """Find them: by sorting, since in a large library hardly any run is repeated, and each would need a list."""
        own = [keys_of(article) for article in articles]
        holders = np.repeat(np.arange(len(own), dtype=np.int32), [len(keys) for keys in own])
        keys = np.concatenate(own) if own else np.zeros(0, np.int64)
        del own
        order = np.argsort(keys, kind="stable")
        keys, holders = keys[order], holders[order]
        starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if len(keys) else np.zeros(0, np.intp)
        counts = np.diff(np.append(starts, len(keys)))
        often = counts >= REPEATED
        return _Repeated(keys[starts[often]], starts[often], np.minimum(counts[often], LOOKED_AT), holders)

    def places(self, keys: Keys) -> Rows:
        """The numbers of those of these runs that are repeated."""
        if not len(self.keys):
            return np.zeros(0, np.intp)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.asarray(at[self.keys[at] == keys], np.intp)

    def commonest(self, quote: Quote, language: str) -> tuple[int, ...]:
        """The articles that have the most repeated run of a sentence."""
        counts = {run: int(self.counts[n]) for run in word_runs(quote.text, language) for n in self._number(run)}
        (n,) = self._number(max(counts, key=lambda run: (counts[run], run)))
        return tuple(self.holders[self.starts[n] : self.starts[n] + self.counts[n]].tolist())

    def _number(self, run: Run) -> list[int]:
        found: list[int] = self.places(np.array([hash(run)], np.int64)).tolist()
        return found


def without_repeated_lines(articles: Sequence[ReadArticle]) -> list[ReadArticle]:
    """The articles without what many unrelated ones share: "Follow us on Instagram", "Have you got a story?"."""
    repeated = _Repeated.among(articles)

    def shared(quote: Quote, language: str) -> bool:
        keys = run_keys(quote.text, language)
        return 2 * len(repeated.places(keys)) > len(keys)

    lines = [frozenset(t for t in a.sentences if shared(t, a.language)) for a in articles]
    if not any(lines):
        return list(articles)
    stop = all_stop_words()
    rest = (" ".join(t.text for t in a.sentences if t not in own) for a, own in zip(articles, lines, strict=True))
    bags = pack((Counter(word for word in words(text) if word not in stop) for text in rest), rarity)

    @cache
    def unrelated(own: tuple[int, ...]) -> bool:
        """Whether articles that begin with words of their own have nothing else in common."""
        own = tuple(i for i in own if articles[i].sentences[0] not in lines[i])
        if len(own) < REPEATED:
            return False
        return bags.mean_cosine(np.array(own, np.intp)) < UNRELATED

    def of_site(quote: Quote, article: ReadArticle) -> bool:
        return unrelated(repeated.commonest(quote, article.language))

    return [
        replace(a, sentences=tuple(t for t in a.sentences if t not in own or not of_site(t, a))) if own else a
        for a, own in zip(articles, lines, strict=True)
    ]


def as_text(article: ReadArticle) -> ArticleText:
    """What of an article its likeness to others is measured by."""
    return ArticleText(article.file, article.text, article.language, article.published)

"""The names in each article, kept in the catalogue: finding them takes most of the time for listing a library's names.

They depend on the article's own sentences alone. They are kept by its digest, with a hash of the places of these
sentences (lines of the site, which are left out, are known by other articles), for as long as rules and model are the
same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from rag.analysis.name_types import KINDS, Mention, find_mentions
from rag.analysis.read_articles import ReadArticle
from rag.store.kept_findings import KeptFindings
from rag.store.store import Store

KIND = "mentions"
LAYOUT = "1"
RULES = ("rag.analysis", "rag.embed", "rag.text")
"""The packages by whose rules, word lists, vectors and model names are found."""
TOGETHER = 500
"""Articles whose mentions are loaded and kept at once."""
PLACES = 8
"""Bytes of the hash of where an article's sentences stand."""
ROW = np.dtype([("sentence", "<u4"), ("start", "<u4"), ("end", "<u4"), ("scores", "<f2", (len(KINDS),))])
Rows = NDArray[np.void]
"""One mention each, as `ROW` tells; scores are kept in 16 bits."""
Mentions = list[list[Mention]]
"""Those of each sentence of an article."""


class KeptMentions:
    """The mentions that are kept for a library."""

    def __init__(self, store: Store) -> None:
        self._catalogue = store.catalogue
        self._findings = KeptFindings(store.catalogue, KIND, LAYOUT, RULES)

    def each(self, articles: Sequence[ReadArticle]) -> Iterator[Mentions]:
        """The names in each sentence of each article; those that had to be found are kept."""
        for first in range(0, len(articles), TOGETHER):
            yield from self._of(articles[first : first + TOGETHER])

    def _of(self, articles: Sequence[ReadArticle]) -> Iterator[Mentions]:
        digests = self._catalogue.digests([article.file for article in articles])
        kept = self._findings.load(digests.values())
        new: dict[str, bytes] = {}
        for article in articles:
            digest = digests.get(article.file, "")
            rows = _read(kept.get(digest, b""), article)
            if rows is None:
                rows = _find(article)
                if digest:
                    new[digest] = _places(article) + rows.tobytes()
            yield _mentions(rows, article)
        if new:
            self._findings.keep(new)


def mentions_in(article: ReadArticle) -> Mentions:
    """The names in each sentence of an article, the same as those that are kept."""
    return _mentions(_find(article), article)


def _find(article: ReadArticle) -> Rows:
    found = find_mentions([quote.text for quote in article.sentences])
    return np.array([(n, m.start, m.end, m.scores) for n, own in enumerate(found) for m in own], ROW)


def _mentions(rows: Rows, article: ReadArticle) -> Mentions:
    found: Mentions = [[] for _ in article.sentences]
    for number, start, end, scores in zip(*(rows[name].tolist() for name in ROW.names or ()), strict=True):
        text = article.sentences[number].text[start:end]
        a, b, c, d = scores
        found[number].append(Mention(start, end, text, KINDS[scores.index(max(scores))], (a, b, c, d)))
    return found


def _read(value: bytes, article: ReadArticle) -> Rows | None:
    """The rows in a value; None if it is of other sentences of the article, or nothing of ours."""
    if value[:PLACES] != _places(article) or (len(value) - PLACES) % ROW.itemsize:
        return None
    rows: Rows = np.frombuffer(value, ROW, offset=PLACES)
    return rows if (rows["sentence"] < len(article.sentences)).all() else None


def _places(article: ReadArticle) -> bytes:
    spans = np.array([(quote.start, quote.end) for quote in article.sentences], "<u8")
    return blake2b(spans.tobytes(), digest_size=PLACES).digest()

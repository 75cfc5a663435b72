"""Articles and their sentences at hand: the ones read last from the catalogue, as long as it has not changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from rag.results.answers import Article, Sentence
from rag.store.catalogue import Catalogue

KEPT = 1_000
"""Articles kept at hand."""


@dataclass(frozen=True, slots=True)
class CachedArticle:
    """An article and its sentences in reading order."""

    article: Article
    sentences: tuple[Sentence, ...]

    def text(self, sentence: Sentence) -> str:
        """A sentence's words."""
        return self.article.text[sentence.start : sentence.end]


class ArticleCache:
    """Reads from the catalogue what it does not have at hand. Threads may share it.

    `refresh`, once at the start of each piece of work, forgets what has changed since.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._guard = threading.Lock()
        self._generation = ""
        self._kept: OrderedDict[str, CachedArticle] = OrderedDict()
        self._languages: tuple[str, ...] = ()

    def languages(self) -> tuple[str, ...]:
        """The languages of the library, the most frequent first; English if none is known."""
        return self._languages or ("en",)

    def get(self, file: str) -> CachedArticle | None:
        """An article by its file name; None if there is none."""
        with self._guard:
            found = self._kept.get(file)
            if found is None:
                with self._catalogue.snapshot():
                    article, sentences = self._catalogue.article(file), self._catalogue.sentences(file)
                if article is None:
                    return None
                if sentences and sentences[-1].end > len(article.text):
                    raise self._catalogue.damaged(f"the sentences of {file:.200} are not as they were")
                found = self._kept[file] = CachedArticle(article, sentences)
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(file)
            return found

    def refresh(self) -> None:
        """Look whether the catalogue has changed."""
        with self._guard:
            generation = self._catalogue.about("generation")
            if generation != self._generation:
                self._kept.clear()
                self._languages = self._catalogue.languages()
                self._generation = generation

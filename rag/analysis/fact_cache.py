"""The stories and facts of a library, cached: a second summary, comparison or timeline need not compute them again.

Computing them takes seconds for a hundred articles; ranking them by another focus takes a moment.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from rag.analysis.facts import FactBook, make_fact_book
from rag.analysis.kept_verdicts import KeptVerdicts
from rag.analysis.read_articles import ReadArticle, read_articles
from rag.analysis.story_detection import stories_of
from rag.analysis.story_index import SMALL, StoryIndex
from rag.embed.wordllama import load_wordllama
from rag.errors import NO_ARTICLE, LibraryError
from rag.progress import SILENT, Progress
from rag.results.stories import Story
from rag.store.store import Store
from rag.text.word_similarity import Embed

BOOKS = 4
"""Sets of articles whose facts are kept."""
SENTENCES = 150_000
"""Sentences of all sets that are kept, the one used last apart: about 3 KB each."""
WAITING = 0.1
"""Seconds after which one who waits for the work of another looks whether to stop."""

Files = tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Scope:
    """The articles in which facts are looked for, None for all, and those that are left out of these."""

    files: Sequence[str] | None
    beyond: tuple[str, ...] = ()


Value = TypeVar("Value")


class FactCache:
    """Finds the stories and facts of a library, or of some of its files, and keeps those used last.

    What is kept is forgotten when the library changes. Threads may share it; they work one after the other, so that
    two who ask for the same need not both find it.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._working = threading.Lock()
        self._generation = ""
        self._whole: tuple[Story, ...] | None = None
        """The stories of all articles."""
        self._index = StoryIndex(store, lambda: self.embed)
        self._verdicts = KeptVerdicts(store)
        self._stories: _Kept[tuple[tuple[ReadArticle, ...], tuple[Story, ...]]] = _Kept(_size_of_articles)
        self._books: _Kept[FactBook] = _Kept(lambda book: len(book.graph.places))

    @property
    def embed(self) -> Embed:
        """The vectors by which sentences are compared here: always at hand and quick, whatever the library's own."""
        return load_wordllama().embed_passages

    def stories(self, files: Sequence[str] | None = None, progress: Progress = SILENT) -> tuple[Story, ...]:
        """The stories of all articles, or of these; the largest first. Raises Cancelled if the progress says so."""
        with self._turn(progress):
            key = _key(files)
            return self._all(progress) if key is None else self._read(key, progress)[1]

    def around(self, files: Collection[str], progress: Progress = SILENT) -> tuple[str, ...] | None:
        """The articles that have to do with these: those of their stories and of their neighbours'; None for all.

        A small library is looked at as a whole. In a larger one there is a limit to the articles, so that those of the
        stories that most of these belong to are looked at.
        """
        if self._store.catalogue.count("articles") <= SMALL:
            return None
        with self._turn(progress):
            self._all(progress)
            return tuple(sorted(self._index.around(files)))

    def foremost(self, files: Sequence[str] | None, points: int, focus: str = "", progress: Progress = SILENT) -> Scope:
        """The articles in which so many points are looked for, of all articles or of these.

        A small library is looked at as a whole. In a larger one so many points have room for so many stories: those of
        most independent reports are looked at; with a focus as many that bear on it as well, which are told from them.
        """
        number = self._store.catalogue.count("articles")
        if number <= SMALL or (files is not None and len(files) <= SMALL):
            return Scope(files)
        with self._turn(progress):
            wanted = None if files is None else set(files)
            chosen = [sorted(self._all(progress), key=lambda story: -story.reports)]
            if focus.strip():
                chosen.append(self._index.bearing(focus))
            looked_at = set[str]()
            for stories in chosen:
                own = ([f for f in story.files if wanted is None or f in wanted] for story in stories)
                looked_at.update(file for some in islice(filter(None, own), max(1, points)) for file in some)
            every = [name.file for name in self._store.catalogue.names()] if files is None else files
            return Scope(tuple(sorted(looked_at)), tuple(file for file in every if file not in looked_at))

    def _all(self, progress: Progress, articles: Sequence[ReadArticle] | None = None) -> tuple[Story, ...]:
        """The stories of all articles, which are read unless they are given."""
        if self._whole is None:
            self._whole = self._index.stories(lambda: articles or read_articles(self._store, None, progress), progress)
        return self._whole

    def story_of(self, file: str, progress: Progress = SILENT) -> Story:
        """The story of the library that an article belongs to. Raises LibraryError if there is no such article."""
        for story in self.stories(progress=progress):
            if file in story.files:
                return story
        raise LibraryError(NO_ARTICLE, file=repr(file))

    def book(self, files: Sequence[str] | None = None, progress: Progress = SILENT) -> FactBook:
        """The facts of all articles, or of these. Raises Cancelled if the progress says so."""
        with self._turn(progress):
            key = _key(files)
            known = self._books.get(key)
            if known is None:
                articles, stories = self._read(key, progress)
                digests = self._store.catalogue.digests([a.file for a in articles])
                verdicts = self._verdicts.load(digests.values())
                try:
                    known = make_fact_book(
                        articles, self.embed, stories=stories, progress=progress, verdicts=verdicts, digests=digests
                    )
                finally:
                    self._verdicts.keep(verdicts)
                self._books.put(key, known)
            return known

    def _read(self, key: Files, progress: Progress) -> tuple[tuple[ReadArticle, ...], tuple[Story, ...]]:
        known = self._stories.get(key)
        if known is None:
            articles = tuple(read_articles(self._store, key, progress))
            stories = self._all(progress, articles) if key is None else stories_of(articles, self.embed, progress)
            known = articles, stories
            self._stories.put(key, known)
        return known

    @contextmanager
    def _turn(self, progress: Progress) -> Iterator[None]:
        """Wait for one's turn, and forget what is no longer true."""
        while not self._working.acquire(timeout=WAITING):
            progress.check()
        try:
            generation = self._store.catalogue.about("generation")
            if generation != self._generation:
                self._stories.clear()
                self._books.clear()
                self._whole = None
                self._generation = generation
            yield
        finally:
            self._working.release()


class _Kept(Generic[Value]):
    """What was used last, by the files that it is about."""

    def __init__(self, size: Callable[[Value], int]) -> None:
        self._size = size
        self._values: OrderedDict[Files, Value] = OrderedDict()

    def get(self, key: Files) -> Value | None:
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def put(self, key: Files, value: Value) -> None:
        self._values[key] = value
        while len(self._values) > 1 and (len(self._values) > BOOKS or self._total() > SENTENCES):
            self._values.popitem(last=False)

    def clear(self) -> None:
        self._values.clear()

    def _total(self) -> int:
        return sum(map(self._size, self._values.values()))


def _key(files: Sequence[str] | None) -> Files:
    return None if files is None else tuple(sorted(set(files)))


def _size_of_articles(read: tuple[tuple[ReadArticle, ...], tuple[Story, ...]]) -> int:
    return sum(len(article.sentences) for article in read[0])

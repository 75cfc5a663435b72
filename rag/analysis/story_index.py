"""The stories of a library as a derived index: found once, kept in the catalogue, and grown by the articles that come.

A library of up to `SMALL` articles is grouped anew whenever it changes. In a larger one, articles that came or changed
are grouped with the stories of their neighbours alone, so that the time for one does not grow with the library; once
much has come since all were grouped together, all are again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import count, zip_longest

import numpy as np

from rag.analysis.read_articles import ReadArticle, read_articles
from rag.analysis.story_detection import stories_of
from rag.progress import SILENT, Progress
from rag.results.json_values import from_plain, to_plain
from rag.results.stories import Story
from rag.store.kept_stories import KeptStories, KeptStory
from rag.store.store import Store
from rag.text.idf import rarity
from rag.text.terms import terms
from rag.text.word_similarity import Embed

LAYOUT = "1"
"""Raised when stories are found in another way, or kept in another form."""
SMALL = 1_000
"""Articles up to which all are grouped whenever one has changed, which takes a few seconds."""
GROWN = 0.2
"""The share of articles that may have come, or gone, since all were grouped."""
AT_ONCE = 0.05
"""The share of articles that may have come, or changed, at once."""
TELLING = 25
"""The weightiest terms of an article, by which its neighbours are looked for."""
PASSAGES = 150
"""Passages that are found by them."""
NEIGHBOURS = 40
"""Articles whose stories are looked at."""

AROUND = 300
"""Articles among which it is looked for what new ones bring: some 6,000 sentences."""


@dataclass(frozen=True, slots=True)
class _Grouped:
    story: Story
    articles: dict[str, str]
    """Their digests, by file name."""


class StoryIndex:
    """The stories of all articles. One thread uses it at a time."""

    def __init__(self, store: Store, embed: Callable[[], Embed]) -> None:
        self._store = store
        self._embed = embed
        self._kept = KeptStories(store.catalogue)
        self._whole = 0
        self._known: dict[int, _Grouped] | None = None

    def stories(self, read: Callable[[], Sequence[ReadArticle]], progress: Progress = SILENT) -> tuple[Story, ...]:
        """The stories, the largest first. `read` reads all articles, if need be; raises Cancelled."""
        digests = {file: state.digest for file, state in self._store.catalogue.article_states().items()}
        if self._known is None:
            self._load()
        known = self._known or {}
        sound = {id_: g for id_, g in known.items() if all(digests.get(f) == d for f, d in g.articles.items())}
        covered = {file for grouped in sound.values() for file in grouped.articles}
        touched = [file for file in digests if file not in covered]
        if touched or len(sound) < len(known):
            if self._must_group_all(len(digests), len(touched)):
                found = [_grouped(story, digests) for story in stories_of(read(), self._embed(), progress)]
                self._whole = len(digests)
                self._keep(None, found)
            else:
                self._grow(digests, sound, touched, progress)
        return tuple(sorted((g.story for g in self._grouped), key=lambda s: (-len(s.files), s.files[0])))

    def around(self, files: Collection[str]) -> set[str]:
        """The articles of these files' stories, those of most of them first, and then of their neighbours' stories.

        There are about `AROUND` at most, whole stories, as they were found last.
        """
        story_of = {file: grouped for grouped in self._grouped for file in grouped.articles}
        own = Counter(id(story_of[file]) for file in files if file in story_of)
        by_id = {id(grouped): grouped for grouped in self._grouped}
        found: dict[str, None] = {}
        for one in sorted(own, key=lambda one: (-own[one], -by_id[one].story.reports)):
            found |= dict.fromkeys(by_id[one].articles) if len(found) < AROUND else {}
        if len(found) < AROUND:
            near = Counter(id(story_of[o]) for file in files for o in self._neighbours(file) if o in story_of)
            for one in sorted(near.keys() - own.keys(), key=lambda one: -near[one]):
                found |= dict.fromkeys(by_id[one].articles) if len(found) < AROUND else {}
        return set(found)

    def bearing(self, focus: str) -> list[Story]:
        """The stories that bear on a focus: by the words of their passages and by their titles in turn, best first."""
        stories = [grouped.story for grouped in self._grouped]
        story_of = {file: n for n, story in enumerate(stories) for file in story.files}
        wanted = list(dict.fromkeys(terms(focus, self._store.article_cache.languages())))
        ids = [found.id for found in self._store.keywords.search(wanted, PASSAGES)] if wanted else []
        stored = self._store.catalogue.passages(ids)
        by_words = list(dict.fromkeys(story_of[stored[id_].file] for id_ in ids if stored[id_].file in story_of))
        embed = self._embed()
        cosines = embed([story.title for story in stories]) @ embed([focus])[0]
        by_titles = np.argsort(-cosines, kind="stable")[:PASSAGES].tolist()
        in_turn = (n for pair in zip_longest(by_words, by_titles) for n in pair if n is not None)
        return [stories[n] for n in dict.fromkeys(in_turn)]

    @property
    def _grouped(self) -> Iterable[_Grouped]:
        return (self._known or {}).values()

    def _must_group_all(self, number: int, touched: int) -> bool:
        if number <= SMALL or not self._whole or abs(number - self._whole) > GROWN * self._whole:
            return True
        return touched > AT_ONCE * number

    def _load(self) -> None:
        self._whole, kept = self._kept.load(LAYOUT)
        self._known, covered = {}, set[str]()
        for id_, one in kept.items():
            try:
                story = from_plain(Story, json.loads(one.value))
            except (ValueError, RecursionError):
                continue  # a stranger's
            if set(story.files) == set(one.articles) and covered.isdisjoint(story.files):
                covered.update(story.files)
                self._known[id_] = _Grouped(story, dict(one.articles))

    def _grow(
        self, digests: dict[str, str], sound: dict[int, _Grouped], touched: list[str], progress: Progress
    ) -> None:
        """Group what came or changed with the stories of its neighbours, which may grow but are not divided.

        Among few articles their common words count for less than in the whole library, which would divide stories.
        """
        unsound = (self._known or {}).keys() - sound.keys()
        story_of = {file: id_ for id_, grouped in sound.items() for file in grouped.articles}
        near = {other for file in touched for other in self._neighbours(file)}
        close = {story_of[file] for file in near if file in story_of}
        scope = {*touched, *(file for id_ in close for file in sound[id_].articles)}
        articles = read_articles(self._store, sorted(scope), progress)
        own, grown = set(touched), dict[int, set[str]]()
        for number, found in enumerate(stories_of(articles, self._embed(), progress), start=1):
            joined = Counter(story_of[file] for file in found.files if file in story_of)
            into = max(joined, key=lambda id_: (joined[id_], id_), default=-number)
            if came := own & set(found.files):
                grown.setdefault(into, set(sound[into].articles) if into in sound else set()).update(came)
        affected = [a for a in articles if any(a.file in members for members in grown.values())]
        groups = [[n for n, a in enumerate(affected) if a.file in members] for members in grown.values()]
        new = stories_of(affected, self._embed(), progress, groups)
        self._keep(unsound | (grown.keys() & sound.keys()), [_grouped(story, digests) for story in new])

    def _neighbours(self, file: str) -> list[str]:
        """The articles with passages that have most of an article's weightiest terms."""
        cached = self._store.article_cache.get(file)
        if cached is None:
            return []
        article, total = cached.article, self._store.catalogue.count("passages")
        counts = Counter(terms(f"{article.title} {article.text}", (article.language or "en",)))
        frequency = self._store.keywords.document_frequency(counts)
        weights = {t: n * rarity(t, frequency[t], total) for t, n in counts.items() if frequency[t] > 1}
        telling = sorted(weights, key=lambda term: (-weights[term], term))[:TELLING]
        ids = [found.id for found in self._store.keywords.search(telling, PASSAGES)] if telling else []
        stored = self._store.catalogue.passages(ids)
        return list(dict.fromkeys(stored[id_].file for id_ in ids if stored[id_].file != file))[:NEIGHBOURS]

    def _keep(self, gone: Collection[int] | None, new: Sequence[_Grouped]) -> None:
        left = {} if gone is None else {id_: g for id_, g in (self._known or {}).items() if id_ not in gone}
        values = [KeptStory(json.dumps(to_plain(grouped.story)), grouped.articles) for grouped in new]
        ids = self._kept.change(LAYOUT, self._whole, gone, values)
        self._known = left | dict(zip(ids or count(min(0, *left) - len(new)), new, strict=False))


def _grouped(story: Story, digests: dict[str, str]) -> _Grouped:
    return _Grouped(story, {file: digests.get(file, "") for file in story.files})

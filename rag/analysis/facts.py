"""Facts: what sentences of different articles say alike, found across wording, with every place that tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rag.analysis.clustering import average_linkage
from rag.analysis.features import ReadArticle, Rows
from rag.analysis.query_focus import Relevance
from rag.analysis.sentence_graph import SentenceGraph, link_sentences
from rag.analysis.stories import stories_of
from rag.progress import UNWATCHED, Watch
from rag.results.findings import Fact, Story
from rag.results.spans import Told
from rag.text.word_similarity import Embed

BAR = 0.48
"""The mean likeness from which groups of sentences tell one fact."""
ABSENT = 0.2
"""What the likeness of two sentences counts that are not even linked."""
SUPPORT = 0.6
"""What the logarithm of the number of independent reports counts."""
ONE_ONLY, TWO_ONLY = -2.5, -1.5
"""What a fact gets that one report tells, or two: a chance likeness, or a detail."""
NEWNESS = 0.3
"""What a fact of the newest articles gets over one of the oldest."""


@dataclass(frozen=True)
class FactBook:
    """All facts of some articles, unranked. `members` are sentence numbers of `graph`, the best telling first.

    `tellers[i]` are the articles that tell fact i, by number, and `reports[i]` counts their independent reports.
    """

    articles: tuple[ReadArticle, ...]
    stories: tuple[Story, ...]
    graph: SentenceGraph
    members: tuple[Rows, ...]
    tellers: tuple[Rows, ...]
    reports: Rows

    def fact(self, i: int, score: float) -> Fact:
        """Fact i as a value: of each article the best telling."""
        places: dict[str, Told] = {}
        for sentence in self.members[i].tolist():
            told = self.graph.places[sentence]
            places.setdefault(told.file, told)
        return Fact(tuple(places.values()), score, int(self.reports[i]))

    @cached_property
    def voices(self) -> dict[str, str]:
        """For each article the original of its report."""
        return voices_of(self.stories)

    def language(self, sentence: int) -> str:
        """The language of a sentence, by its number."""
        return self.articles[int(self.graph.article[sentence])].language or "en"

    def narrowed(self, members: Sequence[Rows]) -> FactBook:
        """The book with these facts alone, given as the sentences of each, the best telling first."""
        tellers = tuple(np.unique(self.graph.article[own]) for own in members)
        reports = [self.independent(self.articles[int(a)].file for a in own) for own in tellers]
        return replace(self, members=tuple(members), tellers=tellers, reports=np.array(reports, np.intp))

    def independent(self, files: Iterable[str]) -> int:
        """The number of independent reports among these files: copies count with their original."""
        return len({self.voices[file] for file in files})


def make_fact_book(
    articles: Sequence[ReadArticle], embed: Embed, *, stories: Sequence[Story] | None = None, watch: Watch = UNWATCHED
) -> FactBook:
    """Find the facts of articles. `embed` gives unit vectors of texts and must be quick.

    `stories` are those of the same articles, if they are known already.
    """
    stories = tuple(stories_of(articles, embed, watch) if stories is None else stories)
    graph = link_sentences(articles, embed, watch)
    groups = average_linkage(len(graph.places), graph.edges, BAR, ABSENT, watch) if graph.places else []
    weights: dict[tuple[int, int], float] = {(e.first, e.second): e.weight for e in graph.edges}
    members = tuple(_best_first(group, weights) for group in groups)
    tellers = tuple(np.unique(graph.article[m]) for m in members)
    voice = voices_of(stories)
    reports = [len({voice[articles[int(a)].file] for a in own}) for own in tellers]
    return FactBook(tuple(articles), stories, graph, members, tellers, np.array(reports, np.intp))


def voices_of(stories: Sequence[Story]) -> dict[str, str]:
    """For each file the original of its report: files of one voice have the same."""
    return {file: group.original for story in stories for group in story.groups for file in group.files}


def _best_first(group: Sequence[int], weights: Mapping[tuple[int, int], float]) -> Rows:
    """The sentences of a fact by how much alike they are to all its others."""
    if len(group) == 1:
        return np.array(group, np.intp)
    central = [sum(weights.get((min(i, j), max(i, j)), ABSENT) for j in group if j != i) for i in group]
    return np.array(group, np.intp)[np.argsort(-np.array(central), kind="stable")]


def rank_facts(book: FactBook, relevance: Relevance) -> NDArray[np.float64]:
    """A score for each fact, larger for better: log odds that it belongs to a short summary."""
    return np.asarray(support(book.reports) + relevance.own + relevance.company + NEWNESS * newness(book), np.float64)


def support(reports: Rows) -> NDArray[np.float64]:
    """What numbers of independent reports count in the score of a fact."""
    few = np.where(reports == 1, ONE_ONLY, np.where(reports == 2, TWO_ONLY, 0.0))
    return np.asarray(SUPPORT * np.log(np.maximum(reports, 1)) + few, np.float64)


def newness(book: FactBook) -> NDArray[np.float64]:
    """For each fact how late it is first told, among the publication dates: 0 to 1; 0.5 where dates are missing."""
    dates = sorted({a.published[:10] for a in book.articles if a.published})
    rank = {d: i / max(1, len(dates) - 1) for i, d in enumerate(dates)}
    if len(dates) < 2:
        return np.zeros(len(book.members))
    of_article = [rank.get(a.published[:10], 0.5) for a in book.articles]
    return np.array([min(of_article[int(a)] for a in own) for own in book.tellers])

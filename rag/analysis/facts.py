"""Facts: what sentences of different articles say alike, found across wording, with every place that tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rag.analysis.clustering import average_linkage
from rag.analysis.kept_verdicts import Verdicts
from rag.analysis.query_focus import Relevance
from rag.analysis.read_articles import ReadArticle, Rows
from rag.analysis.sentence_graph import SentenceGraph, link_sentences
from rag.analysis.story_detection import stories_of
from rag.progress import SILENT, Progress
from rag.results.findings import Finding
from rag.results.spans import Quote
from rag.results.stories import Story
from rag.text.anaphora import needs_context, opens_with_reference
from rag.text.word_similarity import Embed

SAME_FACT = 0.48
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

    def fact(self, i: int, score: float) -> Finding:
        """Fact i as a value: of each article the best telling."""
        places: dict[str, Quote] = {}
        for sentence in self.members[i].tolist():
            quote = self.graph.places[sentence]
            places.setdefault(quote.file, quote)
        return Finding.of(tuple(places.values()), int(self.reports[i]), score)

    @cached_property
    def originals(self) -> dict[str, str]:
        """For each article the original of its report."""
        return originals_of(self.stories)

    def language(self, sentence: int) -> str:
        """The language of a sentence, by its number."""
        return self.articles[int(self.graph.article[sentence])].language or "en"

    @cached_property
    def dependent(self) -> NDArray[np.bool_]:
        """For each fact whether even its best telling opens with a word that points back, such as "They"."""
        articles = self.graph.article.tolist()
        first = [(int(own[0]), self.graph.places[int(own[0])].text) for own in self.members]
        found = [self.articles[articles[s]].in_english and opens_with_reference(text) for s, text in first]
        return np.array(found, np.bool_)

    @cached_property
    def story_of_article(self) -> Rows:
        """For each article the number of its story."""
        story = {file: n for n, s in enumerate(self.stories) for file in s.files}
        return np.array([story[a.file] for a in self.articles], np.intp)

    @cached_property
    def story_of_fact(self) -> Rows:
        """For each fact the number of the story that most of its articles belong to."""
        stories = (self.story_of_article[own] for own in self.tellers)
        return np.array([int(np.bincount(own).argmax()) for own in stories], np.intp)

    @cached_property
    def sentences_by_story(self) -> tuple[Rows, ...]:
        """For each story its sentences; stories without one are left out."""
        story = self.story_of_article[self.graph.article]
        return tuple(np.flatnonzero(story == n) for n in range(len(self.stories)) if (story == n).any())

    def narrowed(self, members: Sequence[Rows]) -> FactBook:
        """The book with these facts alone, given as the sentences of each, the best telling first."""
        tellers = tuple(np.unique(self.graph.article[own]) for own in members)
        reports = [self.independent(self.articles[int(a)].file for a in own) for own in tellers]
        return replace(self, members=tuple(members), tellers=tellers, reports=np.array(reports, np.intp))

    def independent(self, files: Iterable[str]) -> int:
        """The number of independent reports among these files: copies count with their original."""
        return len({self.originals[file] for file in files})


def make_fact_book(
    articles: Sequence[ReadArticle],
    embed: Embed,
    *,
    stories: Sequence[Story] | None = None,
    progress: Progress = SILENT,
    verdicts: Verdicts | None = None,
    digests: Mapping[str, str] | None = None,
) -> FactBook:
    """Find the facts of articles. `embed` gives unit vectors of texts and must be quick.

    `stories` are those of the same articles, if they are known already; `verdicts` and `digests` are as for
    `link_sentences`.
    """
    stories = tuple(stories_of(articles, embed, progress) if stories is None else stories)
    graph = link_sentences(articles, embed, progress, verdicts, digests)
    groups = average_linkage(len(graph.places), graph.edges, SAME_FACT, ABSENT, progress) if graph.places else []
    weights: dict[tuple[int, int], float] = {(e.first, e.second): e.weight for e in graph.edges}
    dependent = _dependent(articles, graph)
    members = tuple(_best_first(group, weights, dependent) for group in groups)
    tellers = tuple(np.unique(graph.article[m]) for m in members)
    original = originals_of(stories)
    reports = [len({original[articles[int(a)].file] for a in own}) for own in tellers]
    return FactBook(tuple(articles), stories, graph, members, tellers, np.array(reports, np.intp))


def originals_of(stories: Sequence[Story]) -> dict[str, str]:
    """For each file the original of its report: near duplicates have the same."""
    return {file: group.original for story in stories for group in story.groups for file in group.files}


def _dependent(articles: Sequence[ReadArticle], graph: SentenceGraph) -> NDArray[np.bool_]:
    """Which sentences cannot be read alone, where that can be told: in English ones."""
    places = zip(graph.places, graph.article.tolist(), strict=True)
    return np.array([articles[a].in_english and needs_context(quote.text) for quote, a in places], np.bool_)


def _best_first(group: Sequence[int], weights: Mapping[tuple[int, int], float], dependent: NDArray[np.bool_]) -> Rows:
    """The sentences of a fact: first those that can be read alone, then by how much alike they are to all others."""
    if len(group) == 1:
        return np.array(group, np.intp)
    central = [sum(weights.get((min(i, j), max(i, j)), ABSENT) for j in group if j != i) for i in group]
    return np.array(group, np.intp)[np.lexsort((-np.array(central), dependent[list(group)]))]


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

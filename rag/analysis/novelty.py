"""Novelty: the facts of the articles that the last sync brought which no older article states.

Each new sentence is compared with similar older ones, which may state the same, state it with another number or a
denial, or state nothing of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.analysis.disagreements import follow_in_time, side_of
from rag.analysis.fact_cache import FactCache
from rag.analysis.facts import SAME_FACT, FactBook, rank_facts
from rag.analysis.near_duplicates import comparable_words, general_weight, numbers_in
from rag.analysis.query_focus import relevance_of
from rag.analysis.read_articles import Rows
from rag.analysis.selection import select_diverse
from rag.analysis.sentence_graph import CONFLICT
from rag.errors import NothingToRead
from rag.progress import SILENT, Progress
from rag.results.comparisons import Disagreement, Nature
from rag.results.findings import Finding
from rag.results.news import NewCopy, News
from rag.results.spans import Quote
from rag.store.writes import Arrivals
from rag.text.anaphora import needs_context
from rag.text.word_similarity import Embed
from rag.verify.conflicts import Conflict
from rag.verify.sentence_pair import compare_sentences

CONTAINED = 0.8
"""The share of a new sentence's word weight that an older one must hold to tell it too."""
NEAREST = 5
"""Older sentences that a new one is compared with word by word."""

Flags = NDArray[np.bool_]


class Older:
    """The older sentences of a book that are alike new ones, by the new one's number, with the weights of the links."""

    def __init__(self, book: FactBook, links: Mapping[int, Sequence[tuple[int, float]]]) -> None:
        self.links = links
        self._book = book

    def tell(self, sentence: int, fellows: Sequence[int]) -> bool:
        """Whether older sentences tell what this one does; `fellows` are the older ones of its fact.

        They must hold its numbers: a sentence may be much like an older one, and yet be the first to say how many.
        """
        linked = [(old, weight) for old, weight in self.links.get(sentence, ()) if weight > CONFLICT]
        near = [*fellows, *(old for old, _ in linked)]
        if not near or self._numbers(sentence) - frozenset[str]().union(*map(self._numbers, near)):
            return False
        return bool(fellows) or any(
            weight >= SAME_FACT or contained(self._book, sentence, old) for old, weight in linked
        )

    def _numbers(self, sentence: int) -> frozenset[str]:
        return numbers_in(self._book.graph.places[sentence].text)


def link_older(book: FactBook, new: Flags) -> Older:
    """Find the older sentences that are alike new ones."""
    links: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for edge in book.graph.edges:
        if new[edge.first] != new[edge.second]:
            own, old = (edge.first, edge.second) if new[edge.first] else (edge.second, edge.first)
            links[own].append((old, edge.weight))
    return Older(book, dict(links))


def contained(book: FactBook, sentence: int, other: int) -> bool:
    """Whether most of what a sentence says stands in another one."""
    words, there = (comparable_words(book.graph.places[i].text) for i in (sentence, other))
    whole = sum(map(general_weight, words))
    return whole > 0 and sum(map(general_weight, words & there)) >= CONTAINED * whole


def find_contradictions(
    book: FactBook, older: Older, sentences: Sequence[int], embed: Embed
) -> dict[int, Disagreement]:
    """Of these new sentences those that say what an older one of another article says, but for one thing."""
    found: dict[int, Disagreement] = {}
    for sentence in sentences:
        quote = book.graph.places[sentence]
        olds = np.array([old for old, weight in older.links.get(sentence, ()) if weight == CONFLICT], np.intp)
        if not len(olds):
            continue
        nearest = olds[np.argsort(-book.graph.likeness(sentence, olds), kind="stable")][:NEAREST]
        for old in nearest.tolist():
            other = book.graph.places[old]
            if other.file == quote.file:
                continue
            pair = compare_sentences(quote.text, other.text, embed, language=book.language(sentence))
            if pair.relation == "contradicts":
                found[sentence] = _disagreement(book, sentence, old, pair.conflicts[0], pair.similarity)
                break
    return found


def _disagreement(book: FactBook, new: int, old: int, conflict: Conflict, score: float) -> Disagreement:
    """A new sentence and an older one as a value, the older version first."""
    versions = [[(old, conflict.there)], [(new, conflict.here)]]
    nature: Nature = "update" if conflict.kind == "number" and follow_in_time(book, versions) else "conflict"
    return Disagreement(conflict.kind, tuple(side_of(book, v) for v in versions), score, nature)


LEADING = 1.5
"""What the first sentence of an article gets over its last one: news comes first in a report."""
ANAPHORA = 1.0
"""What a sentence loses that cannot be read without the one before."""
RICH = 15.0
"""The word weight from which a sentence gets a full point for what it tells; a shorter one gets its share."""


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The sentences, the best first, of each fact that no older article tells; and how many facts are told again."""

    new: tuple[Rows, ...]
    confirmed: int


def find_news(
    cache: FactCache,
    arrivals: Arrivals,
    *,
    files: Sequence[str] | None = None,
    points: int = 20,
    progress: Progress = SILENT,
) -> News:
    """What the last sync brought, in at most so many facts and as many contradictions; with `files` of these alone.

    Raises NothingToRead if there is no article, and Cancelled if the progress says so.
    """
    if files is None:
        files = cache.around({*arrivals.added, *arrivals.changed}, progress)
    book = cache.book(files, progress)
    if not book.articles:
        raise NothingToRead("There is no article yet: put articles into the folder and sync.")
    return news_of(book, arrivals, cache.embed, points=points)


def news_of(book: FactBook, arrivals: Arrivals, embed: Embed, *, points: int = 20) -> News:
    """The news of facts that have been collected."""
    new = np.array([(t.file, t.start) in arrivals.sentences for t in book.graph.places], np.bool_)
    older = link_older(book, new)
    facts = _sort(book, new, older)
    book = book.narrowed(facts.new)
    scores = _scores(book, embed)
    best = np.argsort(-scores, kind="stable").tolist()
    against = find_contradictions(book, older, [_first(book, i) for i in best], embed)
    shown_against = dict(list(against.items())[:points])
    agreed = [i for i in best if _first(book, i) not in against]
    chosen = select_diverse(book.graph, [_first(book, i) for i in agreed], [scores[i] for i in agreed], points)
    shown = _in_order(book, [agreed[n] for n in chosen])
    return News(
        arrivals.when,
        arrivals.added,
        arrivals.changed,
        tuple(_fact(book, i, scores[i]) for i in shown),
        len(book.members) - len(shown) - len(shown_against),
        facts.confirmed,
        tuple(shown_against.values()),
        tuple(_copies(book, arrivals)),
        first={a.file for a in book.articles} <= set(arrivals.added),
    )


def _sort(book: FactBook, new: Flags, older: Older) -> _Sorted:
    found: list[Rows] = []
    confirmed = 0
    for i, members in enumerate(book.members):
        came = members[new[members]]
        if not len(came):
            continue
        fellows = members[~new[members]].tolist()
        known = np.array([older.tell(s, fellows) for s in came.tolist()], np.bool_)
        if not known.all() if fellows else not known.any():
            found.append(came[~known])
        elif len(book.tellers[i]) > 1 or not fellows:
            confirmed += 1
    return _Sorted(tuple(found), confirmed)


def _scores(book: FactBook, embed: Embed) -> NDArray[np.float64]:
    relevance = relevance_of(book.graph, book.members, book.tellers, "", embed)
    length = np.bincount(book.graph.article, minlength=len(book.articles))
    start = np.searchsorted(book.graph.article, np.arange(len(book.articles)))
    first = np.array([_first(book, i) for i in range(len(book.members))], np.intp)
    article = book.graph.article[first] if len(first) else first
    place = (first - start[article]) / np.maximum(length[article], 1)
    texts = [book.graph.places[i].text for i in first.tolist()]
    rich = np.array([min(1.0, sum(map(general_weight, comparable_words(text))) / RICH) for text in texts])
    anaphora = np.array([ANAPHORA * needs_context(text) for text in texts])
    return np.asarray(rank_facts(book, relevance) + LEADING * (1 - place) + rich - anaphora, np.float64)


def _first(book: FactBook, fact: int) -> int:
    """The number of the best telling."""
    return int(book.members[fact][0])


def _in_order(book: FactBook, facts: Sequence[int]) -> list[int]:
    """The article of the best fact first; the facts of an article as it tells them."""
    rank: dict[int, int] = {}
    for i in facts:
        rank.setdefault(int(book.graph.article[_first(book, i)]), len(rank))
    return sorted(facts, key=lambda i: (rank[int(book.graph.article[_first(book, i)])], _first(book, i)))


def _fact(book: FactBook, i: int, score: float) -> Finding:
    return book.fact(i, float(1 / (1 + np.exp(-score))))


def _copies(book: FactBook, arrivals: Arrivals) -> list[NewCopy]:
    """The articles that came and are near duplicates of older ones."""
    came = {*arrivals.added, *arrivals.changed}
    tellings: list[Quote] = [book.graph.places[s] for own in book.members for s in own.tolist()]
    copies: list[NewCopy] = []
    for group in (group for story in book.stories for group in story.groups):
        known = [file for file in group.files if file not in came]
        copies.extend(
            NewCopy(file, known[0], sum(t.file == file for t in tellings))
            for file in group.files
            if known and file in arrivals.added
        )
    return copies

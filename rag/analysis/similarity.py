"""The log odds that two articles are about one event, for pairs that may be.

Articles about similar events share most of their words. Two measures tell them apart: words are weighted by their
rarity among an article's own neighbours, so that "earthquake" counts for nothing among earthquakes; and a similarity is
scaled by how near both articles' nearest neighbours are (local scaling, Zelnik-Manor and Perona 2004). The weights are
fitted to news articles of events that look alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.analysis.read_articles import Bags, Profiles, Rows, Weights, sums
from rag.progress import SILENT, Progress

CANDIDATES = 60
"""Neighbours of an article that it is compared with."""
TELLING = 40
"""The weightiest terms of an article, by which its neighbours are looked for."""
CROWDED = 400
"""A term of more articles than this finds no neighbours, so that time does not grow with the square of articles."""
NEIGHBOURHOOD = 30
"""Neighbours among which a word must be rare to count."""
NEAREST = 3
"""Neighbours whose likeness scales an article's."""

MEASURES = (
    "words", "names", "numbers", "words, scaled", "openings, scaled", "among neighbours, scaled",
    "opening vectors, scaled",
)  # fmt: skip
"""The columns of `Pairs.measures`: cosines of bags or of vectors, in [0, 1] before they are scaled."""
FLOORS = (0.25, 0.25, 0.08, 0.6)
"""What the nearest neighbours' likeness counts at least, for each of the scaled measures: somewhat less than is usual
within a story. Without it, articles that have no like would pass for alike."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of article numbers, `first` < `second`, and a row of `measures` for each pair."""

    first: Rows
    second: Rows
    measures: NDArray[np.float32]


def compare_articles(profiles: Profiles, progress: Progress = SILENT) -> Pairs:
    """Compare each article with its neighbours."""
    articles = len(profiles)
    near = [neighbours(profiles.words, i) for i in progress.each("comparing articles", range(articles))]
    owners, others = np.repeat(np.arange(articles), [len(row) for row in near]), np.concatenate(near)
    if not len(others):
        empty = np.zeros(0, np.intp)
        return Pairs(empty, empty, np.zeros((0, len(MEASURES)), np.float32))
    first, second = np.divmod(np.unique(np.minimum(owners, others) * articles + np.maximum(owners, others)), articles)
    starts = np.searchsorted(first, np.arange(articles + 1))
    groups = [second[a:b] for a, b in pairwise(starts)]
    words, names, numbers, openings = (
        np.concatenate(list(bag.cosines_of(range(articles), groups)))
        for bag in (profiles.words, profiles.names, profiles.numbers, profiles.opening)
    )
    vectors = np.einsum("ij,ij->i", profiles.opening_vectors[first], profiles.opening_vectors[second])
    local = _among_neighbours(profiles.words, near, first, second)
    scaled = [
        _scaled(values, first, second, articles, floor)
        for values, floor in zip((words, openings, local, vectors), FLOORS, strict=True)
    ]
    return Pairs(first, second, np.stack([words, names, numbers, *scaled], axis=1))


def neighbours(words: Bags, i: int, most: int = CANDIDATES) -> Rows:
    """The articles most like article i by its weightiest words, nearest first."""
    own, weights = words.terms(i), words.own_weights(i)
    frequency = words.frequency[own]
    useful = (frequency > 1) & (frequency <= CROWDED)
    own, weights = own[useful], weights[useful]
    best = np.argsort(-weights, kind="stable")[:TELLING]
    postings = words.postings
    at = postings.flat(own[best])
    values = postings.weights[at] * np.repeat(weights[best], postings.lengths(own[best]))
    found, scores = _added_up(postings.indices[at], values, len(words))
    others = (found != i) & (scores > 0)
    found, scores = found[others], scores[others]
    if len(found) > most:
        foremost = scores >= np.partition(scores, -most)[-most]
        found, scores = found[foremost], scores[foremost]
    return np.asarray(found[np.lexsort((found, -scores))][:most], np.intp)


def _added_up(numbers: Rows, values: Weights, count: int) -> tuple[Rows, NDArray[np.float64]]:
    """Each of the numbers below `count` once, and the sum of its values; without sorting them."""
    order = np.arange(len(numbers))
    last = np.empty(count, np.intp)
    last[numbers] = order
    where = last[numbers]
    once = where == order
    return numbers[once], np.bincount(where, values, len(numbers))[once]


def _among_neighbours(words: Bags, near: list[Rows], first: Rows, second: Rows) -> Weights:
    """The cosine of each pair with words weighed by their rarity in the neighbourhood of the one and of the other."""
    total = np.zeros(len(first), np.float32)
    order = np.argsort(second, kind="stable")
    by_first = np.searchsorted(first, np.arange(len(words) + 1))
    by_second = np.searchsorted(second[order], np.arange(len(words) + 1))
    holding, full = (np.zeros(len(words.frequency), np.float32) for _ in range(2))
    for i in range(len(words)):
        pairs = np.concatenate((np.arange(by_first[i], by_first[i + 1]), order[by_second[i] : by_second[i + 1]]))
        if len(pairs):
            others = np.where(first[pairs] == i, second[pairs], first[pairs])
            total[pairs] += _local_cosines(words, i, near[i][:NEIGHBOURHOOD], others, holding, full) / 2
    return total


def _local_cosines(words: Bags, i: int, neighbourhood: Rows, others: Rows, holding: Weights, full: Weights) -> Weights:
    """The cosines of article i; `holding` and `full` have a 0 for each term, and have it again afterwards."""
    near = words.indices[words.flat(np.append(neighbourhood, i))]
    held, times = _added_up(near, np.ones(len(near), np.float32), len(holding))
    holding[held] = times
    own = words.terms(i)
    full[own] = words.own_weights(i) * _local_rarity(holding[own])
    at = words.flat(others)
    terms, lengths = words.indices[at], words.lengths(others)
    theirs = words.weights[at] * _local_rarity(holding[terms])
    dots = sums(full[terms] * theirs, lengths)
    norms = np.sqrt(sums(theirs * theirs, lengths)) * float(np.linalg.norm(full[own]))
    holding[held] = 0
    full[own] = 0
    return np.asarray(dots / np.maximum(norms, 1e-9), np.float32)


def _local_rarity(holding: Weights) -> Weights:
    return np.asarray(np.log((NEIGHBOURHOOD + 2) / (holding + 0.5)).clip(0), np.float32)


def _scaled(values: Weights, first: Rows, second: Rows, articles: int, floor: float) -> Weights:
    """A likeness over the geometric mean of both articles' likeness to their `NEAREST` nearest neighbours."""
    doubled = np.tile(values, 2)
    everybody = np.concatenate((first, second))
    order = np.lexsort((-doubled, everybody))
    ranked = doubled[order]
    starts = np.searchsorted(everybody[order], np.arange(articles + 1))
    nearest = np.array([ranked[a : min(b, a + NEAREST)].mean() if b > a else 0.0 for a, b in pairwise(starts)])
    nearest = np.maximum(nearest, floor)
    return np.asarray(values / np.sqrt(nearest[first] * nearest[second]), np.float32)


WEIGHTS = (-7.03, 9.12, 6.83, 3.72, 3.38, 0.58, 2.69)
INTERCEPT = -7.5
"""For each of `likeness.MEASURES`, and for none; `tests/benchmarks/fit_stories.py` fits both."""
ABSENT = -6.0
"""The log odds of two articles that are not even neighbours; no others count less, or more than minus this."""
GRACE = 3
"""Days between two articles that say nothing against their telling of one event."""
A_WEEK_APART = 1.0
"""What an interval of a week beyond them takes from the log odds; it grows with its logarithm. Set by hand."""


def pair_odds(pairs: Pairs, published: Sequence[str]) -> NDArray[np.float64]:
    """The log odds that each pair is of one story; 0 is even. `published` are ISO 8601 dates, or ""."""
    odds = pairs.measures @ np.array(WEIGHTS) + INTERCEPT
    days = np.array([_day(p) for p in published])
    apart = np.abs(days[pairs.first] - days[pairs.second])
    late = np.where(np.isnan(apart), 0.0, np.maximum(apart - GRACE, 0.0))
    return np.asarray(np.clip(odds - A_WEEK_APART * np.log1p(late / 7) / np.log(2), ABSENT, -ABSENT), np.float64)


def _day(published: str) -> float:
    try:
        return float(date.fromisoformat(published[:10]).toordinal())
    except ValueError:
        return float("nan")

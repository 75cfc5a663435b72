"""The best items, none of which repeats another (maximal marginal relevance, Carbonell and Goldstein 1998)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.analysis.facts import FactBook
from rag.analysis.read_articles import Rows
from rag.analysis.repetition import FEATURES as PAIR_FEATURES
from rag.analysis.repetition import Repetition
from rag.analysis.salience import FEATURES, Numbers, fact_features, fitted, log_odds
from rag.analysis.sentence_graph import SentenceGraph

REPEATS = 0.52
"""The likeness from which an item only repeats one that is chosen already."""
NOVELTY = 1.8
"""The power of the probability that a fact is new, beside that it is salient. By folds over storyfacts' events 1, 1.5,
1.8 and 2 tell 91, 93, 95 and 93 of 116 key facts, with a redundancy of 0.164, 0.164, 0.121 and 0.112."""
CONSIDERED = 30
"""The best items that are considered, for each that is to be chosen."""


def select_diverse(graph: SentenceGraph, sentences: Sequence[int], scores: Sequence[float], most: int) -> list[int]:
    """The numbers of at most `most` items, the best first, none as like a better one as `REPEATS`.

    Item i is told by sentence `sentences[i]` and is worth `scores[i]`.
    """
    candidates = np.argsort(-np.asarray(scores, np.float64), kind="stable")[: most * CONSIDERED].tolist()
    chosen: list[int] = []
    while candidates and len(chosen) < most:
        best = candidates.pop(0)
        chosen.append(best)
        alike = graph.likeness(sentences[best], np.array([sentences[i] for i in candidates], np.intp)).tolist()
        candidates = [i for i, value in zip(candidates, alike, strict=True) if value < REPEATS]
    return chosen


class Selection:
    """Chooses the facts of a story: first what happened, then what most probably belongs beside what is chosen.

    `weights` are those of the regressions for salience, for the lead and for repetition, by default the fitted ones.
    """

    def __init__(self, book: FactBook, weights: tuple[Numbers, Numbers, Numbers] | None = None) -> None:
        salience, lead, self._weights = weights or (
            fitted("salience", FEATURES), fitted("lead", FEATURES), fitted("repetition", PAIR_FEATURES)
        )  # fmt: skip
        features = fact_features(book)
        self.scores = log_odds(features, salience)
        self._lead = log_odds(features, lead)
        self._repetition = Repetition(book, features)

    def choose(self, facts: Rows, most: int) -> list[int]:
        """At most so many of these facts, the lead first; then by the probability that each is salient and new."""
        left = facts[np.argsort(-self._lead[facts], kind="stable")]
        probability = 1 / (1 + np.exp(-self.scores))
        new = np.ones(len(probability))
        chosen: list[int] = []
        while len(left) and len(chosen) < most:
            best = int(left[np.argmax(probability[left] * new[left] ** NOVELTY)] if chosen else left[0])
            chosen.append(best)
            left = left[left != best]
            odds = log_odds(self._repetition.features(best, left), self._weights)
            new[left] /= 1 + np.exp(odds)
        return chosen

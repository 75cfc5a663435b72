"""Whether a fact tells anything that is not told already: a fitted logistic regression over pairs of facts.

`tests/benchmarks/fit_summary.py` fits it to pairs of facts that both belong to a summary.
"""

from __future__ import annotations

import numpy as np

from rag.analysis.facts import FactBook
from rag.analysis.near_duplicates import comparable_words, general_weight
from rag.analysis.read_articles import Rows
from rag.analysis.salience import FEATURES as FACT_FEATURES
from rag.analysis.salience import Numbers

FEATURES = ("likeness", "words told", "both like leads", "like leads", "both lead", "distance", "length")
"""What `Repetition.features` gives, in the order of its columns."""
LIKE_LEADS, LEAD, POSITION, LENGTH = (FACT_FEATURES.index(n) for n in ("like leads", "lead", "position", "length"))


class Repetition:
    """Compares the facts of a book; `facts` are their features of salience, shape (facts, len(FACT_FEATURES))."""

    def __init__(self, book: FactBook, facts: Numbers) -> None:
        self._facts = facts
        self._vectors = np.array([book.graph.vectors[own].mean(axis=0) for own in book.members])
        self._bags = book.graph.words.means(book.members)
        self._words = [comparable_words(book.graph.places[int(own[0])].text) for own in book.members]

    def features(self, told: int, others: Rows) -> Numbers:
        """The features of some facts beside one that is told, shape (len(others), len(FEATURES))."""
        one, many = self._facts[told], self._facts[others]
        likeness = (self._vectors[others] @ self._vectors[told] + self._bags.cosines(told, others)) / 2
        columns = (
            likeness,
            [self._share_told(told, i) for i in others.tolist()],
            one[LIKE_LEADS] * many[:, LIKE_LEADS],
            many[:, LIKE_LEADS],
            one[LEAD] * many[:, LEAD],
            np.abs(one[POSITION] - many[:, POSITION]),
            many[:, LENGTH],
        )
        return np.stack([np.asarray(column, np.float64) for column in columns], axis=1)

    def _share_told(self, told: int, other: int) -> float:
        """The share of a fact's weight of words that the other one has."""
        weights = {word: general_weight(word) for word in self._words[other]}
        return sum(weights[word] for word in weights.keys() & self._words[told]) / (sum(weights.values()) or 1.0)

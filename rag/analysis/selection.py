"""The best items, none of which repeats another (maximal marginal relevance, Carbonell and Goldstein 1998)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from rag.analysis.near_duplicates import comparable_words, general_weight
from rag.analysis.sentence_graph import SentenceGraph

REPEATS = 0.52
"""The likeness from which an item only repeats one that is chosen already."""
CONSIDERED = 30
"""The best items that are considered, for each that is to be chosen."""

Repeats = Callable[[int, int, float], bool]
"""Whether, of two items by their numbers, the first being chosen, the second repeats it; and their likeness."""


def select_diverse(
    graph: SentenceGraph,
    sentences: Sequence[int],
    scores: Sequence[float],
    most: int,
    *,
    too_alike: float | None = None,
    repeats: Repeats | None = None,
    likeness_cost: float = 0.0,
    novelty_gain: float = 0.0,
    frequency: Mapping[str, int] | None = None,
) -> list[int]:
    """The numbers of at most `most` items, in the order in which they were chosen, the best first.

    Item i is told by sentence `sentences[i]` and is worth `scores[i]`, less `likeness_cost` times its likeness to the
    nearest chosen item, and `novelty_gain` times the share of its words' weight that no chosen item has. A word's
    weight is its general one times `frequency`. What is as like a chosen item as `too_alike` (by default `REPEATS`) is
    passed over, or what `repeats` says.
    """
    least = REPEATS if too_alike is None else too_alike
    candidates = np.argsort(-np.asarray(scores, np.float64), kind="stable")[: most * CONSIDERED].tolist()
    words = {i: _weights(graph.places[sentences[i]].text, frequency or {}) for i in candidates}
    nearest = dict.fromkeys(candidates, 0.0)
    covered: set[str] = set()
    chosen: list[int] = []

    def gain(i: int) -> float:
        new = 1.0
        if novelty_gain and (whole := sum(words[i].values())):
            new = sum(weight for word, weight in words[i].items() if word not in covered) / whole
        return scores[i] - likeness_cost * nearest[i] + novelty_gain * new

    while candidates and len(chosen) < most:
        best = max(candidates, key=gain)
        candidates.remove(best)
        chosen.append(best)
        covered.update(words[best])
        alike = graph.likeness(sentences[best], np.array([sentences[i] for i in candidates], np.intp)).tolist()
        nearest = {i: max(nearest[i], value) for i, value in zip(candidates, alike, strict=True)}
        candidates = [
            i
            for i, value in zip(candidates, alike, strict=True)
            if not (repeats(best, i, value) if repeats else value >= least)
        ]
    return chosen


def _weights(text: str, frequency: Mapping[str, int]) -> dict[str, float]:
    return {word: general_weight(word) * frequency.get(word, 1) for word in comparable_words(text)}

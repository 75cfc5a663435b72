"""Fit the weights by which two versions of a number or a name contradict each other: rag/analysis/variants.json.

    python -m tests.benchmarks.fit_variants [--data FOLDER] [--write]

A logistic regression tells the disagreements of the storyfacts benchmark from the other candidates. Printed are
precision and recall by folds: each event's by weights that were fitted to the other events.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from rag.analysis.facts import FactBook
from rag.analysis.variants import FEATURES, Mention, Variant, find_variants
from rag.text.quantities import quantities_of
from tests.benchmarks.fit_storyfacts import fit, give, probabilities_without, read_events, read_options, shown
from tests.benchmarks.storyfacts import places

TARGET = Path(__file__).parents[2] / "rag" / "analysis" / "variants.json"
PENALTY = 0.03
THRESHOLDS = (0.1, 0.15, 0.18, 0.2, 0.22, 0.25, 0.3)


class Story:
    """An event of the benchmark: its candidates, their features, and which of them are disagreements."""

    def __init__(self, gold: dict[str, Any], book: FactBook, scorer: ModuleType) -> None:
        self.gold = gold
        self.variants = find_variants(book)
        self.features = np.array([[v.features.get(name, 0.0) for name in FEATURES] for v in self.variants])
        self.features = self.features.reshape(-1, len(FEATURES))
        self.told = [prediction(book, v.kind, v.first, v.second) for v in self.variants]
        best = [prediction(book, v.kind, v.first[:1], v.second[:1]) for v in self.variants]
        self.right = np.array([self._is(scorer, v, p) for v, p in zip(self.variants, best, strict=True)], np.bool_)

    def _is(self, scorer: ModuleType, variant: Variant, told: dict[str, Any]) -> bool:
        """Whether the likest sentences of a candidate, and its values, stand on two sides of a disagreement."""
        sides = ([side for side in d["sides"] if _may_give(side["value"], variant)] for d in self.gold["disagreements"])
        return any(scorer.sides_cited(told, own) for own in sides)


def _may_give(value: str, variant: Variant) -> bool:
    """Whether what a side says has one of the numbers of a candidate, or none."""
    own = [m.quantity for m in (variant.first[0], variant.second[0]) if m.quantity]
    told = quantities_of(value)
    return not own or not told or any(t.number == q.number for t in told for q in own)


def prediction(book: FactBook, kind: str, *sides: tuple[Mention, ...]) -> dict[str, Any]:
    return {"kind": kind, "sides": [{"places": places(book.graph.places[m.sentence] for m in own)} for own in sides]}


def main() -> None:
    options = read_options(__doc__)
    scorer, stories = read_events(options.data, Story)
    probabilities = [probabilities_without(s, stories, PENALTY) for s in stories]
    for threshold in THRESHOLDS:
        kept = [shown(s.told, own, threshold) for s, own in zip(stories, probabilities, strict=True)]
        parts = [scorer.score_disagreements(s.gold, own) for s, own in zip(stories, kept, strict=True)]
        right, counted, found, gold = (sum(p[k] for p in parts) for k in ("right", "counted", "found", "gold"))
        print(f"{threshold}: {right} of {counted} right, {found} of {gold} found")
    give(fit(stories, PENALTY), FEATURES, TARGET, write=options.write)


if __name__ == "__main__":
    main()

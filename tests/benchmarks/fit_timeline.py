"""Fit the weights by which happenings belong into a timeline: rag/analysis/happenings.json.

    python -m tests.benchmarks.fit_timeline [--data FOLDER] [--write]

A logistic regression tells happenings that stand in the storyfacts benchmark's timelines, with the right date, from
the others. Printed are precision, recall and F1 by folds: each event's by weights that were fitted to the other events.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from rag.analysis.facts import FactBook
from rag.analysis.happenings import FEATURES, happening_features, merge_events
from rag.analysis.timeline import all_events
from tests.benchmarks.fit_storyfacts import fit, give, probabilities_without, read_events, read_options, shown
from tests.benchmarks.storyfacts import places

TARGET = Path(__file__).parents[2] / "rag" / "analysis" / "happenings.json"
PENALTY = 0.3
THRESHOLDS = (0.25, 0.3, 0.35, 0.4, 0.45)


class Story:
    """An event of the benchmark: its candidates, their features, and which of them are right."""

    def __init__(self, gold: dict[str, Any], book: FactBook, scorer: ModuleType) -> None:
        found = merge_events(book, all_events(book))
        self.gold = gold
        self.entries = [
            {"date_start": h.when.first or None, "date_end": h.when.last or None, "places": places(h.quotes.values())}
            for h in found
        ]
        self.features = happening_features(book, found)
        self.right = np.array([any(self._is(scorer, e, g) for g in gold["timeline"]) for e in self.entries])

    def _is(self, scorer: ModuleType, entry: dict[str, Any], gold: dict[str, Any]) -> bool:
        return bool(scorer.cites(entry["places"], gold["places"]) and scorer.date_right(entry, gold))


def main() -> None:
    options = read_options(__doc__)
    scorer, stories = read_events(options.data, Story)
    probabilities = [probabilities_without(s, stories, PENALTY) for s in stories]
    for threshold in THRESHOLDS:
        kept = [shown(s.entries, own, threshold) for s, own in zip(stories, probabilities, strict=True)]
        parts = [scorer.score_timeline(s.gold, own) for s, own in zip(stories, kept, strict=True)]
        right, entries, gold = (sum(p[k] for p in parts) for k in ("right", "entries", "gold"))
        print(f"{threshold}: F1 {2 * right / (entries + gold):.3f}, {right} of {entries} right, {gold} asked")
    give(fit(stories, PENALTY), FEATURES, TARGET, write=options.write)


if __name__ == "__main__":
    main()

"""Fit the weights by which facts belong into a summary: rag/analysis/salience.json.

    python -m tests.benchmarks.fit_summary [--data FOLDER] [--write]

A logistic regression tells facts that the storyfacts benchmark asks for from the others. Printed is the benchmark's
score of summaries, each event's by weights that were fitted to the other events.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from rag.analysis import summary
from rag.analysis.facts import FactBook
from rag.analysis.salience import FEATURES, fact_features
from rag.embed.wordllama import load_wordllama
from tests.benchmarks.fit_storyfacts import Matrix, fit, fit_without, give, read_events, read_options
from tests.benchmarks.storyfacts import places, summary_of

TARGET = Path(__file__).parents[2] / "rag" / "analysis" / "salience.json"
PENALTY = 0.03


class Event:
    """An event, its facts' features, and which of them it asks for."""

    def __init__(self, gold: dict[str, Any], book: FactBook, scorer: ModuleType) -> None:
        self.gold, self.book = gold, book
        self.features = fact_features(book)
        stated = [places(book.fact(i, 0.0).quotes) for i in range(len(book.members))]
        self.right = np.array([any(scorer.tells(t, f["places"]) for f in gold["key_facts"]) for t in stated])

    def summary(self, weights: Matrix) -> list[dict[str, Any]]:
        scores = self.features @ weights[:-1] + weights[-1]
        made = summary.summarise_book(
            self.book, load_wordllama().embed_passages, points=self.gold["points_asked"], scores=scores
        )
        return summary_of(made)


def main() -> None:
    options = read_options(__doc__)
    scorer, events = read_events(options.data, Event)
    parts = []
    for event in events:
        scored = scorer.score_summary(event.gold, event.summary(fit_without(event, events, PENALTY)))
        print(event.gold["event"], {k: round(v, 3) for k, v in scored.items()})
        parts.append(scored)
    points = sum(p["points"] for p in parts)
    shares = {k: sum(p[k] for p in parts) / points for k in ("background", "nothing", "redundant", "out_of_context")}
    means = {k: float(np.mean([p[k] for p in parts])) for k in ("weighted", "lead")}
    print("by folds:", {k: round(v, 3) for k, v in {**means, **shares}.items()})
    give(fit(events, PENALTY), FEATURES, TARGET, write=options.write)


if __name__ == "__main__":
    main()

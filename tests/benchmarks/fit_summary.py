"""Fit the weights by which a summary chooses its facts: rag/analysis/salience.json.

    python -m tests.benchmarks.fit_summary [--data FOLDER] [--write]

Three logistic regressions: which facts the storyfacts benchmark asks for, which tell the one that must lead, and, of
two that it asks for, whether the second tells anything that the first does not. Printed is the benchmark's score of
summaries, each event's by weights that were fitted to the other events.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from rag.analysis import summary
from rag.analysis.facts import FactBook
from rag.analysis.repetition import FEATURES as PAIR_FEATURES
from rag.analysis.repetition import Repetition
from rag.analysis.salience import FEATURES, fact_features
from rag.analysis.selection import Selection
from rag.embed.wordllama import load_wordllama
from tests.benchmarks.fit_storyfacts import Matrix, fit_rows, read_events, read_options
from tests.benchmarks.storyfacts import places, summary_of

TARGET = Path(__file__).parents[2] / "rag" / "analysis" / "salience.json"
PENALTY, PAIR_PENALTY = 0.03, 0.1
Weights = tuple[Matrix, Matrix, Matrix]
"""Those of salience, of the lead, and of repetition."""


class Event:
    """An event: its facts' features, which are asked for and which must lead, and pairs that repeat each other."""

    def __init__(self, gold: dict[str, Any], book: FactBook, scorer: ModuleType) -> None:
        self.gold, self.book = gold, book
        self.features = fact_features(book)
        quoted = [places(book.fact(i, 0.0).quotes) for i in range(len(book.members))]
        told = [{f["rank"] for f in gold["key_facts"] if scorer.tells(q, f["places"])} for q in quoted]
        lead = next(f["rank"] for f in gold["key_facts"] if f.get("must_lead"))
        self.right = np.array([bool(facts) for facts in told])
        self.lead = np.array([lead in facts for facts in told])
        repetition = Repetition(book, self.features)
        key = np.flatnonzero(self.right & ~book.dependent)
        self.pairs = np.concatenate([repetition.features(i, key[key != i]) for i in key.tolist()])
        self.repeated = np.array([told[j] <= told[i] for i in key for j in key[key != i]])

    def summary(self, weights: Weights) -> list[dict[str, Any]]:
        embed, selection = load_wordllama().embed_passages, Selection(self.book, weights)
        return summary_of(
            summary.summarise_book(self.book, embed, points=self.gold["points_asked"], selection=selection)
        )


def main() -> None:
    options = read_options(__doc__)
    scorer, events = read_events(options.data, Event)
    parts = []
    for event in events:
        weights = fit_all([other for other in events if other is not event])
        scored = scorer.score_summary(event.gold, event.summary(weights))
        print(event.gold["event"], {k: round(v, 3) for k, v in scored.items()})
        parts.append(scored)
    points = sum(p["points"] for p in parts)
    shares = {k: sum(p[k] for p in parts) / points for k in ("background", "nothing", "redundant", "out_of_context")}
    means = {k: float(np.mean([p[k] for p in parts])) for k in ("weighted", "lead")}
    print("by folds:", {k: round(v, 3) for k, v in {**means, **shares}.items()})
    features = {"salience": FEATURES, "lead": FEATURES, "repetition": PAIR_FEATURES}
    named = {
        regression: dict(zip((*names, "intercept"), [round(float(w), 3) for w in weights], strict=True))
        for (regression, names), weights in zip(features.items(), fit_all(events), strict=True)
    }
    print(json.dumps(named, indent=2))
    if options.write:
        TARGET.write_text(json.dumps(named, indent=2) + "\n", "utf-8")


def fit_all(events: Sequence[Event]) -> Weights:
    facts, pairs = np.concatenate([e.features for e in events]), np.concatenate([e.pairs for e in events])
    return (
        fit_rows(facts, np.concatenate([e.right for e in events]), PENALTY),
        fit_rows(facts, np.concatenate([e.lead for e in events]), PENALTY),
        fit_rows(pairs, np.concatenate([e.repeated for e in events]), PAIR_PENALTY),
    )


if __name__ == "__main__":
    main()

"""Fit the weights by which facts belong into a summary: rag/analysis/salience.json.

    python -m tests.benchmarks.fit_summary [--data FOLDER] [--write]

A logistic regression tells facts that the storyfacts benchmark asks for from the others. Printed is the benchmark's
score of summaries, each event's by weights that were fitted to the other events.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from rag.analysis import summary
from rag.analysis.facts import FactBook
from rag.analysis.salience import FEATURES, fact_features
from rag.embed.wordllama import load_wordllama
from tests.benchmarks.common import SHARED, load_script, read_lines
from tests.benchmarks.desk import library_of
from tests.benchmarks.storyfacts import places, summary_of

TARGET = Path(__file__).parents[2] / "rag" / "analysis" / "salience.json"
PENALTY = 0.03
"""The inverse of the ridge penalty on weights of standardised features."""
Matrix = NDArray[np.float64]


class Event:
    """An event, its facts' features, and which of them it asks for."""

    def __init__(self, gold: dict[str, Any], book: FactBook, scorer: ModuleType) -> None:
        self.gold, self.book = gold, book
        self.features = fact_features(book)
        stated = [places(book.fact(i, 0.0).quotes) for i in range(len(book.members))]
        self.key = np.array([any(scorer.tells(t, f["places"]) for f in gold["key_facts"]) for t in stated])

    def summary(self, weights: Matrix) -> list[dict[str, Any]]:
        scores = self.features @ weights[:-1] + weights[-1]
        made = summary.summarise_book(
            self.book, load_wordllama().embed_passages, points=self.gold["points_asked"], scores=scores
        )
        return summary_of(made)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED / "storyfacts")
    parser.add_argument("--write", action="store_true", help="put the weights into the package")
    options = parser.parse_args()
    scorer = load_script("storyfacts", options.data)
    events = read_events(options.data, scorer)
    parts = []
    for event in events:
        weights = fit([other for other in events if other is not event])
        scored = scorer.score_summary(event.gold, event.summary(weights))
        print(event.gold["event"], {k: round(v, 3) for k, v in scored.items()})
        parts.append(scored)
    points = sum(p["points"] for p in parts)
    shares = {k: sum(p[k] for p in parts) / points for k in ("background", "nothing", "redundant", "out_of_context")}
    means = {k: float(np.mean([p[k] for p in parts])) for k in ("weighted", "lead")}
    print("by folds:", {k: round(v, 3) for k, v in {**means, **shares}.items()})
    weights = fit(events)
    named = dict(zip((*FEATURES, "intercept"), [round(float(w), 3) for w in weights], strict=True))
    print(json.dumps(named, indent=2))
    if options.write:
        TARGET.write_text(json.dumps(named, indent=2) + "\n", "utf-8")


def read_events(data: Path, scorer: ModuleType) -> list[Event]:
    documents = read_lines(data / "documents.jsonl.gz")
    found = []
    for gold in read_lines(data / "events.jsonl"):
        with library_of([d for d in documents if d["event"] == gold["event"]]) as library:
            found.append(Event(gold, library._facts.book(), scorer))
    return found


def fit(events: list[Event]) -> Matrix:
    """A weight for each feature, and the intercept."""
    x, y = np.concatenate([e.features for e in events]), np.concatenate([e.key for e in events])
    mean, deviation = x.mean(axis=0), x.std(axis=0) + 1e-9
    model = LogisticRegression(C=PENALTY, max_iter=5000).fit((x - mean) / deviation, y)
    own = model.coef_[0] / deviation
    return np.append(own, model.intercept_[0] - own @ mean)


if __name__ == "__main__":
    main()

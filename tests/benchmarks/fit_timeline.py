"""Fit the weights by which happenings belong into a timeline: rag/analysis/happenings.json.

    python -m tests.benchmarks.fit_timeline [--data FOLDER] [--write]

A logistic regression tells happenings that stand in the storyfacts benchmark's timelines, with the right date, from
the others. Printed are precision, recall and F1 by folds: each event's by weights that were fitted to the other events.
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

from rag.analysis.facts import FactBook
from rag.analysis.happenings import FEATURES, happening_features, merge_events
from rag.analysis.timeline import all_events
from tests.benchmarks.common import SHARED, load_script, read_lines
from tests.benchmarks.desk import library_of
from tests.benchmarks.storyfacts import places

TARGET = Path(__file__).parents[2] / "rag" / "analysis" / "happenings.json"
PENALTY = 0.3
THRESHOLDS = (0.25, 0.3, 0.35, 0.4, 0.45)
Matrix = NDArray[np.float64]


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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED / "storyfacts")
    parser.add_argument("--write", action="store_true", help="put the weights into the package")
    options = parser.parse_args()
    scorer = load_script("storyfacts", options.data)
    documents = read_lines(options.data / "documents.jsonl.gz")
    stories = []
    for gold in read_lines(options.data / "events.jsonl"):
        with library_of([d for d in documents if d["event"] == gold["event"]]) as library:
            stories.append(Story(gold, library._facts.book(), scorer))
    odds = [s.features @ w[:-1] + w[-1] for s in stories for w in [fit([o for o in stories if o is not s])]]
    for threshold in THRESHOLDS:
        parts = []
        for story, own in zip(stories, odds, strict=True):
            probability = 1 / (1 + np.exp(-own))
            kept = [e for e, p in zip(story.entries, probability, strict=True) if p >= threshold]
            parts.append(scorer.score_timeline(story.gold, kept))
        right, entries, gold = (sum(p[k] for p in parts) for k in ("right", "entries", "gold"))
        print(f"{threshold}: F1 {2 * right / (entries + gold):.3f}, {right} of {entries} right, {gold} asked")
    weights = fit(stories)
    named = dict(zip((*FEATURES, "intercept"), [round(float(w), 3) for w in weights], strict=True))
    print(json.dumps(named, indent=2))
    if options.write:
        TARGET.write_text(json.dumps(named, indent=2) + "\n", "utf-8")


def fit(stories: list[Story]) -> Matrix:
    """A weight for each feature, and the intercept."""
    x, y = np.concatenate([s.features for s in stories]), np.concatenate([s.right for s in stories])
    mean, deviation = x.mean(axis=0), x.std(axis=0) + 1e-9
    model = LogisticRegression(C=PENALTY, max_iter=5000).fit((x - mean) / deviation, y)
    own = model.coef_[0] / deviation
    return np.append(own, model.intercept_[0] - own @ mean)


if __name__ == "__main__":
    main()

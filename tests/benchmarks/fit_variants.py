"""Fit the weights by which two versions of a number or a name contradict each other: rag/analysis/variants.json.

    python -m tests.benchmarks.fit_variants [--data FOLDER] [--write]

A logistic regression tells the disagreements of the storyfacts benchmark from the other candidates. Printed are
precision and recall by folds: each event's by weights that were fitted to the other events.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from rag.analysis.facts import FactBook
from rag.analysis.variants import FEATURES, Mention, Variant, find_variants
from rag.text.quantities import quantities_of
from tests.benchmarks.common import SHARED, load_script, read_lines
from tests.benchmarks.desk import library_of
from tests.benchmarks.fit_summary import Matrix, fit
from tests.benchmarks.storyfacts import places

TARGET = Path(__file__).parents[2] / "rag" / "analysis" / "variants.json"
PENALTY = 0.03
THRESHOLDS = (0.08, 0.1, 0.12, 0.15, 0.2, 0.3)
THRESHOLD = 0.12


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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED / "storyfacts")
    parser.add_argument("--write", action="store_true", help="put the weights into the package")
    options = parser.parse_args()
    scorer = load_script("storyfacts", options.data)
    stories = read_stories(options.data, scorer)
    odds = [s.features @ w[:-1] + w[-1] for s in stories for w in [fit_all([o for o in stories if o is not s])]]
    for threshold in THRESHOLDS:
        parts = []
        for story, own in zip(stories, odds, strict=True):
            kept = [p for p, o in zip(story.told, own, strict=True) if 1 / (1 + np.exp(-o)) >= threshold]
            parts.append(scorer.score_disagreements(story.gold, kept))
        right, counted, found, gold = (sum(p[k] for p in parts) for k in ("right", "counted", "found", "gold"))
        print(f"{threshold}: {right} of {counted} right, {found} of {gold} found")
    named = dict(zip((*FEATURES, "intercept"), [round(float(w), 3) for w in fit_all(stories)], strict=True))
    named = {"threshold": THRESHOLD, **named}
    print(json.dumps(named, indent=2))
    if options.write:
        TARGET.write_text(json.dumps(named, indent=2) + "\n", "utf-8")


def read_stories(data: Path, scorer: ModuleType) -> list[Story]:
    documents = read_lines(data / "documents.jsonl.gz")
    stories = []
    for gold in read_lines(data / "events.jsonl"):
        with library_of([d for d in documents if d["event"] == gold["event"]]) as library:
            stories.append(Story(gold, library._facts.book(), scorer))
    return stories


def fit_all(stories: list[Story]) -> Matrix:
    x, y = np.concatenate([s.features for s in stories]), np.concatenate([s.right for s in stories])
    return fit(x, y, PENALTY)


if __name__ == "__main__":
    main()

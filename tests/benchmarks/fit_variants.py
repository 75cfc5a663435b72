"""Fit the weights by which two versions of a number or a name contradict each other: rag/analysis/variants.json.

    python -m tests.benchmarks.fit_variants [--data FOLDER] [--write]

Two logistic regressions tell disagreements from the other candidates, one for what is named alike, and one for numbers
whose sentences name the thing otherwise: over the storyfacts benchmark, and over groups of passages that were written
for this project, four to an event, with the numbers in which they differ (`training/news_conflicts.jsonl.xz`). Printed
are precision and recall by folds: each event's by weights that were fitted to the other events.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from rag.analysis.facts import FactBook
from rag.analysis.variants import (
    APART_FEATURES,
    FEATURES,
    THRESHOLD,
    Mention,
    Variant,
    find_apart,
    find_variants,
)
from rag.text.quantities import quantities_of
from tests.benchmarks.desk import library_of
from tests.benchmarks.fit_storyfacts import Matrix, fit_rows, read_events, read_options
from tests.benchmarks.storyfacts import places
from training.news_examples import read_groups

TARGET = Path(__file__).parents[2] / "rag" / "analysis" / "variants.json"
CONFLICTS = Path(__file__).parents[2] / "training" / "news_conflicts.jsonl.xz"
PENALTY, APART_PENALTY = 0.03, 0.1
THRESHOLDS = (0.1, 0.15, 0.18, 0.2, 0.22, 0.25, 0.3)
APART_THRESHOLDS = (0.6, 0.5, 0.4, 0.3, 0.2)
FOLDS = 7


class Candidates:
    """Candidates of one kind: their features, which of them are right, and what they would tell."""

    def __init__(self, story: Story, scorer: ModuleType, variants: Sequence[Variant], names: Sequence[str]) -> None:
        rows = [[v.features.get(name, 0.0) for name in names] for v in variants]
        self.features = np.array(rows).reshape(-1, len(names))
        self.told = [prediction(story.book, v.kind, v.first, v.second) for v in variants]
        self.right = np.array([story.disputes(scorer, v) for v in variants], np.bool_)

    def shown(self, weights: Matrix, threshold: float) -> list[dict[str, Any]]:
        """What is told of those that are probable enough."""
        odds = self.features @ weights[:-1] + weights[-1]
        return [told for told, p in zip(self.told, 1 / (1 + np.exp(-odds)), strict=True) if p >= threshold]


class Story:
    """An event: its disagreements, and the candidates that are named alike and that are not."""

    def __init__(self, gold: dict[str, Any], book: FactBook, scorer: ModuleType) -> None:
        self.gold, self.book = gold, book
        self.alike = Candidates(self, scorer, find_variants(book), FEATURES)
        self.apart = Candidates(self, scorer, find_apart(book), APART_FEATURES)

    def disputes(self, scorer: ModuleType, variant: Variant) -> bool:
        """Whether the likest sentences of a candidate, and its values, stand on two sides of a disagreement."""
        best = prediction(self.book, variant.kind, variant.first[:1], variant.second[:1])
        sides = ([side for side in d["sides"] if _may_give(side["value"], variant)] for d in self.gold["disagreements"])
        return any(scorer.sides_cited(best, own) for own in sides)


def _may_give(value: str, variant: Variant) -> bool:
    """Whether what a side says has one of the numbers of a candidate, or none."""
    own = [m.quantity for m in (variant.first[0], variant.second[0]) if m.quantity]
    told = quantities_of(value)
    return not own or not told or any(t.number == q.number for t in told for q in own)


def prediction(book: FactBook, kind: str, *sides: tuple[Mention, ...]) -> dict[str, Any]:
    return {"kind": kind, "sides": [{"places": places(book.graph.places[m.sentence] for m in own)} for own in sides]}


def written_events(scorer: ModuleType) -> Iterator[Story]:
    """The groups that were written for this project, each with the numbers in which its reports differ."""
    groups = list(read_groups())
    with lzma.open(CONFLICTS, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            documents, place = [], {}
            for p in row["event"]:
                passage, text = groups[row["group"]]["passages"][p], ""
                for s, sentence in enumerate([passage["t"], *passage["s"]]):
                    place[p, s - 1] = {"doc": str(p), "start": len(text), "end": len(text) + len(sentence)}
                    text += sentence + ("\n\n" if s == 0 and sentence else " " if sentence else "")
                documents.append({"doc_id": str(p), "text": text.rstrip()})
            found = [
                {
                    "id": n, "kind": "number", "relation": "conflict",
                    "sides": [
                        {"value": side["value"], "places": [place[p, s] for p, s in side["places"]]}
                        for side in conflict
                    ],
                }
                for n, conflict in enumerate(row["conflicts"])
            ]  # fmt: skip
            gold = {"event": str(row["group"]), "disagreements": found, "not_disagreements": [], "unclear": []}
            with library_of(documents) as library:
                yield Story(gold, library._facts.book(), scorer)


def fit(candidates: Sequence[Candidates], penalty: float) -> Matrix:
    x, y = np.concatenate([c.features for c in candidates]), np.concatenate([c.right for c in candidates])
    return fit_rows(x, y, penalty)


def main() -> None:
    options = read_options(__doc__)
    scorer, real = read_events(options.data, Story)
    written = list(written_events(scorer))
    stories = [*real, *written]
    fold = {id(s): n if n < len(real) else len(real) + n % FOLDS for n, s in enumerate(stories)}
    weights: dict[int, tuple[Matrix, Matrix]] = {}
    for n in set(fold.values()):
        others = [s for s in stories if fold[id(s)] != n]
        weights[n] = fit([s.alike for s in others], PENALTY), fit([s.apart for s in others], APART_PENALTY)
    pairs = [*((t, 1.0) for t in THRESHOLDS), *((THRESHOLD, t) for t in APART_THRESHOLDS)]
    for alike, apart in pairs:
        figures = (_figures(scorer, own, weights, fold, alike, apart) for own in (real, written))
        print(f"from {alike}, named otherwise from {apart}: real reports {next(figures)}; written {next(figures)}")
    fitted = {
        "one thing": _named(fit([s.alike for s in stories], PENALTY), FEATURES),
        "apart": _named(fit([s.apart for s in stories], APART_PENALTY), APART_FEATURES),
    }
    print(json.dumps(fitted, indent=2))
    if options.write:
        TARGET.write_text(json.dumps(fitted, indent=2) + "\n", "utf-8")


def _figures(
    scorer: ModuleType,
    stories: Sequence[Story],
    weights: dict[int, tuple[Matrix, Matrix]],
    fold: dict[int, int],
    threshold: float,
    apart: float,
) -> str:
    parts = []
    for story in stories:
        alike, other = weights[fold[id(story)]]
        told = [*story.alike.shown(alike, threshold), *story.apart.shown(other, apart)]
        parts.append(scorer.score_disagreements(story.gold, told))
    right, counted, found, gold = (sum(p[k] for p in parts) for k in ("right", "counted", "found", "gold"))
    return f"{right} of {counted} right, {found} of {gold} found"


def _named(weights: Matrix, features: Sequence[str]) -> dict[str, float]:
    return dict(zip((*features, "intercept"), [round(float(w), 3) for w in weights], strict=True))


if __name__ == "__main__":
    main()

"""What fitting weights to the storyfacts benchmark takes: its events, a logistic regression over them, and its weights.

A weight in a file is that of a feature as it comes; "intercept" is the last one.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from rag.analysis.facts import FactBook
from tests.benchmarks.common import SHARED, load_script, read_lines
from tests.benchmarks.desk import library_of

Matrix = NDArray[np.float64]


class Labelled(Protocol):
    """The candidates of an event: their features, a row each, and which of them are right."""

    features: Matrix
    right: NDArray[np.bool_]


Made = TypeVar("Made")


def read_options(description: str | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED / "storyfacts")
    parser.add_argument("--write", action="store_true", help="put the weights into the package")
    return parser.parse_args()


def read_events(
    data: Path, make: Callable[[dict[str, Any], FactBook, ModuleType], Made]
) -> tuple[ModuleType, list[Made]]:
    """The benchmark's scorer, and what `make` makes of each event: of its gold, its facts and the scorer."""
    scorer, documents = load_script("storyfacts", data), read_lines(data / "documents.jsonl.gz")
    found = []
    for gold in read_lines(data / "events.jsonl"):
        with library_of([d for d in documents if d["event"] == gold["event"]]) as library:
            found.append(make(gold, library._facts.book(), scorer))
    return scorer, found


def fit(events: Sequence[Labelled], penalty: float) -> Matrix:
    """A weight for each feature, and the intercept; `penalty` is that on weights of standardised features, inverted."""
    return fit_rows(np.concatenate([e.features for e in events]), np.concatenate([e.right for e in events]), penalty)


def fit_rows(x: Matrix, y: NDArray[np.bool_], penalty: float, counts: Matrix | None = None) -> Matrix:
    """The same for rows of features, and which of them are right; `counts` is what each row counts, by default 1."""
    mean, deviation = x.mean(axis=0), x.std(axis=0) + 1e-9
    model = LogisticRegression(C=penalty, max_iter=5000).fit((x - mean) / deviation, y, sample_weight=counts)
    own = model.coef_[0] / deviation
    return np.append(own, model.intercept_[0] - own @ mean)


def probabilities_without(event: Labelled, events: Sequence[Labelled], penalty: float) -> Matrix:
    """How probably each candidate of an event is right by the weights of the other events."""
    weights = fit([other for other in events if other is not event], penalty)
    return np.asarray(1 / (1 + np.exp(-(event.features @ weights[:-1] + weights[-1]))), np.float64)


def shown(predictions: Sequence[dict[str, Any]], probabilities: Matrix, threshold: float) -> list[dict[str, Any]]:
    """The predictions that are probable enough."""
    return [made for made, p in zip(predictions, probabilities, strict=True) if p >= threshold]


def give(weights: Matrix, features: Sequence[str], target: Path, *, write: bool) -> None:
    """Print weights by name, and write them to a file of the package if asked."""
    named = dict(zip((*features, "intercept"), [round(float(w), 3) for w in weights], strict=True))
    print(json.dumps(named, indent=2))
    if write:
        target.write_text(json.dumps(named, indent=2) + "\n", "utf-8")

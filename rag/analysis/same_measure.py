"""Whether two numbers of one unit measure the same thing: the log odds by a fitted logistic regression.

It learns without labels: two numbers of one story that are equal mostly measure the same, others mostly do not, and the
features tell nothing of the values. `tests/benchmarks/fit_same_measure.py` fits `same_measure.json`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from rag.analysis.number_reading import clause_of
from rag.text.quantities import Quantity
from rag.text.text_cache import text_cache
from rag.text.tokens import Token, tokens_of, weight

FEATURES = ("likeness", "clause", "words before", "words after", "numbers", "values")
"""`likeness` of the sentences, the share of words that both clauses have and, nearest first, those before and after the
number, the logarithm of how many numbers a sentence has, and of how many values of the unit its story has."""
NEAR = 4
"""Telling words to either side of a number that are compared."""


@dataclass(frozen=True, slots=True)
class Context:
    """The telling words around a number, with their weights, and how many numbers its sentence has."""

    clause: Mapping[str, float]
    before: Mapping[str, float]
    after: Mapping[str, float]
    numbers: int


def same_measure(likeness: float, first: Context, second: Context, values: int) -> float:
    """The log odds that two numbers in sentences of this likeness measure the same thing."""
    weights = _fitted()
    return float(measure_features(likeness, first, second, values) @ weights[:-1] + weights[-1])


def measure_features(likeness: float, first: Context, second: Context, values: int) -> NDArray[np.float64]:
    """The features of two numbers, shape (len(FEATURES),)."""
    return np.array(
        [
            likeness,
            _shared(first.clause, second.clause),
            _shared(first.before, second.before),
            _shared(first.after, second.after),
            math.log(max(first.numbers, second.numbers)),
            math.log(values),
        ]
    )


@cache
def _fitted() -> NDArray[np.float64]:
    values: Mapping[str, float] = json.loads((files(__package__) / "same_measure.json").read_text("utf-8"))
    return np.array([values[name] for name in (*FEATURES, "intercept")])


@text_cache(maxsize=32_768)
def context_of(text: str, number: Quantity, numbers: int) -> Context:
    """The context of a number in a sentence of so many numbers."""
    start, stop = clause_of(text, number)
    words = [t for t in tokens_of(text) if t.telling and t.kind != "number"]
    clause = {t.key: weight(t.kind, t.key) for t in words if start <= t.start < stop}
    before = _nearest([t for t in words if t.end <= number.start][::-1])
    return Context(clause, before, _nearest([t for t in words if t.start >= number.end]), numbers)


def _nearest(words: Sequence[Token]) -> dict[str, float]:
    """The first of these words, each with a weight that falls with its distance."""
    return {t.key: 1 / n for n, t in reversed(list(enumerate(words[:NEAR], start=1)))}


def _shared(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """The share of weight of either words that are in both, in [0, 1]."""
    least = min(sum(a.values()), sum(b.values()))
    return sum(min(a[key], b[key]) for key in a.keys() & b.keys()) / least if least else 0.0

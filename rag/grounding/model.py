"""The checker's fitted numbers: a logistic model and small trees over the signs of a claim, added up.

`tests/benchmarks/fit_grounding.py` makes `checking.json`. There a tree is a list of nodes: [sign, bar, low, high] goes
on at node `low` if the sign is at most the bar, else at `high`; a single number is what a leaf adds.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rag.grounding.alignment import Values
from rag.grounding.signs import CHECK_SIGNS

Node = tuple[int, float, int, int] | float


@dataclass(frozen=True, slots=True)
class CheckModel:
    """`slope` and `shift` calibrate the sum (Platt 1999); `bar` and `partly` are the least scores of the verdicts."""

    intercept: float
    weights: tuple[float, ...]
    trees: tuple[tuple[Node, ...], ...]
    slope: float
    shift: float
    bar: float
    partly: float

    def score(self, signs: Values) -> float:
        """How probably a claim with these signs, of shape (len(CHECK_SIGNS),), is supported."""
        values: list[float] = signs.tolist()
        total = self.intercept + math.fsum(w * v for w, v in zip(self.weights, values, strict=True))
        total += math.fsum(_grow(tree, values) for tree in self.trees)
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, self.slope * total + self.shift))))


def _grow(tree: Sequence[Node], values: Sequence[float]) -> float:
    node = tree[0]
    while isinstance(node, tuple):
        sign, bar, low, high = node
        node = tree[low if values[sign] <= bar else high]
    return node


@cache
def check_model() -> CheckModel:
    """Read `checking.json`."""
    fit = json.loads((files(__package__) / "checking.json").read_text("utf-8"))
    return read_model(fit)


def read_model(fit: dict[str, object]) -> CheckModel:
    """Make a model of the content of `checking.json`."""
    weights, trees = fit["weights"], fit["trees"]
    assert isinstance(weights, dict)
    assert isinstance(trees, list)
    number = {sign: i for i, sign in enumerate(CHECK_SIGNS)}

    def node(written: object) -> Node:
        if isinstance(written, list):
            sign, bar, low, high = written
            return number[sign], float(bar), int(low), int(high)
        assert isinstance(written, int | float)
        return float(written)

    def single(name: str) -> float:
        value = fit[name]
        assert isinstance(value, int | float)
        return float(value)

    return CheckModel(
        single("intercept"),
        tuple(float(weights[sign]) for sign in CHECK_SIGNS),
        tuple(tuple(node(n) for n in tree) for tree in trees),
        single("slope"),
        single("shift"),
        single("bar"),
        single("partly"),
    )

"""The features of a claim, from its alignment and faults, and the fitted model over them.

The model is a sum of a logistic regression and small trees; `tests/benchmarks/fit_grounding.py` fits `checking.json`.
There a tree is a list of nodes: [feature, threshold, low, high] goes on at node `low` if the feature is at most the
threshold, else at `high`; a number is what a leaf adds.
"""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from rag.text.wordnet import BROADER, DERIVED
from rag.verdicts import Fault
from rag.verify.alignment import NOWHERE, Alignment, Reading, Values
from rag.verify.faults import SAID
from rag.verify.roles import Findings
from rag.verify.subject_mismatch import Subjects

COUNTED = (
    "number",
    "date",
    "name",
    "attribution",
    "denial",
    "certainty",
    "bound",
    "opposite",
    "roles",
    "other",
    "not found",
)
CHECK_FEATURES = (
    "all sentences", "in company", "pairs",
    "least found", "second least found", "least placed", "second least placed", "third least placed",
    "least said", "second least said", "greatest loss placed", "ill placed",
    "least placed name", "least placed number", "least placed turning word",
    "in order", "replaced", "inserted", "moved", "moved names", "turned", "dropped", "least replaced",
    "stray names", "other agents", "same agents", "other subjects", "own subjects",
    "synonyms", "share explained", "vague", "nowhere",
    *(f"{kind} faults" for kind in COUNTED),
)  # fmt: skip
"""The names of the numbers that `read_features` gives, in order."""


def read_features(
    alignment: Alignment, reading: Reading, faults: Sequence[Fault], agents: Findings, subjects: Subjects
) -> Values:
    """Read the features of a claim, of shape (len(CHECK_FEATURES),)."""
    a = alignment
    telling = a.telling
    turning = [i for i in a.telling if a.claim[i].kind == "turning"]
    total = a.weights.sum()
    found, placed, said = np.sort(a.found[telling]), np.sort(a.placed[telling]), np.sort(a.said[telling])
    weights = a.weights[telling]
    matched = a.matches[telling, a.where[telling]]
    changed = (matched < 0.9) | (a.placed[telling] < SAID)
    explained = (matched >= min(BROADER, DERIVED)) & (a.placed[telling] >= 0.4)
    counts: Counter[str] = Counter(f.kind for f in faults)
    name = [i for i in telling if a.claim[i].kind == "name"]
    number = [i for i in telling if a.claim[i].kind in ("number", "calendar")]
    features = [
        a.cover[-1],
        a.placed @ a.weights / total,
        _pairs(a),
        *_lowest(found, 2),
        *_lowest(placed, 3),
        *_lowest(said, 2),
        ((1 - a.placed[telling]) * weights).max(),
        min(int((a.placed[telling] < 0.4).sum()), 8),
        min((a.placed[i] for i in name), default=1.0),
        min((a.placed[i] for i in number), default=1.0),
        min((a.placed[i] for i in turning), default=1.0),
        *_order_features(a, reading),
        min(len(agents.faults), 2),
        min(len(agents.agreed), 3),
        min(len(subjects.exchanged), 2),
        min(subjects.own, 2),
        min(int((explained & (matched < 0.9)).sum()), 5),
        (explained & changed).sum() / changed.sum() if changed.any() else 1.0,
        min(int(((matched < 0.7) & (matched > 0.2)).sum()), 6),
        min(int((a.found[telling] < 0.2).sum()), 6),
        *(min(counts[kind], 3) for kind in COUNTED),
    ]
    return np.array(features, float)


def _lowest(values: Values, count: int) -> list[float]:
    return [float(values[i]) if i < len(values) else 1.0 for i in range(count)]


def _pairs(a: Alignment) -> float:
    """The share of the weight of neighbouring words that are neighbours in the evidence too."""
    telling = a.telling
    shares = []
    weights = []
    for first, second in itertools.pairwise(telling):
        close = a.sentence[a.where[first]] == a.sentence[a.where[second]]
        step = int(a.where[second]) - int(a.where[first])
        shares.append(float(close and 0 < step <= 4) * min(a.placed[first], a.placed[second]))
        weights.append(float(a.weights[first] + a.weights[second]))
    return float(np.dot(shares, weights) / sum(weights)) if sum(weights) else 1.0


def _order_features(a: Alignment, reading: Reading) -> list[float]:
    on_path = reading.partner != NOWHERE
    replaced = [i for i, _ in reading.replaced]
    likest = [float(a.matches[i, list(instead)].max()) for i, instead in reading.replaced]
    return [
        float(a.weights[on_path].sum() / a.weights.sum()),
        min(len(replaced), 6),
        min(len(reading.inserted), 6),
        min(len(reading.moved), 6),
        min(sum(a.claim[i].kind in ("name", "opening") for i in reading.moved), 4),
        min(sum(a.claim[i].kind == "turning" and not on_path[i] for i in a.telling), 4),
        min(len(reading.dropped), 4),
        min(likest, default=1.0),
        min(sum(a.claim[i].kind in ("name", "number", "calendar") for i in reading.strays), 4),
    ]


Node = tuple[int, float, int, int] | float


@dataclass(frozen=True, slots=True)
class CheckModel:
    """`slope` and `shift` calibrate the sum (Platt 1999); `threshold` and `partly` are the verdicts' least scores."""

    intercept: float
    weights: tuple[float, ...]
    trees: tuple[tuple[Node, ...], ...]
    slope: float
    shift: float
    threshold: float
    partly: float

    def score(self, features: Values) -> float:
        """How probably a claim with these features, of shape (len(CHECK_FEATURES),), is supported."""
        values: list[float] = features.tolist()
        total = self.intercept + math.fsum(w * v for w, v in zip(self.weights, values, strict=True))
        total += math.fsum(_grow(tree, values) for tree in self.trees)
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, self.slope * total + self.shift))))


def _grow(tree: Sequence[Node], values: Sequence[float]) -> float:
    node = tree[0]
    while isinstance(node, tuple):
        feature, threshold, low, high = node
        node = tree[low if values[feature] <= threshold else high]
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
    number = {feature: i for i, feature in enumerate(CHECK_FEATURES)}

    def node(written: object) -> Node:
        if isinstance(written, list):
            feature, threshold, low, high = written
            return number[feature], float(threshold), int(low), int(high)
        assert isinstance(written, int | float)
        return float(written)

    def single(name: str) -> float:
        value = fit[name]
        assert isinstance(value, int | float)
        return float(value)

    return CheckModel(
        single("intercept"),
        tuple(float(weights[feature]) for feature in CHECK_FEATURES),
        tuple(tuple(node(n) for n in tree) for tree in trees),
        single("slope"),
        single("shift"),
        single("threshold"),
        single("partly"),
    )

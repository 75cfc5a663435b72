"""Fit the numbers of the checker: rag/verify/checking.json.

    python -m tests.benchmarks.fit_grounding --data ../shared/benchmarks [--write]

It learns from the claims of the grounding benchmark, and from sentences of the other benchmarks' articles that
`tests/verify/perturb.py` makes false or words otherwise; only articles of the half "fit". Printed is how well a fit
on the other articles does on each eighth of the articles, and one on all of them on the articles of the half "test".
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rag.embed.wordllama import load_wordllama
from rag.verify.check import examine
from rag.verify.features import CHECK_FEATURES, read_model
from tests.benchmarks.common import read_lines
from tests.verify.perturb import evidence_of, paraphrases, perturbations, whole

TARGET = Path(__file__).parents[2] / "rag" / "verify" / "checking.json"
FOLDS, REPEATS = 8, 2
PENALTY = 300.0
TREES, DEPTH, RATE, SHARE = 150, 3, 0.05, 0.3
"""Trees, their depth, their learning rate, and the share of the sum that they have; the logistic model has the rest."""
PER_SET = 300.0


@dataclass(frozen=True)
class Example:
    """A sentence and its evidence, whether that supports it, and the article that it belongs to."""

    name: str
    supported: bool
    group: str
    kind: str
    sentence: str
    evidence: tuple[str, ...]
    id: str = ""


@dataclass(frozen=True)
class Claim:
    name: str
    supported: bool
    group: str
    kind: str
    features: np.ndarray
    plain: bool
    id: str = ""


def load(data: Path, halves: Sequence[str] = ("fit", "test")) -> list[Claim]:
    found = (examined(example) for example in examples(data, halves))
    return [claim for claim in found if claim]


def examined(e: Example) -> Claim | None:
    found = examine(e.sentence, e.evidence, load_wordllama().embed_passages, context=whole(e.evidence))
    return Claim(e.name, e.supported, e.group, e.kind, found.features, found.plain, e.id) if found else None


def examples(data: Path, halves: Sequence[str] = ("fit", "test")) -> Iterator[Example]:
    for c in read_lines(data / "grounding" / "claims.jsonl.gz"):
        group = c["id"] if c["set"] == "wice" else c["evidence"][0]
        yield Example(c["set"], c["label"] == "supported", group, c["label"], c["claim"], evidence_of(c), c["id"])
    for half in halves:
        for case in (*perturbations(data, half), *paraphrases(data, half)):
            yield Example(half, case.true, case.article, case.kind, case.sentence, case.evidence)


@dataclass
class Sum:
    """A logistic model and trees; `content` is what goes into checking.json."""

    content: dict[str, object]

    def sums(self, claims: Sequence[Claim]) -> np.ndarray:
        model = read_model(self.content)
        scores = np.clip([model.score(c.features) for c in claims], 1e-12, 1 - 1e-12)
        return np.log(scores / (1 - scores))


def fit(claims: Sequence[Claim], seed: int = 0) -> Sum:
    """Fit with each set, and in it both answers, at the same weight."""
    x = np.array([c.features for c in claims])
    y = np.array([c.supported for c in claims], int)
    sets = np.array([f"{c.name} {c.supported}" for c in claims])
    weights = np.array([PER_SET / (sets == s).sum() for s in sets])
    line = make_pipeline(StandardScaler(), LogisticRegression(C=1 / PENALTY, max_iter=3000))
    line.fit(x, y, logisticregression__sample_weight=weights)
    trees = GradientBoostingClassifier(
        n_estimators=TREES, max_depth=DEPTH, learning_rate=RATE, subsample=0.7, max_features=0.4,
        min_samples_leaf=20, random_state=seed,
    )  # fmt: skip
    trees.fit(x, y, sample_weight=weights)
    slopes = line[1].coef_[0] / line[0].scale_
    start = trees.init_.class_prior_[1]
    intercept = (1 - SHARE) * (line[1].intercept_[0] - slopes @ line[0].mean_) + SHARE * np.log(start / (1 - start))
    return Sum(
        {
            "fitted by": "tests/benchmarks/fit_grounding.py",
            "threshold": 0.5,
            "partly": 0.25,
            "slope": 1.0,
            "shift": 0.0,
            "intercept": round(float(intercept), 4),
            "weights": {s: round(float((1 - SHARE) * w), 4) for s, w in zip(CHECK_FEATURES, slopes, strict=True)},
            "trees": [written(t[0].tree_) for t in trees.estimators_],
        }
    )


def written(tree) -> list[object]:
    nodes: list[object] = []
    for i in range(tree.node_count):
        if tree.children_left[i] < 0:
            nodes.append(round(float(SHARE * RATE * tree.value[i][0][0]), 4))
        else:
            sign = CHECK_FEATURES[tree.feature[i]]
            nodes.append(
                [sign, round(float(tree.threshold[i]), 4), int(tree.children_left[i]), int(tree.children_right[i])]
            )
    return nodes


def folds(claims: Sequence[Claim], seed: int) -> np.ndarray:
    """The fold of each claim; claims of one article share it, and each set is spread over all folds."""
    fold = {}
    for name in ("wice", "summedits", "fit"):
        groups = sorted({c.group for c in claims if c.name == name})
        np.random.default_rng(seed).shuffle(groups)
        fold |= {group: i % FOLDS for i, group in enumerate(groups)}
    return np.array([fold[c.group] for c in claims])


def cross_validate(claims: Sequence[Claim], seeds: Sequence[int] = range(REPEATS)) -> list[np.ndarray]:
    """For each seed, the sum for each claim that is fitted without its article."""
    found = []
    for seed in seeds:
        fold, sums = folds(claims, seed), np.zeros(len(claims))
        for n in range(FOLDS):
            model = fit([c for c, f in zip(claims, fold, strict=True) if f != n], seed)
            sums[fold == n] = model.sums([c for c, f in zip(claims, fold, strict=True) if f == n])
        found.append(sums)
    return found


@dataclass(frozen=True)
class Platt:
    slope: float
    shift: float


def calibrate(claims: Sequence[Claim], sums: np.ndarray) -> Platt:
    """Platt's slope and shift from sums of claims that the model was not fitted on."""
    sets = np.array([f"{c.name} {c.supported}" for c in claims])
    weights = np.array([PER_SET / (sets == s).sum() for s in sets])
    y = [c.supported for c in claims]
    line = LogisticRegression(C=1e6).fit(sums[:, None], y, sample_weight=weights)
    return Platt(float(line.coef_[0][0]), float(line.intercept_[0]))


def figures(claims: Sequence[Claim], scores: np.ndarray, bar: float) -> dict[str, float]:
    shown = {}
    for name in dict.fromkeys(c.name for c in claims):
        mine = np.array([c.name == name for c in claims])
        y = np.array([c.supported for c in claims])[mine]
        passed = (scores[mine] >= bar) & ~np.array([c.plain for c in claims])[mine]
        shown[f"{name} auroc"] = roc_auc_score(y, scores[mine])
        shown[f"{name} balanced"] = (passed[y].mean() + (~passed[~y]).mean()) / 2
        if name in ("fit", "test"):
            shown[f"{name} caught"], shown[f"{name} refused"] = (~passed[~y]).mean(), (~passed[y]).mean()
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of all benchmarks")
    parser.add_argument("--bar", type=float, default=0.6, help="the score from which a sentence is supported")
    parser.add_argument("--write", action="store_true", help="put the numbers into the package")
    options = parser.parse_args()
    claims = load(options.data)
    learnt = [c for c in claims if c.name != "test"]
    repeats = cross_validate(learnt)
    platt = calibrate(learnt, np.mean(repeats, axis=0))
    model = fit(learnt)
    model.content |= {"slope": round(platt.slope, 4), "shift": round(platt.shift, 4), "threshold": options.bar}
    for bar in (options.bar - 0.1, options.bar - 0.05, options.bar, options.bar + 0.05, options.bar + 0.1):
        rows = [figures(learnt, 1 / (1 + np.exp(-platt.slope * sums - platt.shift)), bar) for sums in repeats]
        held = [c for c in claims if c.name == "test"]
        tested = figures(held, 1 / (1 + np.exp(-model.sums(held))), bar)
        print(
            f"bar {bar:.2f}",
            *(f"{k} {np.mean([r[k] for r in rows]):.3f}±{np.std([r[k] for r in rows]):.3f}" for k in rows[0]),
        )
        print("         ", *(f"{k} {v:.3f}" for k, v in tested.items()))
    if options.write:
        TARGET.write_text(to_json(model.content), "utf-8")


def to_json(content: dict[str, object]) -> str:
    """JSON with one tree a line."""
    trees = content["trees"]
    assert isinstance(trees, list)
    lines = ",\n".join(f"    {json.dumps(tree)}" for tree in trees)
    head = json.dumps({k: v for k, v in content.items() if k != "trees"}, indent=2)
    return f'{head[:-2]},\n  "trees": [\n{lines}\n  ]\n}}\n'


if __name__ == "__main__":
    warnings.simplefilter("error")
    main()

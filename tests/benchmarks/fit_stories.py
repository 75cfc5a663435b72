"""Fit the weights of `rag/analysis/similarity.py` on the articles of the events benchmark.

    python -m tests.benchmarks.fit_stories [--data FOLDER]

A ridge logistic regression tells pairs of one event from others, over the whole collection and, so that neither the
size of a library nor that of an event matters, over samples of it with events of one article and more. Prints the
weights, and BCubed F1 cross-validated over five folds of topics.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.analysis.clustering import Edge, average_linkage
from rag.analysis.read_articles import ArticleText, make_profiles
from rag.analysis.similarity import ABSENT, Pairs, compare_articles
from rag.embed.wordllama import load_wordllama
from tests.benchmarks.common import SHARED, read_lines

Matrix = NDArray[np.float64]
RIDGE = 5.0
BAR = -0.3
"""The log odds from which a pair counts as alike: below 0, as the samples hold more unlike articles than stories."""
SHARES = {"whole": 1.0, "sampled": 0.1, "single": 0.05, "small": 0.05}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED / "events")
    documents = read_lines(parser.parse_args().data / "documents.jsonl.gz")
    events = np.array([d["event"] for d in documents])
    topics = np.array([d["topic"] for d in documents])
    samples = make_samples(events)
    embed = load_wordllama().embed_passages
    pairs = {
        i: compare_articles(make_profiles([ArticleText(str(n), documents[n]["text"].strip()) for n in rows], embed))
        for i, (_, rows) in enumerate(samples)
    }
    found: dict[str, list[float]] = {kind: [] for kind in SHARES}
    for fold in range(5):
        held = np.unique(topics)[fold::5]
        weights = fit(samples, pairs, events, ~np.isin(topics, held))
        for i, (kind, rows) in enumerate(samples):
            tested = rows[np.isin(topics[rows], held)]
            found[kind].append(grouped(pairs[i], weights, rows, events, set(tested.tolist())))
    print({kind: round(float(np.mean(values)), 3) for kind, values in found.items()}, "BCubed F1 of held-out topics")
    print(fit(samples, pairs, events, np.ones(len(events), bool)).round(2).tolist(), "(the last is the intercept)")


def make_samples(events: NDArray[np.str_]) -> list[tuple[str, NDArray[np.intp]]]:
    chance = random.Random(5)
    members = {event: np.flatnonzero(events == event).tolist() for event in sorted(set(events))}

    def sample(chosen: list[str], sizes: list[int]) -> NDArray[np.intp]:
        some = [n for e in chosen for n in chance.sample(members[e], min(len(members[e]), chance.choice(sizes)))]
        return np.array(sorted(some))

    def one_of_each(topics: list[str]) -> list[str]:
        return [f"{topic}_{chance.choice(['ecb', 'ecbplus'])}" for topic in topics]

    topics = sorted({event.partition("_")[0] for event in members})
    return [
        ("whole", np.arange(len(events))),
        *(("sampled", sample(list(members), [1, 1, 2, 3, 4, 6, 9, 12])) for _ in range(8)),
        *(("single", sample(one_of_each(topics), [1])) for _ in range(6)),
        *(("small", sample(one_of_each(chance.sample(topics, 3)), [1, 1, 2, 3, 5])) for _ in range(40)),
    ]


def fit(
    samples: list[tuple[str, NDArray[np.intp]]],
    pairs: dict[int, Pairs],
    events: NDArray[np.str_],
    known: NDArray[np.bool_],
) -> Matrix:
    """Weights and intercept, from pairs of articles that are both known."""
    rows, labels, shares = [], [], []
    kinds = Counter(kind for kind, _ in samples)
    for i, (kind, numbers) in enumerate(samples):
        first, second = numbers[pairs[i].first], numbers[pairs[i].second]
        used = known[first] & known[second]
        size = Counter(events[numbers])
        share = np.array([1 / size[events[n]] for n in first[used]])
        if len(share):
            rows.append(pairs[i].measures[used])
            labels.append((events[first] == events[second])[used])
            shares.append(share / share.sum() * SHARES[kind] / kinds[kind])
    x, y, share = np.concatenate(rows).astype(float), np.concatenate(labels), np.concatenate(shares)
    return logistic(x, y.astype(float), 25_000 * share / share.sum())


def logistic(x: Matrix, y: Matrix, share: Matrix) -> Matrix:
    """Newton's method on standardised columns; the intercept is not shrunk."""
    mean, deviation = x.mean(0), x.std(0)
    z = np.column_stack([(x - mean) / deviation, np.ones(len(x))])
    weights = np.zeros(z.shape[1])
    ridge = np.diag([RIDGE] * x.shape[1] + [0.0])
    for _ in range(30):
        p = 1 / (1 + np.exp(-z @ weights))
        gradient = z.T @ (share * (p - y)) + ridge @ weights
        weights -= np.linalg.solve((z * (share * p * (1 - p))[:, None]).T @ z + ridge, gradient)
    own = weights[:-1] / deviation
    return np.append(own, weights[-1] - own @ mean - BAR)


def grouped(pairs: Pairs, weights: Matrix, rows: NDArray[np.intp], events: NDArray[np.str_], tested: set[int]) -> float:
    """BCubed F1 over the tested articles."""
    odds = np.clip(pairs.measures @ weights[:-1] + weights[-1], ABSENT, -ABSENT)
    edges = [Edge(int(a), int(b), float(w)) for a, b, w in zip(pairs.first, pairs.second, odds, strict=True)]
    precision, recall = [], []
    size = Counter(events[rows])
    for group in average_linkage(len(rows), edges, 0.0, ABSENT):
        inside = Counter(events[rows[n]] for n in group)
        for n in group:
            if int(rows[n]) in tested:
                precision.append(inside[events[rows[n]]] / len(group))
                recall.append(inside[events[rows[n]]] / size[events[rows[n]]])
    p, r = float(np.mean(precision or [1.0])), float(np.mean(recall or [1.0]))
    return 2 * p * r / (p + r)


if __name__ == "__main__":
    main()

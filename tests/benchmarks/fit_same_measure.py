"""Fit the weights by which two numbers of one unit measure the same thing: rag/analysis/same_measure.json.

    python -m tests.benchmarks.fit_same_measure --data ../shared/benchmarks [--write]

A logistic regression tells equal numbers of different reports of a story from unequal ones, over the articles of the
events and summhay sets, apart from the events of storyfacts, over which what rests on it is fitted. Printed is the mean
area under the ROC curve of the topics, each by weights that were fitted to the others.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from rag.analysis.facts import FactBook
from rag.analysis.same_measure import FEATURES, context_of, measure_features
from rag.analysis.variants import numbers_by_thing
from tests.benchmarks.common import read_lines
from tests.benchmarks.desk import library_of
from tests.benchmarks.fit_storyfacts import Matrix, fit_rows, give

TARGET = Path(__file__).parents[2] / "rag" / "analysis" / "same_measure.json"
PENALTY = 0.1
MOST_PAIRS = 3000
"""Pairs of numbers of one unit in a story that are looked at."""
UNLIKE = 0.05
"""The likeness of sentences below which their numbers are left out."""
FEWEST = 15
"""Pairs of a topic whose area under the curve counts."""


class Pairs:
    """Pairs of numbers of a story: their features, and which are equal. A story counts by the root of its pairs."""

    def __init__(self, book: FactBook) -> None:
        rows = list(_pairs(book))
        self.features = np.array([row for row, _ in rows]).reshape(-1, len(FEATURES))
        self.right = np.array([equal for _, equal in rows], np.bool_)
        self.weights = np.full(len(rows), max(1, len(rows)) ** -0.5)


def _pairs(book: FactBook) -> Iterator[tuple[Matrix, bool]]:
    places, articles, chance = book.graph.places, book.graph.article.tolist(), random.Random(0)
    numbers = numbers_by_thing(book)
    held = {(m.sentence, m.span) for values in numbers.values() for own in values for m in own}
    counts = {s: sum(sentence == s for sentence, _ in held) for s, _ in held}
    for values in numbers.values():
        every = [(n, m) for n, own in enumerate(values) for m in own]
        pairs = list(combinations(every, 2))
        for (n, a), (o, b) in chance.sample(pairs, min(len(pairs), MOST_PAIRS)):
            reports = {book.originals[book.articles[articles[m.sentence]].file] for m in (a, b)}
            likeness = float(book.graph.likeness(a.sentence, np.array([b.sentence]))[0])
            if len(reports) == 2 and likeness >= UNLIKE:
                first, second = (
                    context_of(places[m.sentence].text, m.quantity, counts[m.sentence]) for m in (a, b) if m.quantity
                )
                yield measure_features(likeness, first, second, len(values)), n == o


def read_books(data: Path) -> Iterator[tuple[str, FactBook]]:
    """The facts of each event, with its topic, but those of storyfacts."""
    known = {d["event"] for d in read_lines(data / "storyfacts" / "documents.jsonl.gz")}
    documents = [d for d in read_lines(data / "events" / "documents.jsonl.gz") if d["event"] not in known]
    documents += [{**d, "event": d["topic"]} for d in read_lines(data / "summhay" / "documents.jsonl.gz")]
    for event in dict.fromkeys(d["event"] for d in documents):
        with library_of([d for d in documents if d["event"] == event]) as library:
            yield event.partition("_")[0], library._facts.book()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of all benchmarks")
    parser.add_argument("--write", action="store_true", help="put the weights into the package")
    options = parser.parse_args()
    stories = [(topic, Pairs(book)) for topic, book in read_books(options.data)]
    areas = []
    for topic in sorted({topic for topic, _ in stories}):
        weights = fit_all([pairs for other, pairs in stories if other != topic])
        for pairs in (own for name, own in stories if name == topic):
            if len(pairs.right) >= FEWEST and 0 < pairs.right.sum() < len(pairs.right):
                areas.append(roc_auc_score(pairs.right, pairs.features @ weights[:-1]))
    print(f"area under the curve by folds over topics: {np.mean(areas):.3f}, {len(areas)} events")
    give(fit_all([pairs for _, pairs in stories]), FEATURES, TARGET, write=options.write)


def fit_all(stories: list[Pairs]) -> Matrix:
    features, right, weights = (
        np.concatenate([getattr(s, name) for s in stories]) for name in ("features", "right", "weights")
    )
    return fit_rows(features, right, PENALTY, weights)


if __name__ == "__main__":
    main()

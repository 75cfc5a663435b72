"""Fit the model of `rag/analysis/name_types.py`, which tells persons, organisations and places in articles.

    python -m training.names --folds     # how well it does on groups of passages that it was not fitted on
    python -m training.names             # fit it on all groups, and write its weights

`names.jsonl.xz` has a line for each labelled group of passages of `news_questions.jsonl.xz`: the number of the group
there, and for each of its runs of capitalised words a letter a word: P, O, L or X where a person's, a firm's, a
place's or another name begins, I where it goes on, - for a small word between two names. A run has the same names in
all its places in a group. The labels were written for this project by reading the passages. `known_names.txt` adds
well-known names without any context, and in runs made of two.

The conditional likelihood of the labels, with a penalty on the squares of the weights, is maximised by L-BFGS.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from rag.analysis.name_runs import JOINING, Run, runs_in, split
from rag.analysis.name_types import (
    BUCKETS,
    KINDS,
    WEIGHED,
    WEIGHTS,
    WITHIN,
    bucket,
    context_of,
    facts_of,
    roles_of,
    segments_of,
    vector_of,
    word_features,
)
from training.news_examples import read_groups

LABELS = Path(__file__).with_name("names.jsonl.xz")
KNOWN = Path(__file__).with_name("known_names.txt")
NO_GROUP = -1
"""What stands for the group of a well-known name: it is never held out."""
LETTERS = dict(zip("POLX", range(len(KINDS)), strict=True))
FOLDS = 5
DIMENSION = 256
PENALTY = 0.7
VECTOR_SCALE = 1.5
"""What the vectors are multiplied by: the penalty on their weights counts for less."""
STEPS = 90
SMALLEST = 0.02
"""Weights that are nearer to 0 are left out."""


@dataclass(frozen=True)
class LabelledRun:
    """A run in its group: its length, its parts with their features, the numbers of its small words, its names.

    A name is (i, j, kind). `dense` has the vector of each word by the number of its role.
    """

    group: int
    length: int
    segments: list[tuple[int, int]]
    features: list[list[int]]
    dense: list[list[tuple[int, str]]]
    small: frozenset[int]
    names: list[tuple[int, int, int]]


def names_of(letters: str) -> list[tuple[int, int, int]]:
    """The names [i, j) of a run and the number of the kind of each, from its letters."""
    found: list[tuple[int, int, int]] = []
    for n, letter in enumerate(letters):
        if letter in LETTERS:
            found.append((n, n + 1, LETTERS[letter]))
        elif letter == "I":
            start, _, kind = found.pop()
            found.append((start, n + 1, kind))
    return found


def read_runs() -> list[LabelledRun]:
    """All runs of the labelled groups."""
    groups: list[dict[str, Any]] = list(read_groups())
    found: list[LabelledRun] = []
    with lzma.open(LABELS, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            for passage in groups[row["group"]]["passages"]:
                found += runs_of(row["group"], passage["s"], row["names"])
    return found


def read_known() -> list[LabelledRun]:
    """The well-known names, each a run with the features of its own words alone, and runs made of two."""
    kinds = dict(line.split(": ", 1) for line in KNOWN.read_text("utf-8").splitlines() if not line.startswith("#"))
    lists = {kind: names.split(", ") for kind, names in kinds.items()}
    found = [known_run(name, number) for number, kind in enumerate(KINDS) for name in lists[kind]]
    rng = random.Random(0)
    plain = [word for word in lists["other"] if " " not in word and word[0].isupper()]
    for title in (*lists["title"], *lists["title"]):
        found += joined_run(rng, (title, "X"), (rng.choice(lists["person"]), "P"))
    for letter, kind in zip("POL", KINDS, strict=False):
        found += [run for word in plain for run in joined_run(rng, (word, "X"), (rng.choice(lists[kind]), letter))]
        for owner in lists["place"]:
            found += joined_run(rng, (f"{owner}'s", "L"), (rng.choice(lists[kind]), letter))
            found += joined_run(rng, (rng.choice(lists[kind]), letter), ("and", "-"), (rng.choice(lists[kind]), letter))
    return found


def joined_run(rng: random.Random, *parts: tuple[str, str]) -> list[LabelledRun]:
    """A run made of names, each with its letter, between other words."""
    letters = "".join(letter + "I" * name.count(" ") for name, letter in parts)
    words = " ".join(name for name, _ in parts)
    before, after = rng.choice(("said", "the", "where", ",")), rng.choice(("said", "was", ",", "."))
    return runs_of(NO_GROUP, [f"it {before} {words} {after} so"], {words: letters})


def known_run(name: str, kind: int) -> LabelledRun:
    """A run that is one name of a kind."""
    sentence = split(name)
    run = Run(tuple(range(len(sentence.words))), opens=False)
    segments = list(segments_of(sentence, run))
    roles = [[r for r in roles_of(sentence, run, i, j) if r[0] in (*WITHIN, "left", "right")] for i, j in segments]
    features = [[bucket(f) for r in told for f in word_features(*r)] for told in roles]
    dense = [[(WEIGHED.index(role), word) for role, word in told if role in WEIGHED] for told in roles]
    small = frozenset(n for n, word in enumerate(sentence.words) if word in JOINING)
    length = len(sentence.words)
    return LabelledRun(NO_GROUP, length, segments, features, dense, small, [(0, length, kind)])


def runs_of(group: int, texts: Sequence[str], labels: dict[str, str]) -> list[LabelledRun]:
    """The runs of a passage. Raises KeyError for one without labels."""
    sentences = [split(text) for text in texts]
    runs = [list(runs_in(sentence)) for sentence in sentences]
    context = context_of(sentences, runs)
    found = []
    for sentence, own in zip(sentences, runs, strict=True):
        for run in own:
            words = [sentence.words[n] for n in run.numbers]
            segments = list(segments_of(sentence, run))
            roles = [list(roles_of(sentence, run, i, j)) for i, j in segments]
            facts = [facts_of(sentence, run, i, j, context) for i, j in segments]
            features = [
                [bucket(f) for part in (*(word_features(*r) for r in told), told_of) for f in part]
                for told, told_of in zip(roles, facts, strict=True)
            ]
            dense = [[(WEIGHED.index(role), word) for role, word in told if role in WEIGHED] for told in roles]
            small = frozenset(n for n, word in enumerate(words) if word in JOINING)
            names = names_of(labels[" ".join(words)])
            found.append(LabelledRun(group, len(words), segments, features, dense, small, names))
    return found


@dataclass(frozen=True)
class Problem:
    """All parts of all runs, a row each: their features and vectors, sparse; the runs of one length lie together.

    `shapes` has for each way that runs are built its parts, its small words, the first row of each run, and whether a
    row's kind is right.
    """

    x: csr_matrix
    right: np.ndarray
    shapes: list[tuple[int, list[tuple[int, int]], frozenset[int], np.ndarray]]


def make_problem(runs: Sequence[LabelledRun]) -> Problem:
    """Lay runs out so that those built alike are computed together."""
    by_shape: dict[tuple[Any, ...], list[LabelledRun]] = {}
    for run in runs:
        by_shape.setdefault((run.length, tuple(run.segments), run.small), []).append(run)
    pointers, columns, values = [0], [], []
    right, shapes, row = [], [], 0
    for (length, segments, small), own in by_shape.items():
        shapes.append((length, list(segments), small, row + np.arange(len(own)) * len(segments)))
        for run in own:
            for segment, features, dense in zip(run.segments, run.features, run.dense, strict=True):
                columns.append(np.array(features))
                values.append(np.ones(len(features)))
                for role, word in dense:
                    columns.append(BUCKETS + role * DIMENSION + np.arange(DIMENSION))
                    values.append(VECTOR_SCALE * vector_of(word))
                pointers.append(pointers[-1] + len(features) + DIMENSION * len(dense))
                right.append([(*segment, kind) in run.names for kind in range(len(KINDS))])
            row += len(segments)
    width = BUCKETS + len(WEIGHED) * DIMENSION
    parts = (np.concatenate(values).astype(np.float32), np.concatenate(columns), np.array(pointers))
    return Problem(csr_matrix(parts, shape=(row, width)), np.array(right, float), shapes)


def expected(problem: Problem, scores: np.ndarray) -> tuple[float, np.ndarray]:
    """The sum of the log partitions of all runs, and the probability of each kind of each row."""
    top = scores.max(axis=1)
    each = top + np.log(np.exp(scores - top[:, None]).sum(axis=1))
    within = np.exp(scores - each[:, None])
    total, chances = 0.0, np.zeros(len(scores))
    for length, segments, small, rows in problem.shapes:
        parts = [(i, j, each[rows + n]) for n, (i, j) in enumerate(segments)]
        ahead = forward(length, parts, small)
        turned = [(length - j, length - i, own) for i, j, own in parts]
        behind = forward(length, turned, {length - 1 - i for i in small})[::-1]
        total += float(ahead[length].sum())
        for n, (i, j, own) in enumerate(parts):
            chances[rows + n] = np.exp(ahead[i] + own + behind[j] - ahead[length])
    return total, within * chances[:, None]


def forward(length: int, parts: Sequence[tuple[int, int, np.ndarray]], small: Collection[int]) -> np.ndarray:
    """The log sum over all ways to cut the first words of runs, shape (length + 1, runs), from the scores of parts."""
    sums = np.full((length + 1, len(parts[0][2])), -np.inf)
    sums[0] = 0
    for end in range(1, length + 1):
        if end - 1 in small:
            sums[end] = sums[end - 1]
        for i, j, own in parts:
            if j == end:
                sums[end] = np.logaddexp(sums[end], sums[i] + own)
    return sums


def fit(problem: Problem) -> np.ndarray:
    """The weights, a row a feature and a column a kind."""
    shape = (problem.x.shape[1], len(KINDS))
    transposed = problem.x.T.tocsr()

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(shape)
        scores = problem.x @ weights
        total, chances = expected(problem, scores)
        gradient = transposed @ (chances - problem.right) + PENALTY * weights
        value = total - (scores * problem.right).sum() + PENALTY / 2 * (weights**2).sum()
        return value, gradient.ravel()

    start = np.zeros(shape[0] * shape[1])
    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x.reshape(shape)


def best_names(run: LabelledRun, scores: np.ndarray) -> list[tuple[int, int, int]]:
    """The names of a run by the scores of its parts, shape (parts, kinds)."""
    best: list[tuple[float, list[tuple[int, int, int]]]] = [(0.0, [])]
    for j in range(1, run.length + 1):
        ways = [best[j - 1]] if j - 1 in run.small else []
        for (i, end), own in zip(run.segments, scores, strict=True):
            if end == j:
                ways.append((best[i][0] + own.max(), [*best[i][1], (i, j, int(own.argmax()))]))
        best.append(max(ways, key=lambda way: way[0]))
    return best[-1][1]


def save(weights: np.ndarray, path: Path) -> None:
    """Write the weights, a byte each."""
    weights = np.where(np.abs(weights) < SMALLEST, 0, weights)
    vectors = VECTOR_SCALE * weights[BUCKETS:].reshape(len(WEIGHED), DIMENSION, len(KINDS))
    kept: dict[str, Any] = {}
    for name, own in (("features", weights[:BUCKETS]), ("vectors", vectors)):
        scale = np.abs(own).max() / 127
        kept |= {name: np.round(own / scale).astype(np.int8), f"{name}_scale": np.float32(scale)}
    np.savez_compressed(path, **kept)


def report(found: Sequence[tuple[LabelledRun, list[tuple[int, int, int]]]]) -> None:
    """Precision, recall and F1 of each kind: a name counts if both its ends and its kind are right."""
    for number, kind in enumerate(KINDS):
        told = sum(name[2] == number for _, names in found for name in names)
        true = sum(name[2] == number for run, _ in found for name in run.names)
        both = sum(name[2] == number and name in run.names for run, names in found for name in names)
        f1 = 2 * both / (told + true)
        print(f"{kind}: precision {both / told:.3f}, recall {both / true:.3f}, F1 {f1:.3f}, n {true}")


def main() -> None:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(prog="python -m training.names", description=__doc__)
    parser.add_argument("--folds", action="store_true", help="measure on groups held out")
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    runs = [*read_runs(), *read_known()]
    if not options.folds:
        save(fit(make_problem(runs)), options.output)
        return
    groups = sorted({run.group for run in runs} - {NO_GROUP})
    found = []
    for fold in range(FOLDS):
        held = set(groups[fold::FOLDS])
        weights = fit(make_problem([run for run in runs if run.group not in held]))
        for run in (run for run in runs if run.group in held):
            found.append((run, best_names(run, make_problem([run]).x @ weights)))
    report(found)


if __name__ == "__main__":
    main()

"""How far a figure would move with other items of its kind: the standard error by a delete-a-group jackknife.

The items of a set are dealt into groups, those of one event or article into the same one. Predictions are scored again
without each group in turn, by the set's own scorer on a copy of its data from which the group is taken.
"""

from __future__ import annotations

import gzip
import math
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from tests.benchmarks.common import Prediction, read_lines, score, write_lines

GROUPS = 10
Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Set:
    """A set whose figures have a spread: the file with its items, their key, what keeps some together, the figures."""

    gold: str
    key: str
    together: Callable[[Item], str]
    figures: tuple[str, ...]
    options: tuple[str, ...] = ("--json",)


SETS = {
    "answering": Set("questions.jsonl.gz", "id", lambda item: item["doc_id"], ("utility",)),
    "desk-own": Set("questions.jsonl", "id", lambda item: item["library"]["own"], ("utility",), ("--library", "own")),
    "desk-all": Set("questions.jsonl", "id", lambda item: item["library"]["own"], ("utility",), ("--library", "all")),
    "events": Set("documents.jsonl.gz", "doc_id", lambda item: item["event"], ("bcubed_f1",)),
    "grounding": Set("claims.jsonl.gz", "id", lambda item: item["evidence"][0], ("wice auroc", "summedits auroc")),
    "storyfacts": Set(
        "events.jsonl", "event", lambda item: item["event"],
        ("weighted", "disagreement_f1", "timeline_f1", "copies_f1"), (),
    ),
    "summhay": Set("queries.jsonl", "query_id", lambda item: item["query_id"], ("joint",)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a system, and its standard error."""

    name: str
    value: float
    error: float


def figures(name: str, predictions: Sequence[Prediction], data: Path) -> list[Figure]:
    """The figures of a set for some predictions, with their spread.

    What its scorer does not give is left out, and so is a group without which it does not give it.
    """
    own, benchmark = SETS[name], name.partition("-")[0]
    whole = score(benchmark, predictions, data, own.options)
    parts = []
    for group in range(GROUPS):
        with _without(group, own, data) as (rest, taken):
            if taken:
                left = [p for p in predictions if p[own.key] not in taken]
                parts.append(score(benchmark, left, rest, own.options))
    found = []
    for figure in own.figures:
        value = _at(whole, figure)
        if value is not None:
            found.append(Figure(figure, value, _error([v for p in parts if (v := _at(p, figure)) is not None])))
    return found


@contextmanager
def _without(group: int, own: Set, data: Path) -> Iterator[tuple[Path, set[str]]]:
    """A copy of a set's data without the items of a group, and the keys of these."""
    items = read_lines(data / own.gold)
    taken = {item[own.key] for item in items if crc32(own.together(item).encode()) % GROUPS == group}
    with tempfile.TemporaryDirectory() as folder:
        rest = Path(folder)
        for path in data.iterdir():
            if path.is_file() and path.name != own.gold:
                shutil.copyfile(path, rest / path.name)
        left = rest / own.gold
        write_lines(left, [item for item in items if item[own.key] not in taken])
        if left.suffix == ".gz":
            left.write_bytes(gzip.compress(left.read_bytes()))
        yield rest, taken


def _at(result: dict[str, Any], figure: str) -> float | None:
    value: Any = result
    for part in figure.split():
        value = value.get(part) if isinstance(value, dict) else None
    return None if value is None else float(value)


def _error(parts: Sequence[float]) -> float:
    if len(parts) < 2:
        return 0.0
    mean = sum(parts) / len(parts)
    return math.sqrt((len(parts) - 1) / len(parts) * sum((part - mean) ** 2 for part in parts))

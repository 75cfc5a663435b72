"""All predictions of the quick benchmarks, and their hashes: equal hashes mean that no result has changed.

    python -m tests.benchmarks predictions [--data ROOT] [--write FOLDER] [--compare FOLDER]

ROOT holds the folders of the sets. `--write` keeps a file for each set, `--compare` tells which sets differ from those
kept before, and in how many records. Floats are rounded and keys sorted; the order of records and lists is a part of
the result. Exits with 1 if a set differs.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.benchmarks import answering, copies, desk, disagreements, events, grounding, storyfacts, summhay
from tests.benchmarks.common import Prediction

DIGITS = 6
"""Digits after the point of a float: the last bits of a sum may differ between machines."""
SETS: dict[str, tuple[str, Callable[[Path], Sequence[Prediction]]]] = {
    "answering": ("answering", answering.predict),
    "summhay": ("summhay", summhay.predict),
    "grounding": ("grounding", grounding.predict),
    "events": ("events", events.predict),
    "disagreements": ("", disagreements.predict),
    "copies": ("", copies.predict),
    "desk-own": ("desk", partial(desk.predict, which="own")),
    "desk-all": ("desk", partial(desk.predict, which="all")),
    "storyfacts": ("storyfacts", storyfacts.predict),
}
"""The folder below the root that a set's data lie in, and what makes its predictions of them."""


def run(data: Path, *, as_json: bool, write: Path | None = None, compare: Path | None = None) -> None:
    hashes: dict[str, str] = {}
    differing: list[str] = []
    for name, (folder, predict) in SETS.items():
        begun = time.perf_counter()
        lines = [plain(prediction) for prediction in predict(data / folder)]
        text = "".join(f"{line}\n" for line in lines)
        hashes[name] = sha256(text.encode()).hexdigest()
        verdict = difference(lines, compare / f"{name}.jsonl") if compare else ""
        if verdict:
            differing.append(name)
        seconds = time.perf_counter() - begun
        print(f"{name:14} {hashes[name]}  {len(lines)} records, {seconds:.0f} s{verdict}", flush=True)
        if write:
            write.mkdir(parents=True, exist_ok=True)
            (write / f"{name}.jsonl").write_text(text, encoding="utf-8")
    if as_json:
        print(json.dumps(hashes))
    if compare:
        print(f"{len(differing)} of {len(SETS)} sets differ" + (f": {', '.join(differing)}" if differing else ""))
    if differing:
        sys.exit(1)


def plain(prediction: Prediction) -> str:
    """One line of JSON, the same for the same result."""
    return json.dumps(rounded(prediction), ensure_ascii=False, sort_keys=True)


def rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {key: rounded(own) for key, own in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(own) for own in value]
    return value


def difference(lines: Sequence[str], kept: Path) -> str:
    """What to tell of a set beside the file that was kept of it; "" if they are equal."""
    if not kept.is_file():
        return f"; {kept} is missing"
    before = kept.read_text("utf-8").split("\n")[:-1]
    if before == list(lines):
        return ""
    changed = sum(a != b for a, b in zip(before, lines, strict=False)) + abs(len(before) - len(lines))
    return f"; {changed} records differ"

"""Disagreements found in a generated set: reports of one event in which one thing of a sentence was changed.

Numbers, dates, names, places, speakers and denials are changed in sentences that say in other words what the other
report says, see `planted`; as many are only worded otherwise. Prints for each kind how many were found and how many
of the true ones were taken for a disagreement. What is found in other sentences of these real reports may be real.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rag import Comparison, Disagreement, Library, Settings
from tests.benchmarks.common import Prediction, read_lines, table, write_lines
from tests.benchmarks.planted import KINDS, Pair, Planted, by_event, make_pairs

EACH = 60
"""Changes of each kind and of each way that are asked for."""


def run(data: Path, *, as_json: bool) -> None:
    pairs = pairs_of(data)
    began = time.process_time()
    comparisons = compare_all(pairs)
    seconds = time.process_time() - began
    rows = measure(pairs, comparisons)
    print(table(rows))
    inside = {id(d) for pair, c in zip(pairs, comparisons, strict=True) for p in pair.planted for d in found_in(c, p)}
    others = sum(id(d) not in inside for c in comparisons for d in (*c.disagreed, *c.changed))
    print(f"{others} disagreements in other sentences of {len(pairs)} pairs of reports")
    print(f"{seconds:.1f} s of one core with sync")
    if as_json:
        print(json.dumps(rows))


def predict(data: Path) -> list[Prediction]:
    """For each pair of reports its disagreements: kind, nature, score, and the places of each side."""
    pairs = pairs_of(data)
    return [
        {"pair": pair.key, "disagreements": [as_places(d) for d in (*c.disagreed, *c.changed)]}
        for pair, c in zip(pairs, compare_all(pairs), strict=True)
    ]


def as_places(d: Disagreement) -> dict[str, Any]:
    sides = [
        [[s.quote.file, s.quote.start, s.quote.end, s.words.start, s.words.end] for s in x.statements] for x in d.sides
    ]
    return {"kind": d.kind, "nature": d.nature, "score": d.score, "sides": sides}


def pairs_of(data: Path) -> list[Pair]:
    texts = by_event(read_lines(data / "events" / "documents.jsonl.gz"), "event")
    texts |= by_event(read_lines(data / "summhay" / "documents.jsonl.gz"), "topic")
    return make_pairs(texts, EACH)


def compare_all(pairs: Sequence[Pair]) -> list[Comparison]:
    """Each pair of reports compared, all of them in one library."""
    records = [
        {"id": f"{number}{side}", "text": text}
        for number, pair in enumerate(pairs)
        for side, text in (("a", pair.first), ("b", pair.second))
    ]
    with tempfile.TemporaryDirectory() as folder:
        write_lines(Path(folder) / "r.jsonl", records)
        with Library(folder, settings=Settings()) as library:
            library.sync()
            return [library.compare(files=[f"r.jsonl#{n}a", f"r.jsonl#{n}b"]) for n in range(len(pairs))]


def found_in(comparison: Comparison, planted: Planted) -> list[Disagreement]:
    """The disagreements between a sentence and its like, by their kinds."""
    both = {planted.here, planted.there}
    every = (*comparison.disagreed, *comparison.changed)
    return [d for d in every if both <= {s.quote.text for side in d.sides for s in side.statements}]


def measure(pairs: Sequence[Pair], comparisons: Sequence[Comparison]) -> dict[str, dict[str, float]]:
    """For each kind the share that was found, in all and by the way it was made, and the share named rightly."""
    all_, found, named = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[str]()
    for pair, comparison in zip(pairs, comparisons, strict=True):
        for p in pair.planted:
            own = found_in(comparison, p)
            for way in ("", p.way):
                all_[p.kind, way] += 1
                found[p.kind, way] += bool(own)
            named[p.kind] += any(d.kind == p.kind for d in own)
    rows: dict[str, dict[str, float]] = {}
    for kind in KINDS:
        rows[kind] = _shares(all_, found, kind) | {"named": round(named[kind] / max(1, all_[kind, ""]), 3)}
    changed = sum(all_[kind, ""] for kind in KINDS)
    rows["all"] = {
        "made": changed,
        "found": round(sum(found[kind, ""] for kind in KINDS) / changed, 3),
        "named": round(sum(named[kind] for kind in KINDS) / changed, 3),
    }
    rows["unchanged: false"] = _shares(all_, found, "")
    return rows


def _shares(all_: Counter[tuple[str, str]], found: Counter[tuple[str, str]], kind: str) -> dict[str, float]:
    ways = {"found": "", "reworded": "reworded", "told twice": "told twice"}
    shares = {name: round(found[kind, way] / max(1, all_[kind, way]), 3) for name, way in ways.items()}
    return {"made": all_[kind, ""], **shares}

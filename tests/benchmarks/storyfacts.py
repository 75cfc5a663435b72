"""Key facts, disagreements, timeline and copies of real stories, each event a library of its own.

As many points are asked for as the set has key facts. Beside ours stand the set's own baselines, which differ in the
summary alone: the first sentences of the articles, the centroid, and TextRank.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rag import Comparison, Library, Quote, Summary, Timeline
from tests.benchmarks.common import Prediction, keep, own_file, read_lines, run_script, score, table
from tests.benchmarks.desk import doc_of, library_of

PARTS = {
    "summary": (
        "coverage", "coverage_main", "weighted", "lead_first", "background", "nothing", "redundancy", "retold",
        "out_of_context",
    ),
    "comparison": (
        "disagreement_precision", "disagreement_recall", "disagreement_f1", "recall_hard", "kind", "false_alarms",
    ),
    "timeline": (
        "timeline_precision", "timeline_recall", "timeline_f1", "timeline_dates", "timeline_background",
    ),
    "copies": ("copies_precision", "copies_recall", "copies_f1"),
}  # fmt: skip
"""The scorer's figures, a table for each part."""
BASELINES = ("lead", "centroid", "textrank")


def run(data: Path, *, as_json: bool, write: Path | None = None) -> None:
    predictions = {"readacross": predict(data), **baselines(data)}
    results = {name: score("storyfacts", own, data, ()) for name, own in predictions.items()}
    for part, figures in PARTS.items():
        print(part)
        shown = results if part == "summary" else {name: results[name] for name in ("readacross", BASELINES[0])}
        print(table({name: {figure: result[figure] for figure in figures} for name, result in shown.items()}))
    keep(write, predictions)
    if as_json:
        print(json.dumps(results["readacross"]))


def predict(data: Path) -> list[Prediction]:
    documents = read_lines(data / "documents.jsonl.gz")
    predictions = []
    for event in read_lines(data / "events.jsonl"):
        with library_of([d for d in documents if d["event"] == event["event"]]) as library:
            predictions.append(prediction_of(library, event))
    return predictions


def prediction_of(library: Library, event: dict[str, Any]) -> Prediction:
    return {
        "event": event["event"],
        "summary": summary_of(library.summarise(points=event["points_asked"])),
        "disagreements": disagreements_of(library.compare(files=[a.file for a in library.articles()])),
        "timeline": timeline_of(library.timeline()),
        "copies": [[doc_of(f) for f in g.files] for s in library.stories() for g in s.groups if len(g.files) > 1],
    }


def summary_of(summary: Summary) -> list[dict[str, Any]]:
    return [{"text": point.text, "places": places(point.quotes)} for point in summary.points]


def disagreements_of(comparison: Comparison) -> list[dict[str, Any]]:
    """Disagreements between reports, and what copies give otherwise than their original."""
    return [
        {"kind": d.kind, "sides": [{"places": places(s.quote for s in side.statements)} for side in d.sides]}
        for d in (*comparison.disagreed, *comparison.changed)
    ]


def timeline_of(timeline: Timeline) -> list[dict[str, Any]]:
    """The entries as shown: dated ones, then those whose time is not known."""
    return [
        {"date_start": e.when.first or None, "date_end": e.when.last or None, "places": places(e.quotes)}
        for e in (*timeline.events, *timeline.unresolved)
    ]


def places(quotes: Iterable[Quote]) -> list[dict[str, Any]]:
    return [{"doc": doc_of(t.file), "start": t.start, "end": t.end} for t in quotes]


def baselines(data: Path) -> dict[str, list[Prediction]]:
    """The predictions of the set's own baselines."""
    with tempfile.TemporaryDirectory() as folder:
        run_script(own_file("storyfacts", "baselines.py", data), "--data", str(data), "--write", folder)
        return {name: read_lines(Path(folder) / f"{name}.jsonl") for name in BASELINES}

"""What each rule on two sentences is worth to the stories of the storyfacts set, switched off one at a time.

Told are the figures of the summary and of the disagreements, and with how many differences of the planted set.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

from rag.analysis import disagreements, sentence_graph
from rag.verify import conflicts, differences
from tests.benchmarks.common import Prediction, read_lines, score
from tests.benchmarks.desk import library_of
from tests.benchmarks.storyfacts import disagreements_of, summary_of


def _none(*_: object) -> tuple[()]:
    return ()


SWITCHES: dict[str, tuple[object, str, Any]] = {
    "": (sentence_graph, "BEFORE", sentence_graph.BEFORE),
    "all conflicts": (sentence_graph, "exclude_each_other", lambda *_: False),
    "numbers": (conflicts, "_numbers", _none),
    "dates": (conflicts, "_dates", _none),
    "denials": (conflicts, "_denials", _none),
    "opposites": (conflicts, "_opposites", _none),
    "names around a word": (conflicts, "_roles", _none),
    "names": (conflicts, "_names", _none),
    "subjects": (conflicts, "_subjects", _none),
    "differences": (disagreements, "find_differences", _none),
    "differences: denials": (differences, "find_denials", _none),
    "differences: opposites": (differences, "find_opposites", _none),
    "differences: other roles": (differences, "other_roles", lambda *_: False),
}
"""What switches a rule off."""
FIGURES = (
    "weighted", "redundancy", "out_of_context", "disagreement_precision", "disagreement_recall", "disagreement_f1",
)  # fmt: skip


def measure(data: Path) -> dict[str, dict[str, float]]:
    """For each rule the figures without it."""
    documents, events = read_lines(data / "documents.jsonl.gz"), read_lines(data / "events.jsonl")
    predictions: dict[str, list[Prediction]] = {name: [] for name in SWITCHES}
    for event in events:
        with library_of([d for d in documents if d["event"] == event["event"]]) as library:
            files = [a.file for a in library.articles()]
            for name, (owner, attribute, instead) in SWITCHES.items():
                library._facts._books.clear()
                with patch.object(owner, attribute, instead):
                    predictions[name].append(
                        {
                            "event": event["event"],
                            "summary": summary_of(library.summarise(points=event["points_asked"])),
                            "disagreements": disagreements_of(library.compare(files=files)),
                            "timeline": [],
                            "copies": [],
                        }
                    )
    scored = {name: score("storyfacts", own, data, ()) for name, own in predictions.items()}
    return {name or "full": {f: own[f] for f in FIGURES} for name, own in scored.items()}

"""Desk questions: questions, dialogues and requests over news articles, each asked over the articles of its own event
("own") and over those of all events ("all").

The baselines of the same run are BM25's best sentence, which never refuses, and the same refused below the threshold
that does best on these very questions. Requests ("compare the reports") are told apart by `intent`.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag import Answer, Library, Settings
from rag.text.terms import terms
from tests.benchmarks.common import Prediction, keep, read_lines, score, table

Item = dict[str, Any]
"""A question, a turn of a dialogue, or a request."""
WHICH = ("own", "all")
K1, B = 1.2, 0.75
"""The usual parameters of BM25."""
THRESHOLDS = 40
"""Thresholds that are tried: evenly spaced quantiles of the best sentences' scores."""
FIGURES = {
    "utility": "utility",
    "utility_answerable": "answerable",
    "first_hit": "first right",
    "false_refusal": "refused though told",
    "right_refusal": "rightly refused",
    "source_coverage": "docs cited",
    "follow_up": "followups",
}
REQUESTS = {"request_intent": "requests", "request_points": "their points", "request_in_scope": "in scope"}
"""Figures of the scorer, and their columns; a baseline does not serve requests."""


def run(data: Path, *, as_json: bool, write: Path | None = None) -> None:
    results: dict[str, dict[str, Any]] = {}
    rows: dict[str, dict[str, Any]] = {}
    for which in WHICH:
        made = predict_with_baselines(data, which)
        keep(write, made, f"-{which}")
        for name, predictions in made.items():
            results[f"{name}, {which}"] = result = score_over(which, predictions, data)
            columns = FIGURES | (REQUESTS if name == "readacross" else {})
            rows[f"{name}, {which}"] = {column: result[figure] for figure, column in columns.items()}
    print(table(rows))
    if as_json:
        print(json.dumps({which: results[f"readacross, {which}"] for which in WHICH}))


def score_over(which: str, predictions: Iterable[Prediction], data: Path) -> dict[str, Any]:
    return score("desk", predictions, data, ("--library", which))


def predict(data: Path, which: str) -> list[Prediction]:
    return [p for library, items in libraries(data, which) for p in answer_all(library, items)]


def predict_with_baselines(data: Path, which: str) -> dict[str, list[Prediction]]:
    """The predictions of each system over one kind of library."""
    ours: list[Prediction] = []
    best: list[Best] = []
    for library, items in libraries(data, which):
        ours += answer_all(library, items)
        bm25 = BestSentence(library)
        best += [bm25.find(item) for item in items if item["type"] != "request"]
    return {
        "readacross": ours,
        "BM25, never refusing": [b.prediction(-1.0) for b in best],
        "BM25, best threshold": best_threshold(best, which, data),
    }


def libraries(data: Path, which: str) -> Iterator[tuple[Library, list[Item]]]:
    """Each library, synced, and the items that are asked over it."""
    documents = {d["doc_id"]: d for d in read_lines(data / "documents.jsonl.gz")}
    members: dict[str, list[str]] = json.loads((data / "libraries.json").read_text("utf-8"))
    items = read_lines(data / "questions.jsonl")
    for name in dict.fromkeys(item["library"][which] for item in items):
        with library_of([documents[d] for d in members[name]]) as library:
            yield library, [item for item in items if item["library"][which] == name]


@contextmanager
def library_of(documents: Sequence[dict[str, Any]]) -> Iterator[Library]:
    """A library with a text file for each document, named by its `doc_id`; places in it are the scorer's."""
    with tempfile.TemporaryDirectory() as folder:
        for d in documents:
            (Path(folder) / f"{d['doc_id']}.txt").write_text(d["text"], encoding="utf-8")
        with Library(folder, settings=Settings()) as library:
            report = library.sync()
            assert not report.skipped, report.skipped
            altered = [d["doc_id"] for d in documents if library.article(f"{d['doc_id']}.txt").text != d["text"]]
            assert not altered, altered
            yield library


def doc_of(file: str) -> str:
    return file.removesuffix(".txt")


# -- ours --------------------------------------------------------------------------------------------------------------


def answer_all(library: Library, items: Sequence[Item]) -> Iterator[Prediction]:
    """Every item in a conversation of its own, and the turns of a dialogue in one, in their order."""
    dialogues: dict[str, list[Item]] = {}
    for item in items:
        dialogues.setdefault(item.get("dialogue") or item["id"], []).append(item)
    for turns in dialogues.values():
        conversation = library.chat()
        for item in sorted(turns, key=lambda turn: int(turn.get("turn") or 0)):
            yield prediction_of(item, conversation.ask(item["question"]))


def prediction_of(item: Item, answer: Answer) -> Prediction:
    sentences = [
        {"text": s.text, "citations": [{"doc": doc_of(c.file), "start": c.start, "end": c.end} for c in s.citations]}
        for s in answer.sentences
    ]
    return {"id": item["id"], "found": answer.found, "intent": intent_of(answer), "sentences": sentences}


def intent_of(answer: Answer) -> str:
    """What the product took the question for; a plain question where it does not tell."""
    return str(getattr(answer, "intent", None) or "answer")


# -- the baseline ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Best:
    """The sentence with the best score for an item, and its place."""

    id: str
    score: float
    text: str
    place: dict[str, Any]

    def prediction(self, threshold: float) -> Prediction:
        if self.score < threshold:
            return {"id": self.id, "found": False, "sentences": []}
        return {"id": self.id, "found": True, "sentences": [{"text": self.text, "citations": [self.place]}]}


class BestSentence:
    """BM25 (Robertson and Zaragoza 2009) over the sentences of a library."""

    def __init__(self, library: Library) -> None:
        self.places = [
            (a.text[s.start : s.end], {"doc": doc_of(a.file), "start": s.start, "end": s.end})
            for a in library.articles()
            for s in library.sentences(a.file)
        ]
        bags = [Counter(terms(text)) for text, _ in self.places]
        lengths = np.array([bag.total() for bag in bags])
        norms = K1 * (1 - B + B * lengths / lengths.mean())
        self.postings: dict[str, list[tuple[int, float]]] = {}
        for i, bag in enumerate(bags):
            for term, count in bag.items():
                weight = count * (K1 + 1) / (count + norms[i])
                self.postings.setdefault(term, []).append((i, float(weight)))

    def find(self, item: Item) -> Best:
        scores = np.zeros(len(self.places))
        for term in terms(item["question"]):
            holding = self.postings.get(term, ())
            rarity = math.log(1 + (len(self.places) - len(holding) + 0.5) / (len(holding) + 0.5))
            for i, weight in holding:
                scores[i] += rarity * weight
        best = int(scores.argmax())
        text, place = self.places[best]
        return Best(item["id"], float(scores[best]), text, place)


def best_threshold(best: Sequence[Best], which: str, data: Path) -> list[Prediction]:
    """The predictions with the threshold that gives the highest utility."""
    tried = np.quantile([b.score for b in best], np.linspace(0, 1, THRESHOLDS))
    return max(
        ([b.prediction(float(threshold)) for b in best] for threshold in tried),
        key=lambda predictions: float(score_over(which, predictions, data)["utility"]),
    )

"""Cited answers and refusals: 357 questions over 356 short articles (CLAP-NQ), through the public API.

The baseline of the same run is TF-IDF: the sentence nearest to the question, refused below the threshold that does
best on these very questions. Every citation is checked against its article on the way.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from rag import Library, Settings
from rag.text.terms import terms
from tests.benchmarks.common import Prediction, keep, read_lines, score, table, write_lines


def run(data: Path, *, as_json: bool, write: Path | None = None) -> None:
    questions = read_lines(data / "questions.jsonl.gz")
    with library_of(data) as library:
        begun = time.perf_counter()
        ours = [ask(library, q) for q in questions]
        milliseconds = 1000 * (time.perf_counter() - begun) / len(questions)
        baseline = tf_idf(library, questions)
    tried = (baseline(t) for t in (0.15, 0.2, 0.25, 0.3, 0.35, 0.4))
    best = max(tried, key=lambda predictions: float(score("answering", predictions, data)["utility"]))
    made = {"readacross": ours, "TF-IDF, best threshold": best}
    results = {name: score("answering", own, data) for name, own in made.items()}
    print(table(results))
    keep(write, made)
    print(f"{sum(len(p['citations']) for p in ours)} citations, all exact; {milliseconds:.1f} ms a question")
    if as_json:
        print(json.dumps(results["readacross"]))


def predict(data: Path) -> list[Prediction]:
    with library_of(data) as library:
        return [ask(library, q) for q in read_lines(data / "questions.jsonl.gz")]


@contextmanager
def library_of(data: Path) -> Iterator[Library]:
    """A library of the set's articles, synced; ends the run if one of them was altered on the way."""
    documents = read_lines(data / "documents.jsonl.gz")
    with tempfile.TemporaryDirectory() as folder:
        records = [{"id": d["doc_id"], "title": d["title"], "text": d["text"]} for d in documents]
        write_lines(Path(folder) / "documents.jsonl", records)
        with Library(folder, settings=Settings()) as library:
            report = library.sync()
            assert not report.skipped, report.skipped
            changed = sum(library.article(f"documents.jsonl#{d['doc_id']}").text != d["text"] for d in documents)
            if changed:
                sys.exit(f"{changed} articles were altered when they were read: their offsets are not the scorer's")
            yield library


def ask(library: Library, question: dict[str, Any]) -> Prediction:
    answer = library.ask(question["question"])
    for c in answer.citations:
        assert library.article(c.file).text[c.start : c.end] == c.quote
    citations = [
        {"doc_id": c.file.partition("#")[2], "start": c.start, "end": c.end}
        for s in answer.sentences
        for c in s.citations
    ]
    said = [s.text for s in answer.sentences]
    return {"id": question["id"], "refused": not answer.found, "citations": citations, "sentences": said}


def tf_idf(library: Library, questions: list[dict[str, Any]]) -> Any:
    """A function from a threshold to predictions."""
    places = [
        (a.file, s.start, s.end, a.text[s.start : s.end]) for a in library.articles() for s in library.sentences(a.file)
    ]
    bags = [Counter(terms(text)) for *_, text in places]
    frequency = Counter(term for bag in bags for term in bag)
    number = {term: i for i, term in enumerate(frequency)}
    idf = np.array([math.log(len(bags) / n) for n in frequency.values()])
    matrix = np.zeros((len(bags), len(number)), np.float32)
    for row, bag in zip(matrix, bags, strict=True):
        for term, count in bag.items():
            row[number[term]] = count * idf[number[term]]
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True) + 1e-9
    found = []
    for q in questions:
        vector = np.zeros(len(number), np.float32)
        for term in terms(q["question"]):
            if term in number:
                vector[number[term]] = idf[number[term]]
        cosines = matrix @ (vector / (np.linalg.norm(vector) + 1e-9))
        best = int(cosines.argmax())
        file, start, end, _ = places[best]
        found.append((q["id"], float(cosines[best]), {"doc_id": file.partition("#")[2], "start": start, "end": end}))

    def predictions(threshold: float) -> list[Prediction]:
        return [{"id": i, "refused": cosine < threshold, "citations": [place]} for i, cosine, place in found]

    return predictions

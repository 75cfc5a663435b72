"""Cited summaries of 100 articles with a focus (SummHay news): as many points as the reference has insights.

Each topic's documents are one library; the focus is a query's `subtopic` and `query`. The published systems stand
beside ours, and below them what becomes of the result when one part of the method is left out. Every place that a point
cites is checked against its article on the way.
"""

from __future__ import annotations

import json
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

from rag import Library, Settings, Summary
from rag.analysis import facts, query_focus, selection, summary
from tests.benchmarks.common import Prediction, keep, own_file, read_lines, score, table, write_lines

Part = tuple[ModuleType, dict[str, float]]
PARTS: dict[str, Part] = {
    "same facts of several articles": (facts, {"SAME_FACT": 2.0}),
    "the count of reports": (facts, {"SUPPORT": 0.0, "ONE_ONLY": 0.0, "TWO_ONLY": 0.0}),
    "newness": (facts, {"NEWNESS": 0.0}),
    "a fact's own words": (query_focus, {"OWN": 0.0}),
    "the company it keeps": (query_focus, {"COMPANY": 0.0}),
    "feedback of the best facts": (query_focus, {"ROUNDS": 1}),
    "leaving out repetitions": (selection, {"REPEATS": 2.0}),
}
"""The parts of the method, and the values that switch each one off."""


def run(data: Path, *, as_json: bool, write: Path | None = None) -> None:
    predictions: list[Prediction] = []
    without: dict[str, list[Prediction]] = {name: [] for name in PARTS}
    seconds: list[float] = []
    for library, own in topics(data):
        for query in own:
            begun = time.perf_counter()
            predictions.append(answer(library, query))
            seconds.append(time.perf_counter() - begun)
        for name, part in PARTS.items():
            without[name].extend(answers_without(part, library, own))
    result = score("summhay", predictions, data)
    keep(write, {"readacross": predictions})
    rows: dict[str, Any] = {"readacross": result}
    for name, figures in published(data)[:6]:
        rows[name] = dict(zip(("coverage", "citation", "joint"), figures, strict=True))
    print(table(rows))
    print(table({f"without {name}": score("summhay", own, data) for name, own in without.items()}))
    print(f"{sum(seconds) / len(seconds):.2f} s a summary of 100 articles, at most {max(seconds):.2f} s")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB at most")
    if as_json:
        print(json.dumps(result))


def predict(data: Path) -> list[Prediction]:
    return [answer(library, query) for library, own in topics(data) for query in own]


def topics(data: Path) -> Iterator[tuple[Library, list[dict[str, Any]]]]:
    """For each topic a library of its articles, synced, and its queries."""
    documents = read_lines(data / "documents.jsonl.gz")
    queries = read_lines(data / "queries.jsonl")
    for topic in dict.fromkeys(d["topic"] for d in documents):
        records = [
            {"id": d["doc_id"], "publisher": d["publisher"], "text": d["text"]}
            for d in documents
            if d["topic"] == topic
        ]
        with tempfile.TemporaryDirectory() as folder:
            write_lines(Path(folder) / "documents.jsonl", records)
            with Library(folder, settings=Settings()) as library:
                report = library.sync()
                assert not report.skipped, report.skipped
                yield library, [q for q in queries if q["topic"] == topic]


def answer(library: Library, query: dict[str, Any]) -> Prediction:
    made = library.summarise(asked(query), points=len(query["insights"]))
    for quote in (t for p in made.points for t in p.quotes):
        assert library.article(quote.file).text[quote.start : quote.end] == quote.text
    return bullets(query, made)


def answers_without(part: Part, library: Library, queries: Sequence[dict[str, Any]]) -> list[Prediction]:
    """The same without one part of the method."""
    module, values = part
    article_cache = library._facts
    with patch.multiple(module, **values):
        book = article_cache.book()
        if "SAME_FACT" in values:
            book = facts.make_fact_book(book.articles, article_cache.embed, stories=book.stories)
        return [
            bullets(q, summary.summarise_book(book, article_cache.embed, focus=asked(q), points=len(q["insights"])))
            for q in queries
        ]


def asked(query: dict[str, Any]) -> str:
    return f"{query['subtopic']}. {query['query']}"


def bullets(query: dict[str, Any], made: Summary) -> Prediction:
    bullets = [{"text": p.text, "doc_ids": [f.partition("#")[2] for f in p.files]} for p in made.points]
    return {"query_id": query["query_id"], "bullets": bullets}


def published(data: Path) -> list[tuple[str, list[float]]]:
    path = own_file("summhay", "published.json", data)
    return sorted(json.loads(path.read_text("utf-8")).items(), key=lambda item: -float(item[1][2]))

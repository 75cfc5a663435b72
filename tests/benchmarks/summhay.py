"""Cited summaries of 100 articles with a focus (SummHay news): as many points as the reference has insights.

Each topic's documents are one library; the focus is a query's `subtopic` and `query`. The published systems stand
beside ours. Every place that a point cites is checked against its article on the way.
"""

from __future__ import annotations

import json
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from rag import Library, Settings
from tests.benchmarks.common import SHARED, read_lines, score, table, write_lines


def run(data: Path, *, as_json: bool) -> None:
    documents = read_lines(data / "documents.jsonl.gz")
    queries = read_lines(data / "queries.jsonl")
    predictions: list[dict[str, Any]] = []
    seconds: list[float] = []
    for topic in dict.fromkeys(d["topic"] for d in documents):
        records = [
            {"id": d["doc_id"], "publisher": d["publisher"], "text": d["text"]}
            for d in documents
            if d["topic"] == topic
        ]
        own = [q for q in queries if q["topic"] == topic]
        with tempfile.TemporaryDirectory() as folder:
            write_lines(Path(folder) / "documents.jsonl", records)
            with Library(folder, settings=Settings()) as library:
                report = library.sync()
                assert not report.skipped, report.skipped
                for query in own:
                    begun = time.perf_counter()
                    predictions.append(answer(library, query))
                    seconds.append(time.perf_counter() - begun)
    result = score("summhay", predictions, data)
    rows: dict[str, Any] = {"readacross": result}
    for name, figures in published(data)[:6]:
        rows[name] = dict(zip(("coverage", "citation", "joint"), figures, strict=True))
    print(table(rows))
    print(f"{sum(seconds) / len(seconds):.2f} s a summary of 100 articles, at most {max(seconds):.2f} s")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB at most")
    if as_json:
        print(json.dumps(result))


def answer(library: Library, query: dict[str, Any]) -> dict[str, Any]:
    focus = f"{query['subtopic']}. {query['query']}"
    summary = library.summarise(focus, points=len(query["insights"]))
    for told in (t for p in summary.points for t in p.told):
        assert library.article(told.file).text[told.start : told.end] == told.text
    bullets = [{"text": p.text, "doc_ids": [f.partition("#")[2] for f in p.files]} for p in summary.points]
    return {"query_id": query["query_id"], "bullets": bullets}


def published(data: Path) -> list[tuple[str, list[float]]]:
    own = data / "published.json"
    path = own if own.is_file() else SHARED / "summhay" / "published.json"
    return sorted(json.loads(path.read_text("utf-8")).items(), key=lambda item: -float(item[1][2]))

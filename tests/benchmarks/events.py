"""Articles grouped by event: 624 news articles of 54 events, which are pairwise alike (ECB+).

The baseline of the same run is TF-IDF with average linkage, at the bar that does best on these very articles.
"""

from __future__ import annotations

import json
import math
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rag import Library, Settings, Stories
from rag.analysis.clustering import Edge, average_linkage
from rag.analysis.read_articles import pack
from rag.analysis.similarity import neighbours
from rag.text.terms import terms
from tests.benchmarks.common import Prediction, keep, read_lines, score, table, write_lines


def run(data: Path, *, as_json: bool, write: Path | None = None) -> None:
    documents = read_lines(data / "documents.jsonl.gz")
    stories, seconds = group(documents)
    groups = tf_idf([d["text"] for d in documents])
    tried = (named(documents, groups(bar)) for bar in (0.14, 0.16, 0.18, 0.2))
    best = max(tried, key=lambda predictions: float(score("events", predictions, data)["bcubed_f1"]))
    made = {"readacross": predictions_of(stories), "TF-IDF, best bar": best}
    results = {name: score("events", own, data) for name, own in made.items()}
    print(table(results))
    keep(write, made)
    print(f"{sum(s.reports for s in stories)} independent reports among {len(documents)} articles")
    print(f"{seconds:.1f} s; {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB at most")
    if as_json:
        print(json.dumps(results["readacross"]))


def predict(data: Path) -> list[Prediction]:
    return predictions_of(group(read_lines(data / "documents.jsonl.gz"))[0])


def group(documents: Sequence[dict[str, Any]]) -> tuple[Stories, float]:
    """The stories of the articles, and the seconds that finding them took."""
    with tempfile.TemporaryDirectory() as folder:
        write_lines(Path(folder) / "documents.jsonl", [{"id": d["doc_id"], "text": d["text"]} for d in documents])
        with Library(folder, settings=Settings()) as library:
            report = library.sync()
            assert not report.skipped, report.skipped
            begun = time.perf_counter()
            stories = library.stories()
            seconds = time.perf_counter() - begun
    return stories, seconds


def predictions_of(stories: Stories) -> list[Prediction]:
    return [
        {"doc_id": file.partition("#")[2], "story": number}
        for number, story in enumerate(stories)
        for file in story.files
    ]


def named(documents: Sequence[dict[str, Any]], groups: Sequence[Sequence[int]]) -> list[Prediction]:
    return [{"doc_id": documents[i]["doc_id"], "story": n} for n, group in enumerate(groups) for i in group]


def tf_idf(texts: Sequence[str]) -> Any:
    """A function from a bar to groups."""
    bags = pack([Counter(terms(text)) for text in texts], inverse_frequency)
    near = [neighbours(bags, i, 200) for i in range(len(texts))]
    edges = [
        Edge(i, int(j), float(w))
        for i, others in enumerate(near)
        for j, w in zip(others, bags.cosines(i, others), strict=True)
        if i < j or i not in near[j]
    ]
    return lambda bar: average_linkage(len(texts), edges, bar, 0.0)


def inverse_frequency(term: str, holding: int, bags: int) -> float:
    """The plain inverse document frequency, ln((N + 1) / (n + 1/2))."""
    del term
    return math.log((bags + 1) / (holding + 0.5))

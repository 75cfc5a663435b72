"""Speed against stock LlamaIndex with the same embedder and passages of the same size, as ratios in one run.

`sync` of 1,000 news articles, one file each, against `SentenceSplitter`, `VectorStoreIndex` and `ChromaVectorStore`;
a second sync with nothing changed; `ask` with the quoting writer against stock's retriever alone; the page's start.
Syncs are medians of `ROUNDS` processes, ours and stock's in turn; questions go to ours and to stock's in turn.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.common import read_lines

ARTICLES = 1_000
ROUNDS = 3
SETS = ("summhay", "answering", "events")


def run(data: Path, *, as_json: bool) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "articles"
        folder.mkdir()
        documents = [d for name in SETS for d in read_lines(data / name / "documents.jsonl.gz")][:ARTICLES]
        for d in documents:
            (folder / f"{d['doc_id']}.txt").write_text(d["text"], encoding="utf-8")
        questions = Path(place) / "questions.json"
        asked = [q["question"] for q in read_lines(data / "answering" / "questions.jsonl.gz")][:100]
        questions.write_text(json.dumps(asked), encoding="utf-8")
        rounds = []
        for number in range(ROUNDS):
            ours = child("ours", folder, Path(place) / f"ours{number}", questions)
            rounds.append((ours, child("stock", folder, Path(place) / f"stock{number}", questions)))
        turns = child("ask", folder, Path(place) / f"ours{ROUNDS - 1}", questions)
        page = child("page", folder, Path(place) / f"ours{ROUNDS - 1}", questions)
    page.pop("memory")
    result = compare([o for o, _ in rounds], [s for _, s in rounds]) | answering(turns) | page
    for name, value in result.items():
        print(f"{name:44} {value}")
    if as_json:
        print(json.dumps(result))


def child(what: str, folder: Path, store: Path, questions: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.speed_child", what, str(folder), str(store), str(questions)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{what} failed: {done.stderr[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def compare(ours: list[dict[str, Any]], stock: list[dict[str, Any]]) -> dict[str, Any]:
    def median(runs: list[dict[str, Any]], name: str) -> float:
        return float(statistics.median(r[name] for r in runs))

    stages = ours[0]["stages"]
    ratios = [s["sync"] / o["sync"] for o, s in zip(ours, stock, strict=True)]
    return {
        "articles": ARTICLES,
        "passages, ours and stock's": [ours[0]["passages"], stock[0]["passages"]],
        "sync: times as fast as stock": [round(f(ratios), 2) for f in (statistics.median, min, max)],
        "sync, s, ours and stock's": [round(median(ours, "sync"), 2), round(median(stock, "sync"), 2)],
        "sync, s of each stage": {
            name: round(statistics.median(o["stages"][name] for o in ours), 3) for name in stages
        },
        "second sync, share of the first": round(statistics.median(o["again"] / o["sync"] for o in ours), 4),
        "peak memory, MB, ours and stock's": [round(median(ours, "memory")), round(median(stock, "memory"))],
    }


def answering(asked: dict[str, Any]) -> dict[str, Any]:
    return {
        "ask, times stock's retriever alone": round(asked["ask"] / asked["retrieve"], 2),
        "ask, ms, and stock's retriever": [round(1000 * asked["ask"], 2), round(1000 * asked["retrieve"], 2)],
        "ask, share of each step": asked["steps"],
        "open an indexed library, s": round(asked["open"], 2),
    }

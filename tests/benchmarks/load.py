"""Many users at once: `USERS` ask the served page's REST interface for `SECONDS` over generated articles.

Each asks its next question once it has the answer to the last. What is refused as busy (503) is counted apart from
errors, and asked again after a second. Then `QUESTIONS` are asked one after another, and the server's memory is told
before, between and after: it must not grow with the number of questions.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from rag import Library, Settings
from tests.benchmarks.common import read_lines
from tests.benchmarks.scale import SETS, told_again

ARTICLES = int(os.environ.get("LOAD_ARTICLES", "2000"))
USERS = int(os.environ.get("LOAD_USERS", "50"))
SECONDS = float(os.environ.get("LOAD_SECONDS", "300"))
QUESTIONS = int(os.environ.get("LOAD_QUESTIONS", "1000"))


def run(data: Path, *, as_json: bool) -> None:
    documents = [d["text"] for name in SETS for d in read_lines(data / name / "documents.jsonl.gz")]
    asked = [q["question"] for q in read_lines(data / "answering" / "questions.jsonl.gz")]
    with tempfile.TemporaryDirectory() as place:
        for number in range(ARTICLES):
            (Path(place) / f"{number:06}.txt").write_text(told_again(documents, number), encoding="utf-8")
        with Library(place, settings=Settings()) as library:
            library.sync()
        with served(Path(place)) as (address, process):
            ask(address, asked[0])
            result = together(address, process, asked) | in_turn(address, process, asked)
    for name, value in result.items():
        print(f"{name:44} {value}")
    if as_json:
        print(json.dumps(result))


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, int]]:
    """The address of a page over the folder in a process of its own, and the process's number."""
    command = [sys.executable, "-m", "rag.cli", "serve", "--library", str(folder), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            yield next(m[0] for line in process.stderr if (m := re.search(r"http://\S+", line))), process.pid
        finally:
            process.terminate()


def ask(address: str, question: str) -> int:
    return httpx.post(f"{address}api/v1/ask", json={"question": question}, timeout=120).status_code


def together(address: str, process: int, asked: list[str]) -> dict[str, Any]:
    """Seconds of each answer, and what else came, with all users at once."""
    seconds, outcomes, until = list[float](), Counter[str](), time.monotonic() + SECONDS
    before = memory(process)

    def user(number: int) -> None:
        turn = number
        while time.monotonic() < until:
            begun = time.monotonic()
            try:
                status = ask(address, asked[turn % len(asked)])
            except httpx.HTTPError as error:
                outcomes[type(error).__name__] += 1
                continue
            outcomes["busy" if status == 503 else "answered" if status == 200 else str(status)] += 1
            if status == 503:
                time.sleep(1)
                continue
            seconds.append(time.monotonic() - begun)
            turn += USERS

    users = [threading.Thread(target=user, args=(number,)) for number in range(USERS)]
    for one in users:
        one.start()
    for one in users:
        one.join()
    times = sorted(seconds) or [0.0]
    return {
        "users, seconds, articles": [USERS, SECONDS, ARTICLES],
        "outcomes": dict(outcomes),
        "answer, s: median, p95, longest": [
            round(t, 2) for t in (statistics.median(times), times[int(0.95 * (len(times) - 1))], times[-1])
        ],
        "memory, MB, before and after": [before, memory(process)],
    }


def in_turn(address: str, process: int, asked: list[str]) -> dict[str, Any]:
    """The server's memory in the course of questions that one user asks."""
    grown = [memory(process)]
    for number in range(QUESTIONS):
        ask(address, asked[number % len(asked)])
        if (number + 1) % (QUESTIONS // 4 or 1) == 0:
            grown.append(memory(process))
    return {f"memory, MB, in the course of {QUESTIONS:,} questions": grown}


def memory(process: int) -> int:
    """Megabytes that a process has in memory, on Linux."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1_000_000

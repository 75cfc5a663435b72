"""Time and memory of what is found across articles, at 1,000, 20,000 and 100,000 generated ones, as one table.

The articles are those of the events and summhay sets, told again and again with all names and numbers and four of ten
longer words exchanged, so that each round tells of other events: the number of stories grows with that of the articles.
Each step opens the library in a process of its own, as one who opens a room does, and has its own peak of memory.
Seconds are the processor's, so that they can be compared on a machine that is shared.

SCALE_SIZES names other sizes ("1000 3000"). SCALE_FOLDER is where the libraries and each step's figures are kept: a run
that was stopped goes on there, and one that is done prints its table again. Without it nothing is kept.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from rag import Library, Settings
from rag.embed.wordllama import load_wordllama
from tests.benchmarks.common import read_lines, table, write_lines

SIZES = tuple(int(size) for size in os.environ.get("SCALE_SIZES", "1000 20000 100000").split())
SETS = ("events", "summhay")
A_FILE = 25_000
"""Articles in one file."""
FOCUS = "What was done for the people who were hurt?"
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*")
WORD = re.compile(r"\b[a-z]{6,}\b")
EXCHANGED = 0.4
SYLLABLES = "ba ce di fo gu ha ke li mo nu pa re si to va we xi yo zu dra".split()

Figures = dict[str, float]


def run(data: Path, *, as_json: bool) -> None:
    with tempfile.TemporaryDirectory() as place:
        kept = Path(os.environ.get("SCALE_FOLDER", place))
        results = {f"{size:,}": measure(data, size, kept / str(size)) for size in SIZES}
    steps = {step: {size: own.get(step, "") for size, own in results.items()} for step in results[f"{SIZES[0]:,}"]}
    print(table(steps))
    if as_json:
        print(json.dumps(results))


def measure(data: Path, size: int, folder: Path) -> Figures:
    """The figures of all steps at one size; those of earlier runs are taken from the folder."""
    known = folder / "figures.json"
    figures: Figures = json.loads(known.read_text("utf-8")) if known.is_file() else {}
    make_articles(data, size, folder)
    for step in STEPS:
        if f"{step} MB" in figures:
            continue
        command = [sys.executable, "-m", "tests.benchmarks.scale", str(data), str(size), str(folder), step]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        figures |= json.loads(done.stdout.splitlines()[-1])
        known.write_text(json.dumps(figures), encoding="utf-8")
    return {name: value for name, value in figures.items() if not name.startswith("sync")} | per_article(figures, size)


def per_article(figures: Figures, size: int) -> Figures:
    """What is linear if it is the same at every size."""
    return {
        f"{name}, ms an article": round(1000 * figures[f"{name} s"] / size, 2)
        for name in ("sync", "stories, first", "names")
    }


def make_articles(data: Path, size: int, folder: Path) -> None:
    """Write the articles that are not there yet, unless their library is."""
    articles = folder / "articles"
    articles.mkdir(parents=True, exist_ok=True)
    if not (articles / "done").is_file():
        texts = documents(data)
        for start in range(0, size, A_FILE):
            numbers = range(start, min(size, start + A_FILE))
            records = ({"id": str(n), "text": told_again(texts, n)} for n in numbers)
            write_lines(articles / f"part{start // A_FILE:02}.jsonl", records)
        (articles / "done").touch()


def documents(data: Path) -> list[str]:
    return [d["text"] for name in SETS for d in read_lines(data / name / "documents.jsonl.gz")]


def opened(folder: Path) -> Library:
    return Library(folder / "articles", store=folder / "store", settings=Settings(max_file_mb=1_000))


def largest(library: Library) -> str:
    """A file of the largest story."""
    return library.stories()[0].files[0]


def one_more(library: Library, data: Path, size: int, folder: Path) -> Figures:
    """One more article, which belongs to the first round's first event, told in another round."""
    write_lines(folder / "articles" / "more.jsonl", [{"id": "more", "text": told_again(documents(data), size)}])
    library.stories()
    return {
        "one more: sync s": timed(library.sync),
        "one more: stories s": timed(library.stories),
        "one more: new s": timed(library.new),
        "one more: its story's summary s": timed(lambda: library.summarise(story="more.jsonl#more")),
    }


def of_story(work: Callable[[Library, str], object]) -> Callable[[Library], float]:
    """The time of a piece of work on the largest story, the stories being known."""

    def measured(library: Library) -> float:
        story = largest(library)
        return timed(lambda: work(library, story))

    return measured


STEPS: dict[str, Callable[[Library], float]] = {
    "sync": lambda library: timed(library.sync),
    "stories, first": lambda library: timed(library.stories),
    "stories, opened again": lambda library: timed(library.stories),
    "one more": lambda library: 0.0,
    "largest story: summary, first": of_story(lambda library, story: library.summarise(story=story)),
    "largest story: summary, opened again": of_story(lambda library, story: library.summarise(story=story)),
    "largest story: compare": of_story(lambda library, story: library.compare(story=story)),
    "largest story: timeline": of_story(lambda library, story: library.timeline(story=story)),
    "folder: summary, first": lambda library: timed(library.summarise),
    "folder: summary, opened again": lambda library: timed(library.summarise),
    "folder: summary on a focus": lambda library: timed(lambda: library.summarise(FOCUS)),
    "folder: timeline": lambda library: timed(library.timeline),
    "names": lambda library: timed(library.names),
    "names, opened again": lambda library: timed(library.names),
}
"""What is measured, in this order: each finds on disk what those before it have left. `one_more` is "one more"."""


def step(data: Path, size: int, folder: Path, name: str) -> Figures:
    """The processor's seconds of one step, and the most memory that its process has had, in MB."""
    load_wordllama().embed_passages(["warm"])
    with opened(folder) as library:
        seconds = one_more(library, data, size, folder) if name == "one more" else {f"{name} s": STEPS[name](library)}
    return {n: round(value, 2) for n, value in seconds.items()} | {f"{name} MB": memory()}


def told_again(documents: list[str], number: int) -> str:
    """Article `number`: round 0 has the documents as they are, each later round other names, numbers and words."""
    turn, which = divmod(number, len(documents))
    if not turn:
        return documents[which]
    named = NAME.sub(lambda found: " ".join(other_name(word, turn) for word in found[0].split()), documents[which])
    worded = WORD.sub(lambda found: other_word(found[0], turn), named)
    return re.sub(r"(?<![\d.,])\d{1,3}(?![\d.,])", lambda found: str(int(found[0]) + turn), worded)


def other_word(word: str, turn: int) -> str:
    """The word, or in four of ten rounds a made-up one in its place; its ending is kept."""
    digest = sha256(f"{turn} {word}".encode()).digest()
    return other_name(word, turn % 7).lower() + word[-3:] if digest[-1] < 256 * EXCHANGED else word


def other_name(word: str, turn: int) -> str:
    digest = sha256(f"{turn} {word}".encode()).digest()
    return "".join(SYLLABLES[b % len(SYLLABLES)] for b in digest[: 2 + digest[0] % 3]).capitalize()


def timed(work: Any) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    print(json.dumps(step(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])))

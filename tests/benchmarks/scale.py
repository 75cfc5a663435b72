"""Time and memory of stories, of one more article, and of a summary at 1,000, 3,000 and 10,000 generated articles.

The articles are those of the events and summhay sets, told again and again with all names and numbers and four of ten
longer words exchanged, so that each round tells of other events: the number of stories grows with that of the articles.
Each size has its own process. Seconds are the processor's, so that they can be compared on a machine that is shared.
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

from rag import Library, Settings
from tests.benchmarks.common import read_lines, table, write_lines

SIZES = (1_000, 3_000, 10_000)
SETS = ("events", "summhay")
FOCUS = "What was done for the people who were hurt?"
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*")
WORD = re.compile(r"\b[a-z]{6,}\b")
EXCHANGED = 0.4
SYLLABLES = "ba ce di fo gu ha ke li mo nu pa re si to va we xi yo zu dra".split()


def run(data: Path, *, as_json: bool) -> None:
    results = {}
    for size in SIZES:
        command = [sys.executable, "-m", "tests.benchmarks.scale", str(data), str(size)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        results[f"{size:,}"] = json.loads(done.stdout.splitlines()[-1])
    print(table(results))
    if as_json:
        print(json.dumps(results))


def measure(data: Path, size: int) -> dict[str, Any]:
    texts = [d["text"] for name in SETS for d in read_lines(data / name / "documents.jsonl.gz")]
    with tempfile.TemporaryDirectory() as folder:
        records = ({"id": str(n), "text": told_again(texts, n)} for n in range(size))
        write_lines(Path(folder) / "articles.jsonl", records)
        with Library(folder, settings=Settings(max_file_mb=1_000)) as library:
            seconds = {"sync s": timed(library.sync), "stories s": timed(library.stories)}
            stories = library.stories()
            before = memory()
            write_lines(Path(folder) / "more.jsonl", [{"id": "more", "text": told_again(texts, size)}])
            seconds |= {"one more: sync s": timed(library.sync), "its stories s": timed(library.stories)}
            seconds |= {"new s": timed(library.new)}
        with Library(folder, settings=Settings(max_file_mb=1_000)) as library:
            seconds |= {"opened: stories s": timed(library.stories)}
            seconds |= {"ask ms": 1000 * min(timed(lambda: library.ask(FOCUS)) for _ in range(3))}
            seconds |= {"summary s": timed(library.summarise), "a second s": timed(lambda: library.summarise(FOCUS))}
            sentences = sum(s.kind == "text" for a in library.articles() for s in library.sentences(a.file))
    return {
        **{name: round(value, 1) for name, value in seconds.items()},
        "stories": len(stories),
        "sentences": sentences,
        "stories MB": before,
        "summary MB": memory(),
    }


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
    print(json.dumps(measure(Path(sys.argv[1]), int(sys.argv[2]))))

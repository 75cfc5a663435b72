"""Examples to tune the reader with, from questions that were written for this project over passages of news.

    python -m training.news_examples --data FOLDER --out TRAIN.jsonl --held HELD.jsonl

`news_questions.jsonl.xz` has 512 groups of seven passages, which it names by a hash of their words, each with questions
(`q`, `kind`), all sentences that answer (`a`: [passage, sentence]), those that a fair judge could accept (`n`), and the
short answer (`sp`: [passage, sentence, start, end] in characters, or null). A third cannot be answered from the group.
The passages are those of `synth.xz` of the data folder.

Each question gives the passages that answer it, the three others that the reader of the package takes most for an
answer, and one more by lot; passages with an acceptable sentence alone are left out. One group in eight is held out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.answer.reader import Reader, load_reader

QUESTIONS = Path(__file__).with_name("news_questions.jsonl.xz")
TITLE, BODY = "TITLE=>", "ARTICLE=>"
"""What some of the passages have before their title, which is then their first sentence, and before their text."""
HARD = 3
HELD_OUT = 8
Passage = tuple[str, list[str]]


def read_passages(data: Path) -> dict[str, Passage]:
    """Title and sentences of each passage, by the hash of its words."""
    found: dict[str, Passage] = {}
    with lzma.open(data / "synth.xz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            title, sentences = row["t"], row["s"]
            if sentences and sentences[0].startswith(TITLE):
                title, sentences = sentences[0].removeprefix(TITLE).strip(), sentences[1:]
            sentences = [s.removeprefix(BODY).lstrip() if s.startswith(BODY) else s for s in sentences]
            found.setdefault(hash_of(sentences), (title, sentences))
    return found


def hash_of(sentences: Sequence[str]) -> str:
    """What the questions name a passage by: 16 hexadecimal digits."""
    return hashlib.sha256(" ".join(sentences).encode()).hexdigest()[:16]


def read_groups(path: Path = QUESTIONS) -> Iterator[dict[str, Any]]:
    """Each group: `passages`, by their hashes, and `questions`."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def examples_of(question: Mapping[str, Any], passages: Sequence[Passage], reader: Reader) -> Iterator[dict[str, Any]]:
    """The examples of a question, in the form that `training.reader` reads."""
    others: list[dict[str, Any]] = []
    for number, (title, sentences) in enumerate(passages):
        answering = [sentence for passage, sentence in question["a"] if passage == number]
        acceptable = any(passage == number for passage, _ in question["n"])
        short = question["sp"][1:] if question["sp"] and question["sp"][0] == number else None
        example = {"src": "news", "q": question["q"], "t": title, "s": sentences, "g": answering, "sp": short}
        if answering:
            yield example | {"a": 1}
        elif not acceptable:
            others.append(example | {"a": 0})
    readings = reader.read(question["q"], [(example["t"], example["s"]) for example in others])
    order = sorted(range(len(others)), key=lambda n: -readings[n].answerable)
    rest = random.Random(question["q"]).sample(order[HARD:], min(1, len(order[HARD:])))
    yield from (others[n] for n in (*order[:HARD], *rest))


def main() -> None:
    """Read the command line, and write both files."""
    parser = argparse.ArgumentParser(prog="python -m training.news_examples", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="the examples to train on")
    parser.add_argument("--held", type=Path, required=True, help="those held out")
    options = parser.parse_args()
    passages, reader = read_passages(options.data), load_reader()
    with options.out.open("w", encoding="utf-8") as train, options.held.open("w", encoding="utf-8") as held:
        for number, group in enumerate(read_groups(), 1):
            known = [passages[name] for name in group["passages"]]
            for question in group["questions"]:
                for example in examples_of(question, known, reader):
                    (train if number % HELD_OUT else held).write(json.dumps(example) + "\n")


if __name__ == "__main__":
    main()

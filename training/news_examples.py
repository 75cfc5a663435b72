"""Examples to tune the reader with, from questions that were written for this project over passages of news.

    python -m training.news_examples --data FOLDER --out TRAIN.jsonl --held HELD.jsonl

`news_questions.jsonl.xz` has groups of seven passages, each with questions (`q`, `kind`), all sentences that answer
(`a`: [passage, sentence]), those that a fair judge could accept (`n`), the short answer (`sp`: [passage, sentence,
start, end] in characters, or null), and the questions `before` if it is a follow-up. The passages of 512 groups are
those of `synth.xz` of the data folder, named by a hash of their words; the others were written for this project, four
of each group about one event and two about another like it. More than a third cannot be answered from the group.

`reworded_questions.jsonl.xz` has more questions over some of these groups, which it names by their numbers from 0
(`--questions`): in other words than the passages', of the kinds that the reader of the package answers worst.

Each question gives the passages that answer it, the three others that the reader of the package takes most for an
answer, or that share most words with it (`--by-words`), and one more by lot; passages with an acceptable sentence alone
are left out. In groups with follow-ups one in four plain questions is asked after one or two others, which are to make
no difference. One group in eight is held out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.answer.reader import BETWEEN, Reader, load_reader

QUESTIONS = Path(__file__).with_name("news_questions.jsonl.xz")
TITLE, BODY = "TITLE=>", "ARTICLE=>"
"""What some of the passages have before their title, which is then their first sentence, and before their text."""
HARD = 3
SHORTEST_WORD = 4
AFTER_OTHERS = 0.25
BEFORE = 2
"""Earlier questions that a follow-up is given with, the latest with its answer."""
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
    """Each group: its number, `passages`, by their hashes or as `t` title and `s` sentences, and `questions`."""
    groups = [{"group": number, **row} for number, row in enumerate(_rows(QUESTIONS))]
    yield from groups if path == QUESTIONS else ({**groups[row["group"]], **row} for row in _rows(path))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def wording_of(question: Mapping[str, Any], answers: Mapping[str, str], rng: random.Random) -> str:
    """What the reader is given of a question: itself, the question before with its answer, the one before that.

    `answers` are those of the group's questions, by the question; a plain one is put after some now and then.
    """
    before = question.get("before") or []
    if not before and rng.random() < AFTER_OTHERS:
        others = [other for other in answers if other != question["q"]]
        before = rng.sample(others, min(len(others), rng.choice((1, 1, BEFORE))))
    if not before:
        return str(question["q"])
    last, *earlier = reversed(before[-BEFORE:])
    return BETWEEN.join(filter(None, [question["q"], last, answers.get(last, ""), *earlier]))


def answers_of(questions: Sequence[Mapping[str, Any]], passages: Sequence[Passage]) -> dict[str, str]:
    """The first answering sentence for each question, "" for one without."""
    return {q["q"]: passages[q["a"][0][0]][1][q["a"][0][1]] if q["a"] else "" for q in questions}


def examples_of(
    question: Mapping[str, Any], wording: str, passages: Sequence[Passage], reader: Reader | None
) -> Iterator[dict[str, Any]]:
    """The examples of a question, in the form that `training.reader` reads."""
    others: list[dict[str, Any]] = []
    for number, (title, sentences) in enumerate(passages):
        answering = [sentence for passage, sentence in question["a"] if passage == number]
        acceptable = any(passage == number for passage, _ in question["n"])
        short = question["sp"][1:] if question["sp"] and question["sp"][0] == number else None
        example = {"src": question["kind"], "q": wording, "t": title, "s": sentences, "g": answering, "sp": short}
        if answering:
            yield example | {"a": 1}
        elif not acceptable:
            others.append(example | {"a": 0})
    if reader is None:
        asked = words_in(wording)
        likely = [float(len(asked & words_in(" ".join([example["t"], *example["s"]])))) for example in others]
    else:
        likely = [r.answerable for r in reader.read(wording, [(example["t"], example["s"]) for example in others])]
    order = sorted(range(len(others)), key=lambda n: -likely[n])
    rest = random.Random(question["q"]).sample(order[HARD:], min(1, len(order[HARD:])))
    yield from (others[n] for n in (*order[:HARD], *rest))


def words_in(text: str) -> set[str]:
    """The longer words of a text, folded."""
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) >= SHORTEST_WORD}


def main() -> None:
    """Read the command line, and write both files."""
    parser = argparse.ArgumentParser(prog="python -m training.news_examples", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="the examples to train on")
    parser.add_argument("--held", type=Path, required=True, help="those held out")
    parser.add_argument("--questions", type=Path, default=QUESTIONS, help="other questions over the same groups")
    parser.add_argument("--first", type=int, default=0, help="the number of the first group")
    parser.add_argument("--by-words", action="store_true", help="take shared words for the reader's judgement: quick")
    options = parser.parse_args()
    passages, rng = read_passages(options.data), random.Random(0)
    reader = None if options.by_words else load_reader()
    with options.out.open("w", encoding="utf-8") as train, options.held.open("w", encoding="utf-8") as held:
        for group in (g for g in read_groups(options.questions) if g["group"] >= options.first):
            known = [passages[p] if isinstance(p, str) else (p["t"], p["s"]) for p in group["passages"]]
            with_turns = any(question.get("before") for question in group["questions"])
            answers = answers_of(group["questions"], known) if with_turns else {}
            for question in group["questions"]:
                for example in examples_of(question, wording_of(question, answers, rng), known, reader):
                    (train if (group["group"] + 1) % HELD_OUT else held).write(json.dumps(example) + "\n")


if __name__ == "__main__":
    main()

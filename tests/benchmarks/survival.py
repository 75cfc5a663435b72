"""What survives of a bad model: SmolLM2-135M behind a real llama.cpp server, over 40 questions of the answering set.

It writes fluently and mostly wrongly. Printed are the share of its sentences for each verdict, and of those that were
shown as supported, how many a person found right; `survival.tsv` keeps what that person said of each, by a hash.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from rag import Answer, AnswerSentence, Library, Settings
from tests.benchmarks.common import read_lines, write_lines
from tests.llama_server import KEY, llama_server

QUESTIONS = 40
WINDOW = 4096
READ = Path(__file__).with_suffix(".tsv")
"""Lines of a hash, "right" or "wrong", and why."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the model, the question's id, its verdict, and the words that it is said to rest on."""

    question: str
    text: str
    support: str
    quotes: tuple[str, ...]

    @property
    def digest(self) -> str:
        return sha256(f"{self.question}\0{self.text}".encode()).hexdigest()[:16]


def run(data: Path, *, as_json: bool) -> None:
    data = data / "answering" if (data / "answering").is_dir() else data
    documents = read_lines(data / "documents.jsonl.gz")
    questions = read_lines(data / "questions.jsonl.gz")
    asked = questions[:: len(questions) // QUESTIONS][:QUESTIONS]
    with tempfile.TemporaryDirectory() as folder, llama_server("chat", window=WINDOW, slots=1) as address:
        records = [{"id": d["doc_id"], "title": d["title"], "text": d["text"]} for d in documents]
        write_lines(Path(folder) / "documents.jsonl", records)
        settings = Settings(model="smollm2", model_timeout=3600, openai_base_url=address, openai_api_key=KEY)
        with Library(folder, settings=settings) as library:
            library.sync()
            said: list[Said] = []
            writers: Counter[str] = Counter()
            for question in asked:
                writers[_ask(library, question, said)] += 1
    result = _result(said, writers)
    for name, value in result.items():
        print(f"{name:50} {value}")
    for sentence in said:
        if sentence.support == "supported" and read_by_hand().get(sentence.digest) != "right":
            print(f"{sentence.digest}\t{sentence.question}\t{sentence.text}\t{' … '.join(sentence.quotes)}")
    if as_json:
        print(json.dumps(result))


def read_by_hand() -> dict[str, str]:
    """What a person said of each sentence that was shown as supported."""
    lines = READ.read_text("utf-8").splitlines() if READ.is_file() else []
    return {digest: verdict for digest, verdict, *_ in (line.split("\t") for line in lines if line[:1] != "#")}


def _ask(library: Library, question: dict[str, Any], said: list[Said]) -> str:
    """Ask one question; returns what wrote the answer in the end."""
    for event in library.stream(question["question"]):
        if isinstance(event, AnswerSentence):
            quotes = tuple(c.quote for c in event.citations)
            said.append(Said(str(question["id"]), event.text, event.support, quotes))
        elif isinstance(event, Answer):
            return event.writer if event.found else "refused"
    raise AssertionError("a stream ends with its answer")


def _result(said: list[Said], writers: Counter[str]) -> dict[str, Any]:
    verdicts = Counter(s.support for s in said)
    hand = read_by_hand()
    shown = Counter(hand.get(s.digest, "not read") for s in said if s.support == "supported")
    return {
        "questions": sum(writers.values()),
        "answers written by": dict(writers),
        "sentences of the model": len(said),
        **{
            f"share {name}": round(verdicts[name] / max(len(said), 1), 3)
            for name in ("supported", "partly", "not found")
        },
        "shown as supported: right, wrong, not read": [shown["right"], shown["wrong"], shown["not read"]],
    }

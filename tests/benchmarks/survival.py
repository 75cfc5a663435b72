"""What survives of a bad model: SmolLM2-135M behind a real llama.cpp server, over questions and over whole events.

It writes fluently and mostly wrongly. For each group of 40 questions: who wrote the answers in the end, the share of
the model's sentences for each verdict, and how many of those that were shown as supported a person found right. What
that person said of each is kept in `survival.tsv`, by a hash of question and sentence. The first group was looked at
while the checks were made, the second was not. The third row is of summaries, each of the articles on one event; its
sentences are the points that the model worded itself. Below, what the same check takes from good writers.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from rag import Answer, AnswerSentence, Library, Settings
from tests.benchmarks.common import SHARED, read_lines, table, write_lines
from tests.benchmarks.good_writers import answers_of_people, points_of_summaries
from tests.llama_server import KEY, llama_server

QUESTIONS = 40
GROUPS = {"looked at": 4, "held back": 3}
"""Groups of questions, and which question each begins with; every eighth or so belongs to it."""
EVENTS = 12
"""Events that are summed up, evenly from the set."""
WINDOW = 4096
READ = Path(__file__).with_suffix(".tsv")
"""Lines of a hash, "right" or "wrong", and a remark; an answer's sentences, as shown in the end and while they came."""


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


@dataclass(slots=True)
class Tally:
    """All sentences that the model wrote, as judged while they came; those of its answers that stood; the writers."""

    came: list[Said] = field(default_factory=list)
    stood: list[Said] = field(default_factory=list)
    writers: Counter[str] = field(default_factory=Counter)

    def ask(self, library: Library, question: dict[str, Any]) -> None:
        identity = str(question["id"])
        for event in library.stream(question["question"]):
            if isinstance(event, AnswerSentence):
                self.came.append(_said(identity, event))
            elif isinstance(event, Answer):
                self.writers[event.writer if event.found else "refused"] += 1
                if event.found and event.writer != "quoting":
                    self.stood.extend(_said(identity, s) for s in event.sentences)

    def summarise(self, library: Library, event: str) -> None:
        made = library.summarise()
        self.writers[made.writer] += 1
        for point in made.points:
            quotes = tuple(t.text for t in point.quotes)
            if point.text not in quotes:
                said = Said(event, point.text, point.support, quotes)
                self.came.append(said)
                self.stood.append(said)

    def result(self) -> dict[str, Any]:
        verdicts = Counter(s.support for s in self.came)
        read = read_by_hand()
        shown = Counter(read.get(s.digest, "not read") for s in self.stood if s.support == "supported")
        return {
            "asked": sum(self.writers.values()),
            "by the model": self.writers["smollm2"],
            "quoting": self.writers["quoting"],
            "refused": self.writers["refused"],
            "sentences": len(self.came),
            **{
                name: round(verdicts[name] / max(len(self.came), 1), 3) for name in ("supported", "partly", "not found")
            },
            "stood": len(self.stood),
            **{f"shown as supported, {name}": shown[name] for name in ("right", "wrong", "not read")},
        }


def run(data: Path, *, as_json: bool) -> None:
    answering = data / "answering" if (data / "answering").is_dir() else data
    events, summhay = (data / name if (data / name).is_dir() else SHARED / name for name in ("events", "summhay"))
    with llama_server("chat", window=WINDOW, slots=1) as address:
        settings = Settings(model="smollm2", model_timeout=3600, openai_base_url=address, openai_api_key=KEY)
        tallies = {**answers(answering, settings), "summaries": summaries(events, settings)}
    results = {name: tally.result() for name, tally in tallies.items()}
    print(table(results))
    good = {"answers of people": answers_of_people(answering), "points of SummHay": points_of_summaries(summhay)}
    print(table({name: believed.result() for name, believed in good.items()}))
    for said in (s for tally in tallies.values() for s in tally.stood if s.support == "supported"):
        if read_by_hand().get(said.digest) != "right":
            print(f"{said.digest}\t{said.question}\t{said.text}\t{' … '.join(said.quotes)}")
    if as_json:
        print(json.dumps(results))


def answers(data: Path, settings: Settings) -> dict[str, Tally]:
    """What became of each group of questions."""
    documents = read_lines(data / "documents.jsonl.gz")
    questions = read_lines(data / "questions.jsonl.gz")
    step = len(questions) // QUESTIONS
    tallies = {name: Tally() for name in GROUPS}
    with library_of([{"id": d["doc_id"], "title": d["title"], "text": d["text"]} for d in documents], settings) as own:
        for name, first in GROUPS.items():
            for question in questions[first::step][:QUESTIONS]:
                tallies[name].ask(own, question)
    return tallies


def summaries(data: Path, settings: Settings) -> Tally:
    """What became of the summaries."""
    by_event: dict[str, list[dict[str, str]]] = {}
    for document in read_lines(data / "documents.jsonl.gz"):
        by_event.setdefault(document["event"], []).append({"id": document["doc_id"], "text": document["text"]})
    tally = Tally()
    for event in sorted(by_event)[:: max(1, len(by_event) // EVENTS)][:EVENTS]:
        with library_of(by_event[event], settings) as own:
            tally.summarise(own, event)
    return tally


@contextmanager
def library_of(records: Sequence[dict[str, str]], settings: Settings) -> Iterator[Library]:
    """A library of these articles, synced."""
    with tempfile.TemporaryDirectory() as folder:
        write_lines(Path(folder) / "documents.jsonl", records)
        with Library(folder, settings=settings) as library:
            library.sync()
            yield library


def read_by_hand() -> dict[str, str]:
    """What a person said of each sentence that was shown as supported."""
    lines = READ.read_text("utf-8").splitlines() if READ.is_file() else []
    return {digest: verdict for digest, verdict, *_ in (line.split("\t") for line in lines if line[:1] != "#")}


def _said(question: str, sentence: AnswerSentence) -> Said:
    return Said(question, sentence.text, sentence.support, tuple(c.quote for c in sentence.citations))

"""What checking costs a reader: ours beside the raw server, with the same prompts, on one real llama.cpp server.

Each question goes to us first, then the prompt that we made of it goes to the server alone; between the two the server
is made to forget the prompt. Ratios are medians over the questions, with the smallest and the greatest in brackets.
"""

from __future__ import annotations

import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from rag import AnswerSentence, Library, Settings, TextChunk
from rag.llm.language_model import LanguageModel, Message, TextStream, Tokens
from rag.models import make_language_model
from tests.conftest import SEEDS
from tests.llama_server import KEY, llama_server

QUESTIONS = (
    "Which jets did Rutte approve?",
    "What did Zelenskyy say about long-range weapons?",
    "When did Rutte visit Kyiv?",
    "What did Rutte promise Ukraine?",
    "What did NATO do in Wiesbaden?",
    "Who was Rutte's predecessor?",
)
WINDOW = 4096


@dataclass
class Watched:
    """A model whose last prompt is kept, and when each piece of its answer came."""

    model: LanguageModel
    messages: Sequence[Message] = ()
    came: list[float] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def context_window(self) -> int:
        return self.model.context_window

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self.model.count_tokens(texts)

    def stream(self, messages: Sequence[Message]) -> WatchedStream:
        self.messages = messages
        self.came.clear()
        return WatchedStream(self.model.stream(messages), self.came)


@dataclass
class WatchedStream:
    stream: TextStream
    came: list[float]

    @property
    def usage(self) -> Tokens | None:
        return self.stream.usage

    @property
    def thoughts(self) -> int:
        return self.stream.thoughts

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        piece = next(self.stream)
        self.came.append(time.perf_counter())
        return piece

    def close(self) -> None:
        self.stream.close()


@dataclass(frozen=True, slots=True)
class Ours:
    """Seconds from the question: to the first text, to the end; and after the piece that brought them: each text, each
    verdict."""

    first: float
    whole: float
    texts: list[float]
    verdicts: list[float]
    pieces: int


@dataclass(frozen=True, slots=True)
class Raw:
    """Seconds from the request: to the first piece, and to as many pieces as we read."""

    first: float
    whole: float


def run(data: Path, *, as_json: bool) -> None:
    del data  # the two articles of seeds/ serve
    with tempfile.TemporaryDirectory() as place, llama_server("chat", window=WINDOW, slots=1) as address:
        folder = Path(shutil.copytree(SEEDS, Path(place) / "seeds", ignore=shutil.ignore_patterns(".*")))
        model = make_language_model("smollm2", api_key=KEY, base_url=address, timeout=3600)
        assert model is not None
        watched = Watched(model)
        with Library(folder, settings=Settings(), llm=watched) as library:
            library.sync()
            ask(library, watched, QUESTIONS[-1])  # what is loaded once
            pairs = [beside(library, watched, address, question) for question in QUESTIONS]
    result = compare(pairs)
    for name, value in result.items():
        print(f"{name:58} {value}")
    if as_json:
        print(json.dumps(result))


def beside(library: Library, watched: Watched, address: str, question: str) -> tuple[Ours, Raw]:
    forget(watched.model)
    ours = ask(library, watched, question)
    forget(watched.model)
    return ours, raw(address, watched.messages, ours.pieces)


def ask(library: Library, watched: Watched, question: str) -> Ours:
    begun, first = time.perf_counter(), 0.0
    texts: list[float] = []
    verdicts: list[float] = []
    last = begun
    for event in library.stream(question):
        now = time.perf_counter()
        piece = watched.came[-1] if watched.came else begun
        if isinstance(event, TextChunk):
            first = first or now - begun
            texts.append(now - piece)
        elif isinstance(event, AnswerSentence):
            verdicts.append(now - max(piece, last))
        last = now
    return Ours(first, time.perf_counter() - begun, texts, verdicts, len(watched.came))


def raw(address: str, messages: Sequence[Message], pieces: int) -> Raw:
    """The same prompt, by plain HTTP."""
    body = {
        "model": "smollm2",
        "messages": [{"role": m.role, "content": m.text} for m in messages],
        "temperature": 0.0,
        "max_tokens": 1024,
        "stream": True,
    }
    headers = {"Authorization": f"Bearer {KEY}"}
    begun, came = time.perf_counter(), []
    with httpx.stream("POST", f"{address}/chat/completions", json=body, headers=headers, timeout=3600) as reply:
        for line in reply.iter_lines():
            event = json.loads(line[6:]) if line.startswith("data: {") else {"choices": []}
            if any(choice["delta"].get("content") for choice in event["choices"]):
                came.append(time.perf_counter() - begun)
            if len(came) == pieces:
                break
    return Raw(came[0], came[-1])


def forget(model: LanguageModel) -> None:
    """Have the server read another prompt, which drives out the one before."""
    stream = model.stream([Message("user", f"Forget {time.perf_counter()} and say hello. " + "Goodbye. " * 40)])
    next(stream)
    stream.close()


def compare(pairs: Sequence[tuple[Ours, Raw]]) -> dict[str, Any]:
    verdicts = [v for ours, _ in pairs for v in ours.verdicts]
    texts = [t for ours, _ in pairs for t in ours.texts]
    per_sentence = [(raw.whole - raw.first) / max(len(ours.verdicts), 1) for ours, raw in pairs]
    return {
        "questions": len(pairs),
        "first shown text, times the raw server's": spread([ours.first / raw.first for ours, raw in pairs]),
        "first shown text, ms added": spread([1000 * (ours.first - raw.first) for ours, raw in pairs], 0),
        "whole answer, times the raw server's": spread([ours.whole / raw.whole for ours, raw in pairs]),
        "a text is shown after its piece, ms": spread([1000 * t for t in texts], 2),
        "checked sentences": len(verdicts),
        "a verdict is there after its sentence, ms": spread([1000 * v for v in verdicts], 1),
        "a verdict, share of the raw server's time for a sentence": round(
            statistics.median(verdicts) / statistics.median(per_sentence), 4
        ),
    }


def spread(values: Sequence[float], digits: int = 3) -> str:
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"

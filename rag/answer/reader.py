"""The reader: a small network that reads a question and a passage, and tells whether and where the passage answers.

A BERT encoder of 6 layers with three heads, in 8-bit ONNX form: is the question answered here; which sentences answer
it; where the short answer's words start and end. `training/reader.py` trains it, `docs/reader.md` describes it. It
reads English.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.embed.onnx import Session, encodable, load_session, load_tokenizer

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CLS, SEP, MARK = 101, 102, 2
QUESTION_TOKENS, TITLE_TOKENS, TOKENS = 96, 24, 288
"""Tokens that a question, a title and a whole input have at most, as in training."""
BETWEEN = " | "
"""What stands, as in training, between a question, the one before it, its answer, and the question before that."""
LONGEST_SPAN = 24
"""Tokens of a short answer at most."""
LIKELY_STARTS = 12
UNREAD = -9.0
"""The logit of a sentence that lies beyond the tokens that fit."""
TOGETHER = 2
"""Passages that are read at the same time, on a processor core each."""

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one passage; all scores are logits.

    `sentences` has a score for each sentence; `span` is the short answer as (sentence, start, end) in characters of
    that sentence, None if there is none, and `span_score` the sum of its ends' scores.
    """

    answerable: float
    sentences: Values
    span: tuple[int, int, int] | None
    span_score: float


@dataclass(frozen=True, slots=True)
class _Input:
    ids: list[int]
    body: int
    marks: list[int]
    places: list[tuple[int, int, int] | None]


class Reader:
    """Reads passages with one network. Threads may share it."""

    def __init__(self, session: Session, tokenizer: Tokenizer) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._pool = ThreadPoolExecutor(TOGETHER, thread_name_prefix="reader")

    def read(self, question: str, passages: Sequence[tuple[str, Sequence[str]]]) -> list[Reading]:
        """Read passages, each a title ("" if none) and its sentences, for one question."""
        return list(self._pool.map(lambda passage: self._read(question, *passage), passages))

    def _read(self, question: str, title: str, sentences: Sequence[str]) -> Reading:
        made = self._encode(question, title, sentences)
        given = {
            "input_ids": np.array([made.ids], np.int64),
            "token_type_ids": np.array([[0] * made.body + [1] * (len(made.ids) - made.body)], np.int64),
            "attention_mask": np.ones((1, len(made.ids)), np.int64),
        }
        answerable, sentence, span = self._session.run(None, given)
        scores = np.full(len(sentences), UNREAD)
        scores[: len(made.marks)] = sentence[0][made.marks]
        best, score = _best_span(made, span[0])
        return Reading(float(answerable[0]), scores, best, score)

    def _encode(self, question: str, title: str, sentences: Sequence[str]) -> _Input:
        texts = [encodable(text) for text in (question, title, *sentences)]
        asked, head, *bodies = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        ids = [CLS, *asked.ids[:QUESTION_TOKENS], SEP]
        body = len(ids)
        ids += head.ids[:TITLE_TOKENS]
        places: list[tuple[int, int, int] | None] = [None] * len(ids)
        marks: list[int] = []
        for number, sentence in enumerate(bodies):
            room = TOKENS - len(ids) - 2
            if len(sentence.ids) > room and marks:
                break
            marks.append(len(ids))
            ids += [MARK, *sentence.ids[:room]]
            places += [None, *((number, start, end) for start, end in sentence.offsets[:room])]
        return _Input([*ids, SEP], body, marks, [*places, None])


def _best_span(made: _Input, logits: NDArray[np.float32]) -> tuple[tuple[int, int, int] | None, float]:
    """The span within one sentence whose ends' scores have the greatest sum."""
    best: tuple[int, int, int] | None = None
    score = -np.inf
    starts, ends = logits[:, 0], logits[:, 1]
    for first in np.argsort(-starts)[:LIKELY_STARTS]:
        begin = made.places[first]
        if begin is None:
            continue
        for last in range(first, min(first + LONGEST_SPAN, len(made.places))):
            close = made.places[last]
            if close is None or close[0] != begin[0]:
                break
            if (total := float(starts[first] + ends[last])) > score:
                best, score = (begin[0], begin[1], close[2]), total
    return best, score


@cache
def load_reader() -> Reader:
    """Load the network that the package ships, once for the process."""
    with as_file(files(__package__) / "weights" / "reader.onnx") as graph:
        return open_reader(graph)


def open_reader(graph: Path) -> Reader:
    """A reader with the network of an ONNX file."""
    with as_file(files(__package__) / "weights" / "tokenizer.json") as pieces:
        return Reader(load_session(graph, threads=1), load_tokenizer(pieces))

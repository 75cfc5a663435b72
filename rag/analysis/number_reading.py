"""Whether two numbers answer one question: the reader is asked, of each sentence, for the number of the other.

"killing at least 41 people" asks "How many people … killing?", and in "the number of dead had risen to 58" the reader
finds 58: both count the dead, though they share no word.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from rag.answer.reader import UNREAD, Reader
from rag.text.quantities import Quantity

FEATURES = ("answerable", "span", "found", "surer", "less sure")
"""Sums over both ways of asking: that the sentence answers, its best span, and whether that is the number; and the
greater and the lesser score of a span that is."""
CLAUSE_END = re.compile(r"[,;:]\s|\b(?:and|but|while)\b")
LONGEST_QUESTION = 240
"""Characters of a question."""
_BEFORE_NUMBER = re.compile(
    r"(?:\b(?:about|around|nearly|almost|some|at least|more than|an estimated|up to|as many as|over) )?[$£€¥]?$"
)

Place = tuple[str, Quantity]
"""A sentence, and a number in it."""


def clause_of(text: str, number: Quantity) -> tuple[int, int]:
    """Where the clause of a number begins and ends."""
    ends = [(m.start(), m.end()) for m in CLAUSE_END.finditer(text)]
    start = max((end for _, end in ends if end <= number.start), default=0)
    return start, min((begin for begin, _ in ends if begin >= number.end), default=len(text))


def question_for(text: str, number: Quantity) -> str:
    """The question that a number answers, made of the words of its clause."""
    start, end = clause_of(text, number)
    before = _BEFORE_NUMBER.sub("", text[start : number.start]).strip()
    asker = "How much" if number.dimension else "How many"
    return f"{asker} {text[number.end : end].strip()} {before}"[:LONGEST_QUESTION].strip() + "?"


def read_numbers(reader: Reader, first: Place, second: Place) -> NDArray[np.float64]:
    """The features of two numbers, shape (len(FEATURES),)."""
    answerable, span, found, own = 0.0, 0.0, 0, []
    for (text, number), (other, wanted) in ((first, second), (second, first)):
        (reading,) = reader.read(question_for(text, number), [("", [other])])
        score = max(reading.span_score, UNREAD)
        hit = reading.span is not None and reading.span[1] < wanted.stop and reading.span[2] > wanted.start
        answerable, span, found = answerable + reading.answerable, span + score, found + hit
        own.append(score if hit else UNREAD)
    return np.array([answerable, span, found, max(own), min(own)])

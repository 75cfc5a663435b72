"""Whether two numbers answer one question: the reader is asked, of each sentence, for the number of the other.

"killing at least 41 people" asks "How many people … killing?", which "the number of dead had risen to 58" answers: both
count the dead, though they share no word.
"""

from __future__ import annotations

import re

from rag.answer.reader import Reader
from rag.text.quantities import Quantity

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


def answer_each_other(reader: Reader, first: Place, second: Place) -> float:
    """The log odds that each sentence answers the question for the other's number, added up."""
    odds = 0.0
    for (text, number), (other, _) in ((first, second), (second, first)):
        (reading,) = reader.read(question_for(text, number), [("", [other])])
        odds += reading.answerable
    return odds

"""A follow-up turned into a question that stands alone, by a language model. What it invents is not taken over."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass

from rag.errors import ModelError
from rag.models.language import LanguageModel, Message
from rag.models.metering import MeteredModel
from rag.types import shorten
from rag.usage import Prices, Usage
from rag.writing import prompts
from rag.writing.evidence_block import fence_of, fenced
from rag.writing.faithful import ASKS, is_faithful
from rag.writing.followup import Turn
from rag.writing.thoughts import Thoughts

TURNS = 3
"""Turns that the model is told of."""
LONGEST_ANSWER = 500
"""Characters of each of their answers."""
LONGEST = 400
"""Characters of a question."""
LONGEST_REPLY = 800
"""Characters of a model's reply that are read."""
LABEL = re.compile(
    r"^(?:(?:rewritten|stand-?alone|last|completed?)\s+)?"
    r"(?:question|frage|pregunta|domanda|pergunta|вопрос|问题|問題|質問|السؤال)\s*[:：]\s*",
    re.IGNORECASE,
)
MARKS = " \t*_`>\"'“”„«»「」"
"""What may stand around a question that a model writes."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A question that stands alone, "" if there is none, and what the model used for it."""

    question: str = ""
    usage: Usage | None = None


def rewrite(question: str, turns: Sequence[Turn], model: LanguageModel, prices: Prices | None = None) -> Rewritten:
    """The question so that it stands alone; none if the model fails, or writes what is not that question."""
    if not turns:
        return Rewritten()
    metered = MeteredModel(model, prices)
    recent = turns[-TURNS:]
    asked, answers = [t.answer.asked or t.question for t in recent], [t.answer.text for t in recent]
    earlier = [
        prompts.EARLIER.format(question=q, answer=shorten(fenced(a), LONGEST_ANSWER))
        for q, a in zip(asked, answers, strict=True)
    ]
    told = "\n".join(earlier)
    fence = fence_of(told)
    prompt = prompts.BEFORE.format(fence=fence, earlier=told) + prompts.LAST.format(question=question)
    try:
        line = _asked_in(metered, [Message("system", prompts.REWRITE.format(fence=fence)), Message("user", prompt)])
    except ModelError:
        line = ""
    return Rewritten(line if is_faithful(line, question, asked, answers) else "", metered.usage)


def _asked_in(model: LanguageModel, messages: Sequence[Message]) -> str:
    """The first line of the reply that ends with a question mark, else its last one; "" if that is too long."""
    line = ""
    with closing(_lines(model, messages)) as lines:
        for line in lines:
            if line.endswith(ASKS):
                break
    return line if len(line) <= LONGEST else ""


def _lines(model: LanguageModel, messages: Sequence[Message]) -> Generator[str, None, None]:
    """The lines of a reply as they end, without label and marks, as far as it is read."""
    thoughts, read, rest = Thoughts(), 0, ""
    stream = model.stream(messages)
    try:
        for piece in stream:
            said = thoughts.feed(piece)
            read += len(said)
            *whole, rest = (said if thoughts.unsaid else rest + said).split("\n")
            yield from filter(None, map(_bare, whole))
            if read > LONGEST_REPLY:
                break
        yield from filter(None, map(_bare, (rest + thoughts.close()).splitlines()))
    finally:
        stream.close()


def _bare(line: str) -> str:
    return LABEL.sub("", line.strip(MARKS)).strip(MARKS)

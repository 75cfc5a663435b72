"""A follow-up turned into a question that stands alone, by a language model. What it invents is not taken over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.errors import ModelError
from rag.models.language import LanguageModel, Message
from rag.models.metering import MeteredModel
from rag.types import shorten
from rag.usage import Prices, Usage
from rag.writing import prompts
from rag.writing.evidence_block import fence_of, fenced
from rag.writing.followup import QUESTION_WORDS, Turn
from rag.writing.thoughts import Thoughts

TURNS = 3
"""Turns that the model is told of."""
LONGEST_ANSWER = 500
"""Characters of each of their answers."""
LONGEST = 400
"""Characters of a question that are read."""
INVENTED = 1
"""Words of a rewritten question that may come from nowhere in the conversation."""
LABEL = re.compile(r"^(?:(?:rewritten|stand-?alone|last|complete[d]?)\s+)?question\s*:\s*", re.IGNORECASE)


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
    earlier = [
        prompts.EARLIER.format(
            question=t.answer.asked or t.question, answer=shorten(fenced(t.answer.text), LONGEST_ANSWER)
        )
        for t in turns[-TURNS:]
    ]
    told = "\n".join(earlier)
    fence = fence_of(told)
    asked = prompts.BEFORE.format(fence=fence, earlier=told) + prompts.LAST.format(question=question)
    try:
        line = _first_line(metered, [Message("system", prompts.REWRITE.format(fence=fence)), Message("user", asked)])
    except ModelError:
        line = ""
    return Rewritten(line if is_faithful(line, question, f"{told} {question}") else "", metered.usage)


def is_faithful(line: str, question: str, said: str) -> bool:
    """Whether a line is a question that keeps a word of the original, with words of the conversation beside."""
    words, own, known = _content(line), _content(question), _content(said)
    asks = line.endswith(("?", "؟", "？")) or not question.rstrip().endswith("?")
    invented = [w for w in words if not any(w[:5] == k[:5] for k in known)]
    return bool(words) and asks and len(invented) <= INVENTED and (not own or any(w in own for w in words))


def _content(text: str) -> list[str]:
    return [w for w in re.findall(r"\w+", text.casefold()) if w not in QUESTION_WORDS]


def _first_line(model: LanguageModel, messages: Sequence[Message]) -> str:
    thoughts, text = Thoughts(), ""
    stream = model.stream(messages)
    try:
        for piece in stream:
            said = thoughts.feed(piece)
            text = said if thoughts.unsaid else text + said
            if "\n" in text.strip() or len(text) > LONGEST:
                break
        else:
            text += thoughts.close()
    finally:
        stream.close()
    line = next((part for part in text.splitlines() if part.strip()), "")
    return LABEL.sub("", line.strip().strip("*_\"'“”")).strip(" \"'“”") if len(line) <= LONGEST else ""

"""Conversations as they are kept: questions with their answers as they were, and results across articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rag.render.exportable import Exportable
from rag.results.answers import Answer, AnswerSentence

Outcome = Literal["unfinished", "answered", "stopped", "failed", "unreadable"]
"""What became of a question: nothing yet, an answer, a part of one, a failure, or what this version cannot read."""


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """One question and what became of it. `asked` is when, in ISO 8601 with its offset from UTC.

    `answer` is set if it was "answered". If it was "stopped", `sentences` are those that had been checked, and `cut`
    says whether others had come. `title` and `message` tell of a failure.

    >>> KeptTurn("77b0", "Who is Rutte?", "2024-10-03T09:00+00:00").outcome
    'unfinished'
    """

    id: str
    question: str
    asked: str
    outcome: Outcome = "unfinished"
    answer: Answer | None = None
    sentences: tuple[AnswerSentence, ...] = ()
    cut: bool = False
    title: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class KeptResult:
    """The last result of one `kind`, such as "summary", what had been entered for it, and when it was `made`.

    >>> KeptResult("names", {"kind": "place"}, library.names("place"), made="2024-10-03T09:00+00:00").result.TABLE
    'names'
    """

    kind: str
    entered: Mapping[str, str]
    result: Exportable
    made: str


@dataclass(frozen=True, slots=True)
class ConversationEntry:
    """A conversation in a list: its title, the times of its first and last question, and how many there are.

    >>> ConversationEntry("4f2a", "Jets", "2024-10-03T09:00+00:00", "2024-10-03T09:05+00:00", questions=2).questions
    2
    """

    id: str
    title: str
    begun: str
    changed: str
    questions: int


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """A conversation that was kept: its turns in the order in which they were asked, and its results.

    >>> KeptConversation("4f2a", "Jets", "2024-10-03T09:00+00:00", "2024-10-03T09:00+00:00", turns=()).results
    ()
    """

    id: str
    title: str
    begun: str
    changed: str
    turns: tuple[KeptTurn, ...]
    results: tuple[KeptResult, ...] = ()

"""A conversation: questions that may lean on the ones before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from rag.exports.document import Document
from rag.exports.exportable import Exportable
from rag.exports.joining import join
from rag.types import Answer, AnswerEvent
from rag.usage import Usage, after
from rag.writing.followup import StandAlone, Turn, stand_alone
from rag.writing.rewriting import Rewritten


class Answering(Protocol):
    """What a conversation needs of a library."""

    def stream(
        self, question: str, *, asked: str = "", told: frozenset[tuple[str, int, int]] = ...
    ) -> Iterator[AnswerEvent]:
        """Answer `question`, searching for `asked`, without the spans (file, start, end) that were `told` before."""


Rewriter = Callable[[str, Sequence[Turn]], Rewritten]
"""Makes a follow-up stand alone, given the turns before, if it can."""


class Conversation(Exportable):
    """Remembers its turns and completes follow-ups from them. One conversation serves one thread at a time.

    Follow-ups are completed by the `rewriter`, and by rules where there is none or it cannot.
    """

    def __init__(self, library: Answering, turns: Sequence[Turn] = (), rewriter: Rewriter | None = None) -> None:
        self._library = library
        self._turns = list(turns)
        self._rewriter = rewriter

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The questions so far, and their answers."""
        return tuple(self._turns)

    @property
    def usage(self) -> Usage | None:
        """What the language model was given and gave for all turns; None if none was asked."""
        return Usage.total(turn.answer.usage for turn in self._turns)

    def document(self, *, unsupported: bool = False) -> Document:
        """All turns so far, with one numbering and one list of sources."""
        parts = [replace(turn.answer, question=turn.question).document(unsupported=unsupported) for turn in self._turns]
        title = f"A conversation of {len(parts)} questions" if len(parts) != 1 else self._turns[0].question
        return join("conversation", title, parts, {"turns": [part.values for part in parts]})

    def ask(self, question: str) -> Answer:
        """Answer a question or a follow-up. Raises as `Library.ask` does."""
        answer: Answer | None = None
        for event in self.stream(question):
            if isinstance(event, Answer):
                answer = event
        assert answer is not None, "a stream ends with its answer"
        return answer

    def stream(self, question: str) -> Iterator[AnswerEvent]:
        """The answer as it comes; the turn is remembered once it is whole. Raises as `Library.ask` does."""
        rewritten = self._rewriter(question, self._turns) if self._rewriter and self._turns else Rewritten()
        alone = self._alone(question, rewritten.question)
        told = frozenset(span for turn in self._turns for span in _spans(turn.answer)) if alone.fresh else frozenset()
        for event in self._events(question, alone, told):
            if isinstance(event, Answer):
                event = replace(event, usage=after([rewritten.usage], event.usage))
                self._turns.append(Turn(question, event))
            yield event

    def _alone(self, question: str, rewritten: str) -> StandAlone:
        alone = stand_alone(question, self._turns)
        return replace(alone, question=rewritten, otherwise=alone.question) if rewritten else alone

    def _events(self, question: str, alone: StandAlone, told: frozenset[tuple[str, int, int]]) -> Iterator[AnswerEvent]:
        for event in self._library.stream(question, asked=alone.question, told=told):
            if isinstance(event, Answer) and not event.found and alone.otherwise not in {"", alone.question}:
                for other in self._library.stream(question, asked=alone.otherwise, told=told):
                    if isinstance(other, Answer):
                        other = replace(other, usage=after([event.usage], other.usage))
                    yield other
                return
            yield event


def _spans(answer: Answer) -> frozenset[tuple[str, int, int]]:
    """The places whose words were really told; the others may be told yet."""
    return frozenset((c.file, c.start, c.end) for c in answer.supported.citations)

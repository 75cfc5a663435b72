"""A conversation: questions that may lean on the ones before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol, TypedDict

from rag.answer.follow_up import StandAlone, Turn, says_topic, stand_alone, topic_of
from rag.answer.intent import intent_of
from rag.answer.rewrite import Rewritten
from rag.llm.language_model import LanguageModel
from rag.llm.metering import MeteredModel
from rag.render.document import Document, join
from rag.render.exportable import Exportable
from rag.results.answers import Answer, AnswerEvent, Usage


class Conditions(TypedDict, total=False):
    """Which articles are asked, as `Filter` describes it."""

    files: Sequence[str]
    publishers: Sequence[str]
    since: str
    until: str


class Answering(Protocol):
    """What a conversation needs of a library."""

    def stream(
        self,
        question: str,
        *,
        asked: str = "",
        topic: str = "",
        before: Sequence[str] = ...,
        shown: frozenset[tuple[str, int, int]] = ...,
        account: MeteredModel | None = ...,
        files: Sequence[str] = ...,
        publishers: Sequence[str] = ...,
        since: str = ...,
        until: str = ...,
    ) -> Iterator[AnswerEvent]:
        """Answer `question`, searching for `asked` and `topic`, without the spans that were `shown`.

        `before` is the last question, the first sentence of its answer, and the question before that.
        """

    def account(self) -> MeteredModel | None:
        """An account of what a language model uses for a question that is put now; None without a model."""


Rewriter = Callable[[str, Sequence[Turn], LanguageModel], Rewritten]
"""Makes a follow-up stand alone with a language model, given the turns before, if it can."""


class Conversation(Exportable):
    """Remembers its turns and completes follow-ups from them. One conversation serves one thread at a time.

    Follow-ups are completed by the `rewriter`, and by rules where there is none or it cannot. The `conditions`
    say which articles are asked.

    >>> talk = library.chat()
    >>> talk.ask("Which jets did Rutte approve?").found
    True
    >>> talk.ask("And when did he visit Kyiv?").asked
    'When did Rutte visit Kyiv?'
    >>> len(talk.turns)
    2
    """

    def __init__(
        self,
        library: Answering,
        turns: Sequence[Turn] = (),
        rewriter: Rewriter | None = None,
        conditions: Conditions | None = None,
    ) -> None:
        self._library = library
        self._conditions = conditions or Conditions()
        self._turns = list(turns)
        self._rewriter = rewriter
        self._account: MeteredModel | None = None
        self._unfinished: list[Usage | None] = []

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The questions so far, and their answers."""
        return tuple(self._turns)

    @property
    def usage(self) -> Usage | None:
        """What the language model was given and gave for all questions, stopped ones too; None if none was asked."""
        return Usage.total([*(turn.answer.usage for turn in self._turns), *self._unfinished])

    @property
    def current_usage(self) -> Usage | None:
        """The same for the question that was put last, also while its answer is coming, and after it was stopped."""
        return self._account.usage if self._account else None

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
        account = self._account = self._library.account()
        try:
            for event in self._answered(question, account):
                if isinstance(event, Answer):
                    self._turns.append(Turn(question, event))
                    account = None
                yield event
        finally:
            if account:
                self._unfinished.append(account.usage)

    def _answered(self, question: str, account: MeteredModel | None) -> Iterator[AnswerEvent]:
        if intent_of(question) != "answer":
            yield from self._library.stream(question, account=account, **self._conditions)
            return
        rewritten = Rewritten()
        if self._rewriter and self._turns and account:
            rewritten = self._rewriter(question, self._turns, account)
        alone = self._alone(question, rewritten.question)
        shown = frozenset(span for turn in self._turns for span in _spans(turn.answer)) if alone.fresh else frozenset()
        refused = False
        before = () if alone.fresh or rewritten.question else _said_before(self._turns)
        stream = partial(self._library.stream, before=before, shown=shown, account=account, **self._conditions)
        topic = "" if says_topic(alone.question) else topic_of(self._turns)
        for event in stream(question, asked=alone.question, topic=topic):
            refused = isinstance(event, Answer) and not event.found and alone.otherwise not in {"", alone.question}
            if not refused:
                yield event
        if refused:
            yield from stream(question, asked=alone.otherwise)

    def _alone(self, question: str, rewritten: str) -> StandAlone:
        alone = stand_alone(question, self._turns)
        return replace(alone, question=rewritten, otherwise=alone.question) if rewritten else alone


def _said_before(turns: Sequence[Turn]) -> tuple[str, ...]:
    """The last question, the first supported sentence of its answer, and the question before that."""
    if not turns:
        return ()
    answer = [sentence.text for sentence in turns[-1].answer.supported.sentences[:1]]
    return (turns[-1].question, *answer, *(turn.question for turn in turns[-2:-1]))


def _spans(answer: Answer) -> frozenset[tuple[str, int, int]]:
    """The places whose words were really told; the others may be told yet."""
    return frozenset((c.file, c.start, c.end) for c in answer.supported.citations)

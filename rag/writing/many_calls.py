"""Several prompts to a language model at once, stopped together; what has been answered before is not asked again."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.errors import AnswerCutShort, Cancelled, ModelError
from rag.grounding.marks import MarkParser
from rag.models.language import LanguageModel, Message, TextStream
from rag.models.stopping import Stop, is_stopped
from rag.progress import STOPPED, Watch
from rag.writing.kept_replies import KeptReplies, Reply
from rag.writing.prose import ModelText

AT_ONCE = 4
"""Prompts that a model has at a time."""
LOOK = 0.1
"""Seconds after which one looks whether to stop."""

Outcome = Reply | ModelError | Exception


@dataclass(frozen=True, slots=True)
class Call:
    """A prompt, the keys that its answer may name, and the most sentences of it that are read."""

    prompt: tuple[Message, ...]
    keys: frozenset[str]
    most: int


class ManyCalls:
    """Asks a model several prompts. Make it for one piece of work."""

    def __init__(self, model: LanguageModel, kept: KeptReplies, watch: Watch) -> None:
        self._model = model
        self._kept = kept
        self._watch = watch
        self._failed: ModelError | None = None

    def ask(self, stage: str, calls: Sequence[Call]) -> list[Reply | ModelError]:
        """The reply to each prompt, or why there is none. After an error no further prompt is sent.

        Raises Cancelled if the watch says so, or the `Stop` of this thread: connections are closed at once, nothing is
        waited for, and finished replies are kept.
        """
        work = _Work(calls)
        for number in range(len(calls)):
            work.waiting.put(number)
        for _ in range(min(AT_ONCE, len(calls))):
            threading.Thread(target=self._work, args=(work,), daemon=True).start()
        replies: dict[int, Reply | ModelError] = {}
        try:
            self._watch.tell(stage, 0, len(calls))
            while len(replies) < len(calls):
                self._watch.check()
                if is_stopped():
                    raise Cancelled(STOPPED)
                try:
                    number, reply = work.done.get(timeout=LOOK)
                except queue.Empty:
                    continue
                if not isinstance(reply, Reply | ModelError):
                    raise reply
                replies[number] = reply
                self._watch.tell(stage, len(replies), len(calls))
        except BaseException:
            work.stop.now()
            raise
        return [replies[number] for number in range(len(calls))]

    def _work(self, work: _Work) -> None:
        while not work.stop.stopped:
            try:
                number = work.waiting.get_nowait()
            except queue.Empty:
                return
            try:
                with work.stop.heard():
                    reply: Outcome = self._failed or self._reply(work.calls[number])
            except Cancelled:
                return
            except ModelError as error:
                reply = self._failed = error
            except Exception as error:  # the one who waits must hear of it
                reply = error
            work.done.put((number, reply))

    def _reply(self, call: Call) -> Reply:
        known = self._kept.get(self._model.name, call.prompt)
        if known is not None:
            return known
        text = ModelText(MarkParser(call.keys))
        stream = self._model.stream(call.prompt)
        broken = ""
        try:
            _read(stream, text, call.most)
        except AnswerCutShort as error:
            if not text.sentences:
                raise
            broken = str(error)
        finally:
            stream.close()
        reply = Reply(tuple(text.sentences[: call.most]), text.marks.unknown, broken)
        if not broken:
            self._kept.put(self._model.name, call.prompt, reply)
        return reply


@dataclass(slots=True)
class _Work:
    """Calls that are to be made, which of them wait, what came of the others, and whether to stop."""

    calls: Sequence[Call]
    waiting: queue.SimpleQueue[int] = field(default_factory=queue.SimpleQueue)
    done: queue.SimpleQueue[tuple[int, Outcome]] = field(default_factory=queue.SimpleQueue)
    stop: Stop = field(default_factory=Stop)


def _read(stream: TextStream, text: ModelText, most: int) -> None:
    for piece in stream:
        if is_stopped():
            raise Cancelled
        text.feed(piece)
        if text.circling or len(text.sentences) >= most:
            return
    text.close()

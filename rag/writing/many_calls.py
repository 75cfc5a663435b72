"""Several prompts to a language model at once, stopped together; what has been answered before is not asked again."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.errors import Cancelled, ModelError
from rag.grounding.marks import MarkParser
from rag.models.language import LanguageModel, Message, TextStream
from rag.progress import Watch
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

        Raises Cancelled if the watch says so: running streams are closed at their next word, and finished replies are
        kept. Nothing is waited for then, not even a server that says no word.
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
                try:
                    number, reply = work.done.get(timeout=LOOK)
                except queue.Empty:
                    continue
                if not isinstance(reply, Reply | ModelError):
                    raise reply
                replies[number] = reply
                self._watch.tell(stage, len(replies), len(calls))
        finally:
            work.stop.set()
        return [replies[number] for number in range(len(calls))]

    def _work(self, work: _Work) -> None:
        while not work.stop.is_set():
            try:
                number = work.waiting.get_nowait()
            except queue.Empty:
                return
            try:
                reply: Outcome = self._failed or self._reply(work.calls[number], work.stop)
            except Cancelled:
                return
            except ModelError as error:
                reply = self._failed = error
            except Exception as error:  # the one who waits must hear of it
                reply = error
            work.done.put((number, reply))

    def _reply(self, call: Call, stop: threading.Event) -> Reply:
        known = self._kept.get(self._model.name, call.prompt)
        if known is not None:
            return known
        text = ModelText(MarkParser(call.keys))
        stream = self._model.stream(call.prompt)
        try:
            _read(stream, text, call.most, stop)
        finally:
            stream.close()
        reply = Reply(tuple(text.sentences[: call.most]), text.marks.unknown)
        self._kept.put(self._model.name, call.prompt, reply)
        return reply


@dataclass(slots=True)
class _Work:
    """Calls that are to be made, which of them wait, what came of the others, and whether to stop."""

    calls: Sequence[Call]
    waiting: queue.SimpleQueue[int] = field(default_factory=queue.SimpleQueue)
    done: queue.SimpleQueue[tuple[int, Outcome]] = field(default_factory=queue.SimpleQueue)
    stop: threading.Event = field(default_factory=threading.Event)


def _read(stream: TextStream, text: ModelText, most: int, stop: threading.Event) -> None:
    for piece in stream:
        if stop.is_set():
            raise Cancelled
        text.feed(piece)
        if text.circling or len(text.sentences) >= most:
            return
    text.close()

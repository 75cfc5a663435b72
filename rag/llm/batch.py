"""Several prompts to a language model at once, cancelled together; a reply that is there already is not asked for.

Replies are kept in the store's folder, so that a run that was cancelled goes on where it was.
"""

from __future__ import annotations

import json
import os
import queue
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from rag.errors import AnswerCutShort, Cancelled, ModelError
from rag.llm.citation_marks import MarkParser
from rag.llm.clean_stream import ModelText
from rag.llm.language_model import LanguageModel, Message, TextStream
from rag.progress import Cancellation, Progress, is_cancelled

KEPT = 200
"""Replies kept; the oldest make room for new ones."""
LARGEST = 100_000
"""Bytes of a reply's file."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The sentences of a model's reply, and how many of its marks named nothing that it was given.

    `broken` says why it is not whole; the sentences are those that had ended by then.
    """

    sentences: tuple[str, ...]
    unknown: int = 0
    broken: str = ""


class KeptReplies:
    """Replies by what was asked of whom; each is a small JSON file of `folder`. Threads may share it.

    Without a folder nothing is kept. What cannot be read or written is passed over: the model is asked again.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._guard = threading.Lock()

    def get(self, model: str, prompt: Sequence[Message]) -> Reply | None:
        """The reply to a prompt, if it is kept."""
        path = self._path(model, prompt)
        if path is None:
            return None
        with suppress(OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
            if path.stat().st_size <= LARGEST:
                value = json.loads(path.read_text("utf-8"))
                return Reply(tuple(str(s) for s in value["sentences"]), int(value["unknown"]))
        return None

    def put(self, model: str, prompt: Sequence[Message], reply: Reply) -> None:
        """Keep a whole reply."""
        path = self._path(model, prompt)
        if path is None:
            return
        value = json.dumps({"sentences": reply.sentences, "unknown": reply.unknown})
        with suppress(OSError), self._guard:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(f".{os.getpid()}")
            fresh.write_text(value, "utf-8")
            fresh.replace(path)
            self._make_room(path.parent)

    def forget(self, model: str, prompt: Sequence[Message]) -> None:
        """Forget a reply that was of no use, so that the model is asked again."""
        path = self._path(model, prompt)
        if path is not None:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _path(self, model: str, prompt: Sequence[Message]) -> Path | None:
        if self._folder is None:
            return None
        asked = json.dumps([model, *([m.role, m.text] for m in prompt)])
        return self._folder / f"{sha256(asked.encode('utf-8', 'replace')).hexdigest()}.json"

    def _make_room(self, folder: Path) -> None:
        files = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        for path in files[:-KEPT]:
            path.unlink(missing_ok=True)


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

    def __init__(self, model: LanguageModel, kept: KeptReplies, progress: Progress) -> None:
        self._model = model
        self._kept = kept
        self._progress = progress
        self._failed: ModelError | None = None

    def ask(self, stage: str, calls: Sequence[Call]) -> list[Reply | ModelError]:
        """The reply to each prompt, or why there is none. After an error no further prompt is sent.

        Raises Cancelled if the progress says so: connections are closed at once, nothing is waited for, and finished
        replies are kept.
        """
        work = _Work(calls)
        for number in range(len(calls)):
            work.waiting.put(number)
        for _ in range(min(AT_ONCE, len(calls))):
            threading.Thread(target=self._work, args=(work,), daemon=True).start()
        replies: dict[int, Reply | ModelError] = {}
        try:
            self._progress.tell(stage, 0, len(calls))
            while len(replies) < len(calls):
                self._progress.check()
                try:
                    number, reply = work.done.get(timeout=LOOK)
                except queue.Empty:
                    continue
                if not isinstance(reply, Reply | ModelError):
                    raise reply
                replies[number] = reply
                self._progress.tell(stage, len(replies), len(calls))
        except BaseException:
            work.cancellation.cancel()
            raise
        return [replies[number] for number in range(len(calls))]

    def _work(self, work: _Work) -> None:
        while not work.cancellation.cancelled:
            try:
                number = work.waiting.get_nowait()
            except queue.Empty:
                return
            try:
                with work.cancellation.scope():
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
    cancellation: Cancellation = field(default_factory=Cancellation)


def _read(stream: TextStream, text: ModelText, most: int) -> None:
    for piece in stream:
        if is_cancelled():
            raise Cancelled
        text.feed(piece)
        if text.circling or len(text.sentences) >= most:
            return
    text.close()

"""What a model has written already, kept in the store's folder: a run that was stopped goes on where it was."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from rag.models.language import Message

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

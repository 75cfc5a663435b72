"""Reading that no file can bring down: all but plain text is read in another process, within a budget."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, NoReturn

from rag.errors import ArticleError, Phrase
from rag.ingest import budget, ocr
from rag.ingest.budget import Budget, too_slow
from rag.ingest.files import ReadFile, article_bytes, read_data
from rag.ingest.formats import is_plain
from rag.ingest.reader_process import ReaderProcess, Reply
from rag.results.json_values import from_plain

USUAL_BYTES = 20_000_000
"""The size of files up to which the usual time and memory are enough; where larger ones are read, both grow with it."""
MEMORY = 1_000_000_000
"""Bytes of memory that one file may take."""


class GuardedReaders:
    """Processes that read files, started when they are first needed, and kept. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._idle: list[ReaderProcess] = []
        self._closed = False

    def begin(self, path: Path, name: str, *, max_bytes: int) -> Reading:
        """Begin to read one file; what `files.read_file` raises, `Reading.result` does.

        Raises LibraryError if no process can be started.
        """
        limits = _Limits.of(max_bytes)
        try:
            data = article_bytes(path, max_bytes)
            if is_plain(os.path.splitext(path.name)[1].lower(), data):
                return Reading(lambda: _read_here(data, path.name, name, max_bytes, limits))
        except ArticleError as error:
            return Reading(partial(_refuse, error))
        request = {"task": "read", "file": path.name, "name": name, "max_bytes": max_bytes}
        asked = _Asked(self, request, data, limits)
        return Reading(lambda: _read_file_of(asked.result()), asked.drop)

    def draw_page(self, data: bytes, number: int, quotes: Sequence[str] = ()) -> bytes:
        """Draw a page as `pdf_page.draw_page` does. Raises as `begin`, and `Reading.result`, do."""
        request = {"task": "draw", "number": number, "quotes": list(quotes)}
        return _Asked(self, request, data, _Limits.of(len(data))).result()

    def take(self) -> ReaderProcess:
        """A process that has nothing to do. Raises LibraryError if none can be started."""
        with self._lock:
            process = self._idle.pop() if self._idle else None
        return process or ReaderProcess()

    def give_back(self, process: ReaderProcess) -> None:
        """Keep a process for the next file."""
        with self._lock:
            if not self._closed:
                self._idle.append(process)
                return
        process.kill()

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for process in idle:
            process.kill()


class Reading:
    """A file that is being read in another process, or that will be read here."""

    def __init__(self, result: Callable[[], ReadFile], drop: Callable[[], None] = lambda: None) -> None:
        self._result = result
        self.drop = drop
        """Gives it up."""

    def result(self) -> ReadFile:
        """Wait for what the file holds.

        Raises ArticleError as `files.read_file`, and if the reader crashes, or takes more time or memory than a file
        may, Cancelled, and LibraryError if no process can be started.
        """
        return self._result()


def longest_reading(max_bytes: int) -> float:
    """Seconds that one file may take where files of this size may be read."""
    return _Limits.of(max_bytes).seconds


def _refuse(error: ArticleError) -> NoReturn:
    raise error


def _read_here(data: bytes, file: str, name: str, max_bytes: int, limits: _Limits) -> ReadFile:
    try:
        return read_data(data, file, name, max_bytes=max_bytes, budget=Budget(limits.seconds))
    except MemoryError as error:
        raise ArticleError(limits.too_hungry) from error


def _read_file_of(content: bytes) -> ReadFile:
    try:
        return from_plain(ReadFile, json.loads(content))
    except ValueError as error:
        raise ArticleError(_CRASHED) from error


class _Asked:
    """What a process was asked to do with the bytes of a file."""

    def __init__(self, readers: GuardedReaders, request: Mapping[str, Any], data: bytes, limits: _Limits) -> None:
        self._readers = readers
        self._limits = limits
        own = {"seconds": limits.seconds, "memory": limits.memory, "recognise": ocr.is_installed()}
        self._request, self._data = {**request, **own}, data
        self._process = readers.take()
        self._process.ask(self._request, data)

    def result(self) -> bytes:
        """Wait for what was made. Raises ArticleError, Cancelled and LibraryError."""
        alone = not self._process.used
        reply = self._process.reply()
        if reply.kind in ("crashed", "memory") and not alone:  # it may be what earlier files have left behind
            self._process = ReaderProcess()
            self._process.ask(self._request, self._data)
            reply = self._process.reply()
        if not reply.breaks:
            self._readers.give_back(self._process)
        if reply.kind != "done":
            raise ArticleError(_reason(reply, self._limits))
        return reply.content

    def drop(self) -> None:
        """Give it up."""
        self._process.kill()


@dataclass(frozen=True, slots=True)
class _Limits:
    seconds: float
    memory: int

    @classmethod
    def of(cls, max_bytes: int) -> _Limits:
        """What a file may take where files of this size may be read."""
        share = max(1.0, max_bytes / USUAL_BYTES)
        return cls(budget.SECONDS * share, int(MEMORY * share))

    @property
    def too_hungry(self) -> Phrase:
        return Phrase(
            "needs over {size} MB of memory to be read: split it, or save its text as .txt",
            size=f"{self.memory / 1e6:,.0f}",
        )


_CRASHED = Phrase("was not read, as its reader crashed: save it anew, or its text as .txt")


def _reason(reply: Reply, limits: _Limits) -> str:
    """Why a file is not read, and what to do."""
    said = reply.content.decode("utf-8", "replace")
    reasons = {
        "refused": said,
        "slow": too_slow(limits.seconds),
        "memory": limits.too_hungry,
        "failed": Phrase("was not read, as its reader failed ({told}): save it anew, or its text as .txt", told=said),
    }
    return reasons.get(reply.kind, _CRASHED)

"""A process that reads files for this one, so that what a file does to its reader costs that file alone."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import weakref
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from rag.errors import LibraryError
from rag.progress import check_cancelled

PROGRAM = "from rag.ingest.reader_worker import main; main()"
_START = "import sys; sys.path[:] = sys.argv[1:]; "
"""The process finds what this one finds; it does not run the program that this one runs, as multiprocessing's do."""
_POLL = 0.1
"""Seconds between two looks whether the work was cancelled."""
_GRACE = 5.0
"""Seconds beyond its budget after which a process is killed."""
_STARTING = 120.0
"""Seconds within which a process must have started, on a machine that is busy."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a process said, or "crashed" or "slow" for one that is lost, and what it made."""

    kind: str
    content: bytes = b""

    @property
    def breaks(self) -> bool:
        """Whether the process cannot be used any more."""
        return self.kind in ("crashed", "slow", "memory")


class ReaderProcess:
    """One process, which reads one file at a time. Raises LibraryError if it cannot be started."""

    def __init__(self) -> None:
        command = [sys.executable, "-P", "-c", _START + PROGRAM, *(p for p in sys.path if isinstance(p, str))]
        try:
            process = subprocess.Popen(  # noqa: S603 - our own program
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for its starter, which ends it
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise LibraryError(
                "The process that reads files cannot be started ({reason}): close other programs, and try again.",
                reason=error.strerror or error,
            ) from error
        self._requests: SimpleQueue[tuple[dict[str, Any], bytes] | None] = SimpleQueue()
        self._replies: SimpleQueue[Reply] = SimpleQueue()
        self._kill = weakref.finalize(self, _kill, process, self._requests)
        Thread(target=_exchange, args=(process, self._requests, self._replies), daemon=True).start()
        self._started = False
        self._seconds = 0.0
        self.used = False
        """Whether it was asked for anything before the request in hand."""

    def ask(self, request: Mapping[str, Any], data: bytes) -> None:
        """Have something done with the bytes of a file, within `request["seconds"]`."""
        self._seconds = request["seconds"] + _GRACE
        self._requests.put(({**request, "size": len(data)}, data))

    def reply(self) -> Reply:
        """Wait for what was asked for; kills the process if it takes too long.

        Raises Cancelled, and kills it, if the work of this thread is cancelled.
        """
        try:
            reply = self._next()
        except BaseException:
            self.kill()
            raise
        self.used = True
        if reply.breaks:
            self.kill()
        return reply

    def _next(self) -> Reply:
        end = time.monotonic() + (self._seconds if self._started else _STARTING)
        while time.monotonic() < end:
            check_cancelled()
            with suppress(Empty):
                reply = self._replies.get(timeout=_POLL)
                if reply.kind not in ("started", "working"):
                    return reply
                self._started = True
                end = time.monotonic() + self._seconds
        return Reply("slow")

    def kill(self) -> None:
        """End the process, whatever it does."""
        self._kill()


def _exchange(
    process: subprocess.Popen[bytes],
    requests: SimpleQueue[tuple[dict[str, Any], bytes] | None],
    replies: SimpleQueue[Reply],
) -> None:
    """Hand requests and replies on, in a thread of its own, since a pipe cannot be waited for everywhere."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(OSError, ValueError, KeyError, TypeError):
        while (request := requests.get()) is not None:
            process.stdin.write(json.dumps(request[0]).encode() + b"\n")
            process.stdin.write(request[1])
            process.stdin.flush()
            kind = "working"
            while kind in ("started", "working"):
                head = json.loads(process.stdout.readline())
                kind = str(head["kind"])
                replies.put(Reply(kind, process.stdout.read(int(head["size"]))))
    replies.put(Reply("crashed"))
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):
            pipe.close()


def _kill(process: subprocess.Popen[bytes], requests: SimpleQueue[tuple[dict[str, Any], bytes] | None]) -> None:
    process.kill()
    process.wait()
    requests.put(None)

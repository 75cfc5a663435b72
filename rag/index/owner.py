"""One owner writes: a lock on the library's store, and the name of who holds it."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout


class Owner:
    """The lock of one store. The operating system drops it when the process ends, however it ends."""

    def __init__(self, store: Path) -> None:
        self._lock = FileLock(store / "owner.lock", is_singleton=False, thread_local=False)
        self._card = store / "owner.json"

    def acquire(self) -> bool:
        """Become the owner; False if somebody else is."""
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            return False
        card = {
            "process": os.getpid(),
            "program": Path(sys.argv[0]).name or "python",
            "since": datetime.now().astimezone().isoformat(timespec="seconds"),
        }
        self._card.write_text(json.dumps(card), encoding="utf-8")
        return True

    def release(self) -> None:
        """Stop being the owner."""
        if self._lock.is_locked:
            self._card.unlink(missing_ok=True)
            self._lock.release()

    def holder(self) -> str:
        """Who owns the store, in words."""
        try:
            card = json.loads(self._card.read_text(encoding="utf-8"))
            return f"process {card['process']} ({card['program']}, since {card['since']})"
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return "another process"

"""Stopping a model's work from another thread, also while it waits for the first word."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_heard: ContextVar[Stop | None] = ContextVar("readacross_stop", default=None)


class Stop:
    """Stops what models do within `with stop.heard():`, once any thread says `stop.now()`; it stays stopped.

    A model's connection is closed at once, so that its server stops working; what waits for it raises Cancelled.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._stopped = False
        self._calls: list[Callable[[], None]] = []

    @property
    def stopped(self) -> bool:
        """Whether it has been said."""
        return self._stopped

    def now(self) -> None:
        """Stop the work."""
        with self._guard:
            self._stopped = True
            calls, self._calls = self._calls, []
        for call in calls:
            call()

    @contextmanager
    def heard(self) -> Iterator[None]:
        """What this thread does meanwhile can be stopped."""
        token = _heard.set(self)
        try:
            yield
        finally:
            _heard.reset(token)

    def call(self, hang_up: Callable[[], None]) -> None:
        """Have `hang_up` called when it is said, or now if it has been said."""
        with self._guard:
            if not self._stopped:
                self._calls.append(hang_up)
                return
        hang_up()


def heard_stop() -> Stop | None:
    """What can stop the work of this thread."""
    return _heard.get()


def is_stopped() -> bool:
    """Whether the work of this thread is to end."""
    stop = _heard.get()
    return stop is not None and stop.stopped

"""Work in a thread of its own, for a page whose reader may stop it or go away at any moment."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Step = TypeVar("Step")
Tell = Callable[[Step], None]
Stop = Callable[[], bool]

BREATH = 0.25
"""Seconds after which work that does not come on lets its reader breathe: to stop it, or to go away."""


def in_background(
    work: Callable[[Tell[Step], Stop], None], leave: Callable[[], None] = lambda: None
) -> Iterator[Step | None]:
    """What `work` tells, as it comes; None whenever `BREATH` passes without anything. Raises what the work raises.

    Work that waits, for a model or a disk, cannot be stopped from outside. So this never waits long; once it is closed
    the second argument of `work` returns True, and the work is to end as soon as it can; `leave` is called to wake it.
    """
    messages: queue.SimpleQueue[_Step[Step] | _Ended] = queue.SimpleQueue()
    closed = threading.Event()

    def run() -> None:
        try:
            work(lambda step: messages.put(_Step(step)), closed.is_set)
            messages.put(_Ended())
        except Exception as error:
            messages.put(_Ended(error))

    threading.Thread(target=run, name="readacross-page", daemon=True).start()
    try:
        while True:
            try:
                message = messages.get(timeout=BREATH)
            except queue.Empty:
                yield None
                continue
            if isinstance(message, _Ended):
                if message.error is not None:
                    raise message.error
                return
            yield message.step
    finally:
        closed.set()
        leave()


class _Step(Generic[Step]):
    def __init__(self, step: Step) -> None:
        self.step = step


class _Ended:
    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

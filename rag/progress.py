"""How far a long piece of work is, and a way to stop it. The work itself keeps to one thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from rag.errors import Cancelled
from rag.types import WorkProgress

Tell = Callable[[WorkProgress], None]
Stop = Callable[[], bool]
Item = TypeVar("Item")

STOPPED = "Stopped before it was done. Ask again to go on: what could be kept is not done twice."
STEPS = 50
"""How often at most a stage tells how far it is."""


class Watch:
    """Tells how far work is, and raises Cancelled in the midst of it once `stop` says so.

    `stop` may be any function without arguments, such as the `is_set` of a `threading.Event`; it is called often.
    """

    def __init__(self, tell: Tell | None = None, stop: Stop | None = None) -> None:
        self._tell = tell
        self._stop = stop

    def check(self) -> None:
        """Raise Cancelled if the work is to stop."""
        if self._stop is not None and self._stop():
            raise Cancelled(STOPPED)

    def tell(self, stage: str, done: int, total: int) -> None:
        """Tell that `done` of `total` steps of a stage are done, and raise Cancelled if the work is to stop."""
        self.check()
        if self._tell is not None:
            self._tell(WorkProgress(stage, done, total))

    def each(self, stage: str, items: Sequence[Item]) -> Iterator[Item]:
        """Go through the items of a stage; tells now and then how many are done, the last time that all are."""
        total = len(items)
        every = max(1, total // STEPS)
        for done, item in enumerate(items):
            if done % every == 0:
                self.tell(stage, done, total)
            else:
                self.check()
            yield item
        if total:
            self.tell(stage, total, total)


UNWATCHED = Watch()
"""Tells nobody, and never stops."""

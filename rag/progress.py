"""How far a long piece of work is, and a way to stop it. The work itself keeps to one thread.

Stopping a model's work from another thread, also while it waits for the first word.

What long work tells of itself: how far it is, what it did, and what it could not read.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from rag.errors import Cancelled

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


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or a record of a dump, that could not be read, and why."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """How far a sync is: `done` of `total` files, and the one in hand."""

    done: int
    total: int
    file: str


@dataclass(frozen=True, slots=True)
class WorkProgress:
    """How far long work is: `done` of `total` steps of the `stage` in hand, which is named in plain words."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, by article file names; `notes` are plain remarks, `seconds` the time of each stage."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        """One line of counts, then a line for each note and each skipped file."""
        names = ("added", "changed", "removed", "unchanged", "skipped")
        counts = ", ".join(f"{len(getattr(self, name))} {name}" for name in names)
        return "\n".join([counts, *self.notes, *(f"skipped {s.file}: {s.reason}" for s in self.skipped)])

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values, ready for JSON."""
        return asdict(self)


Tell = Callable[[WorkProgress], None]
StopTest = Callable[[], bool]
Item = TypeVar("Item")

STOPPED = "Stopped before it was done. Ask again to go on: what could be kept is not done twice."
STEPS = 50
"""How often at most a stage tells how far it is."""


class Watch:
    """Tells how far work is, and raises Cancelled in the midst of it once `stop` says so.

    `stop` may be any function without arguments, such as the `is_set` of a `threading.Event`; it is called often.
    """

    def __init__(self, tell: Tell | None = None, stop: StopTest | None = None) -> None:
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

"""Progress and cancellation of long work, and the report of a sync."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from rag.errors import Cancelled

Item = TypeVar("Item")
Owner = TypeVar("Owner")
P = ParamSpec("P")
_scopes: ContextVar[tuple[Cancellation, ...]] = ContextVar("readacross_cancellations", default=())

STOPPED = "Stopped before it was done. Ask again to go on: what could be kept is not done twice."


class Cancellation:
    """Stops work: once any thread calls `cancel`, or `test` returns True, which is asked often; it stays cancelled.

    It covers the work that it is given to as `cancel=`, and what a thread does within `with cancellation.scope():`;
    that work raises Cancelled. On `cancel` the connections of models are closed at once, so that their servers stop.

    >>> cancellation = Cancellation()
    >>> cancellation.cancel()
    >>> cancellation.cancelled
    True
    """

    def __init__(self, test: Callable[[], bool] | None = None) -> None:
        self._test = test
        self._guard = threading.Lock()
        self._cancelled = False
        self._calls: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        """Whether the work is to stop."""
        if not self._cancelled and self._test is not None and self._test():
            self.cancel()
        return self._cancelled

    def cancel(self) -> None:
        """Stop the work."""
        with self._guard:
            self._cancelled = True
            calls, self._calls = self._calls, []
        for call in calls:
            call()

    @contextmanager
    def scope(self) -> Iterator[None]:
        """What this thread does meanwhile can be cancelled, by this and by the scopes around it."""
        token = _scopes.set((*_scopes.get(), self))
        try:
            yield
        finally:
            _scopes.reset(token)

    def on_cancel(self, call: Callable[[], None]) -> None:
        """Have `call` called when it is cancelled, or now if it has been."""
        with self._guard:
            if not self._cancelled:
                self._calls.append(call)
                return
        call()


class Stop(Cancellation):
    """The former name of Cancellation, for one more release, with its former methods.

    >>> issubclass(Stop, Cancellation)
    True
    """

    @property
    def stopped(self) -> bool:
        """`cancelled`."""
        return self.cancelled

    def now(self) -> None:
        """`cancel`."""
        self.cancel()

    def heard(self) -> AbstractContextManager[None]:
        """`scope`."""
        return self.scope()


def is_cancelled() -> bool:
    """Whether the work of this thread is to end."""
    return any(cancellation.cancelled for cancellation in _scopes.get())


def check_cancelled() -> None:
    """Raise Cancelled if the work of this thread is to end."""
    if is_cancelled():
        raise Cancelled(STOPPED)


def on_cancel(call: Callable[[], None]) -> None:
    """Have `call` called when the work of this thread is cancelled."""
    for cancellation in _scopes.get():
        cancellation.on_cancel(call)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or a record of a dump, that could not be read, and why.

    >>> print(SyncReport(skipped=(Skipped("old.wpd", "no reader for .wpd"),)))
    0 added, 0 changed, 0 removed, 0 unchanged, 1 skipped
    skipped old.wpd: no reader for .wpd
    """

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """How far a sync is: `done` of `total` files, and the one in hand.

    >>> seen = []
    >>> _ = library.sync(progress=seen.append)
    >>> all(isinstance(step, SyncProgress) and step.done <= step.total for step in seen)
    True
    """

    done: int
    total: int
    file: str


@dataclass(frozen=True, slots=True)
class WorkProgress:
    """How far long work is: `done` of `total` steps of the `stage` in hand, which is named in plain words.

    >>> seen = []
    >>> _ = library.compare(progress=seen.append)
    >>> all(isinstance(step, WorkProgress) and step.done <= step.total for step in seen)
    True
    """

    stage: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, by article file names; `notes` are plain remarks, `seconds` the time of each stage.

    >>> print(library.sync())
    0 added, 0 changed, 0 removed, 2 unchanged, 0 skipped
    """

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


@dataclass(frozen=True, slots=True)
class FolderChanges:
    """The files by which a folder differs from what was read of it: they would be read, or forgotten, by a sync.

    >>> print(library.changes())
    FolderChanges(added=(), changed=(), removed=())
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken out of a library at once: the files, by name, and `id`, by which `restore` finds them.

    >>> Removed("1f3c", ("clippings/a.txt",)).files
    ('clippings/a.txt',)
    """

    id: str
    files: tuple[str, ...]


def awaitable(
    method: Callable[Concatenate[Owner, P], Item],
) -> Callable[Concatenate[Owner, P], Coroutine[Any, Any, Item]]:
    """The method to be awaited: it runs in a thread, and a task that is cancelled meanwhile stops it."""

    async def call(self: Owner, /, *args: P.args, **kwargs: P.kwargs) -> Item:
        cancellation = Cancellation()

        def work() -> Item:
            with cancellation.scope():
                return method(self, *args, **kwargs)

        try:
            return await asyncio.to_thread(work)
        finally:
            cancellation.cancel()

    call.__doc__ = f"`{method.__name__}`, to be awaited: it runs in a thread, and stops if its task is cancelled."
    call.__name__ = f"a{method.__name__}"
    return call


Cancel = Cancellation | Callable[[], bool]

STEPS = 50
"""How often at most a stage tells how far it is."""


class Progress:
    """Tells `tell` how far work is, and raises Cancelled in the midst of it once `cancel`, or its thread's, says so."""

    def __init__(self, tell: Callable[[WorkProgress], None] | None = None, cancel: Cancel | None = None) -> None:
        self._tell = tell
        self._cancellation = cancel if isinstance(cancel, Cancellation) else Cancellation(cancel)

    @contextmanager
    def scope(self) -> Iterator[Self]:
        """What this thread does meanwhile can be cancelled, also what does not know of this progress."""
        with self._cancellation.scope():
            yield self

    def check(self) -> None:
        """Raise Cancelled if the work is to stop."""
        if self._cancellation.cancelled or is_cancelled():
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


SILENT = Progress()
"""Tells nobody; the scopes of its thread alone cancel it."""

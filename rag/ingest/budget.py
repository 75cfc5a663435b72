"""What one file may take, be it with all files within it: time, articles, characters, and bytes that it unfolds to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from rag.errors import ArticleError, Phrase

SECONDS = 60.0
"""Longest time that one file may take, or one page of it whose text is recognised."""
MOST_ARTICLES = 50_000
"""Articles of one file."""
TOO_MANY = Phrase("holds more than {most} articles: split it", most=f"{MOST_ARTICLES:,}")
LONGEST_TEXT = 100_000_000
"""Bytes that a packed file may unfold to, and characters that the articles of one file may have."""
TOO_LARGE = "unfolds to an absurd size: unpack it, and take out what is no article"
TOO_LONG = Phrase("has more than {most} characters: split it", most=f"{LONGEST_TEXT:,}")


def too_slow(seconds: float) -> Phrase:
    """Why a file is not read that takes longer than so many seconds, and what to do."""
    return Phrase("takes over {n} seconds to read: split it, or save its text as .txt", n=f"{seconds:.0f}")


class Budget:
    """What is left to one file. Each method raises ArticleError, which says what to do, once that is spent.

    `on_restart` is called whenever the time begins anew.
    """

    def __init__(self, seconds: float | None = None, on_restart: Callable[[], None] = lambda: None) -> None:
        self._seconds = SECONDS if seconds is None else seconds
        self._on_restart = on_restart
        self._end = time.monotonic() + self._seconds
        self._bytes = self._characters = LONGEST_TEXT
        self._articles = MOST_ARTICLES

    def check(self) -> None:
        """Raise ArticleError if the time is up."""
        if time.monotonic() > self._end:
            raise ArticleError(too_slow(self._seconds))

    def restart(self) -> None:
        """Begin the time anew, after a step that may take as long as a file."""
        self._end = time.monotonic() + self._seconds
        self._on_restart()

    def unfold(self, size: int) -> None:
        """Spend the bytes of a file within."""
        self._bytes -= size
        if self._bytes < 0:
            raise ArticleError(TOO_LARGE)

    def take(self, characters: int) -> None:
        """Spend an article of so many characters."""
        self._articles -= 1
        self._characters -= characters
        if self._articles < 0:
            raise ArticleError(TOO_MANY)
        if self._characters < 0:
            raise ArticleError(TOO_LONG)

    @contextmanager
    def scope(self) -> Iterator[None]:
        """What this thread reads meanwhile is of this budget's file."""
        token = _budget.set(self)
        try:
            yield
        finally:
            _budget.reset(token)


_budget: ContextVar[Budget | None] = ContextVar("readacross_budget", default=None)


def current_budget() -> Budget:
    """The budget of the file that this thread reads, or a new one."""
    return _budget.get() or Budget()

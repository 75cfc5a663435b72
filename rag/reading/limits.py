"""Guards for readers of hostile files."""

from __future__ import annotations

import time

from rag.errors import ArticleError

SECONDS = 60.0
"""Longest time that one file may take."""
LONGEST_TEXT = 100_000_000
"""Characters that a packed file may unfold to."""


class Deadline:
    """Raises ArticleError in `check` once a file has taken longer than SECONDS."""

    def __init__(self) -> None:
        self._end = time.monotonic() + SECONDS

    def check(self) -> None:
        """Raise ArticleError if the time is up."""
        if time.monotonic() > self._end:
            raise ArticleError(f"took longer than {SECONDS:.0f} seconds to read: convert it to .txt")

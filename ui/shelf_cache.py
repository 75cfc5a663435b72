"""What the page keeps of a library between requests: the entries of its list, and the example questions."""

from __future__ import annotations

import logging
import threading

from rag import Library, ReadacrossError
from ui.examples import candidates, choose
from ui.shelf import Entry, entries

log = logging.getLogger(__name__)


class ShelfCache:
    """The list's entries without the articles' texts, and questions that the library answers. Thread-safe."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self._entries: tuple[Entry, ...] | None = None
        self._examples: tuple[str, ...] | None = None

    def entries(self, *, fresh: bool = False) -> tuple[Entry, ...]:
        """The entries; read anew if `fresh` is asked for or nothing is known yet."""
        with self._lock:
            if fresh or self._entries is None:
                self._read()
            return self._entries or ()

    def examples(self) -> tuple[str, ...]:
        """Up to three questions that the library answers; none while it holds nothing, or if asking fails."""
        with self._asking:  # which takes a while in a large library: other tabs wait for it, the list does not
            with self._lock:
                shelf, known = self._entries, self._examples
            if known is not None:
                return known
            chosen = self._chosen()
            with self._lock:
                if self._entries is shelf:
                    self._examples = chosen
            return chosen

    def _read(self) -> None:
        found = entries(self._library.articles())
        if found != self._entries:
            self._entries, self._examples = found, None

    def _chosen(self) -> tuple[str, ...]:
        try:
            return choose(candidates(self._library.articles()), self._answered)
        except ReadacrossError:
            log.exception("No example questions could be made")
            return ()

    def _answered(self, question: str) -> bool:
        """A language model takes its time, and its user's money: with one, questions are taken from names unasked."""
        return self._library.writer != "quoting" or self._library.ask(question).found

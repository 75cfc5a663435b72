"""Finding words in a text whatever the blanks between them, in time linear in the text."""

from __future__ import annotations

import re
from bisect import bisect_right

from rag.stories.types import Told


class FoldedText:
    """A text with every run of blanks folded to one space, and the way back to its own offsets."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text
        words = list(re.finditer(r"\S+", text))
        self._folded = " ".join(w[0] for w in words)
        self._own = [w.start() for w in words]
        self._starts: list[int] = []
        start = 0
        for word in words:
            self._starts.append(start)
            start += len(word[0]) + 1

    def find(self, quote: str, near: int) -> Told | None:
        """The place of these words that is nearest to the offset `near`; None if they do not stand in the text."""
        wanted = " ".join(quote.split())
        if not wanted:
            return None
        here = self._to_folded(near)
        before = self._folded.rfind(wanted, 0, here + len(wanted))
        after = self._folded.find(wanted, here)
        found = [self._to_own(place, len(wanted)) for place in (before, after) if place >= 0]
        return min(found, key=lambda told: abs(told.start - near), default=None)

    def _to_folded(self, offset: int) -> int:
        word = bisect_right(self._own, offset) - 1
        return self._starts[word] + offset - self._own[word] if word >= 0 else 0

    def _to_own(self, place: int, length: int) -> Told:
        first, last = (bisect_right(self._starts, at) - 1 for at in (place, place + length - 1))
        start = self._own[first] + place - self._starts[first]
        end = self._own[last] + place + length - self._starts[last]
        return Told(self._file, start, end, self._text[start:end])

"""Words that were broken at the end of a line, put together; hyphens that belong to a word stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import cache

from rag.text.idf import common_words
from rag.text.wordnet import relatives

_LAST = re.compile(r"[^\W\d_]+(?=[-‐\x02\xad]\Z)")
_FIRST = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_BROKEN = re.compile(r"\S*[-‐\x02\xad]\n\S*")
_SHORTEST = 3
"""Letters of a part that may be a word of its own."""


class Hyphens:
    """Decides by the words of the whole text, and in English by a list of words, too."""

    def __init__(self, text: str, language: str) -> None:
        self._words: Collection[str] = {word.lower() for word in _WORD.findall(_BROKEN.sub(" ", text))}
        self._english = language == "en"

    def joined(self, first: str, second: str) -> str:
        """Two lines put together, of which the first ends with a hyphen or a mark of one."""
        last, following = _LAST.search(first), _FIRST.match(second)
        head = first[:-1]
        if first[-1] == "\xad":
            return head + second
        if not last or not following or not following.group()[0].islower():
            return f"{head}-{second}"
        a, b = last.group().lower(), following.group().lower()
        return f"{head}{'-' if self._keeps(a, b) else ''}{second}"

    def _keeps(self, a: str, b: str) -> bool:
        """Whether the hyphen belongs to the word."""
        if f"{a}-{b}" in self._words:
            return True
        if a + b in self._words or (self._english and _is_english(a + b)):
            return False
        known: Callable[[str], bool] = _is_english if self._english else self._words.__contains__
        return all(len(part) >= _SHORTEST and known(part) for part in (a, b))


@cache
def _is_english(word: str) -> bool:
    from Stemmer import Stemmer

    stem = Stemmer("english").stemWord(word)
    return stem in common_words() or bool(relatives(stem))

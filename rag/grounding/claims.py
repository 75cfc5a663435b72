"""What a checker is given: a sentence, what may hold it, and what stands before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from rag.grounding.doers import Context
from rag.grounding.witnesses import Place

Idf = Callable[[str], float]
CLOSE = 8
"""Characters between two sentences of an article, at most, that follow each other."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence to check, the sentences that may hold it in the order of their articles, and the one before it.

    `together` says that it may be put together from several articles, as a sentence of a summary is.
    """

    sentence: str
    evidence: tuple[Place, ...]
    before: str = ""
    together: bool = False

    @property
    def context(self) -> Context:
        """What stands around the sentence and around its evidence."""
        follows = {
            number
            for number, (a, b) in enumerate(pairwise(self.evidence), start=1)
            if a.file == b.file and 0 <= b.start - a.end <= CLOSE
        }
        return Context(self.before, frozenset(follows))

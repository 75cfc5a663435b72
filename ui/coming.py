"""An answer as it comes: its checked sentences, and the words since, which no one has checked."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag import AnswerSentence, TextChunk
from ui import rendering

if TYPE_CHECKING:
    from rag import AnswerEvent

PATIENCE = 3.0
"""Seconds without news after which the page tells how long it has been waiting."""
LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,2000}\)")
"""A link in Markdown: a checked sentence has its words alone."""
BLANKS = re.compile(r"\s+")


@dataclass(slots=True)
class Coming:
    """What has come of the answer to question number `turn`, and when there was news last, in seconds of a clock."""

    turn: int
    sentences: list[AnswerSentence] = field(default_factory=list)
    news: float = field(default_factory=time.monotonic)
    _text: str = ""

    @property
    def text(self) -> str:
        """The words that are not checked, as a checked sentence would have them: links as their words, on one line."""
        return BLANKS.sub(" ", LINK.sub(r"\1", self._text)).lstrip()

    def add(self, event: AnswerEvent) -> None:
        """Take in what has come; a checked sentence takes the place of its words."""
        self.news = time.monotonic()
        if isinstance(event, TextChunk):
            self._text += event.text
        elif isinstance(event, AnswerSentence):
            _, _, self._text = self.text.partition(event.text)
            self.sentences.append(event)

    def html(self) -> str:
        """The answer so far, and a word on what is being waited for."""
        return rendering.draft(self.sentences, self.text, self.turn, self._waiting())

    def stopped(self) -> str:
        """What stays of it if it is stopped now: nothing that has not been checked."""
        return rendering.stopped(self.sentences, self.text, self.turn)

    def _waiting(self) -> str:
        seconds = time.monotonic() - self.news
        begun = bool(self.sentences or self.text)
        if seconds < PATIENCE:
            return "" if begun else rendering.LOOKING
        return f"Waiting for {'more' if begun else 'the first'} words … {seconds:.0f} s"

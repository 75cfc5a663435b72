"""What a model has said so far, told apart from what it has thought."""

from __future__ import annotations

import re

TAGS = "think|thinking|thoughts?|reasoning|reflection|scratchpad"
"""The names of the tags between which models write their thoughts, as a regular expression."""
THINK = re.compile(rf"\s*<(?:{TAGS})>", re.IGNORECASE)
THOUGHT = re.compile(rf"</(?:{TAGS})>", re.IGNORECASE)
LONGEST_SIGN = 15
"""Characters of a sign at most."""


class Said:
    """The text of a model as it comes: thoughts stand before the answer, up to a </think>, or come beside the text."""

    def __init__(self) -> None:
        self.text = ""
        self.beside = 0
        self._answer_at = 0
        self._undecided = True

    def add(self, piece: str, thought: str = "") -> None:
        """Take the next piece, and what was thought beside it."""
        self.beside += len(thought)
        start = max(0, len(self.text) - LONGEST_SIGN)
        self.text += piece
        if self._undecided:
            ended = THOUGHT.search(self.text, start)
            if ended:
                self._answer_at, self._undecided = ended.end(), False

    @property
    def thinking(self) -> bool:
        """Whether all that came are thoughts."""
        return not self.text[self._answer_at :].strip() or (self._undecided and self._begins_with_thought)

    @property
    def thoughts(self) -> int:
        """The characters that were thought."""
        inside = len(self.text) if self._undecided and self._begins_with_thought else self._answer_at
        return self.beside + inside

    @property
    def answer(self) -> int:
        """The characters that were said."""
        return len(self.text) + self.beside - self.thoughts

    @property
    def _begins_with_thought(self) -> bool:
        return THINK.match(self.text) is not None

"""What a model has said so far, told apart from what it has thought."""

from __future__ import annotations

THINK, THOUGHT = "<think>", "</think>"


class Said:
    """The text of a model as it comes: thoughts stand between <think> and </think>, before the answer, or beside it."""

    def __init__(self) -> None:
        self.text = ""
        self.beside = 0
        self._answer_at = 0
        self._undecided = True

    def add(self, piece: str, thought: str = "") -> None:
        """Take the next piece, and what was thought beside it."""
        self.beside += len(thought)
        start = max(0, len(self.text) - len(THOUGHT))
        self.text += piece
        if self._undecided:
            end = self.text.find(THOUGHT, start)
            if end >= 0:
                self._answer_at, self._undecided = end + len(THOUGHT), False

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
        return self.text[:100].lstrip().startswith(THINK)

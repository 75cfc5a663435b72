"""What a model streams, as sentences of plain prose: without its thoughts, its marks and its Markdown."""

from __future__ import annotations

import re

from rag.grounding.marks import MarkParser
from rag.reading.sentences import LONGEST, split_sentences

THINK, THOUGHT = "<think>", "</think>"
DECORATION = frozenset("*`")
LINE_MARKS = frozenset("#>-•–+ \t")
LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,2000}\)")
NUMBERED = re.compile(r"^\d{1,2}[.)]\s+(?=\S)")
REPEATED = 40
"""Characters which, said `OFTEN` times in one sentence, show that a model goes round in circles."""
OFTEN = 4
ENDING = re.compile(r"[.!?…。！？:;\n]")


class Thoughts:
    """Leaves out the thoughts that some models write between <think> and </think> before they answer."""

    def __init__(self) -> None:
        self._held = ""
        self._state = "start"

    def feed(self, piece: str) -> str:
        """Take the next piece; returns what is no thought."""
        if self._state == "answer":
            return piece
        self._held += piece
        if self._state == "start":
            head = self._held.lstrip()[: len(THINK)]
            if head == THINK:
                self._state = "thinking"
            elif not THINK.startswith(head):
                self._state = "answer"
                return self._held
        if self._state == "thinking":
            _, ended, rest = self._held.partition(THOUGHT)
            if ended:
                self._state = "answer"
                return rest
            self._held = self._held[-len(THOUGHT) - len(THINK) :] if len(self._held) > 100 else self._held
        return ""

    def close(self) -> str:
        """What was held back and is no thought."""
        return self._held if self._state == "start" else ""


class PlainText:
    """Leaves out the signs of Markdown: emphasis, and what begins a heading, a quotation or a point of a list."""

    def __init__(self) -> None:
        self._at_start = True

    def feed(self, piece: str) -> str:
        """Take the next piece; returns the same without signs."""
        kept: list[str] = []
        for character in piece:
            if character == "\n":
                self._at_start = True
            elif character in DECORATION or (self._at_start and character in LINE_MARKS):
                continue
            else:
                self._at_start = False
            kept.append(character)
        return "".join(kept)


class SentenceStream:
    """Prose that comes in pieces, cut into sentences; one is released when the first word of the next is there."""

    def __init__(self) -> None:
        self._tail = ""

    def feed(self, piece: str) -> list[str]:
        """Take the next piece; returns the sentences that are whole now."""
        self._tail += piece
        if not ENDING.search(self._tail) and len(self._tail) <= LONGEST:
            return []
        spans = split_sentences(self._tail)
        if len(spans) < 2:
            return []
        last = spans[-1]
        begun = any(c.isspace() for c in self._tail[last.start : last.end].strip())
        quoting = self._tail.count("“", 0, last.start) > self._tail.count("”", 0, last.start)
        if (not begun or quoting) and len(self._tail) <= LONGEST:
            return []
        done = [tidy(self._tail[s.start : s.end]) for s in spans[:-1]]
        self._tail = self._tail[last.start :]
        return [sentence for sentence in done if sentence]

    @property
    def circling(self) -> bool:
        """Whether the sentence that is being written says the same words again and again."""
        return len(self._tail) >= REPEATED * OFTEN and self._tail.count(self._tail[-REPEATED:]) >= OFTEN

    def close(self) -> list[str]:
        """The sentences that are left."""
        if self.circling:
            self._tail = ""
        tail, self._tail = self._tail, ""
        done = [tidy(tail[s.start : s.end]) for s in split_sentences(tail)]
        return [sentence for sentence in done if sentence]


class ModelText:
    """A model's stream on its way to sentences: `feed` it, show what it returns, take the `sentences` that ended."""

    def __init__(self, parser: MarkParser) -> None:
        self.marks = parser
        self.sentences: list[str] = []
        self._thoughts = Thoughts()
        self._plain = PlainText()
        self._stream = SentenceStream()

    def feed(self, piece: str) -> str:
        """Take the next piece; returns the prose to show."""
        prose = self._plain.feed(self.marks.feed(self._thoughts.feed(piece)))
        self.sentences.extend(self._stream.feed(prose))
        return prose

    @property
    def circling(self) -> bool:
        """Whether the model goes round in circles; the sentence in which it does is left out at the end."""
        return self._stream.circling

    def close(self) -> str:
        """End the text; returns the rest of the prose."""
        rest = self._plain.feed(self.marks.feed(self._thoughts.close()) + self.marks.close())
        self.sentences.extend([*self._stream.feed(rest), *self._stream.close()])
        return rest


def tidy(sentence: str) -> str:
    """A sentence on one line, links as their words, without a number before it; "" if it has no letter or digit."""
    line = NUMBERED.sub("", " ".join(LINK.sub(r"\1", sentence).split()))
    return line if any(c.isalnum() for c in line) else ""

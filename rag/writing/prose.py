"""What a model streams, as sentences of plain prose: without its thoughts, its marks and its Markdown."""

from __future__ import annotations

import re

from rag.grounding.marks import MarkParser
from rag.reading.sentences import LONGEST, split_sentences
from rag.writing.markdown import PlainText
from rag.writing.scaffolding import without_scaffolding
from rag.writing.seams import Seams
from rag.writing.source_lists import SourceLists
from rag.writing.thoughts import Thoughts

LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,2000}\)")
NUMBERED = re.compile(r"^\d{1,2}[.)]\s+(?=\S)")
REPEATED = 40
"""Characters which, said `OFTEN` times in one sentence, show that a model goes round in circles."""
OFTEN = 4
ENDING = re.compile(r"[.!?…。！？:;\n]")
PATIENCE = 16
"""A text that could not be cut is looked at again once it has grown by one part in so many."""


class SentenceStream:
    """Prose that comes in pieces, cut into sentences; one is released when the first word of the next is there."""

    def __init__(self) -> None:
        self._tail = ""
        self._looked = 0  # the length of the tail when it was last looked at
        self._quoting = False  # whether nothing can end before a quotation does

    def feed(self, piece: str) -> list[str]:
        """Take the next piece; returns the sentences that are whole now."""
        self._tail += piece
        self._quoting = self._quoting and "”" not in piece
        if len(self._tail) <= LONGEST:
            grown = len(self._tail) - self._looked > self._looked // PATIENCE
            if self._quoting or not grown or not ENDING.search(self._tail):
                return []
        self._looked = len(self._tail)
        spans = split_sentences(self._tail)
        if len(spans) < 2:
            return []
        last = spans[-1]
        begun = any(c.isspace() for c in self._tail[last.start : last.end].strip())
        self._quoting = self._tail.count("“", 0, last.start) > self._tail.count("”", 0, last.start)
        if (not begun or self._quoting) and len(self._tail) <= LONGEST:
            return []
        done = [tidy(self._tail[s.start : s.end]) for s in spans[:-1]]
        self._tail = self._tail[last.start :]
        self._looked, self._quoting = 0, False
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
    """A model's stream on its way to sentences: `feed` it, show what it returns, take the `sentences` that ended.

    `unsaid` tells that the last piece made a thought of all that came before it: what was shown and taken is no answer.
    """

    def __init__(self, parser: MarkParser) -> None:
        self.marks = parser
        self.sentences: list[str] = []
        self._thoughts = Thoughts()
        self._begin()

    def _begin(self) -> None:
        self.sentences.clear()
        self._lists = SourceLists()
        self._plain = PlainText()
        self._seams = Seams()
        self._stream = SentenceStream()

    @property
    def unsaid(self) -> bool:
        """Whether the last piece has ended a thought that nothing began."""
        return self._thoughts.unsaid

    def feed(self, piece: str) -> str:
        """Take the next piece; returns the prose to show."""
        said = self._thoughts.feed(piece)
        if self.unsaid:
            self.marks.close()
            self.marks.unknown = 0
            self._begin()
        prose = self._seams.feed(self._plain.feed(self._lists.feed(self.marks.feed(said))))
        self._take(self._stream.feed(prose))
        return prose

    @property
    def circling(self) -> bool:
        """Whether the model goes round in circles; the sentence in which it does is left out at the end."""
        return self._stream.circling

    def close(self) -> str:
        """End the text; returns the rest of the prose."""
        marked = self.marks.feed(self._thoughts.close()) + self.marks.close()
        listed = self._lists.feed(marked) + self._lists.close()
        plain = self._plain.feed(listed) + self._plain.close()
        rest = self._seams.feed(plain) + self._seams.close()
        self._take([*self._stream.feed(rest), *self._stream.close()])
        return rest

    def _take(self, sentences: list[str]) -> None:
        self.sentences.extend(stated for s in sentences if (stated := without_scaffolding(s)))


def tidy(sentence: str) -> str:
    """A sentence on one line, links as their words, without a number before it; "" if it has no letter or digit."""
    line = NUMBERED.sub("", " ".join(LINK.sub(r"\1", sentence).split()))
    return line if any(c.isalnum() for c in line) else ""

"""Citation marks in a model's text, as they stream in: taken out, so that what remains is prose.

One parser serves streams and whole texts; how the text is cut into pieces changes nothing, and time is linear. Marks
are hints: what a sentence rests on is found by looking.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256

KEY = re.compile(r"(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{6}")
"""The shape of a key. It has a digit and a letter, so that neither a number nor a word is taken for one."""
PAIRS = {"[": "]", "【": "】", "(": ")"}
LONGEST = 160
"""Characters between the brackets of a mark."""
LONGEST_HEAD = 40
"""Characters in which a line shows that it heads a list of sources."""
FILLING = re.compile(r"(?:sources?|keys?|refs?|references?|see|evidence|cf|and|ids?)[.:]?", re.IGNORECASE)
BETWEEN = re.compile(r"[,;|&/\s]+")
NUMBER = re.compile(r"[0-9]{1,3}")
HEADS = ("sources", "source", "references", "citations", "works cited", "sources used")
LIST_HEAD = re.compile(rf"(?:{'|'.join(HEADS)})[*_]*\s*(?P<end>:|$)")
"""How a line begins that heads a list of sources, lowered and without what decorates it in Markdown."""
DECORATION = " \t#*_>-"
STICKING = frozenset(".,;:!?)]}”’…%\"'")
"""What follows a word without a blank."""


def key_of(file: str, text: str, taken: Collection[str] = ()) -> str:
    """The key of a sentence of a file: six hexadecimal digits of a hash, none that is `taken`."""
    seed = f"{file}\0{text}".encode("utf-8", "replace")
    while True:
        digest = sha256(seed).hexdigest()
        for match in re.finditer(r"(?=(.{6}))", digest):
            if KEY.fullmatch(match[1]) and match[1] not in taken:
                return match[1]
        seed = digest.encode()


@dataclass(frozen=True, slots=True)
class Mark:
    """The known keys of one mark, and its place: the characters of prose before it."""

    at: int
    keys: tuple[str, ...]


class MarkParser:
    """Takes the marks out of a text that comes in pieces.

    `marks` are those found so far, `unknown` counts the keys that were dropped as nobody's, `listed` are the keys of
    a list of sources at the end, which is taken out whole.
    """

    def __init__(self, known: Collection[str]) -> None:
        self.marks: list[Mark] = []
        self.unknown = 0
        self.listed: list[str] = []
        self._known = known
        self._bracket = ""
        self._blank: list[str] = []
        self._line: str | None = ""
        self._listing = False
        self._swallow = False
        self._cut = False
        self._length = 0
        self._out: list[str] = []

    def feed(self, piece: str) -> str:
        """Take the next piece of the text; returns the prose that is certain now."""
        for character in piece:
            self._take(character)
        return self._given()

    def close(self) -> str:
        """End the text; returns the rest of the prose."""
        self._flush_bracket()
        if self._line is not None and LIST_HEAD.fullmatch(_bare(self._line)):
            self._line, self._listing = None, True
        self._settle_line()
        self._put_blank()
        return self._given()

    def _given(self) -> str:
        given = "".join(self._out)
        self._out.clear()
        return given

    # -- brackets ---------------------------------------------------------------------------------------------------

    def _take(self, character: str) -> None:
        if not self._bracket:
            if character in PAIRS:
                self._bracket = character
            else:
                self._prose(character)
        elif character == PAIRS[self._bracket[0]]:
            self._close_bracket(character)
        elif character in PAIRS or character == "\n" or len(self._bracket) > LONGEST:
            self._flush_bracket()
            self._take(character)
        else:
            self._bracket += character

    def _flush_bracket(self) -> None:
        """What began as a mark is none."""
        held, self._bracket = self._bracket, ""
        for character in held:
            self._prose(character)

    def _close_bracket(self, closing: str) -> None:
        keys = self._keys(self._bracket)
        if keys is None:
            self._flush_bracket()
            self._prose(closing)
            return
        self._bracket = ""
        known = tuple(dict.fromkeys(k for k in keys if k in self._known))
        self.unknown += sum(k not in self._known for k in keys)
        self._mark(known)

    def _keys(self, bracket: str) -> list[str] | None:
        """The keys between brackets; None if they hold anything else."""
        words = [w.split("†")[0].strip("*_^#\"'`<>").lower() for w in BETWEEN.split(bracket[1:]) if w]
        keys = [w for w in words if w and not FILLING.fullmatch(w)]
        if not keys or not all(KEY.fullmatch(k) or NUMBER.fullmatch(k) for k in keys):
            return None
        if bracket[0] == "(" and not any(k in self._known for k in keys):
            return None  # "(2b5d1e)" may be prose, "(12)" mostly is
        return keys

    # -- lines ------------------------------------------------------------------------------------------------------

    def _mark(self, keys: tuple[str, ...]) -> None:
        if self._listing:
            self.listed.extend(keys)
            return
        self._settle_line()
        if "\n" in self._blank:
            self._put_blank()
            self._swallow = True
        else:
            self._swallow = self._swallow or not self._length
            self._blank.clear()
        self._cut = not self._swallow
        if keys:
            self.marks.append(Mark(self._length, keys))

    def _prose(self, character: str) -> None:
        if self._listing:
            return
        if self._line is None:
            self._put(character)
            if character == "\n":
                self._line = ""
        else:
            self._begin_line(character)

    def _begin_line(self, character: str) -> None:
        """At the beginning of a line: it may be that of a list of sources."""
        assert self._line is not None
        line = self._line + character
        bare = _bare(line)
        head = LIST_HEAD.match(bare)
        if head and (head["end"] or character == "\n"):
            self._line, self._listing = None, True
        elif character == "\n" or len(line) > LONGEST_HEAD or not _may_head(bare):
            self._settle_line()
            self._prose(character)
        else:
            self._line = line

    def _settle_line(self) -> None:
        """The line in hand is prose."""
        held, self._line = self._line or "", None
        for character in held:
            self._put(character)

    def _put(self, character: str) -> None:
        if character.isspace():
            if not (self._swallow and character != "\n"):
                self._blank.append(character)
            return
        if self._cut and character in STICKING and "\n" not in self._blank:
            self._blank.clear()
        elif self._cut and not self._blank:
            self._blank.append(" ")
        self._put_blank()
        self._cut = self._swallow = False
        self._emit(character)

    def _put_blank(self) -> None:
        for character in self._blank:
            self._emit(character)
        self._blank.clear()

    def _emit(self, character: str) -> None:
        self._length += 1
        self._out.append(character)


def _bare(line: str) -> str:
    return line.lstrip(DECORATION).lower()


def _may_head(bare: str) -> bool:
    """Whether the beginning of a line may yet turn out to head a list of sources."""
    words = bare.rstrip("*_ \t")
    return any(head.startswith(bare) or head == words for head in HEADS)

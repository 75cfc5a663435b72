"""The signs of Markdown in a model's text, and the lines that only head or frame others: left out as it streams in."""

from __future__ import annotations

import re

from rag.grounding.marks import MARK
from rag.writing.seams import is_wide

EMPHASIS = frozenset("*`")
LONGEST_LINE = 300
"""Characters in which a line shows that it is a heading or a row of a table."""
SIGN = r"(?:#{1,6}|[>\-–+*•])"
SIGNS = re.compile(rf"(?:\s*(?:{SIGN}(?=\s)|•))*\s*")
MAY_BE_SIGNS = re.compile(r"[\s#>\-–+*•=_]*")
FENCE = re.compile(r"\s*(?:```+|~~~+)[\w+-]{0,20}\s*")
MAY_BE_FENCE = re.compile(r"\s*(?:`{1,2}|~{1,2})|\s*(?:```+|~~~+)[\w+-]{0,20}\s*")
HEADING = re.compile(r"\s*#{1,6}\s.*")
BOLD = re.compile(r"\s*\*\*[^*]+(?:\*\*[\s:：]*)?\*?")
WHOLLY_BOLD = re.compile(r"\s*\*\*[^*]+\*\*[\s:：]*")
ROW = re.compile(r"\s*\|.*")
RULE = re.compile(r"\s*\|?[\s:|-]*-[\s:|-]*")
STOPPED = re.compile(rf"[.!?…。！？।؟۔][\s*_`\"'”’»)\]」』）{MARK}]*\Z")


class PlainText:
    """Leaves out emphasis and what begins a point or a quotation, and whole the headings, fences and heads of tables.

    A sign is one of Markdown only where Markdown reads it so: "-5", ">3000" and "3*4" stay.
    """

    def __init__(self) -> None:
        self._line: str | None = ""  # the beginning of a line; None after it
        self._row = ""  # a row of a table, which is a head if a rule follows
        self._run = ""  # signs that are emphasis or not, as what follows tells
        self._before = "\n"
        self._out: list[str] = []

    def feed(self, piece: str) -> str:
        """Take the next piece; returns the same without signs."""
        for character in piece:
            self._take(character)
        return self._given()

    def close(self) -> str:
        """End the text; returns the rest. A heading at the end heads nothing, and stays."""
        if self._line is not None:
            line = self._line
            self._line = None
            if not (FENCE.fullmatch(line) or self._is_rule(line)):
                self._put_row()
                self._put_line(line)
        self._put_row()
        self._settle_run("\n")
        return self._given()

    def _given(self) -> str:
        given = "".join(self._out)
        self._out.clear()
        return given

    def _take(self, character: str) -> None:
        if self._line is None:
            self._inline(character)
            if character == "\n":
                self._line = ""
        elif character == "\n":
            self._end_line(self._line)
        else:
            self._line += character
            if len(self._line) > LONGEST_LINE or not _is_open(self._line):
                line, self._line = self._line, None
                self._put_row()
                self._put_line(line)

    def _end_line(self, line: str) -> None:
        """A whole line that shows only now what it is."""
        self._line = ""
        if self._is_rule(line):
            self._row = ""
            return
        self._put_row()
        heads = (HEADING.fullmatch(line) or WHOLLY_BOLD.fullmatch(line)) and not STOPPED.search(line)
        if ROW.fullmatch(line):
            self._row = line
        elif not heads and not FENCE.fullmatch(line):
            self._put_line("" if MAY_BE_SIGNS.fullmatch(line) else line)
            self._inline("\n")

    def _is_rule(self, line: str) -> bool:
        return bool(self._row) and RULE.fullmatch(line) is not None

    def _put_row(self) -> None:
        """The row in hand is no head: its cells side by side."""
        row, self._row = self._row, ""
        if row:
            cells = (cell.strip() for cell in row.strip().strip("|").split("|"))
            self._put_line(" – ".join(cell for cell in cells if cell) + "\n")

    def _put_line(self, line: str) -> None:
        signs = SIGNS.match(line)
        for character in line[signs.end() :] if signs else line:
            self._inline(character)

    def _inline(self, character: str) -> None:
        if character in EMPHASIS:
            self._run += character
            return
        self._settle_run(character)
        self._before = character
        self._out.append(character)

    def _settle_run(self, following: str) -> None:
        """Signs between blanks or inside a word or a number are no emphasis."""
        run, self._run = self._run, ""
        apart = self._before.isspace() and following.isspace()
        if run and (apart or (_is_letter(self._before) and _is_letter(following))):
            self._out.append(run)


def _is_open(line: str) -> bool:
    """Whether more must come before the beginning of a line shows what it is."""
    return any(p.fullmatch(line) for p in (MAY_BE_SIGNS, MAY_BE_FENCE, HEADING, BOLD, ROW))


def _is_letter(character: str) -> bool:
    return character.isalnum() and not is_wide(character)

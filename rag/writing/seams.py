"""Where marks stood in a text, the prose is closed again: no blank before a full stop, no comma between marks."""

from __future__ import annotations

from rag.grounding.marks import MARK

STICKING = frozenset(".,;:!?)]}”…%、，。；：！？）】」』》؟،؛।॥۔")
"""What follows a word without a blank."""
TOUCHING = frozenset("\"'“«»’")
"""What does so only where it touched the mark: after a blank it opens a quotation."""
OPENING = frozenset("([{“„«「『（《¿¡")
STOPS = frozenset(".!?…。！？।؟۔")
CLOSING = "\"'”’»)]」』）"
SEPARATORS = frozenset(",;:|/&·+–-，、；：")
JOINING = ("and", "und", "et", "y", "e", "en", "i", "和", "及")
"""Words between marks."""
PARTING = "".join(sorted(SEPARATORS)) + " \t\u00a0"
LONGEST_GAP = 24


class Seams:
    """Takes the signs of marks out of a text that comes in pieces, and what belonged to them alone."""

    def __init__(self) -> None:
        self._blank = ""  # before a mark, or before the next word
        self._gap: str | None = None  # what came since the last mark
        self._before = "\n"
        self._stopped = True  # whether what stands before is the end of a sentence
        self._low_quote = False  # whether the last quotation mark was „, which “ closes
        self._out: list[str] = []

    def feed(self, piece: str) -> str:
        """Take the next piece; returns it without signs."""
        for character in piece:
            self._take(character)
        return self._given()

    def close(self) -> str:
        """End the text; returns the rest."""
        if self._gap is not None:
            self._close_gap("")
        self._emit(self._blank)
        return self._given()

    def _given(self) -> str:
        given = "".join(self._out)
        self._out.clear()
        return given

    def _take(self, character: str) -> None:
        if character == MARK:
            if self._gap and not self._parts_marks(self._gap):
                self._close_gap("")
            self._gap = ""
        elif self._gap is None:
            self._take_prose(character)
        elif character != "\n" and self._may_go_on(self._gap + character):
            self._gap += character
        else:
            self._close_gap(character)

    def _take_prose(self, character: str) -> None:
        if character.isspace() and character != "\n":
            self._blank += character
        else:
            self._emit(self._blank + character)
            self._blank = ""

    def _may_go_on(self, gap: str) -> bool:
        """Whether what comes after a mark may all stand between it and another mark."""
        word = gap.strip(PARTING)
        return len(gap) <= LONGEST_GAP and (not word or any(joiner.startswith(word) for joiner in JOINING))

    def _parts_marks(self, gap: str) -> bool:
        """Whether what stands between two marks is nothing else: signs, or a whole word such as "and"."""
        word = gap.strip(PARTING)
        return not word or (word in JOINING and gap[0] in PARTING and gap[-1] in PARTING)

    def _close_gap(self, following: str) -> None:
        """Join what stands before the marks to what comes after them."""
        gap, self._gap = self._gap or "", None
        letters = next((i for i, c in enumerate(gap) if not (c.isspace() or c in SEPARATORS)), len(gap))
        between, rest = gap[:letters], gap[letters:] + following
        if self._stopped:
            between = "".join(c for c in between if c.isspace())
        elif rest in ("", "\n"):
            between = between.rstrip()
        joint = self._joint(between, rest[:1] or "\n")
        self._blank = ""
        self._emit(joint)
        for character in rest:
            self._take_prose(character)

    def _joint(self, between: str, following: str) -> str:
        """What is written between the text before the marks and what comes after: `between` with the right blanks."""
        bare = between.lstrip()
        if bare:
            return bare if bare[0] in STICKING else f"{self._blank or between[: len(between) - len(bare)]}{bare}"
        if self._before == "\n" or following == "\n" or self._before in OPENING or following in STICKING:
            return ""
        if following in TOUCHING and not between and (following != "“" or self._low_quote):
            return ""
        return "" if is_wide(self._before) or is_wide(following) else between or self._blank or " "

    def _emit(self, text: str) -> None:
        for character in text:
            if character in "„“”":
                self._low_quote = character == "„"
            if character == "\n" or character in STOPS:
                self._stopped = True
            elif not character.isspace() and character not in CLOSING:
                self._stopped = False
            self._before = character
        if text:
            self._out.append(text)


def is_wide(character: str) -> bool:
    """Whether a character is Chinese or Japanese, or a sign of theirs: no blank stands beside it."""
    return "\u3000" <= character <= "\u30ff" or "\u3400" <= character <= "\u9fff" or "\uff01" <= character <= "\uff60"

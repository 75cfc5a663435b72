"""A model's stream as sentences of plain prose: without thoughts, marks, Markdown, lists of sources and boilerplate.

Text is buffered in three places: a line until it is known to be prose (`_Lines`); the end of prose that may change with
what follows, at blanks, emphasis and marks (`_Inline`); a sentence until the next has begun, when it is cleaned as a
whole. Text that has passed the first two is shown while it streams. The result does not depend on how the stream is cut
into pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from rag.llm.answer_framing import source_heads, without_boilerplate
from rag.llm.citation_marks import MARK, MarkParser
from rag.llm.thoughts import Thoughts
from rag.text.sentences import LONGEST_SENTENCE, split_sentences

_STOPS = frozenset(".!?…。！？।؟۔")
_CLOSING = "\"'”’»)]」』）"


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
        self._lines = _Lines()
        self._inline = _Inline()
        self._stream = SentenceStream()

    @property
    def unsaid(self) -> bool:
        """Whether the last piece has ended a thought that nothing began."""
        return self._thoughts.unsaid

    @property
    def circling(self) -> bool:
        """Whether the model goes round in circles; the sentence in which it does is left out at the end."""
        return self._stream.circling

    def feed(self, piece: str) -> str:
        """Take the next piece; returns the prose to show."""
        said = self._thoughts.feed(piece)
        if self.unsaid:
            self.marks.close()
            self.marks.unknown = 0
            self._begin()
        prose = self._inline.feed("".join(self._lines.feed(self.marks.feed(said))))
        self._take(self._stream.feed(prose))
        return prose

    def close(self) -> str:
        """End the text; returns the rest of the prose."""
        marked = self.marks.feed(self._thoughts.close()) + self.marks.close()
        rest = self._inline.feed("".join([*self._lines.feed(marked), *self._lines.close()])) + self._inline.close()
        self._take([*self._stream.feed(rest), *self._stream.close()])
        return rest

    def _take(self, sentences: list[str]) -> None:
        self.sentences.extend(stated for s in sentences if (stated := without_boilerplate(s)))


# -- lines -----------------------------------------------------------------------------------------------------------

_LONGEST_LINE = 300
"""Characters in which a line shows that it is a heading or a row of a table."""
_LONGEST_HEAD = 40
"""Characters of a head; after a head and a colon, a mark comes within as many or the line is prose."""
_LONGEST_TITLE = 200
_SIGNS = re.compile(r"(?:\s*(?:(?:#{1,6}|[>\-–+*•])(?=\s)|•))*\s*")
"""What begins a heading, a point or a quotation. "-5" and ">3000" are none."""
_SIGNS_ALONE = re.compile(r"[\s#>\-–+*•=_]*")
_FENCE = re.compile(r"\s*(?:```+|~~~+)[\w+-]{0,20}\s*|\s*={3,}\s*[0-9a-f]{4,64}\s*=*\s*")
"""The fence of a block of code, or of the evidence in the prompt."""
_HEADING = re.compile(r"\s*#{1,6}\s.*|\s*\*\*[^*]+\*\*[\s:：]*")
_ROW = re.compile(r"\s*\|.*")
_RULE = re.compile(r"\s*\|?[\s:|-]*-[\s:|-]*")
_OPEN = re.compile(
    rf"{_SIGNS_ALONE.pattern}|\s*(?:`{{1,2}}|~{{1,2}})|\s*={{3,}}\s*[0-9a-f]*\s*=*\s*|{_FENCE.pattern}|{_ROW.pattern}"
    r"|\s*#{1,6}\s.*|\s*\*\*[^*]+(?:\*\*[\s:：]*)?\*?"
)
"""The beginning of a line that may become one of these."""
_STOPPED = re.compile(rf"[.!?…。！？।؟۔][\s*_`\"'”’»)\]」』）{MARK}]*\Z")
_LIST_SIGNS = " \t#*_>•–-"
_NUMBER = r"\(?\d{1,2}[.):]?"
_ITEM_HEAD = re.compile(rf"[\s#*_>•–\-]*(?:{_NUMBER}[\s*_]*)?")
_ITEM = re.compile(_ITEM_HEAD.pattern + MARK)
_POINT = re.compile(rf"\s*(?:[*>•–\-]\s|{_NUMBER}\s)")

_Kind = Literal["open", "prose", "listed", "head", "blank"]


class _Lines:
    """Lets the lines of prose through, without the signs before them; rows of tables with their cells side by side.

    Headings, fences and heads of tables are left out, and so are lists of sources. A head such as "Sources:" opens a
    list only if lines that begin with a mark, a bullet or a number follow it, or a mark on the same line; the first
    other line ends the list. Without a head, lines at the end that begin with a mark and end without a stop are
    titles, if prose came before.
    """

    def __init__(self) -> None:
        self._line = ""
        self._flows = False  # whether the line is known to be prose
        self._heads: list[str] = []  # a head, and the blank lines after it, while it may open a list
        self._row = ""  # a row of a table, which is a head if a rule follows
        self._listing = False
        self._after_prose = False  # whether a line of prose came before

    def feed(self, text: str) -> Iterator[str]:
        """Take the next piece; gives what is prose."""
        *whole, rest = text.split("\n")
        for line in whole:
            yield from self._add(line)
            yield from self._end_line()
        yield from self._add(rest)

    def close(self) -> Iterator[str]:
        """End the text; gives the rest. A heading at the end heads nothing, and stays."""
        line, self._line = self._line, ""
        if not self._flows:
            kind = self._kind(line, ended=True)
            yield from self._act("listed" if kind == "listed" else "prose", line)
            if kind != "listed" and not (_FENCE.fullmatch(line) or self._is_rule(line)):
                yield from self._put_row()
                yield _without_signs(line)
        yield from self._put_row()

    def _add(self, text: str) -> Iterator[str]:
        if self._flows:
            self._line = (self._line + text)[-_LONGEST_HEAD:]
            yield text
            return
        self._line += text
        shown = len(self._line) > _LONGEST_LINE or not _OPEN.fullmatch(self._line)
        if shown and self._kind(self._line, ended=False) == "prose":
            self._flows = True
            yield from self._act("prose", self._line)
            yield from self._put_row()
            yield _without_signs(self._line)

    def _end_line(self) -> Iterator[str]:
        line, flows = self._line, self._flows
        self._line, self._flows = "", False
        kind = "prose" if flows else self._kind(line, ended=True)
        self._after_prose = self._after_prose or (kind == "prose" and not _is_unstopped(line))
        if flows:
            yield "\n"
        else:
            yield from self._act(kind, line)
            if kind in ("prose", "blank") and not (kind == "blank" and self._heads):
                yield from self._put_line(line)

    def _act(self, kind: _Kind, line: str) -> Iterator[str]:
        """What a line does to a list of sources before it."""
        if kind == "blank" and self._heads:
            self._heads.append(line)
        elif kind != "listed":
            for head in self._heads:
                yield from self._put_line(head)
        if kind == "head":
            self._heads = [line]
        elif kind != "blank":
            self._heads = []
        self._listing = self._listing if kind == "blank" else kind != "prose"

    def _put_line(self, line: str) -> Iterator[str]:
        """A whole line, if it is neither a heading nor a part of a table."""
        if self._is_rule(line):
            self._row = ""
            return
        yield from self._put_row()
        short = len(line) <= _LONGEST_LINE
        if short and _ROW.fullmatch(line):
            self._row = line
        elif not (short and (_FENCE.fullmatch(line) or (_HEADING.fullmatch(line) and not _STOPPED.search(line)))):
            yield "" if _SIGNS_ALONE.fullmatch(line) else _without_signs(line)
            yield "\n"

    def _is_rule(self, line: str) -> bool:
        return bool(self._row) and _RULE.fullmatch(line) is not None

    def _put_row(self) -> Iterator[str]:
        """The row in hand is no head."""
        row, self._row = self._row, ""
        if row:
            cells = (cell.strip() for cell in row.strip().strip("|").split("|"))
            yield _without_signs(" – ".join(cell for cell in cells if cell) + "\n")

    def _kind(self, line: str, *, ended: bool) -> _Kind:
        """What a line is to a list of sources; "open" if more of it must come first."""
        if not line.strip():
            return "blank" if ended else "open" if len(line) <= _LONGEST_TITLE else "prose"
        may_be_listed = self._listing or self._after_prose
        if _ITEM.match(line):
            if not may_be_listed:
                return "prose"
            return "listed" if self._listing and self._after_prose else _kind_of_title(line, ended)
        if self._listing and _POINT.match(line):
            return _kind_of_title(line, ended)
        if may_be_listed and not ended and len(line) < _LONGEST_HEAD and _ITEM_HEAD.fullmatch(line):
            return "open"
        return _kind_by_head(line, ended)


def _kind_of_title(line: str, ended: bool) -> _Kind:
    if len(line) > _LONGEST_TITLE:
        return "prose"
    return "open" if not ended else "listed" if _is_unstopped(line) else "prose"


def _kind_by_head(line: str, ended: bool) -> _Kind:
    """What a line is that begins like a head, or turns out not to."""
    text = _ITEM_HEAD.sub("", line, count=1).lower()
    name, colon, rest = text.replace("：", ":").partition(":")
    name = name.rstrip(_LIST_SIGNS)
    if not colon:
        begins = len(line) <= _LONGEST_HEAD and (not name or any(head.startswith(name) for head in source_heads()))
        return "open" if begins and not ended else "head" if name in source_heads() else "prose"
    if name not in source_heads() or len(name) > _LONGEST_HEAD:
        return "prose"
    rest = rest.strip(_LIST_SIGNS)
    if MARK in rest[:_LONGEST_HEAD]:
        return "listed"
    if ended or len(rest) > _LONGEST_HEAD:
        return "prose" if rest else "head"
    return "open"


def _is_unstopped(line: str) -> bool:
    """Whether a line ends as titles do, without a stop."""
    bare = line.rstrip(f" \t*_`{_CLOSING}{MARK}")
    return not bare or bare[-1] not in _STOPS


def _without_signs(line: str) -> str:
    signs = _SIGNS.match(line)
    return line[signs.end() :] if signs else line


# -- inside a line ---------------------------------------------------------------------------------------------------

_STICKING = frozenset(".,;:!?)]}”…%、，。；：！？）】」』》؟،؛।॥۔")
"""What follows a word without a blank."""
_TOUCHING = frozenset("\"'“«»’")
"""What does so only where it touched the mark: after a blank it opens a quotation."""
_OPENING = frozenset("([{“„«「『（《¿¡")
_SEPARATORS = re.escape(",;:|/&·+–-，、；：")
_BLANKS = " \t\r\u00a0\u2009\u202f\u3000"
_BETWEEN = rf"[{_SEPARATORS}{_BLANKS}*`]"
_AND = "and|und|et|y|e|en|i|和|及"
_AND_BEGUN = "a|an|and|u|un|und|et?|y|en?|i|和|及"
_EMPHASIS = re.compile(r"[*`]+")
_SAME_MARK = re.compile(
    rf"{MARK}(?:{_BETWEEN}{{0,12}}(?:(?<={_BETWEEN})(?:{_AND})(?={_BETWEEN}))?{_BETWEEN}{{0,12}}{MARK})+"
)
"""Marks with nothing between them but signs, or a word such as "and"."""
_GAP = re.compile(rf"{_BETWEEN}{{0,12}}(?:(?<={_BETWEEN})(?:{_AND_BEGUN}|(?:{_AND}){_BETWEEN}{{1,12}}))?|{_BETWEEN}*")
"""What may all stand between a mark and the next."""
_MARK_AND_BLANKS = re.compile(rf"(?<![{_BLANKS}])(?P<blank>[{_BLANKS}]*){MARK}(?P<between>[{_BLANKS}{_SEPARATORS}]*)")
_LOOK_BACK = 300
"""Characters before a mark that tell how the text goes on after it."""


class _Inline:
    """Takes out emphasis and marks, and closes the prose again: no blank before a full stop, no comma between marks.

    An asterisk between blanks or inside a word or a number is no emphasis: "3*4".
    """

    def __init__(self) -> None:
        self._tail = ""  # what may change with what follows
        self._before = "\n"

    def feed(self, text: str) -> str:
        """Take the next piece; returns what is certain now."""
        self._tail = _SAME_MARK.sub(MARK, self._tail + text)
        mark = self._tail.rfind(MARK)
        end = mark if mark >= 0 and _GAP.fullmatch(self._tail, mark + 1) else len(self._tail)
        certain = self._tail[:end].rstrip(f"{_BLANKS}*`{MARK}")
        self._tail = self._tail[len(certain) :]
        return self._clean(certain)

    def close(self) -> str:
        """End the text; returns the rest."""
        rest, self._tail = self._tail, ""
        return self._clean(rest)

    def _clean(self, text: str) -> str:
        text = _EMPHASIS.sub(_kept_emphasis, self._before[-1] + text)[1:]
        seen, end = self._before, 0
        for mark in _MARK_AND_BLANKS.finditer(text):
            seen += text[end : mark.start()]
            seen += _joint(seen, mark)
            end = mark.end()
        seen += text[end:]
        clean = seen[len(self._before) :]
        self._before = seen[-_LOOK_BACK:]
        return clean


def _kept_emphasis(run: re.Match[str]) -> str:
    before, after = run.string[run.start() - 1], run.string[run.end() : run.end() + 1] or "\n"
    apart = before.isspace() and after.isspace()
    return run[0] if apart or (_is_letter(before) and _is_letter(after)) else ""


def _joint(seen: str, mark: re.Match[str]) -> str:
    """What is written after the text before a mark, instead of it, the blanks before it, and the separators after."""
    before, after = seen[-1], mark.string[mark.end() : mark.end() + 1]
    at_end = after in ("", "\n", MARK)
    between = mark["between"]
    if seen[-_LONGEST_HEAD:].rstrip(f"{_CLOSING}{_BLANKS}")[-1:] in ("", "\n", *_STOPS):
        between = "".join(c for c in between if c.isspace())
    elif at_end:
        between = between.rstrip()
    bare = between.lstrip()
    if bare:
        return bare if bare[0] in _STICKING else f"{mark['blank'] or between[: len(between) - len(bare)]}{bare}"
    if at_end or before == "\n" or before in _OPENING or after in _STICKING:
        return ""
    if after in _TOUCHING and not between and (after != "“" or _quotes_low(seen)):
        return ""
    return "" if _is_wide(before) or _is_wide(after) else between or mark["blank"] or " "


def _quotes_low(seen: str) -> bool:
    """Whether the last quotation mark is „, which “ closes."""
    return seen.rfind("„") > max(seen.rfind("“"), seen.rfind("”"))


def _is_wide(character: str) -> bool:
    """Whether a character is Chinese or Japanese, or a sign of theirs: no blank stands beside it."""
    return "\u3000" <= character <= "\u30ff" or "\u3400" <= character <= "\u9fff" or "\uff01" <= character <= "\uff60"


def _is_letter(character: str) -> bool:
    return character.isalnum() and not _is_wide(character)


# -- sentences -------------------------------------------------------------------------------------------------------

_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,2000}\)")
_NUMBERED = re.compile(r"^\d{1,2}[.)]\s+(?=\S)")
_REPEATED = 40
"""Characters which, said `_OFTEN` times in one sentence, show that a model goes round in circles."""
_OFTEN = 4
_ENDING = re.compile(r"[.!?…。！？:;\n]")
_PATIENCE = 16
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
        if len(self._tail) <= LONGEST_SENTENCE:
            grown = len(self._tail) - self._looked > self._looked // _PATIENCE
            if self._quoting or not grown or not _ENDING.search(self._tail):
                return []
        self._looked = len(self._tail)
        spans = split_sentences(self._tail)
        if len(spans) < 2:
            return []
        last = spans[-1]
        begun = any(c.isspace() for c in self._tail[last.start : last.end].strip())
        self._quoting = self._tail.count("“", 0, last.start) > self._tail.count("”", 0, last.start)
        if (not begun or self._quoting) and len(self._tail) <= LONGEST_SENTENCE:
            return []
        done = [_tidy(self._tail[s.start : s.end]) for s in spans[:-1]]
        self._tail = self._tail[last.start :]
        self._looked, self._quoting = 0, False
        return [sentence for sentence in done if sentence]

    @property
    def circling(self) -> bool:
        """Whether the sentence that is being written says the same words again and again."""
        return len(self._tail) >= _REPEATED * _OFTEN and self._tail.count(self._tail[-_REPEATED:]) >= _OFTEN

    def close(self) -> list[str]:
        """The sentences that are left."""
        if self.circling:
            self._tail = ""
        tail, self._tail = self._tail, ""
        done = [_tidy(tail[s.start : s.end]) for s in split_sentences(tail)]
        return [sentence for sentence in done if sentence]


def _tidy(sentence: str) -> str:
    """A sentence on one line, links as their words, without a number before it; "" if it has no letter or digit."""
    line = _NUMBERED.sub("", " ".join(_LINK.sub(r"\1", sentence).split()))
    return line if any(c.isalnum() for c in line) else ""

"""The neutral form that every result takes on its way out, from which Markdown, HTML and JSON are rendered.

Several documents as one, such as the turns of a conversation: a section each, one numbering, one list of sources.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from rag.render.locators import Locator, locator_at
from rag.verdicts import WORDS, Fault, Support, reasons_of

SHORTEST_RUN = 4
"""Marks in a row that are shown as one."""
_QUOTATION_MARKS = tuple("\"“„«‘'")


@dataclass(frozen=True, slots=True)
class Quotation:
    """The exact words behind mark `number`: text[start:end] of the article `file`, in characters.

    `locator` tells where in its source they lie, such as "p. 7"; a `Document` sets it by its files, and the `language`.

    >>> quotation = library.ask("Which jets did Rutte approve?").document().quotations[0]
    >>> quotation.number, quotation.quote[-7:]
    (1, 'kraine.')
    """

    number: int
    file: str
    start: int
    end: int
    quote: str
    locator: str = ""
    language: str = ""

    @property
    def place(self) -> str:
        """Where it lies, in words: "p. 7, characters 120–160"."""
        return f"{self.locator}{', ' if self.locator else ''}characters {self.start}–{self.end}"


@dataclass(frozen=True, slots=True)
class CitedFile:
    """An article that is quoted. `digest` is the SHA-256 of its text, as `text_digest` gives it; "" if unknown.

    `locators` and `language` are those of `Article`.

    >>> CitedFile("report.pdf", author="Ada Lind", published="2024-10-03").facts
    ('Ada Lind', '2024-10-03')
    """

    file: str
    title: str = ""
    publisher: str = ""
    published: str = ""
    address: str = ""
    digest: str = ""
    author: str = ""
    locators: tuple[Locator, ...] = ()
    language: str = ""

    @property
    def facts(self) -> tuple[str, ...]:
        """What is known of it beside its title, and its file name, if that does not stand for the title."""
        known = (self.author, self.publisher, self.published, self.address, self.file if self.title else "")
        return tuple(filter(None, known))

    def locator(self, start: int, end: int) -> str:
        """Where in its source a span of the article lies: "p. 7", or ""."""
        return locator_at(self.locators, start, end)


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, an item or a table's cell: its words, the marks of its quotations, and plain remarks on it.

    `support` is the verdict to show, None for no need of one, and `faults` say what is wrong, with places in `text`;
    what is not supported has the nearest words of articles as its quotations. `files` are articles whose names stand in
    the words or the remarks.

    >>> Line("42 died.", (1,), support="partly", faults=(Fault("number", 0, 2, "another number", "24"),)).verdict
    'only partly supported; another number'
    """

    text: str
    marks: tuple[int, ...] = ()
    remarks: tuple[str, ...] = ()
    support: Support | None = None
    faults: tuple[Fault, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """In which direction its words are written."""
        return direction(self.text)

    @property
    def doubted(self) -> bool:
        """Whether it is shown as not supported, or not wholly."""
        return self.support in ("partly", "not found")

    @property
    def all_remarks(self) -> tuple[str, ...]:
        """The remarks, and the verdict in words."""
        return tuple(filter(None, (*self.remarks, self.verdict)))

    @property
    def verdict(self) -> str:
        """The verdict in words, with its reasons, or ""."""
        return "; ".join(filter(None, (WORDS[self.support], reasons_of(self.faults)))) if self.support else ""


@dataclass(frozen=True, slots=True)
class Prose:
    """Sentences that run on as one paragraph.

    >>> Prose((Line("It burned down."), Line("Nobody was hurt."))).direction
    'ltr'
    """

    lines: tuple[Line, ...]

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """In which direction the paragraph is written."""
        return direction(" ".join(line.text for line in self.lines))


@dataclass(frozen=True, slots=True)
class Items:
    """A list.

    >>> [line.text for line in Items((Line("a mill"), Line("a ferry"))).lines]
    ['a mill', 'a ferry']
    """

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, all as long as `head`.

    >>> table = Table(("When", "What"), ((Line("2024-10-03"), Line("Rutte visited Kyiv.")),))
    >>> [cell.text for cell in table.rows[0]]
    ['2024-10-03', 'Rutte visited Kyiv.']
    """

    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many sentences got each verdict; `text` says it in words.

    >>> Tally("1 of 2 sentences is supported", {"supported": 1, "partly": 1}).counts["partly"]
    1
    """

    text: str
    counts: Mapping[Support, int]


Block = Prose | Items | Table | Tally


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document; `title` is "" for the first, which needs none. One `aside` need not be seen at first.

    >>> document = library.summarise(points=2).document()
    >>> [section.title for section in document.sections if section.aside]
    ['What was read']
    """

    title: str
    blocks: tuple[Block, ...]
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A whole result. `kind` names its type in one word; `notes` are plain remarks; `values` is the result as JSON.

    Every mark in the sections is the number of one of the `quotations`, and their files are the `files`.

    >>> document = library.ask("Which jets did Rutte approve?").document()
    >>> document.kind, document.title
    ('answer', 'Which jets did Rutte approve?')
    """

    kind: str
    title: str
    sections: tuple[Section, ...]
    quotations: tuple[Quotation, ...]
    files: tuple[CitedFile, ...]
    values: Mapping[str, object]
    notes: tuple[str, ...] = ()
    _numbered: Mapping[int, Quotation] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Set what the quotations have of their files."""
        known = {file.file: file for file in self.files}
        quotations = tuple(_with_facts(q, known.get(q.file, CitedFile(q.file))) for q in self.quotations)
        object.__setattr__(self, "quotations", quotations)
        object.__setattr__(self, "_numbered", {q.number: q for q in quotations})

    def language(self, *lines: Line) -> str:
        """The language that all of these lines are quoted in, an ISO 639-1 code.

        "" if they are no words of articles, are in English or in several languages, or if it is not known.
        """
        found = {self._quoted_language(line) for line in lines}
        return found.pop() if len(found) == 1 else ""

    def _quoted_language(self, line: Line) -> str:
        words = " ".join(line.text.split())
        for number in line.marks:
            quotation = self._numbered.get(number)
            if quotation and quotation.language not in ("", "en"):
                quote = " ".join(quotation.quote.split())
                if words in quote or quote in words:
                    return quotation.language
        return ""


@dataclass(slots=True)
class Numbering:
    """Gives each place in an article one number, counted from 1 by first use."""

    _places: dict[tuple[str, int, int], Quotation] = field(default_factory=dict)

    def mark(self, file: str, start: int, end: int, quote: str) -> int:
        """The number of a place."""
        number = len(self._places) + 1
        return self._places.setdefault((file, start, end), Quotation(number, file, start, end, quote)).number

    @property
    def quotations(self) -> tuple[Quotation, ...]:
        """All places so far, by number."""
        return tuple(self._places.values())


def runs(marks: Sequence[int]) -> list[tuple[int, int]]:
    """The marks as (first, last), four or more that follow each other as one: 33 witnesses are too many to list."""
    found: list[tuple[int, int]] = []
    for mark in marks:
        if found and found[-1][1] == mark - 1:
            found[-1] = (found[-1][0], mark)
        else:
            found.append((mark, mark))
    whole = [(a, b) if b - a + 1 >= SHORTEST_RUN else (n, n) for a, b in found for n in range(a, b + 1)]
    return list(dict.fromkeys(whole))


def direction(text: str) -> Literal["ltr", "rtl"]:
    """The writing direction of a text, by its first letter: `dir="auto"` does not look into `bdi`."""
    strong = (unicodedata.bidirectional(c) for c in text)
    return next(("rtl" if kind != "L" else "ltr" for kind in strong if kind in {"L", "R", "AL"}), "ltr")


def in_quotes(text: str) -> str:
    """The text in quotation marks, unless it brings its own."""
    text = text.strip()
    return text if text[:1] in _QUOTATION_MARKS else f"“{text}”"


def text_digest(text: str) -> str:
    """The SHA-256 of an article's text in UTF-8, in hexadecimal: another text has another one."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def join(kind: str, title: str, parts: Sequence[Document], values: Mapping[str, object]) -> Document:
    """One document of these; the title of each part becomes a section's, and its notes stand there."""
    numbering = Numbering()
    sections: list[Section] = []
    for part in parts:
        marks = {q.number: numbering.mark(q.file, q.start, q.end, q.quote) for q in part.quotations}
        blocks: list[Block] = []
        for section in part.sections:
            heading = [Prose((Line(section.title),))] if section.title else []
            blocks += [*heading, *(_renumbered(block, marks) for block in section.blocks)]
        notes = [Items(tuple(Line(note) for note in part.notes))] if part.notes else []
        sections.append(Section(part.title, (*blocks, *notes)))
    files = {file.file: file for part in parts for file in part.files}
    return Document(kind, title, tuple(sections), numbering.quotations, tuple(files.values()), values)


def _with_facts(quotation: Quotation, file: CitedFile) -> Quotation:
    return replace(quotation, locator=file.locator(quotation.start, quotation.end), language=file.language)


def _renumbered(block: Block, marks: Mapping[int, int]) -> Block:
    def line(old: Line) -> Line:
        return replace(old, marks=tuple(marks[number] for number in old.marks))

    if isinstance(block, Tally):
        return block
    if isinstance(block, Table):
        return Table(block.head, tuple(tuple(map(line, row)) for row in block.rows))
    lines = tuple(map(line, block.lines))
    return Prose(lines) if isinstance(block, Prose) else Items(lines)

"""A comparison as one value that can be printed and exported. Every cell of it is a quote with its exact place.

The parts of a comparison: its columns, its rows, and the versions on which reports disagree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from rag.render.document import Block, Document, Items, Line, Numbering, Prose, Section, Table, in_quotes
from rag.render.exportable import Exportable, frame
from rag.results.answers import Source, shorten
from rag.results.deprecated import renamed
from rag.results.findings import one_line, quoted
from rag.results.spans import DifferenceKind, Quote
from rag.results.stories import CopyGroup

if TYPE_CHECKING:
    from pandas import DataFrame

Nature = Literal["conflict", "update", "rounding"]


@dataclass(frozen=True, slots=True)
class Report:
    """A column of the table: the articles of one independent report, its probable original first.

    >>> Report(("a.txt", "b.txt"), publisher="Kiln News").file
    'a.txt'
    """

    files: tuple[str, ...]
    title: str = ""
    publisher: str = ""
    published: str = ""

    @property
    def file(self) -> str:
        """The file of the probable original."""
        return self.files[0]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one report tells of a fact: its best telling, then the others, those of its copies among them.

    >>> cell = library.compare().agreed[0].cells[0]
    >>> library.article(cell.quote.file).text[cell.quote.start : cell.quote.end] == cell.quote.text
    True
    """

    quote: Quote
    also: tuple[Quote, ...] = ()

    told = renamed("told", "quote")


@dataclass(frozen=True, slots=True)
class OtherWords:
    """Words that stand in the same place of two tellings of one fact, such as "delaying" and "postponing".

    >>> words = OtherWords(Quote("a.txt", 3, 11, "delaying"), Quote("b.txt", 5, 15, "postponing"))
    >>> words.first.text, words.second.text
    ('delaying', 'postponing')
    """

    first: Quote
    second: Quote


@dataclass(frozen=True, slots=True)
class Row:
    """A fact: a cell for each report in the order of the columns, None where a report does not tell it.

    >>> row = library.compare().agreed[0]
    >>> row.reports, row.reports <= len(row.quotes)
    (2, True)
    """

    cells: tuple[Cell | None, ...]
    wording: tuple[OtherWords, ...] = ()

    told = renamed("told", "quotes")

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """Every place that tells it."""
        return tuple(t for cell in self.cells if cell for t in (cell.quote, *cell.also))

    @property
    def reports(self) -> int:
        """How many reports tell it."""
        return sum(cell is not None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, and the words in it on which another report differs; both are exact places of one file.

    >>> quote, words = Quote("a.txt", 9, 17, "24 died."), Quote("a.txt", 9, 11, "24")
    >>> Statement(quote, words).words.text
    '24'
    """

    quote: Quote
    words: Quote

    told = renamed("told", "quote")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the versions on which reports disagree: the statements that give it, the first published first.

    >>> quote, words = Quote("a.txt", 9, 17, "24 died."), Quote("a.txt", 9, 11, "24")
    >>> Side((Statement(quote, words),), published="2024-10-03").words
    '24'
    """

    statements: tuple[Statement, ...]
    published: str = ""

    @property
    def words(self) -> str:
        """The version as its first statement puts it."""
        return self.statements[0].words.text


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Versions of one thing that do not go together. `score` in [0, 1] is how sure this is.

    "update": the versions follow each other by the time of publication, the newest last; "rounding":
    one number is the other rounded; else a "conflict".

    >>> first = Statement(Quote("a.txt", 9, 17, "24 died."), Quote("a.txt", 9, 11, "24"))
    >>> later = Statement(Quote("b.txt", 0, 8, "42 died."), Quote("b.txt", 0, 2, "42"))
    >>> toll = Disagreement("number", (Side((first,)), Side((later,))), score=0.9, nature="update")
    >>> print(toll.versions)
    “24” → “42”
    >>> toll.files
    ('a.txt', 'b.txt')
    """

    kind: DifferenceKind
    sides: tuple[Side, ...]
    score: float
    nature: Nature = "conflict"

    about = renamed("about", "kind")
    old = renamed("old", "quotes[0]", lambda value: value.quotes[0])
    new = renamed("new", "quotes[-1]", lambda value: value.quotes[-1])

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """A quote of each version: its first statement."""
        return tuple(side.statements[0].quote for side in self.sides)

    @property
    def files(self) -> tuple[str, ...]:
        """The files that disagree, by name."""
        return tuple(sorted({s.quote.file for side in self.sides for s in side.statements}))

    @property
    def versions(self) -> str:
        """The versions beside each other: “24” / “42”; an update has an arrow between them."""
        return (" → " if self.nature == "update" else " / ").join(
            f"“{' '.join(side.words.split())}”" for side in self.sides
        )


SHOWN = 3
"""Facts of one report alone, and facts of some, that are printed; `Comparison` holds all."""
WIDTH = 300
"""Characters of a quote that are printed."""


@dataclass(frozen=True, slots=True)
class Comparison(Exportable):
    """What reports of one story tell alike and what not. Every cell is a quote: the file's text[start:end].

    `reports` are the columns, and `groups` say which articles are copies of which. Where all are one report and its
    copies, each article is a column of its own, and `by` says so. `changed` is what a copy gives otherwise than its
    original. `sources` are the articles that are quoted, and `focus` is what it keeps to.

    >>> comparison = library.compare()
    >>> len(comparison.reports), comparison.by
    (2, 'article')
    >>> all(row.reports == 2 for row in comparison.agreed)
    True
    """

    title: str
    reports: tuple[Report, ...]
    groups: tuple[CopyGroup, ...]
    by: Literal["report", "article"]
    agreed: tuple[Row, ...] = ()
    some: tuple[Row, ...] = ()
    one: tuple[Row, ...] = ()
    disagreed: tuple[Disagreement, ...] = ()
    changed: tuple[Disagreement, ...] = ()
    sources: tuple[Source, ...] = ()
    focus: str = ""

    @property
    def marks(self) -> tuple[tuple[str, int], ...]:
        """The file and the number of each place that is quoted, by first use in the document."""
        numbering = Numbering()
        _sections(self, numbering)
        return tuple((q.file, q.number) for q in numbering.quotations)

    def __str__(self) -> str:
        """The reports, what they disagree on, then the facts; of those that one or some tell only the first few."""
        return "\n".join([_title(self), "", *_head(self), *_contrary(self), *_facts(self)])

    def to_pandas(self) -> DataFrame:
        """A row for each fact: by how many reports it is told, and each report's best quote, None where it has none.

        Raises ExportError if pandas is not installed.
        """
        columns = [f"{n}. {r.publisher or r.title or r.file}" for n, r in enumerate(self.reports, start=1)]
        rows = [
            {
                "reports": row.reports,
                **{c: cell and cell.quote.text for c, cell in zip(columns, row.cells, strict=True)},
            }
            for row in (*self.agreed, *self.some, *self.one)
        ]
        return frame(rows)

    def document(self, *, unsupported: bool = False) -> Document:
        """The disagreements as lists, the facts as tables with a column for each report; all of it is quoted."""
        del unsupported
        numbering = Numbering()
        sections = tuple(_sections(self, numbering))
        files = tuple(source.cited() for source in self.sources)
        return Document("comparison", _title(self), sections, numbering.quotations, files, asdict(self))


def _title(c: Comparison) -> str:
    return f"Comparison: {c.focus}" if c.focus else c.title or "Comparison"


def _sections(c: Comparison, numbering: Numbering) -> list[Section]:
    found: list[Section] = []
    known = {source.file: source for source in c.sources}
    for contrary, changed in ((c.disagreed, False), (c.changed, True)):
        for d in contrary:
            lines = tuple(
                _line(s.quote, numbering, (one_line(s.words), _teller(known.get(s.quote.file), s.quote.file)))
                for side in d.sides
                for s in side.statements
            )
            found.append(Section(_heading(d, changed=changed), (Items(lines),)))
    head = tuple(f"({n}) {_teller(r, r.file)}" for n, r in enumerate(c.reports, start=1))
    for name, rows in _named_rows(c):
        if rows:
            made = tuple(tuple(_cell(cell, numbering) for cell in row.cells) for row in rows)
            blocks: tuple[Block, ...] = (Table(head, made),)
            worded = tuple(Line(f"“{w.first.text}” / “{w.second.text}”") for row in rows for w in row.wording)
            found.append(Section(name, (*blocks, *((Items(worded),) if worded else ()))))
    for n, _report in enumerate(c.reports):
        own = tuple(_line(cell.quote, numbering) for row in c.one if (cell := row.cells[n]))
        if own:
            found.append(Section(f"Only in {head[n]}", (Items(own),)))
    return [*found, _reports(c)]


def _teller(article: Report | Source | None, file: str) -> str:
    """Whom a reader knows an article by."""
    return (article and (article.publisher or article.title)) or file


SUBJECTS: dict[DifferenceKind, str] = {
    "attribution": "who said it",
    "denial": "whether it is so",
    "opposite": "how it is",
    "roles": "who did it to whom",
    "subject": "whom it is about",
}


def _heading(d: Disagreement, *, changed: bool) -> str:
    told = "A copy changes" if changed else "A later report changes" if d.nature == "update" else "Reports differ on"
    return (
        f"{told} {SUBJECTS.get(d.kind, f'the {d.kind}')}{' (rounded)' if d.nature == 'rounding' else ''}: {d.versions}"
    )


def _reports(c: Comparison) -> Section:
    """The columns, each with its copies."""
    if len(c.reports) == 1:
        return Section("", (Prose((Line(_head(c)[0], files=(c.reports[0].file,)),)),))
    copies = {copy.file: copy for group in c.groups for copy in group.copies}
    lines: list[Line] = []
    for number, report in enumerate(c.reports, start=1):
        facts = tuple(filter(None, (report.publisher, report.published)))
        lines.append(Line(f"({number}) {report.file}", (), facts, files=(report.file,)))
        lines += [
            Line(file, (), (copies[file].likeness(f"({number})"),), files=(file,))
            for file in report.files
            if file in copies
        ]
    return Section("The reports compared", (Items(tuple(lines)),), aside=True)


def _cell(cell: Cell | None, numbering: Numbering) -> Line:
    if cell is None:
        return Line("")
    return Line(in_quotes(one_line(cell.quote)), quoted((cell.quote, *cell.also), numbering))


def _line(quote: Quote, numbering: Numbering, remarks: tuple[str, ...] = ()) -> Line:
    return Line(in_quotes(one_line(quote)), quoted((quote,), numbering), remarks)


def _named_contraries(c: Comparison) -> tuple[tuple[str, tuple[Disagreement, ...]], ...]:
    return (("Disagreed", c.disagreed), ("Changed in a copy", c.changed))


def _named_rows(c: Comparison) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    every = "both" if len(c.reports) == 2 else f"all {len(c.reports)}"
    return ((f"Reported by {every}", c.agreed), ("In several reports", c.some))


def _head(c: Comparison) -> list[str]:
    """The columns, each with its copies."""
    if len(c.reports) == 1:
        return [f"Only one report tells this, {c.reports[0].file}: there is nothing to compare."]
    columns = "independent reports" if c.by == "report" else "articles, one report and its copies"
    lines = [f"{len(c.reports)} {columns}:"]
    copies = {copy.file: (copy, group.original) for group in c.groups for copy in group.copies}
    for number, report in enumerate(c.reports, start=1):
        facts = ", ".join(fact for fact in (report.publisher, report.published) if fact)
        lines.append(f"  ({number}) {report.file}{f'  {facts}' if facts else ''}")
        for file in report.files:
            if file in copies:
                copy, original = copies[file]
                lines.append(f"      {file} copies {original}: {copy.wording}, {copy.extent}")
    return lines


def _contrary(c: Comparison) -> Iterator[str]:
    for name, found in _named_contraries(c):
        if found:
            yield from ("", f"{name} ({len(found)}):")
        for d in found:
            yield f"- {d.kind}, {d.nature}: {d.versions}"
            for side in d.sides:
                for s in side.statements:
                    yield f"    {' '.join(s.words.text.split())}: {_quote(s.quote)}"


def _facts(c: Comparison) -> Iterator[str]:
    for (name, rows), most in zip(_named_rows(c), (len(c.agreed), 2 * SHOWN), strict=True):
        if rows:
            yield from ("", f"{name} ({len(rows)}):", *_listed(rows, most))
    for n, report in enumerate(c.reports):
        own = [row for row in c.one if row.cells[n]]
        if own and len(c.reports) > 1:
            yield from ("", f"Reported by ({n + 1}) {report.file} only ({len(own)}):", *_listed(own, SHOWN))


def _listed(rows: Sequence[Row], most: int) -> Iterator[str]:
    for row in rows[:most]:
        quotes = [f"({n}) {_quote(cell.quote)}" for n, cell in enumerate(row.cells, start=1) if cell]
        yield from (f"- {quotes[0]}", *(f"  {line}" for line in quotes[1:]))
        yield from (f"    other words: “{w.first.text}” / “{w.second.text}”" for w in row.wording)
    if len(rows) > most:
        yield f"  … and {len(rows) - most} more"


def _quote(quote: Quote) -> str:
    return f"{quote.file} {quote.start}-{quote.end}: {in_quotes(shorten(quote.text, WIDTH))}"

"""A summary: its points, the articles that it cites, and a receipt of what became of each article."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import ClassVar, Literal, Self

from rag.render.document import Document, Items, Line, Numbering, Prose, Section, in_quotes
from rag.render.exportable import Exportable
from rag.results.answers import Source, counted
from rag.results.date_expressions import DateExpression
from rag.results.findings import QUOTES_PRINTED, Finding, marks_of, one_line, quoted
from rag.verdicts import Fault, Support, left_out, reasons_of

NAMED = 6
"""Files that are named in a line on the terminal; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Point(Finding):
    """A point of a summary.

    `support` and `certainty` in [0, 1] are the check's verdict on its words, and `faults` say what is in doubt. A
    quoted point is supported and certain. `story` is the title of its story, "" if unknown. `dates` are the words for a
    time in a quoted point that only the day of publication tells, and the days that they stand for.

    >>> point = library.summarise(points=1).points[0]
    >>> point.support, len(point.quotes) >= point.reports
    ('supported', True)
    """

    support: Support = "supported"
    certainty: float = 1.0
    faults: tuple[Fault, ...] = ()
    story: str = ""
    dates: tuple[DateExpression, ...] = ()

    @property
    def reasons(self) -> str:
        """Why it is in doubt, in plain English, or ""."""
        return reasons_of(self.faults)

    def line(self, marks: tuple[int, ...] = ()) -> Line:
        """The same for a document, with these marks; a supported point needs no verdict."""
        verdict = None if self.support == "supported" else self.support
        independent = (f"{self.reports} independent reports",) if self.reports > 1 else ()
        return Line(self.text, marks, (*independent, *(d.gloss for d in self.dates)), verdict, self.faults)


@dataclass(frozen=True, slots=True)
class SetAside:
    """An article that no point cites, and why, in words. `original` is the article that a "copy" is one of.

    >>> [aside.why for aside in library.summarise(points=3).receipt.set_aside]
    []
    """

    file: str
    why: Literal["copy", "off the subject", "less told", "in doubt"]
    reason: str
    original: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of every article that was read: `used` ones are cited, the others set aside.

    >>> print(library.summarise(points=3).receipt.counts)
    2 articles read, 2 cited, 0 not used
    """

    read: tuple[str, ...]
    used: tuple[str, ...]
    set_aside: tuple[SetAside, ...]

    @property
    def counts(self) -> str:
        """How many articles were read, cited and set aside."""
        return f"{counted(len(self.read), 'article')} read, {len(self.used)} cited, {len(self.set_aside)} not used"

    @property
    def lines(self) -> tuple[str, ...]:
        """The counts, then the first of those articles that were set aside, for each reason."""
        return (self.counts, *(f"  {reason}: {_some(files)}" for reason, files in _by_reason(self.set_aside).items()))

    def citing(self, files: Container[str]) -> Self:
        """The receipt if only these articles are cited after all."""
        doubted = [SetAside(f, "in doubt", "only points left out cite it") for f in self.used if f not in files]
        used = tuple(f for f in self.used if f in files)
        return replace(self, used=used, set_aside=(*self.set_aside, *doubted))

    def section(self) -> Section:
        """The same for a document, the articles that were set aside for one reason together."""
        copies = sorted((a for a in self.set_aside if a.original), key=lambda aside: aside.original)
        items = (
            *(Line(a.file, (), (a.reason,), files=(a.file, a.original)) for a in copies),
            *(
                Line(f"{reason}: {', '.join(files)}", files=tuple(files))
                for reason, files in _by_reason(a for a in self.set_aside if not a.original).items()
            ),
        )
        counts = Prose((Line(f"{self.counts}."),))
        return Section("What was read", (counts, Items(items)) if items else (counts,), aside=True)


@dataclass(frozen=True, slots=True)
class Summary(Exportable):
    """A summary of many articles, its receipt, and the articles that it cites.

    `writer` names what wrote the points; `notes` are plain remarks for the reader.

    >>> summary = library.summarise(points=3)
    >>> len(summary.points), summary.writer
    (3, 'quoting')
    """

    TABLE: ClassVar[str] = "points"
    focus: str
    points: tuple[Point, ...]
    receipt: Receipt
    sources: tuple[Source, ...] = ()
    writer: str = "quoting"
    notes: tuple[str, ...] = ()

    @property
    def marks(self) -> tuple[tuple[str, int], ...]:
        """The file and the number of each place that a point cites, counted from 1 by first use."""
        return marks_of(quote for point in self.points for quote in point.quotes)

    def __str__(self) -> str:
        """The supported points, below each the exact words of the first places that tell it, notes, and the receipt."""
        return self.plain()

    @property
    def supported(self) -> Self:
        """The same summary with its supported points alone: their sources, numbered anew, and a receipt of them."""
        kept = replace(self, points=tuple(p for p in self.points if p.support == "supported"))
        numbers: dict[str, tuple[int, ...]] = {}
        for file, number in kept.marks:
            numbers[file] = (*numbers.get(file, ()), number)
        sources = tuple(replace(s, numbers=numbers[s.file]) for s in self.sources if s.file in numbers)
        return replace(kept, sources=sources, receipt=self.receipt.citing(numbers))

    def plain(self, *, unsupported: bool = False) -> str:
        """The same as text; with `unsupported` the other points too, each with its verdict and what is wrong."""
        shown = self if unsupported else self.supported
        points: list[str] = []
        for title, own in _by_story(shown.points):
            points += [*([title] if title else []), *(line for point in own for line in _shown(point))]
        return "\n".join([*points, "", *([] if unsupported else self._left_out), *self.notes, *shown.receipt.lines])

    def document(self, *, unsupported: bool = False) -> Document:
        """The points, the receipt, and the sources."""
        shown = self if unsupported else self.supported
        numbering = Numbering()
        stories = [
            Section(heading, (Items(tuple(p.line(quoted(p.quotes, numbering)) for p in own)),))
            for heading, own in _by_story(shown.points)
        ]
        title = self.focus or f"Summary of {counted(len(self.receipt.read), 'article')}"
        sections = (*(stories or [Section("", (Items(()),))]), shown.receipt.section())
        files = tuple(source.cited() for source in shown.sources)
        notes = (*(() if unsupported else self._left_out), *self.notes)
        return Document("summary", title, sections, numbering.quotations, files, asdict(shown), notes)

    @property
    def _left_out(self) -> tuple[str, ...]:
        return left_out([p.support for p in self.points], "point")


def _by_reason(set_aside: Iterable[SetAside]) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for aside in set_aside:
        reasons.setdefault(aside.reason, []).append(aside.file)
    return reasons


def _by_story(points: Sequence[Point]) -> list[tuple[str, tuple[Point, ...]]]:
    """Points under the title of their story, in order; all under "" if they are of one story."""
    if len({p.story for p in points}) < 2:
        return [("", tuple(points))] if points else []
    return [(title, tuple(own)) for title, own in groupby(points, key=lambda p: p.story)]


def _shown(point: Point) -> list[str]:
    """A point on the terminal: its words, who tells it, and the exact words of the first that do."""
    count = counted(len(point.files), "article")
    reports = f", {point.reports} independent" if point.reports < len(point.files) else ""
    doubts = point.line().verdict
    quotes = [f"    {t.file} {t.start}-{t.end}: {in_quotes(one_line(t))}" for t in point.quotes[:QUOTES_PRINTED]]
    others = sorted({t.file for t in point.quotes[QUOTES_PRINTED:]} - {t.file for t in point.quotes[:QUOTES_PRINTED]})
    also = [f"    and in {_some(others)}"] if others else []
    dates = "".join(f"; {d.gloss}" for d in point.dates)
    return [f"- {point.text} ({count}{reports}{dates})", *([f"    {doubts}"] if doubts else []), *quotes, *also]


def _some(files: Sequence[str]) -> str:
    """File names in a line, the first of them if there are many."""
    more = f" and {len(files) - NAMED} more" if len(files) > NAMED else ""
    return ", ".join(files[:NAMED]) + more

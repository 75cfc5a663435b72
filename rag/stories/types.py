"""The values of this room: copies, stories, facts. All are frozen; offsets count characters of the article's text."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal, Self

from rag.exports.document import Document, Items, Line, Numbering, Prose, Section, in_quotes
from rag.exports.exportable import Exportable
from rag.types import Fault, Source, Support, counted
from rag.verdicts import left_out, reasons_of

Wording = Literal["exact", "near", "reworded"]
Extent = Literal["whole", "shortened", "extended"]

SHOWN = 3
"""Places whose exact words are shown below a point on the terminal; all are in an export."""
NAMED = 6
"""Files that are named in a line on the terminal; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Told:
    """A place where something is told: the article's text[start:end] == text."""

    file: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Copy:
    """An article that tells another one's report.

    `share` in [0, 1] is how much of the shorter of the two stands in the other; `credits` are the words by which it
    names its source and which the original lacks ("Reuters reported").
    """

    file: str
    wording: Wording
    extent: Extent
    share: float
    credits: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class CopyGroup:
    """Articles that are one voice: the probable original, why it is taken for that, and its copies by file name.

    An article without copies is a group of its own, with reason "".
    """

    original: str
    copies: tuple[Copy, ...] = ()
    reason: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """The original, then the copies."""
        return (self.original, *(c.file for c in self.copies))


@dataclass(frozen=True, slots=True)
class Story:
    """Articles about one event. `title` is of its most central article, `gist` the sentence that tells it best."""

    title: str
    gist: Told
    groups: tuple[CopyGroup, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """All articles, by file name."""
        return tuple(sorted(file for group in self.groups for file in group.files))

    @property
    def reports(self) -> int:
        """The number of independent reports: copies count with their original."""
        return len(self.groups)


@dataclass(frozen=True, slots=True)
class Fact:
    """What sentences of one or more articles say alike. `told` has each place, the best telling first.

    `score` in [0, 1] weighs independent sources, centrality, focus and newness; `reports` counts independent reports.
    """

    told: tuple[Told, ...]
    score: float
    reports: int

    @property
    def text(self) -> str:
        """The best telling."""
        return self.told[0].text

    @property
    def files(self) -> tuple[str, ...]:
        """The articles that tell it, by file name."""
        return tuple(sorted({t.file for t in self.told}))


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a summary, with every place that tells it: a fact in its best telling, or as a model puts it.

    `score` in [0, 1] weighs what it tells against all else, `support` and `certainty`, also in [0, 1], are the check's
    verdict on its words, and `faults` say why they are in doubt. A quoted point is supported and certain.
    """

    text: str
    told: tuple[Told, ...]
    reports: int
    score: float
    support: Support = "supported"
    certainty: float = 1.0
    faults: tuple[Fault, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The articles that tell it, by file name."""
        return tuple(sorted({t.file for t in self.told}))

    @property
    def reasons(self) -> str:
        """Why it is in doubt, in plain English, or ""."""
        return reasons_of(self.faults)

    def line(self, marks: tuple[int, ...] = ()) -> Line:
        """The same for a document, with these marks; a supported point needs no verdict."""
        verdict = None if self.support == "supported" else self.support
        independent = (f"{self.reports} independent reports",) if self.reports > 1 else ()
        return Line(self.text, marks, independent, verdict, self.faults)


@dataclass(frozen=True, slots=True)
class SetAside:
    """An article that no point cites, and why, in words."""

    file: str
    why: Literal["copy", "off the subject", "less told", "in doubt"]
    reason: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of every article that was read: `used` ones are cited, the others set aside."""

    read: tuple[str, ...]
    used: tuple[str, ...]
    set_aside: tuple[SetAside, ...]

    @property
    def counts(self) -> str:
        """How many articles were read, cited and set aside."""
        return f"{counted(len(self.read), 'article')} read, {len(self.used)} cited, {len(self.set_aside)} set aside"

    @property
    def lines(self) -> tuple[str, ...]:
        """The counts, then the first of those articles that were set aside, for each reason."""
        return (self.counts, *(f"  {reason}: {_some(files)}" for reason, files in self._reasons().items()))

    def _reasons(self) -> dict[str, list[str]]:
        reasons: dict[str, list[str]] = {}
        for aside in self.set_aside:
            reasons.setdefault(f"{aside.why}, {aside.reason}", []).append(aside.file)
        return reasons

    def citing(self, files: Container[str]) -> Self:
        """The receipt if only these articles are cited after all."""
        doubted = [SetAside(f, "in doubt", "only points left out cite it") for f in self.used if f not in files]
        used = tuple(f for f in self.used if f in files)
        return replace(self, used=used, set_aside=(*self.set_aside, *doubted))

    def section(self) -> Section:
        """The same for a document, the articles that were set aside for one reason together."""
        items = tuple(Line(f"{reason}: {', '.join(files)}") for reason, files in self._reasons().items())
        return Section("What was read", (Prose((Line(f"{self.counts}."),)), *([Items(items)] if items else [])))


@dataclass(frozen=True, slots=True)
class Summary(Exportable):
    """A summary of many articles, its receipt, and the articles that it cites.

    `writer` names what wrote the points; `notes` are plain remarks for the reader.
    """

    focus: str
    points: tuple[Point, ...]
    receipt: Receipt
    sources: tuple[Source, ...] = ()
    writer: str = "quoting"
    notes: tuple[str, ...] = ()

    @property
    def marks(self) -> tuple[tuple[str, int], ...]:
        """The file and the number of each place that a point cites, counted from 1 by first use."""
        places = dict.fromkeys(t for p in self.points for t in p.told)
        return tuple((told.file, number) for number, told in enumerate(places, start=1))

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
        points = [line for point in shown.points for line in _shown(point)]
        return "\n".join([*points, "", *([] if unsupported else self._left_out), *self.notes, *shown.receipt.lines])

    def document(self, *, unsupported: bool = False) -> Document:
        """The points, the receipt, and the sources."""
        shown = self if unsupported else self.supported
        numbering = Numbering()
        points = tuple(
            p.line(tuple(numbering.mark(t.file, t.start, t.end, t.text) for t in p.told)) for p in shown.points
        )
        title = self.focus or f"Summary of {counted(len(self.receipt.read), 'article')}"
        sections = (Section("", (Items(points),)), shown.receipt.section())
        files = tuple(source.cited() for source in shown.sources)
        notes = (*(() if unsupported else self._left_out), *self.notes)
        return Document("summary", title, sections, numbering.quotations, files, asdict(shown), notes)

    @property
    def _left_out(self) -> tuple[str, ...]:
        return left_out([p.support for p in self.points], "point")


def _shown(point: Point) -> list[str]:
    """A point on the terminal: its words, who tells it, and the exact words of the first that do."""
    count = counted(len(point.files), "article")
    reports = f", {point.reports} independent" if point.reports < len(point.files) else ""
    doubts = point.line().verdict
    told = [f"    {t.file} {t.start}-{t.end}: {in_quotes(' '.join(t.text.split()))}" for t in point.told[:SHOWN]]
    others = sorted({t.file for t in point.told[SHOWN:]} - {t.file for t in point.told[:SHOWN]})
    also = [f"    and in {_some(others)}"] if others else []
    return [f"- {point.text} ({count}{reports})", *([f"    {doubts}"] if doubts else []), *told, *also]


def _some(files: Sequence[str]) -> str:
    """File names in a line, the first of them if there are many."""
    more = f" and {len(files) - NAMED} more" if len(files) > NAMED else ""
    return ", ".join(files[:NAMED]) + more

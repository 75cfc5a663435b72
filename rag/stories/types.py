"""The values of this room: copies, stories, facts. All are frozen; offsets count characters of the article's text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from rag.exports.document import Document, Items, Line, Numbering, Prose, Section, in_quotes, verdict_remarks
from rag.exports.exportable import Exportable
from rag.types import Fault, Source, Support, counted

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
        return "; ".join(dict.fromkeys(fault.reason for fault in self.faults))


@dataclass(frozen=True, slots=True)
class SetAside:
    """An article that no point cites, and why, in words."""

    file: str
    why: Literal["copy", "off the subject", "less told"]
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
        """The points, below each of them the exact words of the first places that tell it, notes, and the receipt."""
        points = [line for point in self.points for line in _shown(point)]
        return "\n".join([*points, "", *self.notes, *self.receipt.lines])

    def document(self, *, unsupported: bool = False) -> Document:
        """The points, the receipt, and the sources; no point is unsupported, so `unsupported` changes nothing."""
        del unsupported
        numbering = Numbering()
        points = tuple(
            Line(
                p.text,
                tuple(numbering.mark(t.file, t.start, t.end, t.text) for t in p.told),
                (*_independent(p.reports), *verdict_remarks(p.support, p.reasons)),
            )
            for p in self.points
        )
        title = self.focus or f"Summary of {counted(len(self.receipt.read), 'article')}"
        sections = (Section("", (Items(points),)), self.receipt.section())
        files = tuple(source.cited() for source in self.sources)
        return Document("summary", title, sections, numbering.quotations, files, asdict(self), self.notes)


def _independent(reports: int) -> tuple[str, ...]:
    return (f"{reports} independent reports",) if reports > 1 else ()


def _shown(point: Point) -> list[str]:
    """A point on the terminal: its words, who tells it, and the exact words of the first that do."""
    count = counted(len(point.files), "article")
    reports = f", {point.reports} independent" if point.reports < len(point.files) else ""
    doubts = "; ".join(verdict_remarks(point.support, point.reasons))
    told = [f"    {t.file} {t.start}-{t.end}: {in_quotes(' '.join(t.text.split()))}" for t in point.told[:SHOWN]]
    others = sorted({t.file for t in point.told[SHOWN:]} - {t.file for t in point.told[:SHOWN]})
    also = [f"    and in {_some(others)}"] if others else []
    return [f"- {point.text} ({count}{reports})", *([f"    {doubts}"] if doubts else []), *told, *also]


def _some(files: Sequence[str]) -> str:
    """File names in a line, the first of them if there are many."""
    more = f" and {len(files) - NAMED} more" if len(files) > NAMED else ""
    return ", ".join(files[:NAMED]) + more

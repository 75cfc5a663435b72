"""The values of this room: copies, stories, facts. All are frozen; offsets count characters of the article's text."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from rag.exports.document import Document, Items, Line, Numbering, Prose, Section
from rag.exports.exportable import Exportable
from rag.types import Source

Wording = Literal["exact", "near", "reworded"]
Extent = Literal["whole", "shortened", "extended"]


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
    """One point of a summary: a fact as its best telling puts it, with every place that tells it."""

    text: str
    told: tuple[Told, ...]
    reports: int
    score: float

    @property
    def files(self) -> tuple[str, ...]:
        """The articles that tell it, by file name."""
        return tuple(sorted({t.file for t in self.told}))


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
        return f"{len(self.read)} articles read, {len(self.used)} cited, {len(self.set_aside)} set aside"

    def section(self) -> Section:
        """The same for a document, the articles that were set aside for one reason together."""
        reasons: dict[str, list[str]] = {}
        for aside in self.set_aside:
            reasons.setdefault(f"{aside.why}, {aside.reason}", []).append(aside.file)
        items = tuple(Line(f"{reason}: {', '.join(files)}") for reason, files in reasons.items())
        return Section("What was read", (Prose((Line(f"{self.counts}."),)), *([Items(items)] if items else [])))


@dataclass(frozen=True, slots=True)
class Summary(Exportable):
    """A summary of many articles, its receipt, and the articles that it cites."""

    focus: str
    points: tuple[Point, ...]
    receipt: Receipt
    sources: tuple[Source, ...] = ()

    @property
    def marks(self) -> tuple[tuple[str, int], ...]:
        """The file and the number of each place that a point cites, counted from 1 by first use."""
        places = dict.fromkeys(t for p in self.points for t in p.told)
        return tuple((told.file, number) for number, told in enumerate(places, start=1))

    def __str__(self) -> str:
        """The points with their marks, the exact words behind each, and the receipt."""
        numbers = {place: n for n, place in enumerate(dict.fromkeys(t for p in self.points for t in p.told), start=1)}
        points = [f"- {p.text} {''.join(f'[{numbers[t]}]' for t in p.told)}" for p in self.points]
        told = [f"  [{n}] {t.file} {t.start}-{t.end}: “{t.text}”" for t, n in numbers.items()]
        aside = [f"  {a.file}: {a.why}, {a.reason}" for a in self.receipt.set_aside]
        return "\n".join([*points, "", "Sources:", *told, "", self.receipt.counts, *aside])

    def document(self, *, unsupported: bool = False) -> Document:
        """The points, the receipt, and the sources; every point is supported, so `unsupported` changes nothing."""
        del unsupported
        numbering = Numbering()
        points = tuple(
            Line(p.text, tuple(numbering.mark(t.file, t.start, t.end, t.text) for t in p.told), _independent(p.reports))
            for p in self.points
        )
        title = self.focus or f"Summary of {len(self.receipt.read)} articles"
        sections = (Section("", (Items(points),)), self.receipt.section())
        files = tuple(source.cited() for source in self.sources)
        return Document("summary", title, sections, numbering.quotations, files, asdict(self))


def _independent(reports: int) -> tuple[str, ...]:
    return (f"{reports} independent reports",) if reports > 1 else ()

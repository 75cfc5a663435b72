"""The values of this room: copies, stories, facts. All are frozen; offsets count characters of the article's text.

Places in articles as marks: in print of a fact the first few and the number of the others, in exports all.

The values of what is new: facts that no older article tells, and what older articles tell otherwise.

The values of timelines: events with the time that the text gives.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Literal, Self

from rag.render.document import Block, Document, Items, Line, Numbering, Prose, Section, Table, in_quotes
from rag.render.exportable import Exportable
from rag.results.answers import Source, counted
from rag.results.spans import DateExpression, Quote
from rag.verdicts import Fault, Support, left_out, reasons_of

Wording = Literal["exact", "near", "reworded"]
Extent = Literal["whole", "shortened", "extended"]

SHOWN = 3
"""Places whose exact words are shown below a point on the terminal; all are in an export."""
NAMED = 6
"""Files that are named in a line on the terminal; the rest is counted."""


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
    credits: tuple[Quote, ...] = ()


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
    gist: Quote
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

    told: tuple[Quote, ...]
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
    verdict on its words, and `faults` say why they are in doubt. A quoted point is supported and certain. `story` is
    the title of its story, "" if unknown.
    """

    text: str
    told: tuple[Quote, ...]
    reports: int
    score: float
    support: Support = "supported"
    certainty: float = 1.0
    faults: tuple[Fault, ...] = ()
    story: str = ""

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
        points: list[str] = []
        for title, own in _by_story(shown.points):
            points += [*([title] if title else []), *(line for point in own for line in _shown(point))]
        return "\n".join([*points, "", *([] if unsupported else self._left_out), *self.notes, *shown.receipt.lines])

    def document(self, *, unsupported: bool = False) -> Document:
        """The points, the receipt, and the sources."""
        shown = self if unsupported else self.supported
        numbering = Numbering()
        stories = [
            Section(heading, (Items(tuple(p.line(quoted(p.told, numbering)) for p in own)),))
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
    told = [f"    {t.file} {t.start}-{t.end}: {in_quotes(' '.join(t.text.split()))}" for t in point.told[:SHOWN]]
    others = sorted({t.file for t in point.told[SHOWN:]} - {t.file for t in point.told[:SHOWN]})
    also = [f"    and in {_some(others)}"] if others else []
    return [f"- {point.text} ({count}{reports})", *([f"    {doubts}"] if doubts else []), *told, *also]


def _some(files: Sequence[str]) -> str:
    """File names in a line, the first of them if there are many."""
    more = f" and {len(files) - NAMED} more" if len(files) > NAMED else ""
    return ", ".join(files[:NAMED]) + more


QUOTES_PRINTED = 3
"""Places of a fact whose words are printed; the values and the exports hold all."""


def number_places(facts: Iterable[Sequence[Quote]]) -> dict[Quote, int]:
    """A number for each place that is printed, from 1, in their order; each fact comes as its places."""
    return {
        place: n for n, place in enumerate(dict.fromkeys(t for told in facts for t in told[:QUOTES_PRINTED]), start=1)
    }


def sources(numbers: Mapping[Quote, int]) -> list[str]:
    """The list of numbered places."""
    return ["Sources:", *(f"  [{n}] {t.file} {t.start}-{t.end}: “{t.text}”" for t, n in numbers.items())]


def marked(told: Sequence[Quote], numbers: Mapping[Quote, int]) -> str:
    """The best telling on one line with its marks, and the number of the places that are not printed."""
    more = f" and {len(told) - QUOTES_PRINTED} more" if len(told) > QUOTES_PRINTED else ""
    return f"{' '.join(told[0].text.split())} {''.join(f'[{numbers[t]}]' for t in told[:QUOTES_PRINTED])}{more}"


def quoted(told: Sequence[Quote], numbering: Numbering) -> tuple[int, ...]:
    """The marks of all places in a document."""
    return tuple(numbering.mark(t.file, t.start, t.end, t.text) for t in told)


@dataclass(frozen=True, slots=True)
class NewFact:
    """What no older article tells. `told` has each place that does, the best telling first.

    `reports` counts independent reports; `score` in [0, 1] weighs them, centrality and the place in the article.
    """

    told: tuple[Quote, ...]
    reports: int
    score: float

    @property
    def text(self) -> str:
        """The best telling."""
        return self.told[0].text

    @property
    def files(self) -> tuple[str, ...]:
        """The articles that tell it, by file name."""
        return tuple(sorted({t.file for t in self.told}))


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A new sentence and an older one that say the same but for one thing: `about` names it ("number", "denial")."""

    new: Quote
    old: Quote
    about: str


@dataclass(frozen=True, slots=True)
class NewCopy:
    """A new article that tells the report of an older one, and how many new facts it has all the same."""

    file: str
    original: str
    new_facts: int


@dataclass(frozen=True, slots=True)
class News(Exportable):
    """What the last sync brought that brought anything. `when` is the time of its end, in ISO 8601, "" if unknown.

    `added` and `changed` are its articles, by file name. `facts` are what no older article tells, those of one article
    together, in reading order; `left_out` counts the others, which tell less. `confirmed` counts the facts of older
    articles that its articles tell too. `first` is set if there is no older article, so that everything is new.
    """

    when: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    facts: tuple[NewFact, ...]
    left_out: int
    confirmed: int
    contradictions: tuple[Contradiction, ...]
    copies: tuple[NewCopy, ...]
    first: bool
    sources: tuple[Source, ...] = ()

    @property
    def marks(self) -> tuple[tuple[str, int], ...]:
        """The file and the number of each place that is cited, counted from 1 by first use."""
        places = dict.fromkeys(t for told in self._cited() for t in told)
        return tuple((told.file, number) for number, told in enumerate(places, start=1))

    def _cited(self) -> list[tuple[Quote, ...]]:
        return [*(f.told for f in self.facts), *((c.new, c.old) for c in self.contradictions)]

    def __str__(self) -> str:
        """The facts with their marks, what contradicts older articles, the exact words, and the counts."""
        numbers = number_places(self._cited())
        titles = {source.file: source.title for source in self.sources}
        facts: list[str] = []
        for file, own in groupby(self.facts, key=lambda f: f.told[0].file):
            facts += ["", f"{file}, {titles[file]}:" if titles.get(file) else f"{file}:"]
            facts += [f"- {marked(f.told, numbers)}" for f in own]
        against = [
            f"- {marked((c.new,), numbers)}\n  but {c.old.file}: {marked((c.old,), numbers)} (another {c.about})"
            for c in self.contradictions
        ]
        lines = [*self._remarks(), *facts, *(["", f"{AGAINST}:", *against] if against else [])]
        return "\n".join([*lines, *(["", *sources(numbers)] if numbers else []), "", f"{self._counts()}."])

    def document(self, *, unsupported: bool = False) -> Document:
        """The facts, what contradicts older articles, and the counts; all are quoted, so none is unsupported."""
        del unsupported
        numbering = Numbering()
        facts = Items(tuple(Line(" ".join(f.text.split()), quoted(f.told, numbering)) for f in self.facts))
        head: list[Block] = [Prose(tuple(Line(remark) for remark in self._remarks()))]
        sections = [Section("", (*head, facts))]
        if self.contradictions:
            items = tuple(
                Line(" ".join(c.new.text.split()), quoted((c.new, c.old), numbering), (f"another {c.about}",))
                for c in self.contradictions
            )
            sections.append(Section(AGAINST, (Items(items),)))
        sections.append(Section("What was read", (Prose((Line(f"{self._counts()}."),)),)))
        files = tuple(source.cited() for source in self.sources)
        return Document("news", "What is new", tuple(sections), numbering.quotations, files, asdict(self))

    def _remarks(self) -> list[str]:
        if not self.added and not self.changed:
            return ["Nothing has come since the library was begun, or since it remembers what came when."]
        when = f" ({self.when})" if self.when else ""
        remarks = [f"The last sync that brought something{when}: {len(self.added)} added, {len(self.changed)} changed."]
        if self.first:
            remarks.append("There are no older articles: everything is new.")
        for copy in self.copies:
            brings = f"{copy.new_facts} of its facts are new" if copy.new_facts else "it brings nothing new"
            remarks.append(f"{copy.file} is a copy of {copy.original}: {brings}.")
        if not (self.first or self.facts or self.left_out or self.contradictions or self.copies):
            remarks.append("No fact is new: older articles tell them all.")
        return remarks

    def _counts(self) -> str:
        return (
            f"{counted(len(self.facts), 'new fact')} shown, {counted(self.left_out, 'other')} left out; "
            f"told again of what older articles tell: {counted(self.confirmed, 'fact')}"
        )


AGAINST = "Older articles say otherwise"


UNKNOWN = "When this was, the articles do not say"


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, or is to happen, at a time that the text gives.

    `when` are the words that give it and the days that they stand for; its offsets are those of the article
    `told[0].file`, which was published on `published` ("" if unknown). `told` has every place that tells the event, one
    an article, the best telling first; not all of them need give the time. `reports` counts independent reports.
    """

    when: DateExpression
    published: str
    told: tuple[Quote, ...]
    reports: int
    score: float

    @property
    def text(self) -> str:
        """The best telling."""
        return self.told[0].text

    @property
    def files(self) -> tuple[str, ...]:
        """The articles that tell it, by file name."""
        return tuple(sorted({t.file for t in self.told}))

    @property
    def label(self) -> str:
        """The time in figures: "2024-10-03", "2022-02", "about 2024-09-30 to 2024-10-03"; "" if unresolved."""
        return label(self.when)


@dataclass(frozen=True, slots=True)
class Timeline(Exportable):
    """Events in the order of their time, and those whose time could not be resolved, by weight.

    `left_out` and `unresolved_left_out` count the events that were not worth an entry. `read` are the articles;
    `undated` ones have no publication date, so that "on Thursday" stays unresolved in them; in those of
    `other_languages` no times are looked for. `sources` are the articles that tell the events shown.
    """

    focus: str
    events: tuple[Event, ...]
    unresolved: tuple[Event, ...]
    left_out: int
    unresolved_left_out: int
    read: tuple[str, ...]
    undated: tuple[str, ...]
    other_languages: tuple[str, ...]
    sources: tuple[Source, ...] = ()

    @property
    def marks(self) -> tuple[tuple[str, int], ...]:
        """The file and the number of each place that tells an event shown, counted from 1 by first use."""
        told = dict.fromkeys(t for e in (*self.events, *self.unresolved) for t in e.told)
        return tuple((t.file, number) for number, t in enumerate(told, start=1))

    def document(self, *, unsupported: bool = False) -> Document:
        """A table of the events, one of those without a known time, the counts, and every place that tells them."""
        del unsupported
        numbering = Numbering()
        dated = [Section("", (_table(self.events, numbering),))] if self.events else []
        undated = [Section(UNKNOWN, (_table(self.unresolved, numbering),))] if self.unresolved else []
        counts = Section("What was read", (Prose((Line(f"{self._counts()}."),)),))
        files = tuple(source.cited() for source in self.sources)
        title = f"Timeline: {self.focus}" if self.focus else "Timeline"
        return Document("timeline", title, (*dated, *undated, counts), numbering.quotations, files, asdict(self))

    def __str__(self) -> str:
        """A line an event, with the words that give its time, then the exact words behind each, and the counts."""
        numbers = number_places(e.told for e in (*self.events, *self.unresolved))
        events = [f"{e.label}  {_line(e, numbers)}" for e in self.events]
        unresolved = [f"?  {_line(e, numbers)}" for e in self.unresolved]
        if unresolved:
            unresolved = ["", f"{UNKNOWN}:", *unresolved]
        return "\n".join([*events, *unresolved, *(["", *sources(numbers)] if numbers else []), "", self._counts()])

    def _counts(self) -> str:
        counts = [
            f"{counted(len(self.read), 'article')} read, {counted(len(self.events), 'event')} shown, "
            f"{self.left_out} less told left out"
        ]
        if self.unresolved_left_out:
            counts.append(f"{self.unresolved_left_out} more whose time is not known")
        if self.undated:
            counts.append(f"{counted(len(self.undated), 'article')} without a publication date")
        if self.other_languages:
            counts.append(f"{counted(len(self.other_languages), 'article')} not in English: no times are read there")
        return "; ".join(counts)


def label(when: DateExpression) -> str:
    """A time in figures, as coarse as it was told."""
    if not when.first:
        return ""
    about = "about " if when.certainty == "approximate" else ""
    return about + _days(when.first, when.last)


def _days(first: str, last: str) -> str:
    if first == last:
        return first
    if first[5:] == "01-01" and last[5:] == "12-31":
        years = (first[:4], last[:4])
        if years[0] == years[1]:
            return years[0]
        return f"{years[0]}s" if years[0][3] == "0" and int(years[1]) - int(years[0]) == 9 else " to ".join(years)
    if first[8:] == "01" and (date.fromisoformat(last) + timedelta(1)).day == 1:
        return first[:7] if first[:7] == last[:7] else f"{first[:7]} to {last[:7]}"
    return f"{first} to {last}"


def _table(events: Sequence[Event], numbering: Numbering) -> Table:
    return Table(("When", "What"), tuple(_row(event, numbering) for event in events))


def _row(event: Event, numbering: Numbering) -> tuple[Line, Line]:
    when = Line(event.label or "?", remarks=(in_quotes(" ".join(event.when.text.split())),))
    reports = (f"{event.reports} independent reports",) if event.reports > 1 else ()
    return when, Line(" ".join(event.text.split()), quoted(event.told, numbering), reports)


def _line(event: Event, numbers: dict[Quote, int]) -> str:
    reports = f", {event.reports} reports" if event.reports > 1 else ""
    return f"{marked(event.told, numbers)} ({in_quotes(' '.join(event.when.text.split()))}{reports})"

"""A timeline: events with the time that the text gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from rag.render.document import Document, Line, Numbering, Prose, Section, Table, in_quotes
from rag.render.exportable import Exportable, frame
from rag.results.answers import Source, counted
from rag.results.date_expressions import DateExpression
from rag.results.findings import Finding, marked, marks_of, number_quotes, quoted, sources
from rag.results.spans import Quote

if TYPE_CHECKING:
    from pandas import DataFrame


UNKNOWN = "When this was, the articles do not say"


@dataclass(frozen=True, slots=True)
class Event(Finding):
    """What happened, or is to happen, at a time that the text gives.

    `when` are the words that give it and the days that they stand for; its offsets are those of the article
    `quotes[0].file`, which was published on `published` ("" if unknown). `quotes` has one of each article that states
    the event; not all of them need give the time.

    >>> event = library.timeline().unresolved[0]
    >>> event.when.text, event.label
    ('Tuesday', '')
    >>> library.article(event.quotes[0].file).text[event.when.start : event.when.end]
    'Tuesday'
    """

    when: DateExpression
    published: str

    @property
    def label(self) -> str:
        """The time in figures: "2024-10-03", "2022-02", "about 2024-09-30 to 2024-10-03"; "" if unresolved."""
        return self.when.label


@dataclass(frozen=True, slots=True)
class Timeline(Exportable):
    """Events in the order of their time, and those whose time could not be resolved, by weight.

    `left_out` and `unresolved_left_out` count the events that were not worth an entry. `read` are the articles;
    `undated` ones have no publication date, so that "on Thursday" stays unresolved in them; in those of
    `other_languages` no times are looked for. `sources` are the articles that tell the events shown.

    >>> timeline = library.timeline()
    >>> len(timeline.events), len(timeline.undated)
    (0, 2)
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
        return marks_of(quote for event in (*self.events, *self.unresolved) for quote in event.quotes)

    def to_pandas(self) -> DataFrame:
        """A row for each event, those without a known time last. Raises ExportError if pandas is not installed."""
        return frame([asdict(event) for event in (*self.events, *self.unresolved)])

    def document(self, *, unsupported: bool = False) -> Document:
        """A table of the events, one of those without a known time, the counts, and every place that tells them."""
        del unsupported
        numbering = Numbering()
        dated = [Section("", (_table(self.events, numbering),))] if self.events else []
        undated = [Section(UNKNOWN, (_table(self.unresolved, numbering),))] if self.unresolved else []
        counts = Section("What was read", (Prose((Line(f"{self._counts()}."),)),), aside=True)
        files = tuple(source.cited() for source in self.sources)
        title = f"Timeline: {self.focus}" if self.focus else "Timeline"
        return Document("timeline", title, (*dated, *undated, counts), numbering.quotations, files, asdict(self))

    def __str__(self) -> str:
        """A line an event, with the words that give its time, then the exact words behind each, and the counts."""
        numbers = number_quotes(e.quotes for e in (*self.events, *self.unresolved))
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


def _table(events: Sequence[Event], numbering: Numbering) -> Table:
    return Table(("When", "What"), tuple(_row(event, numbering) for event in events))


def _row(event: Event, numbering: Numbering) -> tuple[Line, Line]:
    when = Line(event.label or "?", remarks=(in_quotes(" ".join(event.when.text.split())),))
    reports = (f"{event.reports} independent reports",) if event.reports > 1 else ()
    return when, Line(" ".join(event.text.split()), quoted(event.quotes, numbering), reports)


def _line(event: Event, numbers: dict[Quote, int]) -> str:
    reports = f", {event.reports} reports" if event.reports > 1 else ""
    return f"{marked(event.quotes, numbers)} ({in_quotes(' '.join(event.when.text.split()))}{reports})"

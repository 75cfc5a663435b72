"""What is new: the facts that no older article states, and those that older articles state otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import ClassVar

from rag.render.document import Block, Document, Items, Line, Numbering, Prose, Section
from rag.render.exportable import Exportable
from rag.results.answers import Source, counted
from rag.results.comparisons import Disagreement
from rag.results.findings import Finding, marked, marks_of, number_quotes, one_line, quoted, sources
from rag.results.spans import Quote

AGAINST = "Older articles say otherwise"


@dataclass(frozen=True, slots=True)
class NewCopy:
    """A new article that tells the report of an older one, and how many new facts it has all the same.

    >>> NewCopy("b.txt", original="a.txt", new_facts=0).original
    'a.txt'
    """

    file: str
    original: str
    new_facts: int


@dataclass(frozen=True, slots=True)
class News(Exportable):
    """What the last sync brought that brought anything. `when` is the time of its end, in ISO 8601, "" if unknown.

    `added` and `changed` are its articles, by file name. `facts` are what no older article tells, those of one article
    together, in reading order; `left_out` counts the others, which tell less. `confirmed` counts the facts of older
    articles that its articles tell too. `first` is set if there is no older article, so that everything is new.

    >>> news = library.new()
    >>> len(news.added), news.first
    (2, True)
    """

    TABLE: ClassVar[str] = "facts"
    when: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    facts: tuple[Finding, ...]
    left_out: int
    confirmed: int
    contradictions: tuple[Disagreement, ...]
    copies: tuple[NewCopy, ...]
    first: bool
    sources: tuple[Source, ...] = ()

    @property
    def marks(self) -> tuple[tuple[str, int], ...]:
        """The file and the number of each place that is cited, counted from 1 by first use."""
        return marks_of(quote for quotes in self._cited() for quote in quotes)

    def _cited(self) -> list[tuple[Quote, ...]]:
        return [*(f.quotes for f in self.facts), *(c.quotes[::-1] for c in self.contradictions)]

    def __str__(self) -> str:
        """The facts with their marks, what contradicts older articles, the exact words, and the counts."""
        numbers = number_quotes(self._cited())
        titles = {source.file: source.title for source in self.sources}
        facts: list[str] = []
        for file, own in groupby(self.facts, key=lambda f: f.quotes[0].file):
            facts += ["", f"{file}, {titles[file]}:" if titles.get(file) else f"{file}:"]
            facts += [f"- {marked(f.quotes, numbers)}" for f in own]
        against = [_shown(c, numbers) for c in self.contradictions]
        lines = [*self._remarks(), *facts, *(["", f"{AGAINST}:", *against] if against else [])]
        return "\n".join([*lines, *(["", *sources(numbers)] if numbers else []), "", f"{self._counts()}."])

    def document(self, *, unsupported: bool = False) -> Document:
        """The facts, what contradicts older articles, and the counts; all are quoted, so none is unsupported."""
        del unsupported
        numbering = Numbering()
        facts = Items(tuple(Line(" ".join(f.text.split()), quoted(f.quotes, numbering)) for f in self.facts))
        head: list[Block] = [Prose(tuple(Line(remark, files=self._named()) for remark in self._remarks()))]
        sections = [Section("", (*head, facts))]
        if self.contradictions:
            items = tuple(
                Line(one_line(c.quotes[-1]), quoted(c.quotes[::-1], numbering), (f"another {c.kind}",))
                for c in self.contradictions
            )
            sections.append(Section(AGAINST, (Items(items),)))
        sections.append(Section("What was read", (Prose((Line(f"{self._counts()}."),)),), aside=True))
        files = tuple(source.cited() for source in self.sources)
        return Document(
            "news", "What the newest articles add", tuple(sections), numbering.quotations, files, asdict(self)
        )

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

    def _named(self) -> tuple[str, ...]:
        return tuple(file for copy in self.copies for file in (copy.file, copy.original))

    def _counts(self) -> str:
        return (
            f"{counted(len(self.facts), 'new fact')} shown, {counted(self.left_out, 'other')} left out; "
            f"told again of what older articles tell: {counted(self.confirmed, 'fact')}"
        )


def _shown(contrary: Disagreement, numbers: Mapping[Quote, int]) -> str:
    old, new = contrary.quotes
    return f"- {marked((new,), numbers)}\n  but {old.file}: {marked((old,), numbers)} (another {contrary.kind})"

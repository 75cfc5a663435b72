"""The values of what is new: facts that no older article tells, and what older articles tell otherwise."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import groupby

from rag.exports.document import Block, Document, Items, Line, Numbering, Prose, Section
from rag.exports.exportable import Exportable
from rag.stories.marks import marked, number_places, quoted, sources
from rag.stories.types import Told
from rag.types import Source, counted


@dataclass(frozen=True, slots=True)
class NewFact:
    """What no older article tells. `told` has each place that does, the best telling first.

    `reports` counts independent reports; `score` in [0, 1] weighs them, centrality and the place in the article.
    """

    told: tuple[Told, ...]
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

    new: Told
    old: Told
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

    def _cited(self) -> list[tuple[Told, ...]]:
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

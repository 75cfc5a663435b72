"""A result across articles as HTML: its sections, whose every mark opens an article at the exact words.

The page shows what matters first: the rest of long lists, and what is aside, is out of sight until it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from rag import Citation, CitedFile, Document, Items, Line, Prose, Section, Table, Tally
from ui.answer_html import (
    NameOf,
    by_file,
    cite,
    cites,
    kind,
    language_of,
    located,
    places_of,
    preview,
    sign,
    title_of,
    verdict,
    words,
)
from ui.html import attributes, escape, own
from ui.places import Place, opening
from ui.result_words import translated
from ui.side_by_side import beside
from ui.translation import counted, dated, day, number, tr

Thing = Literal["item", "source", "name", "row"]
FIRST = 10
"""Sections, items and rows that are shown unasked."""
WIDE = 3
"""Columns of quotes that can be read beside each other; more become a grid of marks."""
MOST_LETTERS = 40
"""Letters of a title within a remark."""
WHOLE = {"timeline", "summary", "draft"}
"""Kinds of documents whose lists are shown as they are: they have an order to be read in, and a length asked for."""


class DocumentView:
    """Renders one `document`. `identity` sets the ids of its buttons apart from all others on the page.

    `name_of` gives what an article is called that the document does not cite.
    """

    def __init__(self, document: Document, identity: str, name_of: NameOf = str) -> None:
        self.document = document
        self._identity = identity
        self._name_of = name_of
        self._cited = {q.number: Citation(q.number, q.file, q.start, q.end, q.quote) for q in document.quotations}
        self._places = places_of(self._cited.values())
        self._sources = by_file(document.files, name_of)
        self._buttons = 0

    def html(self, picture: str = "") -> str:
        """The document, below its title a `picture` as HTML."""
        document = self.document
        first = [self._section(section) for section in document.sections if not section.aside]
        asides = "".join(self._aside(section) for section in document.sections if section.aside)
        notes = "".join(f'<p class="remark">{escape(translated(note))}</p>' for note in document.notes)
        rows = self.folded([self._source(file) for file in document.files], "sources", "source")
        sources = f'<div class="cited-articles" role="group" aria-label="{tr("Sources")}">{rows}</div>' if rows else ""
        title = escape(translated(document.title))
        head = f'<section class="result" aria-label="{title}"><h3 dir="auto">{title}</h3>{picture}'
        shown = "".join(first[:FIRST]) + _rest("".join(first[FIRST:]), tr("{n} more", n=number(len(first) - FIRST)))
        return f"{head}{shown}{notes}{sources}{asides}</section>"

    def _section(self, section: Section) -> str:
        title = f'<h4 dir="auto">{escape(translated(section.title))}</h4>' if section.title else ""
        return title + "".join(map(self._block, section.blocks))

    def _aside(self, section: Section) -> str:
        return _rest("".join(map(self._block, section.blocks)), translated(section.title))

    def _block(self, block: Prose | Items | Table | Tally) -> str:
        if isinstance(block, Tally):
            return tally(block)
        if isinstance(block, Table):
            return self._grid(block) if len(block.head) > WIDE else self._table(block.head, block.rows)
        if isinstance(block, Prose):
            return self.holder("p", block.lines, "told")
        items = [self.holder("li", (line,)) for line in block.lines]
        differing = self._beside(block.lines[:1], block.lines[-1:], block.lines) if self._differs(block) else ""
        return self.folded(items, "points", "item") + (f'<p class="choices">{differing}</p>' if differing else "")

    def _differs(self, items: Items) -> bool:
        """Whether the items are versions on which reports differ: from the first to the last, each by one article."""
        return self.document.kind == "comparison" and all(len(line.marks) == 1 for line in items.lines)

    def _beside(self, *parts: Iterable[Line]) -> str:
        """The way to the articles that are cited in the lines of these parts, those of the first parts first."""
        cited = [self._cited[number] for part in parts for line in part for number in line.marks]
        return beside(cited, self._next(), lambda file: title_of(file, self._sources))

    def holder(self, tag: str, lines: tuple[Line, ...], look: str = "", *, after: str = "", paired: bool = True) -> str:
        """An element that holds lines, with their language if they have one alone, and `after` them some HTML.

        A line that several articles tell leads to them side by side if it is `paired`.
        """
        facts = {"class": look, "dir": Prose(lines).direction, "lang": self.document.language(*lines)}
        return f"<{tag}{attributes(facts)}>{' '.join(self._line(line, paired=paired) for line in lines)}{after}</{tag}>"

    def folded(self, items: Sequence[str], look: str, thing: Thing) -> str:
        """A list, of which only the first items are shown unasked where it may be long."""
        first = len(items) if self.document.kind in WHOLE and look == "points" else FIRST
        lists = [f'<ul class="{look}">{"".join(part)}</ul>' if part else "" for part in (items[:first], items[first:])]
        return lists[0] + _rest(lists[1], _more(len(items) - first, thing))

    def _table(self, head: Sequence[str], rows: Sequence[Sequence[Line]]) -> str:
        names = "".join(f'<th scope="col" dir="auto">{escape(translated(cell))}</th>' for cell in head)
        return self._rows(names, [self._row(row) for row in rows])

    def _row(self, row: Sequence[Line]) -> str:
        """The cells of a row, with the way to its articles beside each other in the last that is told."""
        together = self._together(row)
        last = max((n for n, line in enumerate(row) if line.marks), default=0)
        return "".join(
            self.holder("td", (line,), after=together if n == last else "", paired=False) for n, line in enumerate(row)
        )

    def _together(self, row: Sequence[Line]) -> str:
        """The way to the articles of a row beside each other: the first of each cell before its copies."""
        return self._beside([replace(line, marks=line.marks[:1]) for line in row], row)

    def _grid(self, table: Table) -> str:
        """Who tells what: a row for each fact, in the words of the first that tells it, a column for each report."""
        names = [re.fullmatch(r"(\(\d+\)) (.*)", cell, re.DOTALL) for cell in table.head]
        columns = "".join(
            f'<th scope="col"{attributes({"title": name[2]})}>{name[1]}'
            f'<span class="unseen"> {escape(name[2])}</span></th>'
            for name in names
            if name
        )
        rows = []
        for row in table.rows:
            fact = next((line for line in row if line.text), Line(""))
            cells = "".join(f"<td>{self._cites(line.marks)}</td>" for line in row)
            together = self._together(row)
            facts = attributes({"scope": "row", "dir": fact.direction, "lang": self.document.language(fact)})
            rows.append(f"<th{facts}>{own(fact.text)}{together}</th>{cells}")
        return self._rows(f'<th scope="col">{tr("Fact")}</th>{columns}', rows, "grid")

    def _rows(self, head: str, rows: Sequence[str], look: str = "") -> str:
        first = len(rows) if self.document.kind in WHOLE else FIRST

        def part(some: Sequence[str]) -> str:
            body = "".join(f"<tr>{row}</tr>" for row in some)
            table = f"<table{attributes({'class': look})}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            return (
                f'<div class="wide" tabindex="0" role="group" aria-label="{tr("Table")}">{table}</div>' if some else ""
            )

        return part(rows[:first]) + _rest(part(rows[first:]), _more(len(rows) - first, "row"))

    def _line(self, line: Line, *, paired: bool) -> str:
        marks = self._cites(line.marks) + (self._beside([line]) if paired else "")
        told = self._named("; ".join(map(translated, line.remarks)), line.files, MOST_LETTERS)
        remarks = f' <span class="facts">{told}</span>' if line.remarks else ""
        if line.support is None:
            plain = line.marks and line.text not in line.files  # words of an article, which are left as they are
            text = own(line.text) if plain else self._named(translated(line.text), line.files)
            return f"{text}{marks}{remarks}"
        judged = f"{words(line.text, line.faults)}{remarks} {verdict(line.support, line.faults)}"
        return f'<span class="judged {kind(line.support)}">{judged}{self._evidence(line, marks)}</span>'

    def _named(self, text: str, files: Sequence[str], letters: int = 0) -> str:
        """Words of ours: the names of files in them become the articles' titles, which open them.

        A title is cut after so many `letters`, if not 0.
        """
        if not files:
            return own(dated(text))
        names = "|".join(re.escape(file) for file in sorted(set(files), key=len, reverse=True))
        parts = re.split(f"({names})", text)
        return "".join(
            self._article(part, letters) if i % 2 else own(dated(part)) for i, part in enumerate(parts) if part
        )

    def _article(self, file: str, letters: int) -> str:
        name = title_of(file, self._sources) if file in self._sources else self._name_of(file)
        return self._opener(file, [], f"{name[:letters]}…" if 0 < letters < len(name) else name)

    def _evidence(self, line: Line, marks: str) -> str:
        """The first words that a sentence rests on, or the nearest to it."""
        if not line.marks:
            return ""
        label = tr("Nearest in the articles:") if line.doubted else tr("The articles:")
        cited = self._cited[line.marks[0]]
        facts = attributes({"dir": "auto", "lang": language_of(cited.file, self._sources)})
        quote = f"<q{facts}>{escape(preview(cited.quote))}</q>"
        return f' <span class="evidence"><span class="facts">{label}</span> {quote}{marks}</span>'

    def _cites(self, numbers: Sequence[int]) -> str:
        files = [self._cited[number].file for number in numbers]
        return cites([self._cite(number, files) for number in numbers])

    def _cite(self, number: int, also: Sequence[str] = ()) -> str:
        return cite(self._cited[number], self._next(), self._places, self._sources, also)

    def _next(self) -> str:
        self._buttons += 1
        return f"{self._identity}-{self._buttons}"

    def _opener(self, file: str, places: Sequence[Place], name: str) -> str:
        return (
            f'<button type="button" class="source-name" id="{self._next()}" dir="auto"'
            f"{opening(file, places[0] if places else None, places)}>{escape(name)}</button>"
        )

    def _source(self, file: CitedFile) -> str:
        places: list[Place] = self._places.get(file.file, [])
        pages = located(file, places)
        facts = " · ".join(own(f) for f in (file.author, file.publisher, day(file.published), pages) if f)
        name = self._opener(file.file, places, title_of(file.file, self._sources))
        return (
            f'<li>{name} <span class="facts">{facts}</span>{cites([self._cite(place.number) for place in places])}</li>'
        )


def _more(count: int, thing: Thing) -> str:
    match thing:
        case "source":
            return counted(count, "{n} more source", "{n} more sources")
        case "name":
            return counted(count, "{n} more name", "{n} more names")
        case "row":
            return counted(count, "{n} more row", "{n} more rows")
    return counted(count, "{n} more item", "{n} more items")


def _rest(html: str, label: str) -> str:
    """What is out of sight until it is asked for; "" if there is nothing."""
    return f'<details class="rest"><summary>{escape(label)}</summary>{html}</details>' if html else ""


def tally(counts: Tally) -> str:
    """How many sentences got each verdict, each count with its sign."""
    shown = (
        f'<span class="verdict {kind(support)}">{sign(support)}{_tallied(support, count)}</span>'
        for support, count in counts.counts.items()
    )
    return f'<p class="tally">{" ".join(shown)}</p>'


def _tallied(support: str, count: int) -> str:
    if support == "supported":
        return counted(count, "{n} supported", "{n} supported")
    if support == "partly":
        return counted(count, "{n} partly", "{n} partly")
    return counted(count, "{n} not found", "{n} not found")

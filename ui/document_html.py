"""A result across articles as HTML: its sections, whose every mark opens an article at the exact words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag import Answer, Citation, CitedFile, Document, Exportable, Items, Line, Prose, Section, Table, Tally
from ui.answer_html import cite, kind, located, notes_below, places_of, preview, sign, verdict, words
from ui.html import attributes, day, escape, own
from ui.places import Place, opening


class DocumentView:
    """Renders one document. `identity` sets the ids of its buttons apart from all others on the page."""

    def __init__(self, document: Document, identity: str) -> None:
        self._document = document
        self._identity = identity
        self._cited = {q.number: Citation(q.number, q.file, q.start, q.end, q.quote) for q in document.quotations}
        self._places = places_of(self._cited.values())
        self._buttons = 0

    def html(self) -> str:
        """The document."""
        document = self._document
        sections = "".join(map(self._section, document.sections))
        notes = "".join(f'<p class="remark">{escape(note)}</p>' for note in document.notes)
        rows = "".join(map(self._source, document.files))
        sources = f'<ul class="sources" aria-label="Sources">{rows}</ul>' if rows else ""
        title = escape(document.title)
        head = f'<section class="result" aria-label="{title}"><h3 dir="auto">{title}</h3>'
        return f"{head}{sections}{notes}{sources}</section>"

    def _section(self, section: Section) -> str:
        title = f'<h4 dir="auto">{escape(section.title)}</h4>' if section.title else ""
        return title + "".join(map(self._block, section.blocks))

    def _block(self, block: Prose | Items | Table | Tally) -> str:
        if isinstance(block, Tally):
            return tally(block)
        if isinstance(block, Table):
            return self._table(block)
        if isinstance(block, Prose):
            return f'<p class="told" dir="auto">{" ".join(map(self._line, block.lines))}</p>'
        items = "".join(f'<li dir="auto">{self._line(line)}</li>' for line in block.lines)
        return f'<ul class="points">{items}</ul>'

    def _table(self, table: Table) -> str:
        head = "".join(f'<th scope="col" dir="auto">{escape(cell)}</th>' for cell in table.head)
        rows = "".join(f"<tr>{''.join(self._cells(row))}</tr>" for row in table.rows)
        return (
            f'<div class="wide" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        )

    def _cells(self, row: Sequence[Line]) -> Iterator[str]:
        return (f'<td dir="auto">{self._line(line)}</td>' for line in row)

    def _line(self, line: Line) -> str:
        marks = "".join(self._cite(number) for number in line.marks)
        cites = f'<span class="cites">{marks}</span>' if marks else ""
        remarks = f' <span class="facts">{own("; ".join(line.remarks))}</span>' if line.remarks else ""
        if line.support is None:
            return f"{own(line.text)}{cites}{remarks}"
        judged = f"{words(line.text, line.faults)}{remarks} {verdict(line.support, line.faults)}"
        return f'<span class="judged {kind(line.support)}">{judged}{self._evidence(line, cites)}</span>'

    def _evidence(self, line: Line, cites: str) -> str:
        """The first words that a sentence rests on, or the nearest to it."""
        if not line.marks:
            return ""
        label = "Nearest in the articles:" if line.doubted else "The articles:"
        quote = f"<q>{escape(preview(self._cited[line.marks[0]].quote))}</q>"
        return f' <span class="evidence"><span class="facts">{label}</span> {quote}{cites}</span>'

    def _cite(self, number: int) -> str:
        self._buttons += 1
        return cite(self._cited[number], f"{self._identity}-{self._buttons}", self._places)

    def _source(self, file: CitedFile) -> str:
        places: list[Place] = self._places.get(file.file, [])
        pages = located(file, places)
        facts = " · ".join(own(f) for f in (file.author, file.publisher, day(file.published), pages) if f)
        self._buttons += 1
        name = (
            f'<button type="button" class="source-name" id="{self._identity}-{self._buttons}" dir="auto"'
            f"{opening(file.file, places[0] if places else None, places)}>{escape(file.title or file.file)}</button>"
        )
        cites = "".join(self._cite(place.number) for place in places)
        return f'<li>{name} <span class="facts">{facts}</span><span class="cites">{cites}</span></li>'


def tally(counted: Tally) -> str:
    """How many sentences got each verdict, each count with its sign."""
    counts = (
        f'<span class="verdict {kind(support)}">{sign(support)}{count:,} {support}</span>'
        for support, count in counted.counts.items()
    )
    return f'<p class="tally">{" ".join(counts)}</p>'


ROOMS_OF = {
    "summary": ("summary", "Summary"),
    "compare": ("comparison", "Compare"),
    "timeline": ("timeline", "Timeline"),
    "new": ("new", "New"),
    "stories": ("stories", "Stories"),
}
"""The name and the label of the room where a kind of request can be made with more choice."""


def served_body(answer: Answer, result: Exportable, turn: int) -> str:
    """What a request asked for, as in its room, with the way there."""
    view = DocumentView(result.document(unsupported=True), f"r-{turn}").html()
    name, label = ROOMS_OF.get(answer.intent, ("", ""))
    facts = attributes({"class": "to-room", "data-room": name})
    way = f'<p class="remark"><button type="button"{facts}>Open in {label}</button></p>' if name else ""
    return f'<div class="answer served">{notes_below(answer.notes)}{view}</div>{way}'

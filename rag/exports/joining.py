"""Several documents as one, such as the turns of a conversation: a section each, one numbering, one list of sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.exports.document import Block, Document, Items, Line, Numbering, Prose, Section, Table, Tally


def join(kind: str, title: str, parts: Sequence[Document], values: Mapping[str, object]) -> Document:
    """One document of these; the title of each part becomes a section's, and its notes stand there."""
    numbering = Numbering()
    sections: list[Section] = []
    for part in parts:
        marks = {q.number: numbering.mark(q.file, q.start, q.end, q.quote) for q in part.quotations}
        blocks = [_renumbered(block, marks) for section in part.sections for block in section.blocks]
        notes = [Items(tuple(Line(note) for note in part.notes))] if part.notes else []
        sections.append(Section(part.title, (*blocks, *notes)))
    files = {file.file: file for part in parts for file in part.files}
    return Document(kind, title, tuple(sections), numbering.quotations, tuple(files.values()), values)


def _renumbered(block: Block, marks: Mapping[int, int]) -> Block:
    def line(old: Line) -> Line:
        return replace(old, marks=tuple(marks[number] for number in old.marks))

    if isinstance(block, Tally):
        return block
    if isinstance(block, Table):
        return Table(block.head, tuple(tuple(map(line, row)) for row in block.rows))
    lines = tuple(map(line, block.lines))
    return Prose(lines) if isinstance(block, Prose) else Items(lines)

"""A document as Markdown that reads well as plain text too."""

from __future__ import annotations

from collections.abc import Iterator

from rag.render.document import Block, CitedFile, Document, Line, Prose, Quotation, Table, Tally, runs
from rag.render.escape import markdown_text
from rag.render.record import MARKDOWN_CLOSE, MARKDOWN_OPEN, embedded, markdown_quote


def to_markdown(document: Document) -> str:
    """The document, its quotations by article, and the record in a comment at the end."""
    return "\n\n".join([*_parts(document), f"{MARKDOWN_OPEN} {embedded(document)} {MARKDOWN_CLOSE}"]) + "\n"


def _parts(document: Document) -> Iterator[str]:
    yield f"# {markdown_text(document.title)}"
    for section in document.sections:
        if section.title:
            yield f"## {markdown_text(section.title)}"
        yield from (_block(block) for block in section.blocks)
    yield from (f"*{markdown_text(note)}*" for note in document.notes)
    if document.files:
        yield "## Sources"
    for file in document.files:
        yield _source(file, [q for q in document.quotations if q.file == file.file])


def _block(block: Block) -> str:
    if isinstance(block, Table):
        return "\n".join([_row(map(markdown_text, block.head)), "|---" * len(block.head) + "|", *_rows(block)])
    if isinstance(block, Tally):
        return markdown_text(block.text)
    lines = [_line(line) for line in block.lines]
    return " ".join(lines) if isinstance(block, Prose) else "\n".join(f"- {line}" for line in lines)


def _rows(table: Table) -> Iterator[str]:
    return (_row(map(_line, row)) for row in table.rows)


def _row(cells: Iterator[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _line(line: Line) -> str:
    marks = "".join(f"[{first}]" if first == last else f"[{first}–{last}]" for first, last in runs(line.marks))
    said = line.all_remarks
    remarks = f"*({markdown_text('; '.join(said))})*" if said else ""
    rest = (remarks, f"nearest: {marks}" if marks else "") if line.doubted else (marks, remarks)
    return " ".join(filter(None, (markdown_text(line.text), *rest)))


def _source(file: CitedFile, quotations: list[Quotation]) -> str:
    head = [f"**{markdown_text(file.title or file.file)}**", *map(markdown_text, file.facts)]
    digest = [f"SHA-256 {markdown_text(file.digest)}"] if file.digest else []
    quoted = [markdown_quote(q) for q in quotations]
    return "\n".join(["  \n".join([", ".join(head), *digest]), "", *quoted])

"""A document as a Word file, whose marks lead to the quotations at its end; no link leads out of it."""

from __future__ import annotations

import io

import docx
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import RGBColor
from docx.text.paragraph import Paragraph

from rag.render.document import Block, Document, Items, Line, Prose, Quotation, Table, Tally, runs
from rag.render.docx_record import attach
from rag.render.escape import plain_text
from rag.render.record import embedded, plain_quote

WIDEST = 6
"""Columns of a table that can be read on a page; a wider one is a list. Word itself takes 63."""
_LONGEST_TITLE = 255
"""Characters of a title among a file's properties."""
_LINK = RGBColor(0x05, 0x63, 0xC1)


def to_docx(document: Document) -> bytes:
    """The document, its quotations by article, and the record in a part that Word keeps and does not show."""
    word = docx.Document()
    properties, title = word.core_properties, plain_text(document.title)
    properties.title, properties.author, properties.comments = title[:_LONGEST_TITLE], "readacross", ""
    word.add_heading(title, 0)
    for section in document.sections:
        if section.title:
            word.add_heading(plain_text(section.title), 1)
        for block in section.blocks:
            _add_block(word, block)
    for note in document.notes:
        word.add_paragraph().add_run(plain_text(note)).italic = True
    _add_sources(word, document)
    attach(word, embedded(document))
    data = io.BytesIO()
    word.save(data)
    return data.getvalue()


def _add_block(word: WordDocument, block: Block) -> None:
    if isinstance(block, Tally):
        word.add_paragraph(plain_text(block.text))
    elif isinstance(block, Table):
        _add_table(word, block)
    elif isinstance(block, Prose):
        paragraph = word.add_paragraph()
        for n, line in enumerate(block.lines):
            _add_line(paragraph, line, " " if n else "")
    elif isinstance(block, Items):
        for line in block.lines:
            _add_line(word.add_paragraph(style="List Bullet"), line)


def _add_table(word: WordDocument, block: Table) -> None:
    if len(block.head) > WIDEST:
        for row in block.rows:
            for n, (name, line) in enumerate((h, c) for h, c in zip(block.head, row, strict=True) if c.text):
                item = word.add_paragraph(style="List Bullet 2" if n else "List Bullet")
                _add_line(item, line, f"{plain_text(name)}: ")
        return
    table = word.add_table(1, len(block.head), "Table Grid")
    for cell, name in zip(table.rows[0].cells, block.head, strict=True):
        cell.paragraphs[0].add_run(plain_text(name)).bold = True
    for row in block.rows:
        for cell, line in zip(table.add_row().cells, row, strict=True):
            _add_line(cell.paragraphs[0], line)


def _add_line(paragraph: Paragraph, line: Line, before: str = "") -> None:
    paragraph.add_run(f"{before}{plain_text(line.text)}")
    if not line.doubted:
        _add_marks(paragraph, line)
    if line.all_remarks:
        paragraph.add_run(f" ({plain_text('; '.join(line.all_remarks))})").italic = True
    if line.doubted and line.marks:
        paragraph.add_run(" nearest: ").italic = True
        _add_marks(paragraph, line)


def _add_marks(paragraph: Paragraph, line: Line) -> None:
    for first, last in runs(line.marks):
        shown = f"[{first}]" if first == last else f"[{first}–{last}]"
        run = paragraph.add_run(shown)
        run.font.superscript, run.font.color.rgb = True, _LINK
        link = _element("w:hyperlink", {"w:anchor": f"q{first}", "w:history": "1"})
        link.append(run._r)
        paragraph._p.append(link)


def _add_sources(word: WordDocument, document: Document) -> None:
    if document.files:
        word.add_heading("Sources", 1)
    for file in document.files:
        word.add_heading(plain_text(file.title or file.file), 2)
        if file.facts:
            word.add_paragraph(" · ".join(map(plain_text, file.facts)))
        for quotation in document.quotations:
            if quotation.file == file.file:
                _add_quotation(word, quotation)


def _add_quotation(word: WordDocument, quotation: Quotation) -> None:
    """A quotation, with the bookmark that its marks lead to."""
    place = {"w:id": str(quotation.number)}
    paragraph = word.add_paragraph(style="List Continue")
    paragraph._p.append(_element("w:bookmarkStart", {**place, "w:name": f"q{quotation.number}"}))
    paragraph.add_run(plain_quote(quotation))
    paragraph._p.append(_element("w:bookmarkEnd", place))


def _element(name: str, facts: dict[str, str]) -> BaseOxmlElement:
    element = OxmlElement(name)
    for key, value in facts.items():
        element.set(qn(key), value)
    return element

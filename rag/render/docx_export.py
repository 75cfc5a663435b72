"""A document as a Word file, whose marks lead to the quotations at its end; no link leads out of it."""

from __future__ import annotations

import io

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import RGBColor
from docx.text.paragraph import Paragraph

from rag.render.document import Block, Document, Items, Line, Prose, Quotation, Table, Tally, direction, in_quotes, runs
from rag.render.docx_record import attach
from rag.render.escape import plain_text
from rag.render.record import embedded

WIDEST = 6
"""Columns of a table that can be read on a page; a wider one is a list. Word itself takes 63."""
_LONGEST_TITLE = 255
"""Characters of a title among a file's properties."""
_MARK = "Citation"
"""The style of marks, its name and its id: who writes on changes them all at once."""


def to_docx(document: Document) -> bytes:
    """The document, its quotations by article, and the record in a part that Word keeps and does not show."""
    word = docx.Document()
    properties = word.core_properties
    properties.title, properties.author, properties.comments = (
        plain_text(document.title)[:_LONGEST_TITLE],
        "readacross",
        "",
    )
    mark = word.styles.add_style(_MARK, WD_STYLE_TYPE.CHARACTER)
    mark.font.superscript, mark.font.color.rgb = True, RGBColor(0x05, 0x63, 0xC1)
    _add_heading(word, "Title", document.title)
    for section in document.sections:
        if section.title:
            _add_heading(word, "Heading1", section.title)
        for block in section.blocks:
            _add_block(word, document, block)
    for note in document.notes:
        word.add_paragraph().add_run(plain_text(note)).italic = True
    _add_sources(word, document)
    attach(word, embedded(document))
    data = io.BytesIO()
    word.save(data)
    return data.getvalue()


def _add_paragraph(word: WordDocument, style: str) -> Paragraph:
    """A paragraph in a style, which is named by its id: python-docx looks for a name in all of them."""
    paragraph = word.add_paragraph()
    paragraph._p.style = style
    return paragraph


def _add_heading(word: WordDocument, style: str, text: str, language: str = "") -> None:
    paragraph = _add_paragraph(word, style)
    _turn(paragraph, direction(text))
    _add_words(paragraph, plain_text(text), language)


def _add_block(word: WordDocument, document: Document, block: Block) -> None:
    if isinstance(block, Tally):
        word.add_paragraph(plain_text(block.text))
    elif isinstance(block, Table):
        _add_table(word, document, block)
    elif isinstance(block, Prose):
        _add_lines(word.add_paragraph(), document, *block.lines)
    elif isinstance(block, Items):
        for line in block.lines:
            _add_lines(_add_paragraph(word, "ListBullet"), document, line)


def _add_table(word: WordDocument, document: Document, block: Table) -> None:
    if len(block.head) > WIDEST:
        for row in block.rows:
            for n, (name, line) in enumerate((h, c) for h, c in zip(block.head, row, strict=True) if c.text):
                item = _add_paragraph(word, "ListBullet2" if n else "ListBullet")
                item.add_run(f"{plain_text(name)}: ")
                _add_lines(item, document, line)
        return
    table = word.add_table(1, len(block.head), "Table Grid")
    for cell, name in zip(table.rows[0].cells, block.head, strict=True):
        cell.paragraphs[0].add_run(plain_text(name)).bold = True
    for row in block.rows:
        for cell, line in zip(table.add_row().cells, row, strict=True):
            _add_lines(cell.paragraphs[0], document, line)


def _add_lines(paragraph: Paragraph, document: Document, *lines: Line) -> None:
    _turn(paragraph, Prose(lines).direction)
    for n, line in enumerate(lines):
        _add_words(paragraph, f"{' ' if n else ''}{plain_text(line.text)}", document.language(line))
        _add_rest(paragraph, line)


def _turn(paragraph: Paragraph, direction: str) -> None:
    """Let a paragraph begin at the right if its words are written so."""
    if direction == "rtl":
        paragraph._p.get_or_add_pPr().append(_element("w:bidi", {}))


def _add_words(paragraph: Paragraph, text: str, language: str) -> None:
    """Words in their direction; Word knows two languages of a run, by its script."""
    run = paragraph.add_run(text)
    if direction(text) == "rtl":
        run.font.rtl = True
    if language not in ("", "en"):
        run._r.get_or_add_rPr().append(_element("w:lang", {"w:val": language, "w:bidi": language}))


def _add_rest(paragraph: Paragraph, line: Line) -> None:
    """What follows a line's words: its marks, and the remarks on it."""
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
        run._r.style = _MARK
        link = _element("w:hyperlink", {"w:anchor": f"q{first}", "w:history": "1"})
        link.append(run._r)
        paragraph._p.append(link)


def _add_sources(word: WordDocument, document: Document) -> None:
    if document.files:
        _add_heading(word, "Heading1", "Sources")
    for file in document.files:
        _add_heading(word, "Heading2", file.title or file.file, file.language if file.title else "")
        if file.facts:
            word.add_paragraph(" · ".join(map(plain_text, file.facts)))
        for quotation in document.quotations:
            if quotation.file == file.file:
                _add_quotation(word, quotation)


def _add_quotation(word: WordDocument, quotation: Quotation) -> None:
    """A quotation as `plain_quote` has it, with the bookmark that its marks lead to."""
    place = {"w:id": str(quotation.number)}
    paragraph = _add_paragraph(word, "ListContinue")
    paragraph._p.append(_element("w:bookmarkStart", {**place, "w:name": f"q{quotation.number}"}))
    paragraph.add_run(f"[{quotation.number}] ")
    _turn(paragraph, direction(quotation.quote))
    _add_words(paragraph, plain_text(in_quotes(quotation.quote)), quotation.language)
    paragraph.add_run(f" ({plain_text(quotation.place)})")
    paragraph._p.append(_element("w:bookmarkEnd", place))


def _element(name: str, facts: dict[str, str]) -> BaseOxmlElement:
    element = OxmlElement(name)
    for key, value in facts.items():
        element.set(qn(key), value)
    return element

"""Reader of Word documents (.docx), which are zips of XML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

from rag.errors import ArticleError
from rag.ingest.clean import tidy_composed
from rag.ingest.html_hidden import WHITE, colour_of, looks_alike
from rag.ingest.metadata import facts_of_lines
from rag.ingest.packed import attribute, first, local, text_of, unpacked, xml_part
from rag.ingest.raw_article import Drafts, real_title
from rag.ingest.tables import table_lines
from rag.text.language import language_code

_NOTES = ("word/footnotes.xml", "word/endnotes.xml")
_DEEPEST = 200
"""Elements inside one another; a deeper document is made to make programs fail."""


def read_word(data: bytes) -> Drafts:
    """Read the paragraphs, tables, text boxes and notes of a document, without comments and deleted text.

    Raises ArticleError for a damaged, encrypted or empty document, and for one that unfolds to an absurd size.
    """
    with unpacked(data) as parts:
        document = xml_part(parts, "word/document.xml")
        if document is None:
            raise ArticleError("is no Word document, whatever its name says: save it as .docx or .txt")
        notes = [note for name in _NOTES for note in _notes(xml_part(parts, name))]
        core = xml_part(parts, "docProps/core.xml")
    text = tidy_composed("\n".join([*_blocks(document), *notes]))
    if not text.strip():
        raise ArticleError("holds no text: remove it, or fill it")
    stated = facts_of_lines(text)
    language = language_code(text_of(core, "language")) or stated.language
    return Drafts((replace(stated, title=_title(document, core) or stated.title, language=language),))


def _notes(root: Element | None) -> Iterator[str]:
    """The notes, a line each; separators are no notes."""
    for note in root if root is not None else ():
        if local(note) in ("footnote", "endnote") and attribute(note, "type") in ("", "normal"):
            yield from filter(None, [" ".join(_blocks(note))])


def _blocks(node: Element, depth: int = 0) -> Iterator[str]:
    """The lines of what lies in a body, a cell, a text box or a note; text boxes follow the paragraph they lie in."""
    if depth > _DEEPEST:
        raise ArticleError("is nested more deeply than any ordinary document: save its text as .txt")
    for child in node:
        name = local(child)
        if name == "p":
            yield from filter(None, ["".join(_runs(child)).strip()])
            for box in _boxes(child):
                yield from _blocks(box, depth + 1)
        elif name == "tbl":
            yield from table_lines([list(_cells(row, depth)) for row in _parts(child, "tr")])
        elif name not in _UNREAD:
            yield from _blocks(child, depth + 1)


def _cells(row: Element, depth: int) -> Iterator[str]:
    """The cells of a row; one that spans several columns stands in the first of them."""
    for cell in _parts(row, "tc"):
        yield "\n".join(_blocks(cell, depth + 1))
        yield from [""] * (_span(cell) - 1)


def _parts(node: Element, name: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, also within the frames of forms and of changes."""
    for child in node:
        if local(child) == name:
            yield child
        elif local(child) in ("sdt", "sdtContent", "ins", "customXml"):
            yield from _parts(child, name)


def _span(cell: Element) -> int:
    span = first(cell, "gridSpan")
    columns = attribute(span, "val") if span is not None else ""
    return min(int(columns), 50) if columns.isdecimal() else 1


def _boxes(node: Element) -> Iterator[Element]:
    """The text boxes of a paragraph; what older programs read in their stead repeats them."""
    for child in node:
        if local(child) == "txbxContent":
            yield child
        elif local(child) not in _UNREAD:
            yield from _boxes(child)


def _runs(node: Element) -> Iterator[str]:
    """The text of one paragraph without that of its text boxes."""
    for child in node:
        name = local(child)
        if name == "t":
            yield child.text or ""
        elif name in _MARKS:
            yield _MARKS[name]
        elif name not in (*_UNREAD, "p", "txbxContent") and not _is_hidden(child):
            yield from _runs(child)


_MARKS = {"br": "\n", "cr": "\n", "tab": " ", "noBreakHyphen": "-"}
_UNREAD = ("del", "moveFrom", "pPr", "rPr", "Fallback", "sectPr", "tblPr", "trPr", "tcPr")
_HIDING = ("vanish", "webHidden", "strike", "dstrike")
_SMALLEST = 4
"""Half points: letters up to this size are not read."""


def _is_hidden(run: Element) -> bool:
    """Whether a run's own marks hide it: struck out, invisible, white on the page's white, or too small to read."""
    marks = next((child for child in run if local(child) == "rPr"), None)
    if marks is None:
        return False
    values = {local(mark): attribute(mark, "val", "1") for mark in marks}
    if any(values.get(name, "0") not in ("0", "false", "off") for name in _HIDING):
        return True
    white = looks_alike(colour_of(f"#{values.get('color', '').lower()}"), WHITE)
    marked = "shd" in values or "highlight" in values
    size = values.get("sz", "")
    return (size.isdecimal() and int(size) <= _SMALLEST) or (white and not marked)


def _title(document: Element, core: Element | None) -> str:
    """The title by the document's properties, or the paragraph in the style "Title"."""
    stated = real_title(text_of(core, "title"))
    if stated:
        return stated
    for node in document.iter():
        style = first(node, "pStyle") if local(node) == "p" else None
        if style is not None and attribute(style, "val").lower() in _TITLES:
            return "".join(_runs(node)).strip()
    return ""


_TITLES = ("title", "titel", "titre", "heading1", "berschrift1", "titre1", "ttulo1", "titolo1", "kop1", "1")
"""The ids that Word gives its styles for titles, in the languages in which it is installed."""

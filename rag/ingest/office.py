"""Readers of OpenDocument files (.odt, .odp, .ods), PowerPoint, Excel and EPUB: zips of XML."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from posixpath import dirname, join, normpath
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from rag.errors import ArticleError
from rag.ingest.budget import LONGEST_TEXT, current_budget
from rag.ingest.clean import decode, tidy_composed
from rag.ingest.dates import iso_date
from rag.ingest.dumps import collected_rows
from rag.ingest.html_text import visible_text
from rag.ingest.metadata import facts_of_lines
from rag.ingest.packed import attribute, first, local, read_part, text_of, unpacked, xml_part
from rag.ingest.raw_article import Draft, Drafts, place_mark, real_title, without_marks
from rag.ingest.tables import table_lines
from rag.text.language import language_code

_DEEPEST = 200
_MOST_COPIES = 100
"""Times that a repeated cell or row of a sheet is read."""
_NO_TEXT = "holds no text: remove it, or fill it"

# -- OpenDocument ------------------------------------------------------------------------------------------------------

_UNREAD_ODF = frozenset(
    ("tracked-changes", "annotation", "annotation-end", "forms", "sequence-decls", "desc", "title", "tracked-change",
     "settings", "notes", "note-citation", "ruby-text", "script")
)  # fmt: skip


def read_open_document(data: bytes) -> Drafts:
    """Read the text of a document, presentation or spreadsheet. Raises ArticleError as `docx.read_word`."""
    with unpacked(data) as parts:
        content = xml_part(parts, "content.xml")
        meta = xml_part(parts, "meta.xml")
    body = first(content, "body")
    if body is None:
        raise ArticleError("is no OpenDocument file, whatever its name says: save it as .odt or .txt")
    sheet = first(body, "spreadsheet")
    if sheet is not None:
        return _sheets({attribute(t, "name"): list(_odf_rows(t)) for t in sheet if local(t) == "table"})
    hidden = {attribute(s, "name") for s in first_all(content, "style") if _is_hidden_style(s)}
    text = tidy_composed("\n".join(_odf_blocks(body, hidden)))
    if not text.strip():
        raise ArticleError(_NO_TEXT)
    title = real_title(text_of(meta, "title")) or _first_heading(body, hidden)
    stated = facts_of_lines(text)
    language = language_code(text_of(meta, "language")) or stated.language
    return Drafts((replace(stated, title=title or stated.title, language=language),))


def first_all(root: Element | None, name: str) -> Iterator[Element]:
    """All elements of a name below `root`."""
    return (e for e in root.iter() if local(e) == name) if root is not None else iter(())


def _is_hidden_style(style: Element) -> bool:
    properties = first(style, "text-properties")
    return properties is not None and (
        attribute(properties, "display") == "none"
        or attribute(properties, "text-line-through-style", "none") not in ("none", "")
    )


def _first_heading(body: Element, hidden: set[str]) -> str:
    heading = first(body, "h")
    return " ".join("".join(_odf_words(heading, hidden)).split()) if heading is not None else ""


def _odf_blocks(node: Element, hidden: set[str], depth: int = 0) -> Iterator[str]:
    """The lines of a body: paragraphs, headings and table rows, notes after the paragraph that they belong to."""
    if depth > _DEEPEST:
        raise ArticleError("is nested more deeply than any ordinary document: save its text as .txt")
    for child in node:
        name = local(child)
        if name in ("p", "h"):
            words = "".join(_odf_words(child, hidden)).strip()
            yield from filter(None, words.split("\n"))
            for inner in child.iter():
                if local(inner) in ("note-body", "text-box"):
                    yield from _odf_blocks(inner, hidden, depth + 1)
        elif name == "table":
            yield from table_lines([list(_odf_cells(row)) for row in first_all(child, "table-row")])
        elif name not in _UNREAD_ODF:
            yield from _odf_blocks(child, hidden, depth + 1)


def _odf_words(node: Element, hidden: set[str]) -> Iterator[str]:
    if attribute(node, "style-name") not in hidden or local(node) not in ("span", "p"):
        yield node.text or ""
        for child in node:
            name = local(child)
            if name in ("line-break", "tab", "s"):
                yield "\n" if name == "line-break" else " "
            elif name not in (*_UNREAD_ODF, "note", "frame", "p"):
                yield from _odf_words(child, hidden)
            yield child.tail or ""


def _odf_rows(table: Element) -> Iterator[list[str]]:
    for row in first_all(table, "table-row"):
        cells = list(_odf_cells(row))
        while cells and not cells[-1]:
            cells.pop()
        yield from [cells] * (_copies(attribute(row, "number-rows-repeated")) if cells else 1)


def _odf_cells(row: Element) -> Iterator[str]:
    for cell in row:
        if local(cell) in ("table-cell", "covered-table-cell"):
            words = "\n".join(filter(None, ("".join(_odf_words(p, set())).strip() for p in cell if local(p) == "p")))
            date = attribute(cell, "date-value")
            yield from [date[:10] or words] * _copies(attribute(cell, "number-columns-repeated"))


def _copies(stated: str) -> int:
    return min(int(stated), _MOST_COPIES) if stated.isdecimal() else 1


# -- sheets ------------------------------------------------------------------------------------------------------------


def _sheets(sheets: dict[str, list[list[str]]]) -> Drafts:
    """Articles of the rows where a column holds texts, else one article of all rows."""
    if sum(len(row) for rows in sheets.values() for row in rows) > _MOST_CELLS:
        raise ArticleError("has more than {most} cells: save what is text as .csv", most=f"{_MOST_CELLS:,}")
    filled = {name: rows for name, rows in sheets.items() if any(any(row) for row in rows)}
    if not filled:
        raise ArticleError(_NO_TEXT)
    for rows in filled.values():
        try:
            return collected_rows(rows)
        except ArticleError:
            continue
    lines = [
        line for name, rows in filled.items() for line in ([name] if len(filled) > 1 else []) + list(table_lines(rows))
    ]
    return Drafts((Draft(tidy_composed("\n".join(lines))),))


_MOST_CELLS = 2_000_000
_CELL = re.compile(r"([A-Z]{1,3})\d+")
_MOST_COLUMNS = 200


def read_excel(data: bytes) -> Drafts:
    """Read a workbook (.xlsx): its rows are articles if a column holds texts.

    Raises ArticleError as `docx.read_word`.
    """
    with unpacked(data) as parts:
        book = xml_part(parts, "xl/workbook.xml")
        if book is None:
            raise ArticleError("is no Excel workbook, whatever its name says: save it as .xlsx or .csv")
        strings = [_shared(item) for item in first_all(xml_part(parts, "xl/sharedStrings.xml"), "si")]
        dated = _date_formats(xml_part(parts, "xl/styles.xml"))
        links = _links(xml_part(parts, "xl/_rels/workbook.xml.rels"), "xl")
        sheets = {}
        for sheet in first_all(book, "sheet"):
            root = xml_part(parts, links.get(attribute(sheet, "id"), ""))
            if root is not None and attribute(sheet, "state", "visible") == "visible":
                sheets[attribute(sheet, "name")] = [_excel_row(row, strings, dated) for row in first_all(root, "row")]
    return _sheets(sheets)


def _shared(item: Element) -> str:
    """The words of a shared string, without the readings that East Asian text carries."""
    return "".join(t.text or "" for part in item if local(part) in ("t", "r") for t in part.iter() if local(t) == "t")


def _excel_row(row: Element, strings: list[str], dated: set[int]) -> list[str]:
    cells: list[str] = []
    for cell in row:
        place = _CELL.fullmatch(attribute(cell, "r"))
        column = _column(place.group(1)) if place else len(cells)
        if column < _MOST_COLUMNS:
            cells += [""] * (column - len(cells))
            cells.append(_excel_value(cell, strings, dated))
    return cells


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1


def _excel_value(cell: Element, strings: list[str], dated: set[int]) -> str:
    kind, value = attribute(cell, "t"), next((c.text or "" for c in cell if local(c) == "v"), "")
    if kind == "s":
        return strings[int(value)] if value.isdecimal() and int(value) < len(strings) else ""
    if kind == "inlineStr":
        return "".join(t.text or "" for t in cell.iter() if local(t) == "t")
    style = attribute(cell, "s", "0")
    if kind in ("", "n") and style.isdecimal() and int(style) in dated:
        return _excel_date(value)
    return "" if kind == "e" else value.removesuffix(".0")


def _excel_date(value: str) -> str:
    """A date from the days since 1899-12-30."""
    try:
        moment = datetime(1899, 12, 30) + timedelta(days=float(value))
    except (ValueError, OverflowError):
        return value
    return moment.date().isoformat()


def _date_formats(styles: Element | None) -> set[int]:
    """The numbers of the cell styles that show a number as a date."""
    own = {
        attribute(f, "numFmtId"): re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", attribute(f, "formatCode")).lower()
        for f in first_all(styles, "numFmt")
    }
    formats = first(styles, "cellXfs")
    return {
        number
        for number, style in enumerate(formats if formats is not None else ())
        if (code := attribute(style, "numFmtId")) in ("14", "15", "16", "17", "22") or "yy" in own.get(code, "")
    }


# -- PowerPoint --------------------------------------------------------------------------------------------------------


def read_powerpoint(data: bytes) -> Drafts:
    """Read the slides of a presentation (.pptx) with their notes. Raises ArticleError as `docx.read_word`."""
    with unpacked(data) as parts:
        show = xml_part(parts, "ppt/presentation.xml")
        if show is None:
            raise ArticleError("is no PowerPoint presentation, whatever its name says: save it as .pptx or PDF")
        links = _links(xml_part(parts, "ppt/_rels/presentation.xml.rels"), "ppt")
        lines: list[str] = []
        for number, slide in enumerate(first_all(show, "sldId"), 1):
            drawn = _slide(parts, links.get(_relation(slide), ""))
            lines += [place_mark(f"slide {number}") + line if not n else line for n, line in enumerate(drawn)]
        core = xml_part(parts, "docProps/core.xml")
    text = tidy_composed("\n".join(lines))
    if not text.strip():
        raise ArticleError(_NO_TEXT)
    title = real_title(text_of(core, "title")) or without_marks(lines[0])[0]
    return Drafts((Draft(text, title=title),))


def _slide(parts: zipfile.ZipFile, name: str) -> list[str]:
    """The lines of a slide and, below, of its notes."""
    root = xml_part(parts, name)
    if root is None or attribute(root, "show", "1") in ("0", "false"):
        return []
    related = _links(xml_part(parts, f"{dirname(name)}/_rels/{name.rpartition('/')[2]}.rels"), dirname(name))
    notes = [xml_part(parts, path) for path in related.values() if "notesSlide" in path]
    return [line for part in (root, *notes) if part is not None for line in _drawn(part)]


def _drawn(node: Element, depth: int = 0) -> Iterator[str]:
    """The paragraphs and tables of a drawing; numbers of slides and the like are no text."""
    if depth > _DEEPEST:
        raise ArticleError("is nested more deeply than any ordinary presentation: save its text as .txt")
    for child in node:
        name = local(child)
        if name == "tbl":
            rows = [
                [" ".join(_drawn(cell, depth + 1)) for cell in row if local(cell) == "tc"]
                for row in first_all(child, "tr")
            ]
            yield from table_lines(rows)
        elif name == "p":
            words = "".join("\n" if local(e) == "br" else e.text or "" for e in child.iter() if local(e) in ("t", "br"))
            yield from filter(None, (line.strip() for line in words.split("\n")))
        elif name != "Fallback" and not (name == "sp" and _is_furniture(child)):
            yield from _drawn(child, depth + 1)


def _is_furniture(shape: Element) -> bool:
    """Whether a shape is the number or date of a slide, or a running line."""
    place = first(shape, "ph")
    return place is not None and attribute(place, "type") in ("sldNum", "dt", "ftr", "hdr", "sldImg")


def _relation(element: Element) -> str:
    """The relation that an element names; it has a plain id, too."""
    return next((v for k, v in element.attrib.items() if k.endswith("}id")), "")


def _links(relations: Element | None, folder: str) -> dict[str, str]:
    """The paths of a part's relations by their ids."""
    found = {}
    for relation in relations if relations is not None else ():
        target = attribute(relation, "Target")
        path = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
        found[attribute(relation, "Id")] = path
    return found


# -- EPUB --------------------------------------------------------------------------------------------------------------


def read_epub(data: bytes) -> Drafts:
    """Read the chapters of a book or magazine (.epub) in their order. Raises ArticleError as `docx.read_word`."""
    budget = current_budget()
    with unpacked(data) as parts:
        container = first(xml_part(parts, "META-INF/container.xml"), "rootfile")
        path = attribute(container, "full-path") if container is not None else ""
        package = xml_part(parts, path)
        if package is None:
            raise ArticleError("is no EPUB, whatever its name says: save it as PDF or .txt")
        if "META-INF/rights.xml" in parts.namelist():
            raise ArticleError("is protected against copying: get it without protection")
        items = {attribute(i, "id"): i for i in first_all(package, "item")}
        texts: list[str] = []
        for reference in first_all(package, "itemref"):
            budget.check()
            item = items.get(attribute(reference, "idref"))
            name = normpath(join(dirname(path), unquote(attribute(item, "href")))) if item is not None else ""
            if name in parts.namelist() and item is not None and "nav" not in attribute(item, "properties").split():
                html = decode(read_part(parts, name), "utf-8")
                texts.append(visible_text(html))
                if sum(map(len, texts)) > LONGEST_TEXT:
                    raise ArticleError("unfolds to an absurd size: it is no ordinary book; save its text as .txt")
    text = tidy_composed("\n".join(filter(None, texts)))
    if not text.strip():
        raise ArticleError(_NO_TEXT)
    return Drafts(
        (
            Draft(
                text,
                title=real_title(text_of(package, "title")),
                publisher=text_of(package, "publisher"),
                author=text_of(package, "creator"),
                published=iso_date(text_of(package, "date")),
                language=language_code(text_of(package, "language")),
            ),
        )
    )

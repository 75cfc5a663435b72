"""Reader of Word documents (.docx), which are zips of XML."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from rag.errors import ArticleError
from rag.ingest.clean import tidy_composed
from rag.ingest.html_hidden import WHITE, colour_of, looks_alike
from rag.ingest.raw_article import LONGEST_TEXT, Draft, Drafts, real_title
from rag.text.language import language_code

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_OLE = b"\xd0\xcf\x11\xe0"
_DAMAGED = "is damaged or incomplete: copy it again, or save it as .txt"


def read_word(data: bytes) -> Drafts:
    """Read the paragraphs of a document, tables included, without notes, comments and deleted text.

    Raises ArticleError for a damaged, encrypted or empty document, and for one that unfolds to an absurd size.
    """
    if data.startswith(_OLE):
        raise ArticleError("is encrypted or an old .doc file: save it without a password as .docx")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            body = _part(parts, "word/document.xml")
            core = _part(parts, "docProps/core.xml") if "docProps/core.xml" in parts.namelist() else None
    except KeyError as error:
        raise ArticleError("is no Word document, whatever its name says: save it as .docx or .txt") from error
    except (zipfile.BadZipFile, zlib.error, ParseError, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise ArticleError(_DAMAGED) from error
    except RuntimeError as error:  # what zipfile raises for a password
        raise ArticleError("is encrypted: save it without a password") from error
    paragraphs = [text for node in body.iter(f"{_W}p") if (text := "".join(_runs(node)).strip())]
    text = tidy_composed("\n".join(paragraphs))
    if not text.strip():
        raise ArticleError("holds no text: remove it, or fill it")
    return Drafts((Draft(text, title=_title(body, core), language=language_code(_core(core, "language"))),))


def _part(parts: zipfile.ZipFile, name: str) -> Element:
    """One XML part, without any entities. zipfile reads no more than the size that is stated."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if parts.getinfo(name).file_size > LONGEST_TEXT:
        raise ArticleError("unfolds to an absurd size: it is no ordinary document; save its text as .txt")
    try:
        root: Element = fromstring(parts.read(name), forbid_dtd=True)
    except DefusedXmlException as error:
        raise ArticleError("holds XML entities, which Word never writes: save its text as .txt") from error
    return root


def _runs(node: Element) -> Iterator[str]:
    """The text of one paragraph; paragraphs of text boxes within it come by themselves."""
    for child in node:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif child.tag == f"{_W}tab":
            yield " "
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        elif child.tag not in _UNREAD and not _is_hidden(child):
            yield from _runs(child)


_UNREAD = (f"{_W}p", f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", _FALLBACK)
_HIDING = ("vanish", "webHidden", "strike", "dstrike")
_SMALLEST = 4
"""Half points: letters up to this size are not read."""


def _is_hidden(run: Element) -> bool:
    """Whether a run's own marks hide it: struck out, invisible, white on the page's white, or too small to read."""
    marks = run.find(f"{_W}rPr")
    if marks is None:
        return False
    for name in _HIDING:
        mark = marks.find(f"{_W}{name}")
        if mark is not None and mark.get(f"{_W}val", "1") not in ("0", "false", "off"):
            return True
    colour, size = marks.find(f"{_W}color"), marks.find(f"{_W}sz")
    white = colour is not None and looks_alike(colour_of(f"#{colour.get(f'{_W}val', '').lower()}"), WHITE)
    marked = marks.find(f"{_W}shd") is not None or marks.find(f"{_W}highlight") is not None
    small = size is not None and size.get(f"{_W}val", "").isdecimal() and int(size.get(f"{_W}val", "")) <= _SMALLEST
    return small or (white and not marked)


def _title(body: Element, core: Element | None) -> str:
    """The title by the document's properties, or the paragraph in the style "Title"."""
    stated = real_title(_core(core, "title"))
    if stated:
        return stated
    for node in body.iter(f"{_W}p"):
        style = node.find(f"{_W}pPr/{_W}pStyle")
        if style is not None and style.get(f"{_W}val", "").lower() in ("title", "heading1"):
            return "".join(_runs(node)).strip()
    return ""


def _core(core: Element | None, name: str) -> str:
    return (core.findtext(f"{_DC}{name}") or "").strip() if core is not None else ""

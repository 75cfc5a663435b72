"""Reader of PDF files: the lines of their pages, put together to paragraphs."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from rag.errors import ArticleError, Phrase
from rag.ingest import ocr
from rag.ingest.budget import LONGEST_TEXT, current_budget
from rag.ingest.clean import tidy_composed
from rag.ingest.hyphens import Hyphens
from rag.ingest.metadata import facts_of_lines
from rag.ingest.pdf_hidden import is_drawable, shown
from rag.ingest.pdf_layout import Line, Page, Piece, page_of, parted_notes, without_running_lines
from rag.ingest.raw_article import Drafts, place_mark, real_title, without_marks
from rag.progress import Skipped
from rag.text.language import detect_language

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage


MOST_PAGES = 3000
_MOST_PIECES = 20_000
"""Boxes of text on one page; of a page with more, the words are read in the order in which the file has them."""
_DAMAGED = "is damaged or no PDF: copy it again, or save its text as .txt"
_ENDED = re.compile(r"""[.!?…:。！？][\"'”’»)\]]*\Z""")
_ITEM = re.compile(r"(?:[-*+•·–—▪◦]|\(?\d{1,3}[.)])\s")
_HYPHEN = re.compile(r"[^\W\d_][-‐\x02\xad]\Z")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")
_FULL = 0.85
"""Share of the column's width; a shorter line that ends a sentence ends a paragraph."""
_HEADING = 0.7
"""Share of the column's width; a shorter line that ends no sentence may be a heading."""
_WIDE_LEADING = 1.45
"""Times the usual distance of lines; a greater one parts paragraphs."""
_OTHER_SIZE = 0.4
"""Share by which the heights of two lines differ that are in other letters; words without "l" or "p" are lower."""
_PAGE_HEIGHT = 842.0
"""Points of a page whose height a picture does not tell: A4."""
_ONLY_PICTURES = Phrase(
    "has no text, only pictures of it: install readacross[ocr] to have it recognised, or run text recognition (OCR)"
)
_NO_TEXT = Phrase("has no text, and none was recognised in its pictures: remove it, or save its text as .txt")
_NONE_RECOGNISED = Phrase("pages {pages} hold only pictures: no text was recognised there")
_NOT_RECOGNISED = Phrase("pages {pages} hold only pictures: install readacross[ocr] to have them recognised")
PICTURE = "is a picture: install readacross[ocr] to have its text recognised (OCR), or save it as .txt"
_pdfium = threading.Lock()
"""PDFium is not safe to use from two threads."""


def read_pdf(data: bytes) -> Drafts:
    """Read the text of a PDF, and tell which pages are pictures.

    Raises ArticleError if it is damaged, encrypted, without text, or takes too long.
    """
    with opened(data) as document:
        read = _pages(document)
        read.title = real_title(document.get_metadata_value("Title"))
    return _draft(read)


@contextmanager
def opened(data: bytes) -> Iterator[PdfDocument]:
    """An opened file; what PDFium says of it within is raised as ArticleError. Others wait meanwhile."""
    import pypdfium2

    if b"%PDF" not in data[:1024]:
        raise ArticleError(_DAMAGED)
    with _pdfium:
        try:
            with closing(pypdfium2.PdfDocument(data)) as document:
                yield document
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower() or "security" in str(error).lower():
                raise ArticleError("is encrypted: save it without a password") from error
            raise ArticleError(_DAMAGED) from error


def read_picture(data: bytes) -> Drafts:
    """Recognise the text of a picture. Raises ArticleError if it has none, is damaged, or nothing recognises text."""
    if not ocr.is_installed():
        raise ArticleError(PICTURE)
    read = _Read()
    for number, pixels in enumerate(ocr.pictures(data), 1):
        read.pages.append(page_of(read.recognised(pixels, _PAGE_HEIGHT), _PAGE_HEIGHT, number))
    return _draft(read)


def _draft(read: _Read) -> Drafts:
    pages, notes = parted_notes(without_running_lines(read.pages))
    lines = [line for page in pages for line in page.lines]
    whole = "\n".join(line.text for line in (*lines, *(line for page in notes for line in page.lines)))
    hyphens = Hyphens(whole, detect_language(whole.replace("\x02", "-")))
    paragraphs = [*_paragraphs(pages, hyphens), *_paragraphs(notes, hyphens)]
    text = tidy_composed("\n".join(paragraphs).replace("\x02", "-"))
    if not any(c.isalnum() for c in text):
        raise ArticleError(_NO_TEXT if ocr.is_installed() else _ONLY_PICTURES)
    stated = facts_of_lines(without_marks(text)[0])
    draft = replace(stated, text=text, title=read.title or stated.title)
    notes_on = [Skipped("", ocr.told(read.confidences))] if read.confidences else []
    return Drafts((draft,), (*_skipped_pictures(read.pictures), *notes_on))


@dataclass(slots=True)
class _Read:
    """The pages of a file, the numbers of those that are pictures, and the title that it states.

    `confidences` are those of the pages that were recognised.
    """

    pages: list[Page] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)
    title: str = ""
    confidences: list[float] = field(default_factory=list)

    def recognised(self, pixels: Any, height: float) -> list[Piece]:
        """The lines of a page by its picture."""
        pieces, confidence = ocr.recognise(pixels, height)
        if pieces:
            self.confidences.append(confidence)
        return pieces


def _pages(document: PdfDocument) -> _Read:
    budget = current_budget()
    if len(document) > MOST_PAGES:
        raise ArticleError("has more than {most} pages: split it", most=MOST_PAGES)
    read = _Read()
    length = 0
    for number in range(len(document)):
        budget.check()
        page = document[number]
        pieces = list(_pieces(page))
        length += sum(len(piece.text) for piece in pieces)
        if length > LONGEST_TEXT:
            raise ArticleError("unfolds to an absurd size: it is no ordinary PDF; save its text as .txt")
        if not pieces and next(iter(page.get_objects(max_depth=2)), None) is not None:
            if ocr.is_installed() and len(read.confidences) < ocr.MOST_SCANNED and is_drawable(page):
                pieces = read.recognised(page.render(scale=ocr.DPI / 72).to_numpy(), page.get_height())
            if not pieces:
                read.pictures.append(number + 1)
        read.pages.append(page_of(pieces, page.get_height(), number + 1))
        page.close()
    return read


def _pieces(page: PdfPage) -> Iterator[Piece]:
    """The boxes of text of a page; one line each, in the file's order, where boxes tell nothing."""
    text = page.get_textpage()
    count = text.count_rects()
    if 0 < count <= _MOST_PIECES:
        found = [_piece(text.get_text_bounded(*box), box) for box in map(text.get_rect, range(count))]
        found = [piece for piece in found if piece.text.strip()]
        if sum(p.height > p.right - p.left for p in found if len(p.text) > 3) < 0.5 * len(found):
            yield from shown(found, page, text)
            return
    lines = text.get_text_range().splitlines() if count else []
    for number, line in enumerate(line for line in lines if line.strip()):
        yield Piece(line, 0, -12.0 * number, 6.0 * len(line), 10 - 12.0 * number)


def _piece(words: str, box: tuple[float, float, float, float]) -> Piece:
    left, bottom, right, top = box
    return Piece(
        " ".join(words.replace("\x02\r\n", "\x02").split()) + " " * words.endswith(" "),
        left,
        bottom,
        right,
        top,
    )


def _skipped_pictures(pictures: Sequence[int]) -> tuple[Skipped, ...]:
    if not pictures:
        return ()
    runs: list[list[int]] = []
    for number in pictures:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    named = ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs[:20])
    return (Skipped("", Phrase(_NONE_RECOGNISED if ocr.is_installed() else _NOT_RECOGNISED, pages=named)),)


# -- paragraphs --------------------------------------------------------------------------------------------------------


def _paragraphs(pages: Sequence[Page], hyphens: Hyphens) -> Iterator[str]:
    lines = [(page.number, line) for page in pages for line in page.lines]
    widths = _widths(lines)
    leading = _leading(lines)
    paragraph, marked = "", 0
    for place, (page, line) in enumerate(lines):
        words = line.text.strip()
        paragraph = _joined(paragraph, words, hyphens) if paragraph else words
        if page != marked:
            begin, marked = len(paragraph) - len(words), page
            paragraph = f"{paragraph[:begin]}{place_mark(f'p. {page}')}{paragraph[begin:]}"
        following = lines[place + 1] if place + 1 < len(lines) else None
        beside = following is not None and following[0] == page and following[1].block == line.block
        if following is None or _ends_paragraph(line, following[1], widths[page, line.block], leading if beside else 0):
            yield paragraph
            paragraph = ""


def _widths(lines: Sequence[tuple[int, Line]]) -> dict[tuple[int, int], float]:
    """The width of each column, in points; of one of few lines, that of most lines."""
    columns: dict[tuple[int, int], list[float]] = {}
    for page, line in lines:
        columns.setdefault((page, line.block), []).append(line.right - line.left)
    usual = sorted(line.right - line.left for _, line in lines)[int(0.9 * (len(lines) - 1))] if lines else 0.0
    return {
        key: sorted(widths)[int(0.9 * (len(widths) - 1))]
        if len(widths) > 4
        else max(*widths, min(usual, 2 * max(widths)))
        for key, widths in columns.items()
    }


def _leading(lines: Sequence[tuple[int, Line]]) -> float:
    """The usual distance from one line to the next, in points."""
    steps = [
        a.bottom - b.bottom
        for (page, a), (other, b) in pairwise(lines)
        if page == other and a.block == b.block and a.bottom > b.bottom
    ]
    return median(steps) if steps else 0.0


def _joined(paragraph: str, line: str, hyphens: Hyphens) -> str:
    """Two lines put together; a word that was broken at the line's end becomes whole."""
    if _HYPHEN.search(paragraph):
        return hyphens.joined(paragraph, line)
    if _UNSPACED.match(paragraph[-1]) and _UNSPACED.match(line[0]):
        return paragraph + line
    return f"{paragraph} {line}"


def _ends_paragraph(line: Line, following: Line, width: float, leading: float) -> bool:
    """Whether a paragraph ends with a line; `leading` is 0 if the next one stands in another column or page."""
    words, then = line.text.strip(), following.text.strip()
    own = line.right - line.left
    if _HYPHEN.search(words) and then[0].islower():
        return False
    if abs(line.height - following.height) > _OTHER_SIZE * max(line.height, following.height):
        return True
    if not leading and _ENDED.search(words) and not then[0].islower():
        return True
    if _ITEM.match(then):
        return True
    if leading and line.bottom - following.bottom > _WIDE_LEADING * leading and not then[0].islower():
        return True
    if _ENDED.search(words):
        indented = leading and following.left - line.left > line.height and own > _HEADING * width
        return bool(own < _FULL * width or indented)
    if " | " in words or " | " in then:
        return True
    return own < _HEADING * width and not then[0].islower() and not words.endswith((",", "-"))

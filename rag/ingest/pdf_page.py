"""A page of a PDF file as a picture, with what is quoted of it marked."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import ArticleError
from rag.ingest.pdf import opened
from rag.ingest.pdf_hidden import is_drawable

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pypdfium2 import PdfPage, PdfTextPage

WIDTH = 1200
"""Pixels of a picture's width, of its height at most three times that."""
TALLEST = 3.0
MARK = (1.0, 0.87, 0.35)
"""What the red, green and blue of the paper are multiplied by where words are marked."""
_SHORTEST = 12
"""Letters of a part of a quote that is looked for by itself, where it does not stand on the page as a whole."""
_MOST_LETTERS = 100_000


def draw_page(data: bytes, number: int, quotes: Sequence[str] = ()) -> bytes:
    """Page `number`, from 1, of a PDF as a PNG picture, with `quotes` marked where they stand on it.

    They are found whatever their spaces and hyphens; of one that goes on from another page, the part on this one.
    Raises ArticleError if the file is damaged or encrypted, or the page is missing or too large to be drawn.
    """
    from PIL import Image

    with opened(data) as document:
        if not 1 <= number <= len(document):
            raise ArticleError("has no page {number}", number=number)
        page = document[number - 1]
        if not is_drawable(page):
            raise ArticleError("has a page {number} that is too large to be drawn", number=number)
        width, height = (max(points, 1.0) for points in page.get_size())
        scale = min(WIDTH / width, TALLEST * WIDTH / height)
        pixels = page.render(scale=scale, rev_byteorder=True).to_numpy()[..., :3].copy()
        marked = _marked(page, quotes, pixels.shape[:2])
    pixels[marked] = (pixels[marked] * np.array(MARK)).astype(np.uint8)
    picture = io.BytesIO()
    Image.fromarray(pixels).save(picture, "PNG", compress_level=4)
    return picture.getvalue()


def _marked(page: PdfPage, quotes: Sequence[str], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which pixels of a page drawn at a size (height, width) lie in a line of what is quoted."""
    marked = np.zeros(shape, bool)
    for left, top, right, bottom in _boxes(page, quotes, shape[1], shape[0]):
        marked[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = True
    return marked


def _boxes(page: PdfPage, quotes: Sequence[str], width: int, height: int) -> Iterator[tuple[int, int, int, int]]:
    """Left, top, right and bottom, in pixels, of each line that quotes take on a page drawn at a size."""
    text = page.get_textpage()
    letters, places = _letters(text)
    runs = {run for quote in quotes for run in _found(letters, _plain(quote))}
    for first, last in ((places[start], places[end - 1]) for start, end in runs):
        for index in range(text.count_rects(first, last - first + 1)):
            left, bottom, right, top = text.get_rect(index)
            a, b = _pixel(page, left, top, width, height), _pixel(page, right, bottom, width, height)
            yield min(a[0], b[0]), min(a[1], b[1]) - 2, max(a[0], b[0]), max(a[1], b[1]) + 2


def _pixel(page: PdfPage, x: float, y: float, width: int, height: int) -> tuple[int, int]:
    """Where a point of a page lies on its picture, also of a page that is turned or cut."""
    import ctypes

    from pypdfium2 import raw

    column, row = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, x, y, ctypes.byref(column), ctypes.byref(row))
    return column.value, row.value


def _found(letters: str, wanted: str) -> list[tuple[int, int]]:
    """Where the wanted letters stand, [start, end); of letters that do not stand together, their halves and so on."""
    if not wanted:
        return []
    start = letters.find(wanted)
    if start >= 0:
        return [(start, start + len(wanted))]
    half = len(wanted) // 2
    return [] if half < _SHORTEST else [*_found(letters, wanted[:half]), *_found(letters, wanted[half:])]


def _letters(text: PdfTextPage) -> tuple[str, list[int]]:
    """The letters of a page without spaces and hyphens, and the index of the character that each comes from."""
    from pypdfium2 import raw

    letters: list[str] = []
    places: list[int] = []
    for index in range(min(text.count_chars(), _MOST_LETTERS)):
        code = raw.FPDFText_GetUnicode(text.raw, index)
        for letter in _plain(chr(code)) if code < 0x110000 else "":
            letters.append(letter)
            places.append(index)
    return "".join(letters), places


def _plain(words: str) -> str:
    """Letters, digits and currency signs alone, without accents, which a file may have as characters of their own."""
    return "".join(c for c in unicodedata.normalize("NFKD", words) if c.isalnum() or unicodedata.category(c) == "Sc")

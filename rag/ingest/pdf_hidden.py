"""Words of a PDF that its reader does not see: white on white, drawn invisibly, or too small to read."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.ingest.pdf_layout import Piece

if TYPE_CHECKING:
    import numpy as np
    from pypdfium2 import PdfPage, PdfTextPage

_SMALLEST = 2.0
"""Points: lower words are not read."""
_LIGHT = 225
"""Least of red, green and blue, of 255, in colours that may be those of the paper."""
_FAINT = 40
"""Opacity, of 255."""
_INVISIBLE_MODES = (3, 7)
"""How text is drawn that is not shown, or only limits what is drawn."""
_CONTRAST = 40
"""Between the lightest and the darkest point, of 255, where something can be seen."""
_SCALE = 1.5
"""Points of the picture for each point of the page."""
_LARGEST_PAGE = 4_000_000
"""Square points: larger pages are not drawn; A2 has 2 million, A0 has 8."""


def shown(pieces: Sequence[Piece], page: PdfPage, text: PdfTextPage) -> list[Piece]:
    """The pieces of a page that can be seen. Where a colour or a mode may hide one, it is looked for on the page.

    So white words on a dark ground stay, and the words that text recognition laid invisibly over a scan.
    """
    tall = [piece for piece in pieces if piece.height >= _SMALLEST]
    doubtful = [piece for piece in tall if _may_be_hidden(piece, text)]
    if not doubtful or page.get_rotation() or not is_drawable(page):
        return tall
    picture = page.render(scale=_SCALE, grayscale=True).to_numpy()
    left, _, _, top = page.get_bbox()
    hidden = {id(piece) for piece in doubtful if not _is_seen(piece, picture, left, top)}
    return [piece for piece in tall if id(piece) not in hidden]


def is_drawable(page: PdfPage) -> bool:
    """Whether a page is small enough to be drawn."""
    return bool(page.get_width() * page.get_height() <= _LARGEST_PAGE)


def _may_be_hidden(piece: Piece, text: PdfTextPage) -> bool:
    import pypdfium2.raw as pdfium

    middle = (piece.bottom + piece.top) / 2
    reach = piece.height / 2
    index = pdfium.FPDFText_GetCharIndexAtPos(text.raw, piece.left + 0.3 * piece.height, middle, reach, reach)
    if index < 0:
        return False
    colour = [ctypes.c_uint() for _ in range(4)]
    if pdfium.FPDFText_GetFillColor(text.raw, index, *map(ctypes.byref, colour)):
        *light, opacity = (part.value for part in colour)
        if min(light) >= _LIGHT or opacity <= _FAINT:
            return True
    drawn = pdfium.FPDFText_GetTextObject(text.raw, index)
    return bool(drawn) and pdfium.FPDFTextObj_GetTextRenderMode(drawn) in _INVISIBLE_MODES


def _is_seen(piece: Piece, picture: np.ndarray, left: float, top: float) -> bool:
    rows = slice(max(0, int((top - piece.top) * _SCALE)), int((top - piece.bottom) * _SCALE) + 1)
    columns = slice(max(0, int((piece.left - left) * _SCALE)), int((piece.right - left) * _SCALE) + 1)
    region = picture[rows, columns]
    return bool(region.size) and int(region.max()) - int(region.min()) >= _CONTRAST

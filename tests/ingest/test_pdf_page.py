"""Pages of PDF files as pictures: what is quoted is marked where it stands, and nothing else is."""

from __future__ import annotations

import io
import unicodedata

import numpy as np
import pytest
from fpdf import FPDF
from PIL import Image
from pypdf import PdfReader, PdfWriter

from rag.errors import ArticleError
from rag.ingest.pdf_page import MARK, TALLEST, WIDTH, draw_page
from tests.ingest.test_pdf import ONE, TWO, make


def marks(data: bytes, number: int, *quotes: str) -> np.ndarray:
    """Which pixels of the page differ once the quotes are marked."""
    plain, marked = (np.asarray(Image.open(io.BytesIO(draw_page(data, number, given)))) for given in ((), quotes))
    assert plain.shape == marked.shape
    different = (plain != marked).any(axis=2)
    assert (marked[different] == (plain[different] * np.array(MARK)).astype(np.uint8)).all()
    return different


def rows(different: np.ndarray) -> tuple[int, int]:
    found = np.flatnonzero(different.any(axis=1))
    return int(found[0]), int(found[-1])


def test_each_quote_is_marked_where_it_stands() -> None:
    data = make(pages=2)
    first, second = marks(data, 1, ONE), marks(data, 1, TWO)
    assert rows(first)[1] < rows(second)[0]
    both = marks(data, 1, ONE, TWO)
    assert (both == (first | second)).all()
    assert not marks(data, 1, "Nothing of the kind stands on this page.").any()


def test_words_are_found_over_broken_lines_and_pages() -> None:
    pdf = FPDF()
    pdf.set_font("Times", size=12)
    for lines in (("The bridge was in-", "spected by an engi-"), ("neer from the office of", "the northern district.")):
        pdf.add_page()
        for line in lines:
            pdf.cell(0, 8, line, new_x="LMARGIN", new_y="NEXT")
    quote = "The bridge was inspected by an engineer from the office of the northern district."
    assert all(marks(bytes(pdf.output()), number, quote).any() for number in (1, 2))


def test_words_are_found_however_their_accents_are_written() -> None:
    decomposed = unicodedata.normalize("NFD", TWO)
    assert decomposed != TWO
    assert (marks(make(), 1, decomposed) == marks(make(), 1, TWO)).all()


def test_a_turned_page_is_marked_where_its_words_are() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(make())))
    writer.pages[0].rotate(90)
    turned = io.BytesIO()
    writer.write(turned)
    upright, lying = marks(make(), 1, TWO), marks(turned.getvalue(), 1, TWO)
    assert lying.any()
    down, right = np.argwhere(upright).mean(axis=0) / upright.shape
    assert np.argwhere(lying).mean(axis=0) / lying.shape == pytest.approx((right, 1 - down), abs=0.02)


def test_a_picture_has_a_bounded_size() -> None:
    pdf = FPDF(format=(10, 500))
    pdf.add_page()
    picture = Image.open(io.BytesIO(draw_page(bytes(pdf.output()), 1)))
    assert picture.width <= WIDTH
    assert picture.height <= TALLEST * WIDTH + 1


@pytest.mark.parametrize(
    ("data", "number", "reason"),
    [
        (make(), 2, "has no page 2"),
        (make(), 0, "has no page 0"),
        (make(password="x"), 1, "is encrypted"),
        (b"no PDF", 1, "no PDF"),
        (b"%PDF-1.7 broken", 1, "damaged"),
    ],
)
def test_what_cannot_be_drawn_is_said(data: bytes, number: int, reason: str) -> None:
    with pytest.raises(ArticleError, match=reason):
        draw_page(data, number)

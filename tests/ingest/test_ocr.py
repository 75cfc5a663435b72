"""Scans and pictures, read by the extra `ocr`, and what is told of them."""

from __future__ import annotations

import io
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from fpdf import FPDF
from PIL import Image

from rag.errors import ArticleError
from rag.ingest import ocr
from rag.ingest.files import list_files, read_file
from rag.ingest.pdf_layout import Piece
from rag.render.locators import locator_at
from tests.conftest import required

WORDS = ["The Harwick bridge was closed on Tuesday", "after a crack of 40 centimetres was found."]


def drawn() -> Image.Image:
    pdf = FPDF(format=(148, 210))
    pdf.add_page()
    pdf.set_font("Times", size=16)
    for line in WORDS:
        pdf.cell(0, 10, line, new_x="LMARGIN", new_y="NEXT")
    page = pypdfium2.PdfDocument(bytes(pdf.output()))[0].render(scale=2).to_pil()
    return page.crop((0, 0, page.width, page.height // 3))


def saved(picture: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, form)
    return out.getvalue()


@pytest.fixture
def recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Text recognition is there, and finds two lines on every page."""

    def recognise(pixels: np.ndarray, height: float) -> tuple[list[Piece], float]:
        return [Piece(w, 50, height - 100 - 20 * n, 300, height - 88 - 20 * n) for n, w in enumerate(WORDS)], 0.9

    monkeypatch.setattr(ocr, "is_installed", lambda: True)
    monkeypatch.setattr(ocr, "recognise", recognise)


@pytest.mark.usefixtures("recognised")
def test_scanned_pages_are_read_with_their_numbers_and_confidence(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(saved(drawn(), "PDF"))
    read = read_file(tmp_path / "a.pdf", "a.pdf", max_bytes=10_000_000)
    (article,) = read.articles
    assert article.text == " ".join(WORDS)
    assert locator_at(article.locators, 5) == "p. 1"
    assert "90%" in read.skipped[0].reason


@pytest.mark.usefixtures("recognised")
@pytest.mark.parametrize("form", ["png", "tiff", "jpeg", "webp"])
def test_pictures_are_files_of_the_folder(tmp_path: Path, form: str) -> None:
    (tmp_path / f"a.{form}").write_bytes(saved(drawn(), form))
    (listed,) = list_files(tmp_path).files
    assert read_file(listed.path, listed.name, max_bytes=10_000_000).articles[0].text == " ".join(WORDS)


@pytest.mark.usefixtures("recognised")
def test_a_damaged_picture_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(saved(drawn(), "png")[:300])
    with pytest.raises(ArticleError, match="damaged picture"):
        read_file(tmp_path / "a.png", "a.png", max_bytes=10_000_000)


def test_without_the_extra_a_picture_is_told_with_advice(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(saved(drawn(), "png"))
    assert "readacross[ocr]" in list_files(tmp_path).skipped[0].reason


def test_the_models_read_a_scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if find_spec("rapidocr") is None:
        required("the package rapidocr")
    monkeypatch.setattr(ocr, "is_installed", lambda: True)
    (tmp_path / "a.png").write_bytes(saved(drawn(), "png"))
    (article,) = read_file(tmp_path / "a.png", "a.png", max_bytes=10_000_000).articles
    assert article.text == " ".join(WORDS)

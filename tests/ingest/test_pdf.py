"""PDF files: paragraphs from lines, and one clear sentence for what cannot be read."""

import contextlib
import io

import pytest
from fpdf import FPDF
from fpdf.enums import AccessPermission
from pypdf import PdfReader, PdfWriter
from pypdf.errors import DependencyError

from rag.errors import ArticleError
from rag.ingest.files import read_file

ONE = (
    "The town council voted on Tuesday to close the old bridge until engineers finish their inspection of all its "
    "stones and of the iron below them. Nobody was hurt when a stone fell into the river in the night of Sunday, the "
    "mayor said."
)
TWO = "Traffic will be led along the northern road, and the café beside the bridge will receive help from the council."


def make(pages=1, title="", password="", running=False):
    pdf = FPDF()
    if title:
        pdf.set_title(title)
    if password:
        pdf.set_encryption(owner_password="owner", user_password=password, permissions=AccessPermission.none())
    for number in range(pages):
        pdf.add_page()
        pdf.set_font("Times", size=12)
        if running:
            pdf.cell(0, 8, f"The Daily Bridge, page {number + 1}", new_x="LMARGIN", new_y="NEXT")
        for paragraph in (ONE, TWO, *([f"Stone {'I' * (number + 1)} fell."] if running else [])):
            pdf.multi_cell(0, 6, paragraph)
            pdf.ln(4)
    return bytes(pdf.output())


def read(tmp_path, data):
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    (article,) = read_file(path, "a.pdf", max_bytes=20_000_000).articles
    return article


def test_lines_become_paragraphs(tmp_path):
    assert read(tmp_path, make()).text == f"{ONE}\n{TWO}"


def test_running_heads_and_page_numbers_are_left_out(tmp_path):
    text = read(tmp_path, make(pages=4, running=True)).text
    assert "page" not in text
    assert text.count("northern road") == 4
    assert "Stone III fell." in text


def test_words_broken_at_line_ends_become_whole(tmp_path):
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Times", size=12)
    for line in ("The council of the town voted late on Tuesday eve-", "ning to close the bridge for a month."):
        pdf.cell(0, 6, line, new_x="LMARGIN", new_y="NEXT")
    assert read(tmp_path, bytes(pdf.output())).text == (
        "The council of the town voted late on Tuesday evening to close the bridge for a month."
    )


def test_a_title_is_a_fact_unless_a_program_made_it_up(tmp_path):
    assert read(tmp_path, make(title="Bridge closes")).title == "Bridge closes"
    for made_up in ("Microsoft Word - bridge.docx", "untitled", "Document1", "bridge.pdf"):
        assert read(tmp_path, make(title=made_up)).title == ""


def test_file_dates_are_no_publication_dates(tmp_path):
    assert read(tmp_path, make()).published == ""


def test_an_encrypted_file_is_told_so(tmp_path):
    with pytest.raises(ArticleError, match="is encrypted: save it without a password"):
        read(tmp_path, make(password="secret"))


def test_a_file_encrypted_with_a_strong_cipher_is_told_so(tmp_path):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(make())))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(ArticleError, match="is encrypted"):
        read(tmp_path, out.getvalue())


def test_a_file_that_opens_without_a_password_is_read(tmp_path):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(make())))
    writer.encrypt("", owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    assert read(tmp_path, out.getvalue()).text.startswith("The town council")


def test_a_cipher_that_cannot_be_opened_is_told_as_encryption(tmp_path, monkeypatch):
    def missing(*args, **kwargs):
        raise DependencyError("cryptography>=3.1 is required for AES algorithm")

    monkeypatch.setattr("pypdf.PdfReader.__init__", missing)
    with pytest.raises(ArticleError, match="is encrypted"):
        read(tmp_path, make())


def test_a_file_of_pictures_is_told_so(tmp_path):
    pdf = FPDF()
    pdf.add_page()
    pdf.rect(10, 10, 50, 50)
    with pytest.raises(ArticleError, match="OCR"):
        read(tmp_path, bytes(pdf.output()))


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.8, 0.95])
def test_a_truncated_file_gives_text_or_an_error_of_ours(tmp_path, share):
    data = make(pages=3)
    with contextlib.suppress(ArticleError):
        assert "council" in read(tmp_path, data[: int(len(data) * share)]).text


def test_damage_anywhere_gives_text_or_an_error_of_ours(tmp_path):
    data = make(pages=2)
    for place in range(20, len(data), len(data) // 40):
        damaged = data[:place] + b"\xff\x00<<" + data[place + 4 :]
        with contextlib.suppress(ArticleError):
            assert read(tmp_path, damaged).text


def test_pages_in_a_loop_end(tmp_path):
    looped = make().replace(b"/Kids [", b"/Kids [1 0 R 1 0 R ")
    with contextlib.suppress(ArticleError):
        assert "council" in read(tmp_path, looped).text

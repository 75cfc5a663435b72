"""Results as PDF files: complete, readable in their scripts, linked within themselves alone, and always whole."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import ExportError, Library
from rag.render.document import CitedFile, Document, Items, Line, Prose, Quotation, Section, Table, Tally
from rag.render.fonts import Fonts, fonts_for
from rag.render.pdf_export import MISSING, STAND_IN, WIDEST, to_pdf
from rag.render.record import is_export
from tests.render.test_docx import MADE
from tests.render.test_results import ANY, QUESTION, with_texts

ARABIC = "قال الأمين العام لحلف الناتو مارك روته يوم الخميس إن أمن أوكرانيا يهم الحلف."


@contextmanager
def opened(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(data)
    try:
        yield document
    finally:
        document.close()


def words(data: bytes) -> str:
    """All words of a file, with single blanks between them."""
    with opened(data) as document:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def links(data: bytes) -> list[str]:
    """What the links of a file do: "/GoTo" leads to a place in it."""
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    notes = [note.get_object() for page in pages for note in page.get("/Annots", ())]
    return ["/GoTo" if "/Dest" in note else str(note["/A"]["/S"]) for note in notes if note["/Subtype"] == "/Link"]


@pytest.mark.parametrize("kind", MADE)
def test_every_result_can_be_read_with_its_quotes_and_sources(library: Library, tmp_path: Path, kind: str) -> None:
    result = MADE[kind](library)
    document, data = result.document(unsupported=True), result.pdf(unsupported=True)
    shown = words(data)
    for quotation in document.quotations:
        assert f"[{quotation.number}] " in shown
        assert " ".join(quotation.quote.split()[:4]) in shown
        assert quotation.place in shown
    assert STAND_IN not in shown
    assert set(links(data)) <= {"/GoTo"}
    assert bool(links(data)) == bool(document.quotations)
    path = tmp_path / "result.pdf"
    path.write_bytes(data)
    if document.quotations:
        assert library.recheck(path).holds


def test_verdicts_are_in_words_and_a_table_too_wide_is_a_list() -> None:
    line = Line("The toll rose.", (1,), (), "partly")
    head = tuple(f"({n}) Courier" for n in range(WIDEST + 1))
    blocks = (
        Items((line,)),
        Tally("1 partly", {"partly": 1}),
        Table(head, (tuple(Line(f"Fact {n}.") for n in range(len(head))),)),
    )
    quotation = Quotation(1, "a.pdf", 3, 9, "The toll")
    document = Document("answer", "Toll?", (Section("", blocks),), (quotation,), (CitedFile("a.pdf", "A toll"),), {})
    shown = words(to_pdf(document))
    assert "The toll rose. (only partly supported) nearest: [1]" in shown
    assert f"({WIDEST}) Courier: Fact {WIDEST}." in shown
    assert "A toll a.pdf [1] “The toll” (characters 3–9)" in shown


def test_words_from_right_to_left_begin_at_the_right_and_leave_others_as_they_are() -> None:
    blocks = (Prose((Line(ARABIC),)), Prose((Line("Rutte said so on Thursday."),)))
    data = to_pdf(Document("answer", "X", (Section("", blocks),), (), (), {}))
    assert fonts_for(set(ARABIC)).missing == frozenset()
    assert "Rutte said so on Thursday." in words(data)
    with opened(data) as document:
        page = document[0]
        text = page.get_textpage()
        boxes = {text.get_text_range(n, 1): text.get_charbox(n) for n in range(text.count_chars())}
        assert boxes["ق"][0] > page.get_width() / 2


def test_letters_without_a_font_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    found = fonts_for(set("What is ?"))
    monkeypatch.setattr("rag.render.pdf_export.fonts_for", lambda _: Fonts(found.paths, frozenset("北京")))
    shown = words(to_pdf(Document("answer", "What is 北京?", (), (), (), {})))
    assert f"What is {STAND_IN}{STAND_IN}?" in shown
    assert MISSING in shown


@given(texts=st.lists(ANY, max_size=24))
@settings(max_examples=10)
def test_no_text_breaks_the_file_or_adds_to_it(texts: list[str]) -> None:
    plain, made = (with_texts(t).pdf(unsupported=True) for t in ([], texts))
    assert set(links(made)) == set(links(plain)) == {"/GoTo"}
    assert len(pypdf.PdfReader(io.BytesIO(made)).attachments) == 1


def test_a_saved_file_is_no_article(seeds: Path, library: Library) -> None:
    (seeds / "answer.pdf").write_bytes(library.ask(QUESTION).pdf())
    (skipped,) = library.sync().skipped
    assert (skipped.file, "export of readacross" in skipped.reason) == ("answer.pdf", True)


def test_a_file_without_a_whole_record_is_refused(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    data = library.ask(QUESTION).pdf()
    for damaged in (data.replace(b"</readacross>", b""), data.replace(b"<readacross>", b"<other>")):
        path.write_bytes(damaged)
        with pytest.raises(ExportError, match="no export"):
            library.recheck(path)
    assert not is_export(data.replace(b"<readacross>", b"<other>"))


def test_without_its_packages_a_pdf_file_is_refused_and_not_offered(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "pdf" in library.stories().forms()
    monkeypatch.setattr("rag.render.exportable.FOR_PDF", ("no_such_package",))
    assert library.stories().forms() == ("markdown", "html", "json", "docx")
    with pytest.raises(ExportError, match=r"readacross\[pdf\]"):
        library.stories().pdf()

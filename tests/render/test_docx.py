"""Results as Word files: complete, linked within themselves alone, and whole whatever their texts are."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import ExportError, Library
from rag.ingest.files import read_one_text
from rag.render.document import CitedFile, Document, Items, Line, Quotation, Section, Table, Tally
from rag.render.docx_export import WIDEST, to_docx
from rag.render.escape import plain_text
from rag.render.exportable import Exportable
from rag.render.locators import Locator
from rag.render.record import is_export
from tests.render.conftest import PLAIN
from tests.render.test_results import ANY, QUESTION, with_texts

DRAFT = "Rutte approved the transfer of Dutch F-16 fighter jets to Ukraine. Rutte sold ninety submarines to Portugal."


def opened(data: bytes) -> WordDocument:
    return docx.Document(io.BytesIO(data))


def words(word: WordDocument) -> str:
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in word.paragraphs), *cells])


def talk(library: Library) -> Exportable:
    conversation = library.chat()
    for question in (QUESTION, "When did Russia invade Ukraine?"):
        conversation.ask(question)
    return conversation


MADE: dict[str, Callable[[Library], Exportable]] = {
    "answer": lambda library: library.ask(QUESTION),
    "refusal": lambda library: library.ask("What is the population of Kyiv?"),
    "conversation": talk,
    "summary": lambda library: library.summarise(),
    "comparison": lambda library: library.compare(),
    "timeline": lambda library: library.timeline(),
    "stories": lambda library: library.stories(),
    "news": lambda library: library.new(),
    "draft": lambda library: library.check(DRAFT),
}


@pytest.mark.parametrize("kind", MADE)
def test_every_result_opens_with_its_quotes_and_sources_and_links_within_itself(library: Library, kind: str) -> None:
    result = MADE[kind](library)
    document = result.document(unsupported=True)
    word = opened(result.docx(unsupported=True))
    shown = words(word)
    assert word.core_properties.title == word.paragraphs[0].text == plain_text(document.title)
    for quotation in document.quotations:
        assert f"[{quotation.number}] " in shown
        assert plain_text(quotation.quote) in shown
        assert quotation.place in shown
    for file in document.files:
        assert all(plain_text(fact) in shown for fact in (file.title, *file.facts))
    for note in document.notes:
        assert plain_text(note) in shown
    marks = [link.get(qn("w:anchor")) for link in word.element.iter(qn("w:hyperlink"))]
    targets = [place.get(qn("w:name")) for place in word.element.iter(qn("w:bookmarkStart"))]
    assert sorted(targets) == sorted(f"q{q.number}" for q in document.quotations)
    assert set(marks) <= set(targets)
    assert word.styles["Citation"].font.superscript
    assert not [r for r in word.part.rels.values() if r.is_external]


def test_sources_tell_where_their_quotes_stand_and_verdicts_are_in_words() -> None:
    file = CitedFile(
        "a.pdf", "The toll", "Courier", "2026-05-01", "https://courier.invalid/toll", "0", "Ann", (Locator(0, "p. 7"),)
    )
    line = Line("The toll rose.", (1,), (), "partly")
    document = Document(
        "answer", "Toll?", (Section("", (Items((line,)), Tally("1 partly", {"partly": 1}))),),
        (Quotation(1, "a.pdf", 3, 9, "The toll"),), (file,), {},
    )  # fmt: skip
    shown = words(opened(to_docx(document))).split("\n")
    assert "The toll rose. (only partly supported) nearest: [1]" in shown
    assert "1 partly" in shown
    assert "Ann · Courier · 2026-05-01 · https://courier.invalid/toll · a.pdf" in shown
    assert "[1] “The toll” (p. 7, characters 3–9)" in shown


@pytest.mark.parametrize("columns", [2, WIDEST + 1])
def test_a_table_too_wide_for_a_page_is_a_list(columns: int) -> None:
    head = tuple(f"({n}) Courier" for n in range(columns))
    table = Table(head, (tuple(Line(f"Fact {n}." if n != 1 else "") for n in range(columns)),))
    word = opened(to_docx(Document("comparison", "X", (Section("", (table,)),), (), (), {})))
    assert len(word.tables) == (columns <= WIDEST)
    if not word.tables:
        assert [p.text for p in word.paragraphs[1:]] == [f"({n}) Courier: Fact {n}." for n in range(columns) if n != 1]


@given(texts=st.lists(ANY, max_size=24))
@settings(max_examples=30)
def test_no_text_breaks_the_file_or_adds_to_it(texts: list[str]) -> None:
    texts = [text if text.split() else PLAIN for text in texts]
    answer = with_texts(texts)
    plain, word = (opened(with_texts(t).docx(unsupported=True)) for t in ([], texts))
    assert [e.tag for e in word.element.iter()] == [e.tag for e in plain.element.iter()]
    assert not [r for r in word.part.rels.values() if r.is_external]
    shown = words(word)
    assert all(plain_text(c.quote) in shown for c in answer.citations)
    assert not {"\u202d", "\u202e"} & set(shown)


# -- read again --------------------------------------------------------------------------------------------------------


def test_a_saved_file_is_rechecked_also_after_it_was_edited(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "answer.docx"
    answer = library.ask(QUESTION)
    path.write_bytes(answer.docx())
    assert [q.status for q in library.recheck(path).quotes] == ["holds"] * len(answer.citations)
    word = docx.Document(str(path))
    word.paragraphs[1].insert_paragraph_before("A word before it.")
    word.save(str(path))
    assert library.recheck(path).holds
    (first,) = [p for p in word.paragraphs if p.text.startswith("[1]")]
    first.runs[0].text = first.text.replace("Rutte", "Stoltenberg")
    word.save(str(path))
    assert [q.status for q in library.recheck(path).quotes] == ["altered", *["holds"] * (len(answer.citations) - 1)]


def test_a_saved_file_is_no_article_but_can_be_checked_as_a_draft(seeds: Path, library: Library) -> None:
    answer = library.ask(QUESTION)
    path = seeds / "answer.docx"
    path.write_bytes(answer.docx())
    (skipped,) = library.sync().skipped
    assert (skipped.file, "export of readacross" in skipped.reason) == ("answer.docx", True)
    text = read_one_text(path, max_bytes=1_000_000)
    assert all(quotation in text for quotation in (QUESTION, *(c.quote for c in answer.citations)))


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: data.replace(b"word/", b"w0rd/")])
def test_what_is_no_whole_export_is_refused(library: Library, tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(damage(library.ask(QUESTION).docx()))
    with pytest.raises(ExportError, match="Word file cannot be read"):
        library.recheck(path)
    docx.Document().save(str(path))
    with pytest.raises(ExportError, match="no export"):
        library.recheck(path)
    assert not is_export(path.read_bytes())


def test_a_file_that_unfolds_to_an_absurd_size_is_refused(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("word/document.xml", b" " * 90_000_000)
    with pytest.raises(ExportError, match="too large"):
        library.recheck(path)

"""Word documents, and files that only pretend to be one."""

import io
import zipfile

import docx
import pytest
from docx.shared import Pt, RGBColor

from rag.errors import ArticleError
from rag.ingest.files import read_file
from tests.ingest.ole_files import compound


def make(title="", change=None):
    document = docx.Document()
    document.core_properties.title = title
    document.core_properties.language = ""
    document.add_heading("Bridge closes", level=1)
    document.add_paragraph("The council voted on Tuesday. ").add_run("Nobody was hurt.").bold = True
    document.add_paragraph("The road opens.", style="List Bullet")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Leeds", "12 votes"
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def rewritten(data, name, content):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return out.getvalue()


def read(tmp_path, data):
    path = tmp_path / "a.docx"
    path.write_bytes(data)
    (article,) = read_file(path, "a.docx", max_bytes=20_000_000).articles
    return article


def test_paragraphs_and_tables_are_read(tmp_path):
    assert read(tmp_path, make()).text.split("\n") == [
        "Bridge closes",
        "The council voted on Tuesday. Nobody was hurt.",
        "The road opens.",
        "Leeds | 12 votes",
    ]


def test_the_title_is_the_documents_or_its_first_heading(tmp_path):
    assert read(tmp_path, make("A stone fell")).title == "A stone fell"
    assert read(tmp_path, make("Document1")).title == "Bridge closes"


def test_file_dates_are_no_publication_dates(tmp_path):
    assert read(tmp_path, make()).published == ""


def test_line_breaks_and_tabs_part_words(tmp_path):
    def change(document):
        document.add_paragraph("One\tline").add_run().add_break()
        document.paragraphs[-1].add_run("another line")

    assert "One line\nanother line" in read(tmp_path, make(change=change)).text


def test_hidden_and_struck_out_words_are_not_read(tmp_path):
    def change(document):
        paragraph = document.add_paragraph("Seen.")
        for name, value in (("hidden", True), ("strike", True), ("color", RGBColor(255, 255, 255)), ("size", Pt(1))):
            font = paragraph.add_run(" Unseen.").font
            setattr(font.color if name == "color" else font, "rgb" if name == "color" else name, value)
        paragraph.add_run(" Seen too.").font.strike = False

    text = read(tmp_path, make(change=change)).text
    assert "Seen. Seen too." in text
    assert "Unseen" not in text


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_document_is_told_so(tmp_path, share):
    data = make()
    with pytest.raises(ArticleError, match="damaged or incomplete"):
        read(tmp_path, data[: int(len(data) * share)])


def test_another_zip_is_no_document(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        parts.writestr("a.txt", "words")
    with pytest.raises(ArticleError, match="no Word document"):
        read(tmp_path, out.getvalue())


def test_an_encrypted_document_is_told_so(tmp_path):
    with pytest.raises(ArticleError, match="encrypted"):
        read(tmp_path, compound({"EncryptedPackage": b"x"}))


def test_a_document_that_unfolds_to_an_absurd_size_is_refused(tmp_path):
    bomb = rewritten(make(), "word/document.xml", b"<a>" + b" " * 120_000_000 + b"</a>")
    assert len(bomb) < 1_000_000
    with pytest.raises(ArticleError, match="absurd size"):
        read(tmp_path, bomb)


def test_entities_that_multiply_are_refused(tmp_path):
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><w:document xmlns:w="x">&b;</w:document>'
    with pytest.raises(ArticleError, match="entities"):
        read(tmp_path, rewritten(make(), "word/document.xml", bomb))


def test_deep_nesting_gives_an_error_of_ours(tmp_path):
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    deep = b"<w:p " + space + b">" + b"<w:r>" * 50_000 + b"<w:t>x</w:t>" + b"</w:r>" * 50_000 + b"</w:p>"
    with pytest.raises(ArticleError):
        read(tmp_path, rewritten(make(), "word/document.xml", deep))


def test_a_document_without_words_is_refused(tmp_path):
    out = io.BytesIO()
    docx.Document().save(out)
    with pytest.raises(ArticleError, match="no text"):
        read(tmp_path, out.getvalue())


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def test_another_edition_of_the_format_is_read(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(make())) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            old_names = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
            new.writestr(part, old.read(part).replace(old_names, b"http://purl.oclc.org/ooxml/wordprocessingml/main"))
    article = read(tmp_path, out.getvalue())
    assert article.title == "Bridge closes"
    assert "The council voted on Tuesday." in article.text


def test_a_text_box_is_read_once_after_its_paragraph(tmp_path):
    box = "<w:txbxContent><w:p><w:r><w:t>In the box.</w:t></w:r></w:p></w:txbxContent>"
    body = (
        f"<w:document {W} {MC}><w:body><w:p><w:r><w:t>Words.</w:t><mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p></w:body></w:document>"
    )
    assert read(tmp_path, rewritten(make(), "word/document.xml", body)).text == "Words.\nIn the box."


def test_notes_are_read_after_the_text(tmp_path):
    out = io.BytesIO(make())
    note = "<w:footnote w:id='{}' {}><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:footnote>"
    with zipfile.ZipFile(out, "a") as parts:
        kinds = note.format(-1, "w:type='separator'", "Not.") + note.format(2, "", "It cost five crowns.")
        parts.writestr("word/footnotes.xml", f"<w:footnotes {W}>{kinds}</w:footnotes>")
    text = read(tmp_path, out.getvalue()).text
    assert text.endswith("\nIt cost five crowns.")
    assert "Not." not in text


def test_a_table_keeps_its_rows_and_its_heads(tmp_path):
    def change(document):
        table = document.add_table(rows=3, cols=3)
        for row, words in zip(
            table.rows, (("Town", "Votes", "Seats"), ("Leeds", "12", "1"), ("York", "", "2")), strict=True
        ):
            for cell, word in zip(row.cells, words, strict=True):
                cell.text = word

    lines = read(tmp_path, make(change=change)).text.split("\n")[-3:]
    assert lines == ["Town | Votes | Seats", "Leeds | 12 (Votes) | 1 (Seats)", "York |  | 2 (Seats)"]

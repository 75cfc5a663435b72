"""PDF files: paragraphs from lines, and one clear sentence for what cannot be read."""

import contextlib
import io

import pytest
from fpdf import FPDF
from fpdf.enums import AccessPermission, TextMode
from pypdf import PdfReader, PdfWriter

from rag.errors import ArticleError
from rag.ingest.files import read_file
from rag.render.locators import locator_at

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


def written(pages):
    """A PDF of lines at places: for each page a list of x, y, size and words."""
    pdf = FPDF(unit="pt", format=(600, 800))
    for page in pages:
        pdf.add_page()
        for x, y, size, words in page:
            pdf.set_font("Times", size=size)
            pdf.text(x, y, words)
    return bytes(pdf.output())


LEFT = [
    "The ferry to Marlow sank in a storm",
    "on Monday night. All 64 people on",
    "board were saved by fishermen. The",
    "captain said a wave broke the door.",
]
RIGHT = [
    "A school in Dene will teach chess to",
    "all pupils from autumn. The teacher",
    "said that it helps them to think, and",
    "the lessons cost nothing at all.",
]


def test_columns_are_read_one_after_the_other_below_a_headline(tmp_path):
    lines = [(50, 60, 20, "Two things that happened in the valley this week")]
    for number, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
        lines += [(50, 100 + 16 * number, 11, left), (320, 100 + 16 * number, 11, right)]
    assert read(tmp_path, written([lines])).text.split("\n") == [
        "Two things that happened in the valley this week", " ".join(LEFT), " ".join(RIGHT),
    ]  # fmt: skip


def test_the_rows_of_a_table_are_no_columns(tmp_path):
    rows = [("Party", "Seats"), ("Green Union", "14"), ("Labour Front", "9"), ("Civic List", "7")]
    lines = [(x, 100 + 16 * n, 11, w) for n, row in enumerate(rows) for x, w in zip((50, 320), row, strict=True)]
    assert read(tmp_path, written([lines])).text.split("\n") == [" | ".join(row) for row in rows]


def test_heads_that_alternate_feet_and_notes_do_not_cut_a_sentence(tmp_path):
    body = [
        "The dam at Orsk was built in 1974 and holds much water for the",
        "towns below, which must leave before the night is over, for the",
        "mayor said that people would not go without their cows, and so",
        "the army brought trucks for cows and sheep, and all of the people",
        "had left the long valley by Monday night, as the governor of the",
        "province told reporters.",
    ]
    pages = [
        [
            *(
                (50, 30, 8, head),
                (50, 45, 8, "Vol. 12, No. 3"),
                (50, 700, 8, f"{n} A note here."),
                (50, 780, 8, f"page {n}"),
            ),
            *((50, 100 + 16 * m, 11, words) for m, words in enumerate(lines)),
        ]
        for n, (head, lines) in enumerate((("ORSK REVIEW", body[:3]), ("DAMS AND RIVERS", body[3:])), 1)
    ]
    assert read(tmp_path, written(pages)).text.split("\n") == [" ".join(body), "1 A note here.", "2 A note here."]


def test_a_hyphen_that_belongs_to_a_word_stays(tmp_path):
    lines = [
        "The ministry said on Monday that the army would get 40 long-",
        "range rockets next year and that the interna-",
        "tional agency had been told of it.",
    ]
    text = read(tmp_path, written([[(50, 100 + 16 * n, 11, words) for n, words in enumerate(lines)]])).text
    assert text == (
        "The ministry said on Monday that the army would get 40 long-range rockets next year and that the "
        "international "
        "agency had been told of it."
    )


def test_pages_of_pictures_among_others_are_told(tmp_path):
    pdf = FPDF()
    for number in range(4):
        pdf.add_page()
        pdf.set_font("Times", size=12)
        pdf.cell(0, 8, "The council closed the bridge.") if number == 0 else pdf.rect(10, 10, 50, 50)
    path = tmp_path / "a.pdf"
    path.write_bytes(bytes(pdf.output()))
    (skipped,) = read_file(path, "a.pdf", max_bytes=20_000_000).skipped
    assert skipped.file == "a.pdf"
    assert "pages 2–4" in skipped.reason


def test_every_place_of_a_text_knows_its_page(tmp_path):
    article = read(tmp_path, make(pages=3, running=True))
    labels = [locator_at(article.locators, article.text.index(f"Stone {'I' * n} fell.")) for n in (1, 2, 3)]
    assert labels == ["p. 1", "p. 2", "p. 3"]
    assert article.locators[0].start == 0


def test_a_sentence_that_runs_over_a_page_names_both(tmp_path):
    pdf = FPDF()
    pdf.set_font("Times", size=12)
    pdf.set_auto_page_break(False)
    for words in ("The council voted on Tuesday to close the old bridge until its", "engineers finish their work."):
        pdf.add_page()
        pdf.multi_cell(0, 6, words)
    article = read(tmp_path, bytes(pdf.output()))
    assert article.text == "The council voted on Tuesday to close the old bridge until its engineers finish their work."
    assert locator_at(article.locators, 0, len(article.text)) == "p. 1–2"


@pytest.mark.parametrize("name", ["a.txt", "a.srt"])
def test_marks_of_places_in_a_file_are_no_locators(tmp_path, name):
    (tmp_path / name).write_text(f"1\n00:00:07,000 --> 00:00:09,000\n\ufdd0p. 9\ufdd1\ufdd0{ONE}", "utf-8")
    (article,) = read_file(tmp_path / name, name, max_bytes=10_000).articles
    assert [mark.label for mark in article.locators] == (["0:00:07"] if name == "a.srt" else [])
    assert ONE in article.text


def test_words_that_cannot_be_seen_are_left_out_and_white_words_on_a_dark_ground_stay(tmp_path):
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Times", size=12)
    pdf.multi_cell(0, 6, "The council closed the bridge.")
    pdf.ln(9)
    pdf.set_text_color(255, 255, 255)
    pdf.multi_cell(0, 6, "WHITE on white.")
    pdf.ln(9)
    pdf.set_fill_color(0, 0, 80)
    pdf.multi_cell(0, 8, "Light on dark.", fill=True)
    pdf.ln(9)
    pdf.set_text_color(0, 0, 0)
    with pdf.local_context(text_mode=TextMode.INVISIBLE):
        pdf.multi_cell(0, 6, "NOT DRAWN.")
    pdf.ln(9)
    pdf.set_font("Times", size=1)
    pdf.multi_cell(0, 6, "TOO SMALL.")
    assert read(tmp_path, bytes(pdf.output())).text == "The council closed the bridge. Light on dark."

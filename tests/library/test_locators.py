"""A citation into a PDF, a presentation or a transcript says where in it its words stand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fpdf import FPDF

from rag import Article, Library, Settings

FILLER = "The committee met in the old hall and heard the reports of its members on the accounts of the year."
FACT = "The Harwick bridge has a crack of 40 centimetres in its eastern pillar."


@pytest.fixture
def library(tmp_path: Path):
    pdf = FPDF()
    pdf.set_font("Times", size=12)
    for number in range(1, 8):
        pdf.add_page()
        pdf.multi_cell(0, 6, f"{FILLER}\n\n{FACT if number == 5 else FILLER}")
    (tmp_path / "report.pdf").write_bytes(bytes(pdf.output()))
    with Library(tmp_path, settings=Settings()) as opened:
        opened.sync()
        yield opened


def test_an_answer_names_the_page_in_every_form(library: Library) -> None:
    answer = library.ask("How long is the crack in the Harwick bridge?")
    assert answer.citations[0].quote == FACT
    (source,) = answer.sources
    assert source.locator(answer.citations[0].start, answer.citations[0].end) == "p. 5"
    assert "report.pdf p. 5, " in str(answer)
    assert "p. 5, characters" in answer.markdown()
    assert "p. 5, characters" in answer.html()
    assert json.loads(answer.json())["quotes"][0]["locator"] == "p. 5"


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
def test_an_export_with_pages_can_be_checked_again(library: Library, form: str) -> None:
    text = getattr(library.ask("How long is the crack in the Harwick bridge?"), form)()
    (quote,) = library.recheck(text).quotes
    assert quote.quote == FACT
    assert quote.status == "holds"


def test_an_article_without_a_title_is_named_by_its_first_words(tmp_path: Path) -> None:
    (tmp_path / "scan0047.txt").write_text(f"{FACT} {FILLER}", "utf-8")
    with Library(tmp_path, settings=Settings()) as library:
        library.sync()
        (source,) = library.ask("How long is the crack in the Harwick bridge?").sources
    assert source.title.startswith("The Harwick bridge has a crack")


def test_a_line_that_is_but_a_date_names_no_article() -> None:
    assert Article("a.txt", "June 06, 2013\nA bridge fell into the river.").name == "A bridge fell into the river."
    assert Article("a.txt", "Kurz").name == "Kurz"
    assert Article("a.txt", "").name == "a.txt"

"""Words of articles in other languages: each paragraph of a result has their direction, and their language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import CitedFile, Document, Library, Line, Prose, Section, Settings
from rag.render.document import Quotation
from rag.render.docx_export import to_docx
from rag.render.html_export import to_html
from tests.render.test_docx import opened
from tests.ui.reader import read_html
from ui.answer_html import answer_body
from ui.document_html import DocumentView

SENTENCE = "قال مارك روته يوم الخميس إن أوكرانيا أقرب إلى الحلف من أي وقت مضى."
ARABIC = f"{SENTENCE} وأضاف أن الحلف سيدعم كييف حتى تنتصر في هذه الحرب الطويلة. وزار روته العاصمة كييف."
RUSSIAN = "Новый мост закрыли."


@pytest.fixture
def arabic(folder: Path) -> Iterator[Library]:
    (folder / "arabic.txt").write_text(ARABIC, "utf-8")
    with Library(folder, settings=Settings()) as library:
        library.sync()
        yield library


def test_answers_and_results_in_arabic_say_so_in_every_form(arabic: Library) -> None:
    answer = arabic.ask("ماذا قال مارك روته يوم الخميس؟")
    assert answer.sentences[0].text == SENTENCE
    expected = {"dir": "rtl", "lang": "ar"}
    exported = read_html(re.search(r"<main>.*</main>", answer.html(), re.DOTALL)[0])
    assert dict(exported.all("p")[0].facts) == expected
    assert exported.all("blockquote")[0].facts["lang"] == "ar"
    page = read_html(answer_body(answer, 1))
    assert expected.items() <= page.all("p", "said")[0].facts.items()
    assert page.all("button", "cite")[0].facts["data-lang"] == "ar"
    summary = arabic.summarise().document()
    for shown in (to_html(summary), DocumentView(summary, "summary-1").html()):
        assert any(expected.items() <= item.facts.items() for item in read_html(shown).all("li"))
    word = opened(answer.docx())
    quoted = [p._p.xml for p in word.paragraphs if SENTENCE in p.text]
    assert len(quoted) == 3  # said, the article's title, and quoted
    assert all("<w:bidi/>" in xml and "<w:rtl/>" in xml and 'w:lang w:val="ar" w:bidi="ar"' in xml for xml in quoted)


def test_an_export_with_languages_is_rechecked(arabic: Library, tmp_path: Path) -> None:
    answer = arabic.ask("ماذا قال مارك روته يوم الخميس؟")
    path = tmp_path / "a.docx"
    path.write_bytes(answer.docx())
    for export in (answer.html(), path):
        assert {q.status for q in arabic.recheck(export).quotes} == {"holds"}


def document(*lines: Line) -> Document:
    """Three articles, whose first sentences are quoted."""
    quotes = {"ar": SENTENCE, "ru": RUSSIAN, "en": "The bridge was closed."}
    quotations = tuple(Quotation(n, f"{code}.txt", 0, 9, quotes[code]) for n, code in enumerate(quotes, start=1))
    files = tuple(CitedFile(f"{code}.txt", language=code) for code in quotes)
    return Document("answer", "X", (Section("", (Prose(lines),)),), quotations, files, {})


def test_only_words_of_an_article_are_in_its_language() -> None:
    (own,) = read_html(to_html(document(Line("Rutte said that Kyiv is nearer.", (1,))))).all("p")[:1]
    assert dict(own.facts) == {"dir": "ltr"}
    (english,) = read_html(to_html(document(Line("The bridge was closed.", (3,))))).all("p")[:1]
    assert dict(english.facts) == {"dir": "ltr"}


def test_in_a_paragraph_of_several_languages_each_sentence_has_its_own() -> None:
    mixed = document(Line("The bridge was closed.", (3,)), Line(RUSSIAN, (2,)), Line(SENTENCE, (1,)))
    read = read_html(to_html(mixed))
    assert dict(read.all("p")[0].facts) == {"dir": "ltr"}
    assert [sentence.facts.get("lang") for sentence in read.all("bdi")[:3]] == [None, "ru", "ar"]
    runs = [run for run in opened(to_docx(mixed)).paragraphs[1].runs if run.text.strip()]
    assert [run.font.rtl for run in runs] == [None, None, True]


def test_a_language_from_outside_is_no_markup() -> None:
    hostile = CitedFile("a.txt", "T", language='ar" onclick="x')
    made = Document("answer", "X", (), (Quotation(1, "a.txt", 0, 9, SENTENCE),), (hostile,), {})
    assert read_html(to_html(made)).all("blockquote")[0].facts == {"dir": "auto", "lang": 'ar" onclick="x'}

"""A result across articles as HTML: hostile words stay words, marks open their places, ids are the only ones."""

from __future__ import annotations

from collections import Counter

import pytest

from rag import CitedFile, Document, Fault, Items, Library, Line, Prose, Quotation, Section, Table, Tally
from tests.ui.reader import HOSTILE, only_ours
from ui.document_html import DocumentView
from ui.places import request


def hostile_document(words: str) -> Document:
    line = Line(words, (1, 2), (words,))
    doubted = Line(words, (1,), (words,), "not found", (Fault("name", 0, 3, words), Fault("date", 2, 900, words)))
    blocks = (
        Tally(words, {"supported": 1, "partly": 0, "not found": 2}),
        Prose((line, line)),
        Items((line, doubted)),
        Table((words, words), ((line, Line("")),)),
    )
    quotations = (Quotation(1, words, 3, 3 + len(words), words), Quotation(2, "b.txt", 0, 5, "words"))
    files = (CitedFile(words, words, words, words, words, "0" * 64), CitedFile("b.txt"))
    return Document("summary", words, (Section(words, blocks),), quotations, files, {}, (words,))


@pytest.mark.parametrize("words", HOSTILE)
def test_words_from_outside_are_shown_literally(words: str) -> None:
    shown = only_ours(DocumentView(hostile_document(words), "summary-1").html())
    assert shown.well_formed
    places = [request({name[5:]: value for name, value in b.facts.items()}) for b in shown.all("button", "cite")]
    assert all(place is not None for place in places)


def test_marks_open_the_words_that_they_stand_for(library: Library) -> None:
    summary = library.summarise(points=4)
    shown = only_ours(DocumentView(summary.document(), "summary-1").html())
    buttons = shown.all("button", "cite")
    assert {int(b.text) for b in buttons} == {q.number for q in summary.document().quotations}
    for button in buttons:
        wanted = request({name[5:]: value for name, value in button.facts.items() if name.startswith("data-")})
        assert wanted is not None
        assert wanted.place is not None
        assert wanted.place.holds_in(library.article(wanted.file).text)


def test_ids_are_given_once(library: Library) -> None:
    document = library.summarise(points=4).document()
    both = DocumentView(document, "summary-1").html() + DocumentView(document, "summary-2").html()
    ids = Counter(e.facts["id"] for e in only_ours(both).elements if "id" in e.facts)
    assert ids.most_common(1)[0][1] == 1


def test_a_checked_draft_tells_each_verdict_apart(library: Library) -> None:
    true = "Rutte approved the transfer of Dutch F-16 fighter jets to Ukraine."
    wrong, lie = true.replace("F-16", "F-35"), "Rutte sold ninety submarines to Portugal."
    draft = library.check(f"{true}\n\n{wrong} {lie}")
    read = only_ours(DocumentView(draft.document(), "draft-1").html())
    assert read.all("p", "tally")[0].text == "✓1 supported !1 partly ✕1 not found"
    judged = read.all("span", "judged")
    assert [e.has(kind) for e, kind in zip(judged, ("supported", "partly", "not-found"), strict=True)] == [True] * 3
    assert [e.text for e in read.all("span", "fault")] == ["35", "sold ninety submarines to Portugal"]
    for shown, sentence in zip(judged, draft, strict=True):
        label = "The articles:" if sentence.support == "supported" else "Nearest in the articles:"
        assert sentence.text in shown.text
        assert f"{label} {sentence.citations[0].quote}" in shown.text


def test_articles_are_called_by_their_titles_and_dates_are_read_as_people_write_them() -> None:
    line = Line("a.txt", (), ("shortened copy of b.txt, 60 % the same", "2024-10-03"), files=("a.txt", "b.txt"))
    document = Document("stories", "", (Section("", (Items((line,)),)),), (), (), {})
    shown = only_ours(DocumentView(document, "x", {"a.txt": "The bridge", "b.txt": "<b>A toll</b>"}.get).html())
    assert [b.text for b in shown.all("button", "source-name")] == ["The bridge", "<b>A toll</b>"]
    assert any("3 Oct 2024" in e.text for e in shown.elements)


def test_what_is_long_shows_its_first_ten_and_the_rest_on_demand() -> None:
    lines = tuple(Line(f"fact {n}", (1, 2, 3, 4, 5, 6)) for n in range(13))
    quotations = tuple(Quotation(n, "a.txt", n, n + 1, "w") for n in range(1, 7))
    document = Document("comparison", "", (Section("", (Items(lines),)),), quotations, (CitedFile("a.txt"),), {})
    html = DocumentView(document, "x").html()
    assert html.index("fact 9") < html.index("3 more items") < html.index("fact 10")
    assert html.index("x-3") < html.index("3 more<") < html.index("x-4")


def test_many_columns_become_a_grid_of_who_tells_what() -> None:
    row = (Line(""), Line("“It fell.”", (1,)), Line(""), Line("“Down it came.”", (2,)))
    table = Table(tuple(f"({n}) Paper {n}" for n in range(1, 5)), (row,))
    quotations = (Quotation(1, "a.txt", 0, 2, "It"), Quotation(2, "b.txt", 0, 2, "It"))
    files = (CitedFile("a.txt"), CitedFile("b.txt"))
    html = DocumentView(Document("comparison", "", (Section("", (table,)),), quotations, files, {}), "x").html()
    assert '<th scope="row" dir="ltr"><bdi>“It fell.”</bdi><button type="button" class="beside"' in html
    assert "Paper 3" in html
    assert "Down it came" not in html

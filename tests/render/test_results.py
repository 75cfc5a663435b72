"""Results as Markdown, HTML and JSON: complete, exact, self-contained, and tame whatever their texts are."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag import REFUSAL, Answer, AnswerSentence, Citation, Fault, Hit, Library, Settings, Source
from rag.render.document import Document, Items, Line, Section, Table, runs, text_digest
from rag.render.escape import html_text
from rag.render.html_export import POLICY, to_html
from rag.render.markdown_export import to_markdown
from rag.render.record import read_record
from tests.model_server import KEY, fails, misbehaving
from tests.render.conftest import PLAIN, make_answer
from tests.ui.reader import HOSTILE, read_html

QUESTION = "What did Rutte say about membership?"
ANY = st.text(st.characters(codec=None), min_size=1) | st.sampled_from(HOSTILE)
MARKDOWN = MarkdownIt("gfm-like")


def answer_of(values: dict) -> Answer:
    """The answer that a JSON export holds."""
    sentences = tuple(
        AnswerSentence(
            s["text"],
            s["support"],
            s["score"],
            tuple(Citation(**{**c, "also_in": tuple(c["also_in"])}) for c in s["citations"]),
            tuple(Fault(**f) for f in s["faults"]),
            further=s["further"],
            short=s["short"],
        )
        for s in values["sentences"]
    )
    sources = tuple(
        Source(**{**s, "numbers": tuple(s["numbers"]), "locators": tuple(s["locators"])}) for s in values["sources"]
    )
    rest = {k: v for k, v in values.items() if k not in ("sentences", "sources", "nearest", "notes", "text")}
    nearest = tuple(Hit(**hit) for hit in values["nearest"])
    return Answer(**rest, sentences=sentences, sources=sources, nearest=nearest, notes=tuple(values["notes"]))


def with_texts(texts: list[str]) -> Answer:
    flow = chain(texts, repeat(PLAIN))
    return make_answer(lambda: next(flow), ("supported", "partly", "not found"))


# -- what an export holds ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", [QUESTION, "What is the population of Kyiv?"])
def test_a_json_export_gives_back_the_same_answer(library: Library, question: str) -> None:
    answer = library.ask(question)
    assert answer_of(json.loads(answer.json())["result"]) == answer


def test_every_quote_is_in_every_form_with_its_articles_digest(library: Library) -> None:
    answer = library.ask(QUESTION)
    assert answer.citations
    for text in (answer.markdown(), answer.html(), answer.json()):
        record = read_record(text)
        assert (record.kind, record.title) == ("answer", QUESTION)
        assert [(q.number, q.file, q.start, q.end, q.quote) for q in record.quotations] == [
            (c.number, c.file, c.start, c.end, c.quote) for c in answer.citations
        ]
        assert record.digests == {a.file: text_digest(a.text) for a in library.articles()}
        assert record.shown == {c.number for c in answer.citations}
    shown = read_html(answer.html())
    assert shown.all("h1")[0].text == QUESTION
    for citation in answer.citations:
        assert citation.quote in shown.by_id(f"q{citation.number}").text


def test_the_digest_is_that_of_the_text_in_utf_8(library: Library) -> None:
    (source, *_) = library.ask(QUESTION).sources
    assert source.digest == hashlib.sha256(library.article(source.file).text.encode("utf-8")).hexdigest()


def test_a_refusal_shows_the_nearest_passages(library: Library) -> None:
    refused = library.ask("What is the population of Kyiv?")
    for text in (refused.markdown(), refused.html()):
        assert "Found nothing that answers this." in text
        assert "characters" in text


def test_a_summary_tells_what_was_read(library: Library) -> None:
    summary = library.summarise(points=3)
    assert {s.file: s.digest for s in summary.sources} == {a.file: text_digest(a.text) for a in library.articles()}
    assert "2 articles read, 2 cited, 0 not used" in summary.markdown()
    items = read_html(summary.html()).all("li")
    assert [any(p.text in item.text for item in items) for p in summary.points] == [True] * len(summary.points)
    assert len(read_record(summary.json()).quotations) == len({t for p in summary.points for t in p.quotes})


def test_a_timeline_is_a_table_of_times_and_events(library: Library) -> None:
    timeline = library.timeline()
    rows = [[cell.text for cell in row.all("td")] for row in map(read_html, _rows(timeline.html()))]
    cells = [cell for row in rows for cell in row]
    for event in (*timeline.events, *timeline.unresolved):
        assert any(cell.startswith(event.label or "?") and event.when.text in cell for cell in cells)
        assert any(event.text in cell for cell in cells)
    places = {(t.file, t.start, t.end) for e in (*timeline.events, *timeline.unresolved) for t in e.quotes}
    assert {(q.file, q.start, q.end) for q in read_record(timeline.markdown()).quotations} == places
    assert all(source.digest for source in timeline.sources)


def _rows(page: str) -> list[str]:
    return re.findall(r"<tr>.*?</tr>", page, re.DOTALL)


def test_a_conversation_has_one_numbering(library: Library) -> None:
    talk = library.chat()
    for question in (QUESTION, "When did Russia invade Ukraine?", QUESTION):
        talk.ask(question)
    record = read_record(talk.html())
    assert [q.number for q in record.quotations] == list(range(1, len(record.quotations) + 1))
    headings = [h.text for h in read_html(talk.html()).all("h2")]
    assert headings == [QUESTION, "When did Russia invade Ukraine?", QUESTION, "Sources"]
    for turn in talk.turns:
        assert {(c.file, c.start, c.end) for c in turn.answer.citations} <= {
            (q.file, q.start, q.end) for q in record.quotations
        }


# -- what does not hold ------------------------------------------------------------------------------------------------


def test_what_is_not_supported_is_left_out_and_counted(made: Callable[..., Answer]) -> None:
    names = iter(f"text{i}." for i in range(100))
    answer = made(lambda: next(names), ("supported", "partly", "not found"))
    good, *bad = answer.sentences
    assert answer.text == good.text
    assert json.loads(answer.json())["result"]["text"] == good.text
    for text in (str(answer), answer.markdown(), answer.html(), answer.json()):
        shown = text.replace("\\", "")
        assert good.text in shown
        assert not [s for s in bad if s.text in shown or s.citations[0].file in shown]
        assert "Left out of 3 sentences: 1 only partly supported, 1 not found in the articles." in text
    for text in (
        answer.plain(unsupported=True), answer.markdown(unsupported=True), answer.html(unsupported=True),
    ):  # fmt: skip
        assert all(s.text in text.replace("\\", "") for s in answer.sentences)
        assert "only partly supported; the evidence" in text
        assert "not found in the articles" in text
        assert "Left out" not in text
    assert answer_of(json.loads(answer.json(unsupported=True))["result"]) == answer


@given(supports=st.lists(st.sampled_from(["supported", "partly", "not found"]), max_size=6))
def test_the_text_and_every_default_export_hold_what_is_supported_and_nothing_else(supports: list[str]) -> None:
    numbers = iter(range(1_000))
    answer = make_answer(lambda: f"text{next(numbers)}ends", supports)
    held = [s.text for s in answer.sentences if s.support == "supported"]
    assert answer.text == (" ".join(held) or REFUSAL)
    assert [s["text"] for s in json.loads(answer.json())["result"]["sentences"]] == held
    for text in (str(answer), answer.markdown(), answer.html()):
        assert [s.text for s in answer.sentences if s.text in text] == held
    assert {n for source in answer.supported.sources for n in source.numbers} == {
        c.number for c in answer.supported.citations
    }


def test_the_nearest_words_do_not_look_like_a_citation(made: Callable[..., Answer]) -> None:
    answer = made()
    verdict = "only partly supported; the evidence does not give Words"
    assert f"Words ({verdict}) nearest: [2]" in answer.plain(unsupported=True)
    assert f"Words *({verdict})* nearest: [2]" in answer.markdown(unsupported=True)
    assert f"({verdict}) nearest:[2]" in read_html(_body(answer.html(unsupported=True))).all("p")[0].text
    assert "nearest:" not in answer.markdown()


def test_doubtful_points_of_a_summary_are_left_out_and_counted(library: Library) -> None:
    whole = library.summarise(points=2)
    other = replace(whole.points[1], support="partly", faults=(Fault("number", 0, 1, "no such number"),))
    summary = replace(whole, points=(whole.points[0], other))
    lone = {t.file for t in other.quotes} - {t.file for t in whole.points[0].quotes}
    for text in (str(summary), summary.markdown(), summary.html(), summary.json()):
        assert "Left out of 2 points: 1 only partly supported." in text
        assert "no such number" not in text
    assert [p.text for p in summary.supported.points] == [whole.points[0].text]
    assert {s.file for s in summary.supported.receipt.set_aside} == lone
    for text in (summary.plain(unsupported=True), summary.markdown(unsupported=True)):
        assert "only partly supported; no such number" in text
        assert "Left out" not in text


# -- hostile texts -----------------------------------------------------------------------------------------------------


@given(texts=st.lists(ANY, max_size=24))
@settings(max_examples=60)
def test_no_text_changes_the_html_around_it(texts: list[str]) -> None:
    plain, read = (read_html(_body(with_texts(t).html(unsupported=True))) for t in ([], texts))
    assert read.well_formed
    assert [e.tag for e in read.elements] == [e.tag for e in plain.elements]
    assert all(e.facts.get("href", "#").startswith("#") for e in read.elements)
    assert {name for e in read.elements for name in e.facts} <= {"class", "dir", "href", "id"}


def _body(page: str) -> str:
    return re.search(r"<main>.*</main>", page, re.DOTALL)[0]


@given(texts=st.lists(ANY, max_size=24))
@settings(max_examples=60)
def test_no_text_changes_the_markdown_around_it(texts: list[str]) -> None:
    visible = [t if t.split() else PLAIN for t in texts]
    plain, made = (MARKDOWN.parse(with_texts(t).markdown(unsupported=True)) for t in ([], visible))
    assert [t.type for t in made] == [t.type for t in plain]
    inline = {child.type for token in made for child in token.children or ()}
    assert inline <= {"text", "softbreak", "hardbreak", "strong_open", "strong_close", "em_open", "em_close"}
    assert [t.type for t in made].count("html_block") == 1


@given(texts=st.lists(ANY, max_size=24))
@settings(max_examples=60)
def test_quotes_are_read_back_as_they_were(texts: list[str]) -> None:
    answer = with_texts(texts)
    for text in (answer.markdown(unsupported=True), answer.html(unsupported=True), answer.json(unsupported=True)):
        record = read_record(text.encode("utf-8").decode("utf-8"))
        assert [(q.file, q.quote) for q in record.quotations] == [(c.file, c.quote) for c in answer.citations]
        assert record.shown == {1, 2, 3}


@given(marks=st.sets(st.integers(1, 30)).map(sorted))
def test_runs_of_marks_stand_for_exactly_these_marks(marks: list[int]) -> None:
    shown = runs(marks)
    assert [n for first, last in shown for n in range(first, last + 1)] == marks
    assert all(last == first or last - first >= 3 for first, last in shown)


def test_many_marks_are_shown_as_one() -> None:
    line = Line("Said.", (1, 2, 4, 5, 6, 7, 9))
    document = Document("x", "X", (Section("", (Items((line,)),)),), (), (), {})
    assert "Said. [1][2][4–7][9]" in to_markdown(document)
    assert "Said.[1][2][4–7][9]" in read_html(_body(to_html(document))).all("li")[0].text


@given(cells=st.lists(ANY, min_size=4, max_size=4))
@settings(max_examples=60)
def test_no_text_breaks_a_table(cells: list[str]) -> None:
    def document(a: str, b: str, c: str, d: str) -> Document:
        table = Table((a, b), ((Line(c, (1,)), Line(d)),))
        return Document("comparison", "Comparison", (Section("", (table,)),), (), (), {})

    visible = [cell if cell.split() else PLAIN for cell in cells]
    plain, made = (MARKDOWN.parse(to_markdown(document(*c))) for c in ([PLAIN] * 4, visible))
    assert [t.type for t in made] == [t.type for t in plain]
    assert [e.tag for e in read_html(_body(to_html(document(*cells)))).elements] == [
        e.tag for e in read_html(_body(to_html(document(*[PLAIN] * 4)))).elements
    ]


def test_html_loads_nothing_and_runs_nothing(made: Callable[..., Answer]) -> None:
    page = made().html()
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert POLICY.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{allowed}'" in POLICY
    assert f'http-equiv="Content-Security-Policy" content="{html_text(POLICY)}"' in page
    assert re.findall(r"<script[^>]*>", page) == ['<script type="application/json" id="readacross">']
    assert not re.search(r"(?:src|srcset|url|@import|style)\s*[=(]", page)


def test_a_key_that_a_server_repeats_is_in_no_export(seeds: Path) -> None:
    with misbehaving() as server:
        server.acts = [fails(401, f"Incorrect API key provided: {KEY}")]
        model = Settings(model="m", openai_api_key=KEY, openai_base_url=server.address)
        with Library(seeds, settings=model) as library:
            library.sync()
            talk = library.chat()
            answer = talk.ask(QUESTION)
    assert "quoted instead" in answer.notes[0]
    for result in (answer, talk):
        exports = (result.markdown(), result.html(), result.json())
        assert all("quoted instead" in text and KEY not in text.replace("\\", "") for text in exports)


def test_further_sentences_of_an_answer_are_a_paragraph_of_their_own() -> None:
    texts = ("It began at noon.", "It was a Monday.")
    told = [AnswerSentence(text, "supported", 1.0, further=text == texts[1]) for text in texts]
    answer = Answer("When did it begin?", True, tuple(told))
    for shown in (str(answer), answer.markdown()):
        first, heading, second = (shown.index(part) for part in (texts[0], "Also in the articles:", texts[1]))
        assert first < heading < second
    assert "Also in the articles:" not in str(Answer("When did it begin?", True, tuple(told[:1])))

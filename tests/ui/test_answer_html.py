"""Answers as HTML: citations that lead to their words, plain doubts and refusals, and no markup from outside."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import Answer, AnswerSentence, Citation, Fault, Hit, Library, Source, Usage
from tests.ui.reader import HOSTILE, Element, only_ours
from ui.answer_html import answer_body, draft, exchange, stopped, summary_line, trouble
from ui.html import UNSHOWABLE
from ui.places import request

TEXT = st.text(max_size=40) | st.sampled_from(HOSTILE)
CITATIONS = st.lists(
    st.builds(Citation, st.integers(1, 9), TEXT, st.integers(0, 50), st.integers(51, 99), TEXT), max_size=3
).map(tuple)
FAULTS = st.lists(
    st.builds(Fault, st.sampled_from(["number", "name"]), st.integers(0, 9), st.integers(3, 40), TEXT), max_size=3
).map(tuple)
SENTENCES = st.lists(
    st.builds(
        AnswerSentence,
        TEXT,
        st.sampled_from(["supported", "partly", "not found"]),
        st.floats(0, 1),
        CITATIONS,
        FAULTS,
    ),
    max_size=4,
).map(tuple)
SOURCES = st.lists(st.builds(Source, TEXT, TEXT, TEXT, TEXT, TEXT, st.just((1, 2))), max_size=3).map(tuple)
HITS = st.lists(st.builds(Hit, TEXT, st.just(0), st.just(9), TEXT, st.just(1.0), TEXT, TEXT, TEXT), max_size=3).map(
    tuple
)
ANSWERS = st.builds(
    Answer, TEXT, st.booleans(), SENTENCES, SOURCES, HITS, TEXT, st.sampled_from(["quoting", "a model"]),
    st.lists(TEXT, max_size=2).map(tuple),
)  # fmt: skip


def asked(button: Element) -> object:
    return request({name.removeprefix("data-"): value for name, value in button.facts.items()})


@given(ANSWERS, st.integers(1, 50))
def test_nothing_from_outside_becomes_markup(answer: Answer, turn: int) -> None:
    read = only_ours(exchange(answer.question, answer_body(answer, turn), turn))
    assert read.all("h2", "question")[0].text == UNSHOWABLE.sub("\ufffd", answer.question)
    if answer.found:
        said = [UNSHOWABLE.sub("\ufffd", s.text) for s in answer.sentences]
        assert [p.text.startswith(t) for p, t in zip(read.all("p", "said"), said, strict=True)] == [True] * len(said)


@given(SENTENCES, TEXT)
def test_drafts_are_as_safe(sentences: tuple[AnswerSentence, ...], text: str) -> None:
    read = only_ours(exchange("?", draft(sentences, text, 1), 1, busy=True))
    assert [p.text for p in read.all("p", "coming")] == ([UNSHOWABLE.sub("\ufffd", text)] if text else [])


def test_a_citation_leads_to_its_words(library: Library) -> None:
    answer = library.ask("What did Zelenskyy say about long-range weapons?")
    assert answer.found
    read = only_ours(answer_body(answer, 1))
    cites = [b for b in read.all("button", "cite") if b.facts["id"].startswith("c-")]
    wanted = [c for s in answer.sentences for c in s.citations]
    assert [b.text for b in cites] == [str(c.number) for c in wanted]
    for button, citation in zip(cites, wanted, strict=True):
        opened = asked(button)
        assert opened.file == citation.file
        assert opened.place.holds_in(library.article(citation.file).text)
        assert (opened.place.start, opened.place.end) == (citation.start, citation.end)
    for number in {c.number for c in wanted}:
        assert any(b.text == str(number) and b.facts["id"] == f"s-1-{number}" for b in read.all("button", "cite"))


def test_identities_are_never_used_twice(library: Library) -> None:
    pages = [answer_body(library.ask("What did Zelenskyy say about long-range weapons?"), turn) for turn in (1, 2)]
    identities = [e.facts["id"] for e in only_ours("".join(pages)).elements if "id" in e.facts]
    assert len(identities) == len(set(identities)) > 0


def test_a_refusal_shows_the_nearest_passages(library: Library) -> None:
    answer = library.ask("What is the population of Kyiv?")
    assert not answer.found
    read = only_ours(answer_body(answer, 1))
    assert read.all("p", "refusal")[0].text == "Found nothing that answers this."
    passages = read.all("button", "passage")
    assert len(passages) == len(answer.nearest) > 0
    for button, hit in zip(passages, answer.nearest, strict=True):
        assert asked(button).place.holds_in(library.article(hit.file).text)


def test_a_question_in_another_language_shows_the_way_to_the_embedder_for_it(library: Library) -> None:
    def ways(question: str) -> list[str | None]:
        return [
            b.facts.get("data-room") for b in only_ours(answer_body(library.ask(question), 1)).all("button", "to-room")
        ]

    assert ways("Wie hoch ist der Eiffelturm in Paris, und wer hat ihn gebaut?") == ["settings"]
    assert ways("Who won the world cup of 1954?") == []


@pytest.mark.parametrize(
    ("support", "note"), [("partly", "Only partly supported"), ("not found", "Not found in the articles")]
)
def test_doubts_are_told_in_words(support: str, note: str) -> None:
    doubtful = Answer("?", True, (AnswerSentence("Sure.", "supported", 1), AnswerSentence("Hm.", support, 0.4)))
    read = only_ours(answer_body(doubtful, 1))
    assert [e.text for e in read.all("span", "doubt")] == [note]
    assert len({e.text for e in read.all("span", "sign")}) == 1
    assert f"Left out when you save: 1 {note.lower()}, of 2 sentences." in shown_text(answer_body(doubtful, 1))
    assert "Left out" not in answer_body(replace(doubtful, sentences=doubtful.sentences[:1]), 1)


def test_a_doubt_has_its_place_and_its_reason() -> None:
    text = "The bridge cost <9> million."
    faults = (Fault("number", 16, 19, "the evidence has “7” where this says “<9>”", "7"),)
    read = only_ours(answer_body(Answer("?", True, (AnswerSentence(text, "partly", 0.4, (), faults),)), 1))
    (place,) = read.all("span", "fault")
    assert (place.text, place.facts["title"]) == ("<9>", faults[0].reason)
    assert [e.text for e in read.all("span", "why")] == [faults[0].reason]


def test_what_is_only_near_a_sentence_is_called_nearest() -> None:
    cited = (Citation(1, "a.txt", 0, 5, "words"),)
    for support, near in (("supported", []), ("partly", ["Nearest:1"]), ("not found", ["Nearest:1"])):
        read = only_ours(answer_body(Answer("?", True, (AnswerSentence("Hm.", support, 0.4, cited),)), 1))
        assert [e.text for e in read.all("span", "near")] == near


@given(SENTENCES, TEXT)
def test_what_is_stopped_shows_checked_sentences_alone(sentences: tuple[AnswerSentence, ...], text: str) -> None:
    read = only_ours(exchange("?", stopped(sentences, text, 1), 1))
    assert len(read.all("p", "said")) == len(sentences)
    assert not read.all("p", "coming")
    assert not read.all("span", "cursor")
    assert ("Unchecked words were taken away." in read.elements[0].text) == bool(text.strip())


def test_a_follow_up_says_how_it_was_understood() -> None:
    answer = Answer("And the jets?", False, asked="What did Rutte say about the jets?")
    assert "Understood as: What did Rutte say about the jets?" in only_ours(answer_body(answer, 2)).all("p")[0].text
    assert "Understood" not in answer_body(Answer("The jets?", False, asked="The jets?"), 2)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_failures_are_told_literally(hostile: str) -> None:
    assert UNSHOWABLE.sub("\ufffd", hostile) in only_ours(trouble("No", hostile)).all("div", "trouble")[0].text


def test_a_screen_reader_is_told_what_came(library: Library) -> None:
    assert summary_line(library.ask("What did Zelenskyy say about long-range weapons?")).startswith("Answered in ")
    assert summary_line(Answer("?", False)) == "Found nothing that answers this. 0 nearest passages below."


def shown_text(html: str) -> str:
    return " ".join(p.text for p in only_ours(html).all("p"))


def test_what_a_model_used_is_told_in_a_plain_line() -> None:
    used = Usage(1234, 56, False, 0.5, 2.0, 0.0123, "<b>")
    page = shown_text(answer_body(Answer("?", False, usage=used), 1, used))
    assert "1,234 tokens in, 56 out, first words after 0.5 s, 2.0 s in all, 0.0123 <b>." in page
    assert "This conversation" not in page
    page = shown_text(answer_body(Answer("?", False, usage=used), 1, Usage.total([used, used])))
    assert "This conversation: 2,468 tokens in, 112 out, 4.0 s in all, 0.0246 <b>." in page
    assert "tokens" not in shown_text(answer_body(Answer("?", False), 1, used))

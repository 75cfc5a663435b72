"""The page says who writes the answers, and what a model's doubtful sentences are."""

from __future__ import annotations

from rag import Answer, AnswerSentence, Library
from rag.testing import ScriptedModel
from ui import answer_html, page


def test_the_page_names_the_writer(seeds, settings) -> None:
    with Library(seeds, settings=settings) as library:
        assert "No AI model is used" in page.writer_note(library)
    model = ScriptedModel("x")
    model.name = "<b>small</b>"
    with Library(seeds, settings=settings, llm=model) as library:
        assert "written by &lt;b&gt;small&lt;/b&gt; from the articles" in page.writer_note(library)


def test_what_does_not_hold_is_shown_as_such_with_the_notes() -> None:
    sentences = (AnswerSentence("It was so.", "supported", 1.0), AnswerSentence("Was it?", "not found", 0.0))
    body = answer_html.answer_body(Answer("?", True, sentences, writer="m", notes=("<i>why</i>",)), 1)
    assert 'class="said not-found"' in body
    assert "Not found in the articles" in body
    assert "&lt;i&gt;why&lt;/i&gt;" in body

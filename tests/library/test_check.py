"""A pasted draft is checked against the library, sentence by sentence."""

from __future__ import annotations

from rag import Library

TRUE = "Rutte approved the transfer of Dutch F-16 fighter jets to Ukraine."
FALSE = "Rutte sold ninety submarines to Portugal."


def test_a_draft_is_checked_sentence_by_sentence(library: Library) -> None:
    true, false = library.check(f"{TRUE} {FALSE}")
    assert (true.text, true.support) == (TRUE, "supported")
    assert true.citations
    assert (false.text, false.support == "supported") == (FALSE, False)
    assert true.score > false.score
    for citation in (*true.citations, *false.citations):
        assert library.article(citation.file).text[citation.start : citation.end] == citation.quote

"""A pasted draft is checked against the library, sentence by sentence."""

from __future__ import annotations

import pytest

from rag import Cancelled, Library, WorkProgress

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


def test_a_long_draft_tells_how_far_it_is_and_can_be_stopped(library: Library) -> None:
    steps: list[WorkProgress] = []
    draft = f"{TRUE} {FALSE}\n\n" * 3
    library.check(draft, progress=steps.append)
    assert [(p.done, p.total) for p in steps] == [(n, 6) for n in range(7)]
    seen = len(steps)
    with pytest.raises(Cancelled):
        library.check(draft, progress=steps.append, cancel=lambda: len(steps) >= seen + 2)
    assert [(p.done, p.total) for p in steps[seen:]] == [(0, 6), (1, 6)]

"""Another article is cited for a quote only if it has the words that answer."""

from __future__ import annotations

import pytest

from rag.verify.corroboration import holds


@pytest.mark.parametrize(
    ("text", "answer", "says_it"),
    [
        ("Page was born in Nashville in 1923, the second of six children.", "one of six children", True),
        ("Bettie Page was born on April 22, 1923, in Nashville.", "one of six children", False),
        ("A reward of $35,000 was offered.", "a $35,000 reward", True),
        ("Police searched the woods for a second bomb.", "a $35,000 reward", False),
        ("They will be retaliating.", "would not retaliate", True),
        ("Nothing in it is looked for.", "", True),
    ],
)
def test_a_witness_holds_half_of_the_words_that_answer(text: str, answer: str, says_it: bool) -> None:
    assert holds(text, answer) is says_it

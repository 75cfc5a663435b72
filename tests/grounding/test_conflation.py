"""What the evidence says of one subject is not said of another; who is called otherwise stays the same."""

from __future__ import annotations

import pytest

from rag.grounding.check import check_sentence
from rag.models.static import load_wordllama

EMBED = load_wordllama().embed_passages
EVIDENCE = (
    "The fish market of Selby opened in 1907.",
    "A brewery beside the harbour has won three prizes for its beer.",
    "Anna Lindqvist was elected mayor in May.",
    "She has promised to repair the old bridge.",
    "The mayor also opened the new library on Monday.",
    "Olav Brekke resigned after the vote and left the country.",
    "Traders of the market collect coins for the poor, and children feed the seagulls.",
    "In return, the council lowered the rent of the stalls.",
)


@pytest.mark.parametrize(
    ("sentence", "subject"),
    [
        ("The fish market of Selby opened in 1907 and has won three prizes for its beer.", "A brewery"),
        ("The fish market of Selby, which has won three prizes for its beer, opened in 1907.", "A brewery"),
        ("Anna Lindqvist was elected mayor in May and left the country after the vote.", "Olav Brekke"),
    ],
)
def test_what_is_said_of_another_is_named_with_its_subject(sentence: str, subject: str) -> None:
    verdict = check_sentence(sentence, EVIDENCE, EMBED)
    assert verdict.support == "partly"
    (fault,) = [f for f in verdict.faults if subject in f.instead]
    assert fault.kind == "roles"
    assert subject in fault.reason
    assert sentence[fault.start : fault.end].startswith(("has won", "left"))


@pytest.mark.parametrize(
    "sentence",
    [
        "Olav Brekke resigned after the vote and left the country.",
        "Anna Lindqvist was elected mayor in May and has promised to repair the old bridge.",
        "Anna Lindqvist was elected in May and also opened the new library on Monday.",
        "The fish market of Selby opened in 1907, and children feed the seagulls.",
        "In May she was elected mayor and has promised to repair the old bridge.",
    ],
)
def test_a_subject_called_otherwise_or_a_clause_with_its_own_is_no_conflation(sentence: str) -> None:
    verdict = check_sentence(sentence, EVIDENCE, EMBED)
    assert not [f for f in verdict.faults if f.kind == "roles"]

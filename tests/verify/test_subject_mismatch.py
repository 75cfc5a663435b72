"""What the evidence says of one subject is not said of another; who is called otherwise stays the same."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.embed.wordllama import load_wordllama
from rag.verify.alignment import align
from rag.verify.check import check_sentence
from rag.verify.subject_mismatch import compare_subjects

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
        ("Children have won three prizes for their beer.", "A brewery"),
        ("Olav Brekke was elected mayor in May.", "Anna Lindqvist"),
    ],
)
def test_what_is_said_of_another_is_named_with_its_subject(sentence: str, subject: str) -> None:
    verdict = check_sentence(sentence, EVIDENCE, EMBED)
    assert verdict.support == "partly"
    (fault,) = [f for f in verdict.faults if subject in f.instead]
    assert fault.kind == "roles"
    assert subject in fault.reason
    assert sentence[fault.start : fault.end].startswith(("has won", "have won", "left", "was elected", "Olav"))


@pytest.mark.parametrize(
    "sentence",
    [
        "Olav Brekke resigned after the vote and left the country.",
        "Anna Lindqvist was elected mayor in May and has promised to repair the old bridge.",
        "Anna Lindqvist was elected in May and also opened the new library on Monday.",
        "The fish market of Selby opened in 1907, and children feed the seagulls.",
        "In May she was elected mayor and has promised to repair the old bridge.",
        "The mayor was elected in May.",
        "She has promised to repair the old bridge of Selby.",
        "The rent of the stalls was lowered by the council.",
    ],
)
def test_a_subject_called_otherwise_or_a_clause_with_its_own_is_no_conflation(sentence: str) -> None:
    verdict = check_sentence(sentence, EVIDENCE, EMBED)
    assert not [f for f in verdict.faults if f.kind == "roles"]


@given(st.lists(st.sampled_from(" ".join(EVIDENCE).split()), max_size=14), st.randoms())
def test_any_words_get_a_verdict_and_every_fault_lies_in_the_sentence(words: list[str], rng: random.Random) -> None:
    evidence = rng.sample(EVIDENCE, rng.randrange(1, len(EVIDENCE)))
    sentence = " ".join(words)
    alignment = align(sentence, evidence, EMBED)
    follows = frozenset(range(1, len(evidence), 2))
    for exchanged in compare_subjects(sentence, evidence, alignment, follows).exchanged if alignment else ():
        assert 0 <= exchanged.start < exchanged.end <= len(sentence)
        assert any(exchanged.subject in text for text in evidence)

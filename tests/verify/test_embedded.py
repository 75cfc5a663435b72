"""What a sentence only denies, doubts or supposes is not what it states."""

from __future__ import annotations

import pytest

from rag.embed.wordllama import load_wordllama
from rag.verify.check import check_sentence

CLAIM = "The bridge of Ashford collapsed on Sunday."


@pytest.mark.parametrize(
    "evidence",
    [
        "The mayor denied that the bridge of Ashford collapsed on Sunday.",
        "The mayor denied reports that the bridge of Ashford collapsed on Sunday.",
        "It is not true that the bridge of Ashford collapsed on Sunday.",
        "If the bridge of Ashford collapsed on Sunday, nobody noticed.",
        "Rumours that the bridge of Ashford collapsed on Sunday are false.",
        "Nobody believes that the bridge of Ashford collapsed on Sunday.",
        "There is no evidence that the bridge of Ashford collapsed on Sunday.",
        "It is unclear whether the bridge of Ashford collapsed on Sunday.",
    ],
)
def test_an_embedded_clause_is_no_statement(evidence: str) -> None:
    verdict = check_sentence(CLAIM, [evidence], load_wordllama().embed_passages)
    assert verdict.support != "supported"
    assert verdict.faults


@pytest.mark.parametrize(
    "evidence",
    [
        "The bridge of Ashford collapsed on Sunday, if only for a moment.",
        "Officials who denied the report now say that the bridge of Ashford collapsed on Sunday.",
        "Although no one was hurt, the bridge of Ashford collapsed on Sunday.",
        "The mayor announced that the bridge of Ashford collapsed on Sunday.",
    ],
)
def test_a_clause_that_is_stated_is_held(evidence: str) -> None:
    assert check_sentence(CLAIM, [evidence], load_wordllama().embed_passages).support == "supported"


def test_what_another_sentence_states_is_held() -> None:
    evidence = [
        "The mayor denied that the bridge of Ashford collapsed on Sunday.",
        "On Sunday Ashford's bridge collapsed.",
    ]
    assert check_sentence(CLAIM, evidence, load_wordllama().embed_passages).support == "supported"

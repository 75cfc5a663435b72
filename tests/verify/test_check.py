"""The checker: what it passes, what it refuses, and the reasons that it gives."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.embed.wordllama import load_wordllama
from rag.text.word_similarity import Embed
from rag.verify.check import check_sentence
from tests.verify.perturb import Case, paraphrases, perturbations, whole

ARTICLE = (
    "The harbour council met on Tuesday to discuss the new ferry terminal in Bergen.",
    "Mayor Ingrid Aasen said the terminal may cost 7.5 million euros.",
    "Her deputy, Olav Brekke, told reporters that the money was not in the budget.",
    "The shipping company Nordline bought the old warehouse from Fjordbank in March 2021.",
    "About 350 people work there, according to the trade union.",
)
EACH = 25
"""Sentences of each kind that are made of the benchmark articles; the benchmark makes 100."""


@pytest.mark.parametrize(
    "sentence",
    [
        "The shipping company Nordline bought the old warehouse from Fjordbank in March 2021.",
        "The shipping firm Nordline purchased the old warehouse from Fjordbank in March 2021.",
        "Nordline bought the old warehouse from Fjordbank in March 2021.",
        "Mayor Ingrid Aasen said the terminal may cost 7,500,000 euros.",
        "The harbour council met on Tuesday to discuss the new ferry terminal in Bergen, and Mayor Ingrid Aasen said "
        "the terminal may cost 7.5 million euros.",
        "Some 350 people work there, according to the trade union.",
    ],
)
def test_what_the_article_says_is_supported(sentence: str, embed: Embed) -> None:
    verdict = check_sentence(sentence, ARTICLE, embed)
    assert (verdict.support, verdict.faults) == ("supported", ())
    assert verdict.score > 0.5
    assert verdict.evidence


@pytest.mark.parametrize(
    ("sentence", "kind", "word"),
    [
        ("Mayor Ingrid Aasen said the terminal may cost 9.5 million euros.", "number", "9.5 million"),
        ("The harbour council met on Thursday to discuss the new ferry terminal in Bergen.", "date", "Thursday"),
        ("The harbour council met on Tuesday to discuss the new ferry terminal in Oslo.", "name", "Oslo"),
        ("Mayor Ingrid Aasen said the terminal will cost 7.5 million euros.", "certainty", "will"),
        ("Her deputy, Olav Brekke, told reporters that the money was in the budget.", "denial", "was"),
        ("Mayor Ingrid Aasen said the terminal may not cost 7.5 million euros.", "denial", "not"),
        ("Fjordbank bought the old warehouse from Nordline in March 2021.", "roles", "Fjordbank"),
        ("The shipping company Nordline sold the old warehouse from Fjordbank in March 2021.", "opposite", "sold"),
        (
            "About 350 people work there, according to the trade union, although two bridges collapsed.",
            "not found",
            "although two bridges collapsed",
        ),
    ],
)
def test_one_changed_word_is_seen_and_named(sentence: str, kind: str, word: str, embed: Embed) -> None:
    verdict = check_sentence(sentence, ARTICLE, embed)
    assert verdict.support == "partly"
    (fault,) = [f for f in verdict.faults if f.kind == kind]
    assert word in sentence[fault.start : fault.end]
    assert fault.reason


def test_words_of_another_subject_are_not_found(embed: Embed) -> None:
    verdict = check_sentence("Scientists discovered water vapour on a distant planet.", ARTICLE, embed)
    assert verdict.support == "not found"
    assert verdict.score < 0.2


def test_without_evidence_nothing_is_found(embed: Embed) -> None:
    assert check_sentence("The mayor spoke.", [], embed).support == "not found"
    assert check_sentence("  ", ARTICLE, embed).support == "not found"


def test_the_sentences_that_it_rests_on_are_named(embed: Embed) -> None:
    merged = "Nordline bought the old warehouse, and about 350 people work there, according to the trade union."
    assert set(check_sentence(merged, ARTICLE, embed).evidence) == {3, 4}


def test_part_of_a_word_is_no_quotation(embed: Embed) -> None:
    assert check_sentence("art", ["The party was over."], embed).support != "supported"
    assert check_sentence("the “party” was over", ['Alas, the "party" was over.'], embed).score == 1.0


@given(st.lists(st.text(max_size=60), max_size=4), st.text(max_size=80))
def test_any_text_gets_a_verdict_with_places_in_it(evidence: list[str], sentence: str) -> None:
    verdict = check_sentence(sentence, evidence, load_wordllama().embed_passages)
    assert 0 <= verdict.score <= 1
    assert all(0 <= i < len(evidence) for i in verdict.evidence)
    assert all(0 <= f.start < f.end <= len(sentence) for f in verdict.faults)
    assert verdict.support != "supported" or not verdict.faults


@given(st.sampled_from(ARTICLE), st.integers(1, 4))
def test_a_quotation_is_supported_however_it_is_spaced(sentence: str, spaces: int) -> None:
    verdict = check_sentence(sentence.replace(" ", " " * spaces), ARTICLE, load_wordllama().embed_passages)
    assert (verdict.support, verdict.score) == ("supported", 1.0)


def _refused(cases: list[Case], embed: Embed) -> Counter[str]:
    return Counter(
        c.kind
        for c in cases
        if check_sentence(c.sentence, c.evidence, embed, context=whole(c.evidence)).support != "supported"
    )


def test_false_sentences_of_real_articles_are_caught_and_true_ones_pass(benchmarks: Path, embed: Embed) -> None:
    false, true = perturbations(benchmarks, each=EACH), paraphrases(benchmarks, each=EACH)
    assert len({c.kind for c in false}) >= 10
    assert sum(_refused(false, embed).values()) >= 0.9 * len(false)
    assert sum(_refused(true, embed).values()) <= 0.05 * len(true)


def test_false_sentences_differ_from_their_articles(benchmarks: Path) -> None:
    for case in perturbations(benchmarks, each=5):
        assert case.sentence not in case.evidence
        assert case.original in case.evidence
        assert re.search(r"\w", case.sentence)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The rocks flew 8 kilometres.", "The rocks flew 5 miles."),
        ("Two and a half million bricks were lost.", "In the fire 2.5 million bricks were lost."),
        ("Police closed the road at 15:00.", "Police closed the road at 3 p.m."),
        ("The fire burned 810 hectares.", "The fire burned 2,000 acres of wood."),
        ("The bridge is 330 metres long.", "The bridge is 1,083 feet long."),
        ("The damage is put at 1,200 million crowns.", "The damage is put at 1.2 billion crowns."),
    ],
)
def test_a_quantity_in_other_units_is_supported(claim: str, evidence: str, embed: Embed) -> None:
    assert check_sentence(claim, [evidence], embed).support == "supported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The rocks flew 9 kilometres.", "The rocks flew 5 miles."),
        ("Police closed the road at 16:00.", "Police closed the road at 3 p.m."),
        ("The fire burned 2,000 hectares.", "The fire burned 2,000 acres of wood."),
        ("The driver survived.", "The driver, Erik Lund, died."),
        ("The court freed Piet Vos.", "The court in Holm jailed Piet Vos on Monday."),
        ("The south wall of the dam broke.", "The north wall of the dam broke on Tuesday."),
    ],
)
def test_another_quantity_or_the_opposite_is_not(claim: str, evidence: str, embed: Embed) -> None:
    assert check_sentence(claim, [evidence], embed).support != "supported"

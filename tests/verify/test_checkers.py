"""The makers of the checker: what an entailment model may change of the rules' verdicts, and what not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.embed.port import Entailment
from rag.embed.wordllama import load_wordllama
from rag.results.spans import Quote
from rag.text.word_similarity import Embed
from rag.verify.check import Claim, Verdict
from rag.verify.checkers import HARD, EntailmentChecker, RuleChecker

ARTICLE = (
    "Mayor Ingrid Aasen said the terminal may cost 7.5 million euros.",
    "The shipping company Nordline bought the old warehouse from Fjordbank in March 2021.",
)
QUOTED = ARTICLE[1]
REWORDED = "Nordline purchased the old warehouse from Fjordbank in March 2021."
CHANGED = "Nordline bought the old warehouse from Fjordbank in March 2019."
STRETCHED = "Nordline bought the old warehouse of the harbour from Fjordbank in March 2021 amid lengthy haggling."


class Fixed:
    """An entailment model that always says the same."""

    name = "fixed"

    def __init__(self, entailment: float, contradiction: float = 0.0) -> None:
        self.judgement = Entailment(entailment, 1 - entailment - contradiction, contradiction)
        self.asked: list[tuple[str, str]] = []

    def entail(self, pairs):
        self.asked += pairs
        return [self.judgement] * len(pairs)


def claim(sentence: str) -> Claim:
    places, start = [], 0
    for text in ARTICLE:
        places.append(Quote("a.txt", start, start + len(text), text))
        start += len(text) + 1
    return Claim(sentence, tuple(places))


def judge(sentence: str, embed: Embed, model: Fixed) -> Verdict:
    return EntailmentChecker(RuleChecker(embed), model).check(claim(sentence))


def test_what_does_not_follow_is_only_partly_supported(embed: Embed) -> None:
    assert RuleChecker(embed).check(claim(REWORDED)).support == "supported"
    for model, reason in ((Fixed(0.1), "does not follow"), (Fixed(0.1, 0.8), "contradicts")):
        verdict = judge(REWORDED, embed, model)
        assert verdict.support == "partly"
        assert reason in verdict.faults[-1].reason
        assert (QUOTED, REWORDED) in model.asked


def test_what_follows_may_miss_words_but_no_number(embed: Embed) -> None:
    rules = RuleChecker(embed)
    assert rules.check(claim(STRETCHED)).support == "partly"
    assert not {f.kind for f in rules.check(claim(STRETCHED)).faults} & HARD
    assert judge(STRETCHED, embed, Fixed(0.95)).support == "supported"
    assert judge(CHANGED, embed, Fixed(0.99)) == rules.check(claim(CHANGED))
    assert rules.check(claim(CHANGED)).support == "partly"


def test_words_taken_over_are_not_asked_about(embed: Embed) -> None:
    model = Fixed(0.0)
    assert judge(QUOTED, embed, model).support == "supported"
    assert judge("Penguins juggle umbrellas.", embed, model).support == "not found"
    assert model.asked == []


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from([REWORDED, CHANGED, STRETCHED, QUOTED]))
def test_a_supported_sentence_has_no_faults_and_a_score_above_others(first: float, share: float, sentence: str) -> None:
    verdict = judge(sentence, load_wordllama().embed_passages, Fixed(first, (1 - first) * share))
    assert 0 <= verdict.score <= 1
    assert (verdict.support == "supported") == (not verdict.faults)
    assert (verdict.score >= 0.5) or verdict.support != "supported"


@pytest.mark.parametrize("sentence", [REWORDED, CHANGED])
def test_the_rules_change_nothing_when_a_text_is_whole(sentence: str, embed: Embed) -> None:
    rules = RuleChecker(embed)
    verdict = rules.check(claim(sentence))
    assert rules.review([claim(sentence)], [verdict]).verdicts == (verdict,)

"""A model that has not earned trust is believed what one sentence of an article says; none what leans on a doubt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.grounding.check import Verdict
from rag.grounding.checkers import RuleChecker
from rag.grounding.claims import Claim
from rag.grounding.doubts import first_look, second_look
from rag.grounding.leaning import leans_on
from rag.grounding.one_sentence import in_one_sentence
from rag.grounding.witnesses import Place
from rag.models.static import load_wordllama

TEXTS = {
    "market": (
        "Traders of the Selby fish market throw salmon over the counter to each other, a custom begun in 1986.",
        "The market opened in 1907 and draws ten million visitors a year.",
        "Because the old hall leaked, the council moved the traders to the harbour.",
        "The council sells the hall to a brewery.",
        "A bronze pig named Rosa collects coins for the poor.",
    ),
    "river": ("The river flooded the meadows of Norby.", "Farmers lost their hay, and asked the council for help."),
}
EVIDENCE = tuple(Place(file, 200 * n, 200 * n + len(t), t) for file, ts in TEXTS.items() for n, t in enumerate(ts))
EMBED = load_wordllama().embed_passages
CHECKER = RuleChecker(EMBED)
TRUE = (
    "The market opened in 1907 and draws ten million visitors a year.",
    "The market draws ten million visitors a year.",
    "A bronze pig called Rosa collects coins for the poor.",
    "The council moved the traders to the harbour because the old hall leaked.",
    "The market opened in 1907, and a bronze pig named Rosa collects coins for the poor.",
    "Farmers lost their hay and asked the council for help.",
)
FREE = "The Selby market, a fish market opened in 1907, has a bronze pig that collects coins and a harbour of traders."
"""Words of the article's sentences, loosely put together."""
INVENTED = ("The mayor of Selby ate three cakes.", "Penguins juggle umbrellas.")


def claims_of(*sentences: str) -> list[Claim]:
    return [Claim(s, EVIDENCE, before) for s, before in zip(sentences, ("", *sentences), strict=False)]


def sure(sentence: str) -> Verdict:
    """As if the check had been taken in."""
    return Verdict("supported", 0.9, tuple(i for i, p in enumerate(EVIDENCE) if p.file == "market"))


@pytest.mark.parametrize("sentence", TRUE)
def test_what_one_sentence_says_or_one_for_each_clause_stays_supported(sentence: str) -> None:
    (claim,) = claims_of(sentence)
    assert in_one_sentence(claim, CHECKER.check(claim), EMBED).support == "supported"


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        (FREE, ""),
        ("The role of the market is to collect coins for the visitors.", ""),
        ("The pig was raised to collect coins for the poor.", "raised"),
        ("The market opened in 1907 because the old hall leaked.", ""),
        ("Traders throw salmon over the counter because the custom was begun in 1986.", "because"),
        ("The council sells the hall to a brewery due to the harbour.", ""),
    ],
)
def test_words_of_several_sentences_put_together_do_not(sentence: str, named: str) -> None:
    claim = Claim(sentence, EVIDENCE)
    verdict = in_one_sentence(claim, sure(sentence), EMBED)
    assert verdict.support == "partly"
    assert named in {sentence[f.start : f.end] for f in verdict.faults} or not named
    assert all(f.reason and 0 <= f.start < f.end <= len(sentence) for f in verdict.faults)


def test_a_quotation_needs_no_second_look() -> None:
    verdict = Verdict("supported", 1.0, (1,))
    assert in_one_sentence(Claim("Anything at all.", EVIDENCE), verdict, EMBED) is verdict


@pytest.mark.parametrize(
    ("sentence", "leans"),
    [
        ("The song is about love.", True),
        ("It was released in May.", True),
        ("However, the song was released in May.", True),
        ("These songs are loud.", True),
        ("The album was released in May.", False),
        ("Elvis Presley sang it in 1960.", False),
        ("", False),
    ],
)
def test_what_leans_on_the_sentence_before(sentence: str, leans: bool) -> None:
    assert leans_on(sentence, "Elvis wrote a song about the moon.") is leans


@pytest.mark.parametrize("before", ["supported", "partly", "not found"])
def test_a_sentence_is_no_truer_than_the_one_it_leans_on(before) -> None:
    claims = claims_of(TRUE[1], "The market opened in 1907.")
    first = Verdict(before, 1.0 if before == "supported" else 0.4, (1,))
    looked = second_look(claims, [first, Verdict("supported", 0.9, (1,))], EMBED)
    assert looked[1].support == ("supported" if before == "supported" else "partly")
    assert bool(looked[1].faults) is (before != "supported")
    assert first_look(claims[1], Verdict("supported", 0.9, (1,)), first, EMBED).support == looked[1].support


def test_trust_is_earned_by_sentences_that_an_article_says() -> None:
    claims = claims_of(TRUE[0], TRUE[2], FREE)
    assert [v.support for v in second_look(claims, [sure(c.sentence) for c in claims], EMBED)] == ["supported"] * 3
    claims = claims_of(TRUE[0], FREE, FREE)
    assert [v.support for v in second_look(claims, [sure(c.sentence) for c in claims], EMBED)][1:] == ["partly"] * 2


def test_a_model_that_invents_much_is_believed_only_what_an_article_says() -> None:
    claims = claims_of(TRUE[0], TRUE[2], FREE, *INVENTED)
    verdicts = [*(sure(c.sentence) for c in claims[:3]), *[Verdict("not found", 0.1)] * 2]
    looked = second_look(claims, verdicts, EMBED)
    assert [v.support for v in looked] == ["supported", "supported", "partly", "not found", "not found"]


@given(st.lists(st.sampled_from((*TRUE, FREE, *INVENTED)), max_size=6, unique=True))
def test_what_is_supported_at_first_stays_so_and_no_look_raises_a_verdict(sentences: list[str]) -> None:
    claims = claims_of(*sentences)
    verdicts = [CHECKER.check(c) for c in claims]
    shown: list[Verdict] = []
    for claim, verdict in zip(claims, verdicts, strict=True):
        shown.append(first_look(claim, verdict, shown[-1] if shown else None, EMBED))
    looked = second_look(claims, verdicts, EMBED)
    assert len(looked) == len(claims)
    for verdict, first, last in zip(verdicts, shown, looked, strict=True):
        assert first.support != "supported" or last.support == "supported"
        assert last.support == verdict.support or (verdict.support, last.support) == ("supported", "partly")

"""A model's sentence is accepted if one place of an article supports it, and not if it refers to one in doubt."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.embed.wordllama import load_wordllama
from rag.results.spans import Quote
from rag.text.anaphora import refers_back
from rag.verify.check import Claim, Verdict
from rag.verify.checkers import RuleChecker
from rag.verify.trust import look, look_again
from tests.verify.falsehoods import patchwork
from tests.verify.perturb import make_cases

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
EVIDENCE = tuple(Quote(file, 200 * n, 200 * n + len(t), t) for file, ts in TEXTS.items() for n, t in enumerate(ts))
EMBED = load_wordllama().embed_passages
CHECKER = RuleChecker(EMBED)
TRUE = (
    "The market opened in 1907 and draws ten million visitors a year.",
    "The market draws ten million visitors a year.",
    "A bronze pig called Rosa collects coins for the poor.",
    "The council moved the traders to the harbour because the old hall leaked.",
    "The council sells the hall to a brewery, and a bronze pig named Rosa collects coins for the poor.",
    "The council moved the traders to the harbour, and the council sells the hall to a brewery.",
    "Farmers lost their hay and asked the council for help.",
)
FREE = "The Selby market, a fish market opened in 1907, has a bronze pig that collects coins and a harbour of traders."
"""Words of the article's sentences, loosely put together."""
INVENTED = ("The mayor of Selby ate three cakes.", "Penguins juggle umbrellas.")


def claims_of(*sentences: str) -> list[Claim]:
    return [Claim(s, EVIDENCE, before) for s, before in zip(sentences, ("", *sentences), strict=False)]


def sure(score: float = 0.9) -> Verdict:
    """As if the check had been taken in."""
    return Verdict("supported", score, tuple(i for i, p in enumerate(EVIDENCE) if p.file == "market"))


@pytest.mark.parametrize("sentence", TRUE)
def test_what_one_place_says_stays_supported(sentence: str) -> None:
    (claim,) = claims_of(sentence)
    assert look(claim, CHECKER.check(claim), None, EMBED).support == "supported"


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        (FREE, ""),
        ("The role of the market is to collect coins for the visitors.", ""),
        ("The pig was raised to collect coins for the poor.", "raised"),
        ("The market opened in 1907 because the old hall leaked.", ""),
        ("Traders throw salmon over the counter because the custom was begun in 1986.", "because"),
        ("The council sells the hall to a brewery due to the harbour.", ""),
        ("Traders throw the brewery to each other, a custom begun in 1986.", ""),
        ("The traders of the Selby fish market throw salmon over the traders.", "traders"),
    ],
)
def test_words_put_together_otherwise_are_not_believed(sentence: str, named: str) -> None:
    (claim,) = claims_of(sentence)
    verdict = look(claim, sure(), None, EMBED)
    assert verdict.support == "partly"
    assert named in {sentence[f.start : f.end] for f in verdict.faults} or not named
    assert all(f.reason and 0 <= f.start < f.end <= len(sentence) for f in verdict.faults)


def test_what_the_check_is_not_sure_of_is_not_believed() -> None:
    (claim,) = claims_of(TRUE[1])
    assert look(claim, sure(0.65), None, EMBED).support == "partly"
    assert look(claim, sure(0.75), None, EMBED).support == "supported"


def test_a_quotation_needs_no_second_look() -> None:
    verdict = Verdict("supported", 1.0, (1,))
    assert look(Claim("Anything at all.", EVIDENCE), verdict, None, EMBED) is verdict


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
    assert refers_back(sentence, "Elvis wrote a song about the moon.") is leans


@pytest.mark.parametrize("before", ["supported", "partly", "not found"])
def test_a_sentence_is_no_truer_than_the_one_it_leans_on(before) -> None:
    claims = claims_of(TRUE[1], "The market opened in 1907.")
    first = Verdict(before, 1.0 if before == "supported" else 0.4, (1,))
    looked = look_again(claims, [first, Verdict("supported", 0.9, (1,))], EMBED)
    assert looked[1].support == ("supported" if before == "supported" else "partly")
    assert bool(looked[1].faults) is (before != "supported")


def test_the_song_of_one_article_is_not_that_of_another() -> None:
    texts = {
        "moon": "Elvis sang the song Blue Moon in 1956.",
        "sun": "The song is about a vain lover who watches the sun.",
        "more": "Blue Moon was recorded in Memphis. The song is about a lonely man.",
    }
    places = tuple(Quote(file, 0, len(text), text) for file, text in texts.items())
    before = "Elvis sang the song Blue Moon in 1956."
    for number, support in ((1, "partly"), (2, "supported")):
        said = texts["sun"] if number == 1 else "The song is about a lonely man."
        verdict = look(
            Claim(said, places, before), Verdict("supported", 1.0, (number,)), Verdict("supported", 1.0, (0,)), EMBED
        )
        assert verdict.support == support


@given(st.lists(st.sampled_from((*TRUE, FREE, *INVENTED)), max_size=6, unique=True))
def test_no_look_raises_a_verdict_and_none_depends_on_what_was_looked_at_before(sentences: list[str]) -> None:
    claims = claims_of(*sentences)
    verdicts = [CHECKER.check(c) for c in claims]
    looked = look_again(claims, verdicts, EMBED)
    assert looked == look_again(claims, verdicts, EMBED)
    for verdict, last in zip(verdicts, looked, strict=True):
        assert last.support == verdict.support or (verdict.support, last.support) == ("supported", "partly")


def test_patched_sentences_of_real_articles_are_hardly_ever_believed(benchmarks: Path) -> None:
    cases = make_cases(benchmarks, "test", 60, 7, {"patchwork": patchwork}, true=False)
    believed = 0
    for case in cases:
        starts = itertools.accumulate((len(text) + 1 for text in case.evidence), initial=0)
        places = (Quote("a", at, at + len(text), text) for at, text in zip(starts, case.evidence, strict=False))
        claim = Claim(case.sentence, tuple(places))
        believed += look(claim, CHECKER.check(claim), None, EMBED).support == "supported"
    assert len(cases) == 60
    assert believed <= 0.1 * len(cases)

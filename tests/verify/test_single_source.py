"""Words found here and there in many articles hold no sentence."""

from __future__ import annotations

import pytest

from rag.embed.wordllama import load_wordllama
from rag.results.spans import Quote
from rag.text.fragments import is_fragment
from rag.verify.check import Claim
from rag.verify.checkers import RuleChecker

TEXTS = {
    "bridge": ("The bridge of Ashford opened in May.", "Its repairs cost four million dollars."),
    "school": ("Ellen Marsh became the head teacher of the school in Ashford.", "The school teaches music."),
    "river": ("The river flooded the meadows of Norby.", "Farmers lost their hay, and asked for help."),
}
EVIDENCE = tuple(Quote(file, 100 * n, 100 * n + len(t), t) for file, ts in TEXTS.items() for n, t in enumerate(ts))


@pytest.fixture(scope="module")
def checker() -> RuleChecker:
    return RuleChecker(load_wordllama().embed_passages)


@pytest.mark.parametrize(
    "sentence",
    [
        "The bridge of Ashford opened in May.",
        "The bridge in Ashford was opened in May.",
        "Ashford's bridge opened in May, and its repairs cost four million dollars.",
        "The bridge of Ashford opened in May, while the river flooded the meadows of Norby.",
        "Ellen Marsh became head teacher of Ashford's school.",
    ],
)
def test_what_one_article_says_or_two_side_by_side_is_supported(checker: RuleChecker, sentence: str) -> None:
    assert checker.check(Claim(sentence, EVIDENCE)).support == "supported"


@pytest.mark.parametrize(
    "sentence",
    [
        "Ellen Marsh opened the bridge of Ashford in May.",
        "The farmers of Norby became head teachers of the school.",
        "The school in Ashford lost four million dollars in the flooded meadows.",
    ],
)
def test_what_is_put_together_from_several_articles_is_not(checker: RuleChecker, sentence: str) -> None:
    verdict = checker.check(Claim(sentence, EVIDENCE))
    assert verdict.support != "supported"
    assert verdict.faults
    assert all(0 <= f.start < f.end <= len(sentence) for f in verdict.faults)


@pytest.mark.parametrize(
    "words",
    ["Ellen Marsh", "The answer to this question is:", "King Salman II", "40 Miles", "Bone marrow", "The bridge"],
)
def test_names_alone_and_what_only_announces_state_nothing(checker: RuleChecker, words: str) -> None:
    assert is_fragment(words)
    assert checker.check(Claim(words, EVIDENCE)).support == "not found"


@pytest.mark.parametrize("words", ["Rutte resigned.", "The bridge is open.", "It cost four million dollars."])
def test_short_sentences_are_sentences(words: str) -> None:
    assert not is_fragment(words)

"""Sentences that say the same are told from sentences that merely look alike."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.embed.wordllama import load_wordllama
from rag.text.sentences import split_sentences
from rag.text.word_similarity import Embed
from rag.verify.sentence_pair import compare, same_facts

SEEDS = Path(__file__).parents[2] / "seeds"
PAIRS = {
    (0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 8), (9, 9), (10, 10), (11, 11), (12, 12),
    (13, 13), (15, 14),
}  # fmt: skip
"""Judged by hand: which sentences of the two seed articles, headings and boilerplate apart, say the same."""

SAME = [
    ("Three people were killed in the blast.", "The blast killed three persons."),
    ("In Kyiv, the president met Zelenskyy.", "The president had a meeting with Zelensky in Kiev."),
    ("Sales rose by 4 percent in May.", "In May, sales went up by 4 percent."),
    ("Your security matters for ours, he said.", "He said: your security is important to ours."),
]
DIFFERENT = [
    ("Three people were killed in the blast.", "Five people were killed in the blast.", "number"),
    ("The firm earned $3.2 million.", "The firm earned $3.9 million.", "number"),
    ("He was arrested on Monday in Paris.", "He was arrested on Tuesday in Paris.", "day"),
    ("Rutte told reporters that NATO is ready.", "Stoltenberg told reporters that NATO is ready.", "name"),
    ("Police did not find a gun in the car.", "Police found a gun in the car.", "denial"),
    ("Sales rose by 4 percent in May.", "Sales fell by 4 percent in May.", "opposite"),
    ("Iran attacked Iraq in the night.", "Iraq attacked Iran in the night.", "roles"),
]  # fmt: skip


def seed_sentences() -> list[list[str]]:
    texts = [path.read_text("utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    return [[t[s.start : s.end] for s in split_sentences(t, "en") if s.kind == "text"] for t in texts]


def test_the_seeds_share_their_facts(embed: Embed) -> None:
    first, second = seed_sentences()
    found = {(i, j) for i, a in enumerate(first) for j, same in enumerate(same_facts(a, second, embed)) if same}
    assert found <= PAIRS
    assert len(found) >= len(PAIRS) - 1


@pytest.mark.parametrize(("first", "second"), SAME)
def test_the_same_in_other_words(first: str, second: str, embed: Embed) -> None:
    assert compare(first, second, embed).same
    assert compare(second, first, embed).same


@pytest.mark.parametrize(("first", "second", "why"), DIFFERENT)
def test_one_thing_that_differs_makes_another_fact(first: str, second: str, why: str, embed: Embed) -> None:
    assert not compare(first, second, embed).same
    assert not compare(second, first, embed).same
    assert compare(first, second, embed).conflict == why


@settings(max_examples=50)
@given(st.text(max_size=80), st.text(max_size=80))
def test_likeness_does_not_depend_on_the_order(first: str, second: str) -> None:
    embed = load_wordllama().embed_passages
    there, back = compare(first, second, embed), compare(second, first, embed)
    assert there.conflict == back.conflict
    assert 0 <= there.first <= 1.001
    assert 0 <= there.second <= 1.001


@settings(max_examples=50)
@given(
    st.lists(st.sampled_from("police found guns near the Paris bank on Monday with 12 officers".split()), min_size=3)
)
def test_a_sentence_says_what_it_says(words: list[str]) -> None:
    sentence = f"Reporters say {' '.join(words)}."
    assert compare(sentence, sentence, load_wordllama().embed_passages).same

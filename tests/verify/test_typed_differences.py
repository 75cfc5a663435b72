"""What two sentences on one thing differ in, and that rewordings differ in nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.embed.wordllama import load_wordllama
from rag.text.word_similarity import Embed
from rag.verify.differences import find_differences, same_version
from rag.verify.word_choice import other_words

DIFFERENT = [
    (
        "The ferry sank off Lesina on Monday with 84 people on board.",
        "On Monday a ferry that had 112 people aboard went down off Lesina.",
        ("number", "84", "112"),
    ),
    (
        "The ferry sank off Lesina on Monday with 84 people on board.",
        "A ferry with 84 people on board went down off Lesina on Sunday.",
        ("date", "Monday", "Sunday"),
    ),
    (
        "The harbour master Ivo Maras closed the port on Monday because of the storm.",
        "Because of the storm the port was shut on Monday by the harbour master Pavle Kostic.",
        ("name", "Ivo Maras", "Pavle Kostic"),
    ),
    (
        "The survivors were taken to a hospital in Split, and none is in danger.",
        "None of the survivors, who were taken to a hospital in Zadar, is in danger.",
        ("place", "Split", "Zadar"),
    ),
    (
        "Ana Peric said that the crew had ignored three warnings from the coast guard.",
        "The crew had ignored three warnings from the coast guard, Luka Bilic said.",
        ("attribution", "Ana Peric", "Luka Bilic"),
    ),
    (
        "The captain had been drinking before the ferry left the port.",
        "The captain had not been drinking before the ferry left port.",
        ("denial", "drinking", "not been drinking"),
    ),
    (
        "The shipping company was founded on 3 March 1974 in Rijeka.",
        "Founded on March 3, 1976 in Rijeka, the shipping company runs ferries.",
        ("date", "3 March 1974", "March 3, 1976"),
    ),
    (
        "The captain, Ivo Maras, survived the storm.",
        "The captain, Ivo Maras, perished in the storm.",
        ("opposite", "survived", "perished"),
    ),
    (
        "The north pier of Split was closed on Monday.",
        "The south pier of Split was closed on Monday.",
        ("opposite", "north", "south"),
    ),
]
SAME = [
    ("About 200 people were on the ferry when it sank.", "When the ferry sank, 196 people were on it."),
    ("The U.S. embassy in Kyiv was closed on Jan. 4, 2023.", "On 4 January 2023 the US embassy in Kiev closed."),
    ("Dutch ministers sent twelve boats to the island.", "Ministers of the Netherlands sent 12 boats to the island."),
    ("Mark Rutte, the head of NATO, came to Kyiv on Thursday.", "Rutte came to Kyiv on Thursday as head of NATO."),
    ("The mayor rejected the plan for the bridge.", "The mayor did not accept the plan for the bridge."),
    ("The ferry carried not only cars but also lorries.", "The ferry carried cars and also lorries."),
    ("Silicon Valley Bank collapsed in March.", "In March SVB collapsed."),
    ("Experts put the damage between 140 and 150 million euros.", "Experts put the damage at 140 million euros."),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second", "expected"), DIFFERENT)
def test_what_differs_is_named_with_its_words(
    first: str, second: str, expected: tuple[str, str, str], embed: Embed
) -> None:
    found = find_differences(first, second, embed)
    words = [(d.kind, first[d.here.start : d.here.end], second[d.there.start : d.there.end]) for d in found]
    assert words == [expected]


@pytest.mark.parametrize(("first", "second", "expected"), DIFFERENT)
def test_the_order_of_two_sentences_does_not_matter(
    first: str, second: str, expected: tuple[str, str, str], embed: Embed
) -> None:
    del expected
    there, back = find_differences(first, second, embed), find_differences(second, first, embed)
    assert [(d.kind, d.here, d.there) for d in there] == [(d.kind, d.there, d.here) for d in back]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_other_words_are_no_difference(first: str, second: str, embed: Embed) -> None:
    assert find_differences(first, second, embed) == ()


def test_sentences_on_other_things_do_not_disagree(embed: Embed) -> None:
    first = "The ferry sank off Lesina on Monday with 84 people on board."
    second = "The choir of Zadar sang 12 songs in the cathedral on Friday."
    assert find_differences(first, second, embed) == ()


@settings(max_examples=60)
@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_can_be_compared_and_spans_lie_inside(first: str, second: str) -> None:
    embed = load_wordllama().embed_passages
    for d in find_differences(first, second, embed, threshold=0.0):
        assert 0 <= d.here.start < d.here.end <= len(first)
        assert 0 <= d.there.start < d.there.end <= len(second)
        assert not same_version(d.kind, first, d.here, second, d.there)


@pytest.mark.parametrize(
    ("first", "second", "pairs"),
    [
        ("They are “delaying” their decision, he said.", 'He said they were "postponing" the decision.', 1),
        ("The police killed four militants in the raid.", "The police murdered four militants in the raid.", 1),
        ("The minister said that the road was safe.", "The minister claimed that the road was safe.", 1),
        ("The minister said that the big road was safe.", "The minister stated that the large road was safe.", 0),
        ("The bridge will be closed in May for repairs.", "The bridge might be closed in May for repairs.", 1),
    ],
)
def test_only_words_of_weight_are_shown(first: str, second: str, pairs: int, embed: Embed) -> None:
    assert len(other_words(first, second, embed)) == pairs

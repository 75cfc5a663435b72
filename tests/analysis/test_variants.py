"""What reports give in several versions: numbers of one thing, names in other letters, states that follow."""

from __future__ import annotations

from rag.analysis.comparison import compare_book
from rag.analysis.facts import make_fact_book
from rag.analysis.read_articles import ReadArticle
from rag.analysis.variants import find_apart, find_variants
from rag.embed.wordllama import load_wordllama
from rag.results.comparisons import Comparison
from rag.results.spans import Quote
from rag.results.stories import CopyGroup, Story

CABLES = (
    "Internet traffic between Europe and Asia was disrupted on Friday after three undersea cables were damaged.",
    "Three cables on the bed of the Mediterranean were damaged on Friday, and the internet in Asia was disrupted.",
    "Millions in Asia lost the internet on Friday when three undersea cables in the Mediterranean were cut.",
)
OWN = (
    "A repair ship has left the port of Catania with spare parts.",
    "Banks in Cairo sent their data by satellite instead.",
    "Call centres in Delhi sent their workers home for the weekend.",
    "Shares of the operator fell by a tenth in Paris.",
)


def compared(*leads: str) -> Comparison:
    """Reports that each have a lead and a sentence of their own, all of one story and none a copy."""
    articles = []
    for n, (lead, own) in enumerate(zip(leads, OWN[: len(leads)], strict=True)):
        texts = (lead, own)
        starts = (0, len(lead) + 1)
        quotes = tuple(Quote(f"{n}", s, s + len(t), t) for s, t in zip(starts, texts, strict=True))
        articles.append(ReadArticle(f"{n}", "", "", "", "en", quotes, ()))
    embed = load_wordllama().embed_passages
    story = Story("Cables", articles[0].sentences[0], tuple(CopyGroup(a.file) for a in articles))
    return compare_book(make_fact_book(articles, embed, stories=[story]), embed)


def test_a_number_of_the_same_thing_is_compared_however_the_rest_is_worded() -> None:
    lead = "The internet of Egypt is down since two cables at the port of Alexandria were damaged by an anchor."
    (found,) = compared(*CABLES, lead).disagreed
    assert found.kind == "number"
    assert {side.words.lower(): len(side.statements) for side in found.sides} == {"two": 1, "three": 3}


DEAD = (
    "A 6.1-magnitude earthquake shook the north of Turkey before dawn on Tuesday, killing at least 41 people.",
    "By Thursday evening the number of dead from Tuesday's earthquake in Turkey had risen to 58, the agency said.",
)


def test_a_number_whose_thing_is_named_otherwise_is_compared() -> None:
    others = "Schools in the north of Turkey stay shut after the earthquake.", "The lira fell on Tuesday."
    for leads in ((*DEAD, *others), DEAD):
        (found,) = compared(*leads).disagreed
        assert [side.words for side in found.sides] == ["41", "58"]


def test_scores_and_ages_are_no_versions_of_a_number() -> None:
    leads = (
        "Anna Berg, 24, won her second-round match in Stuttgart 6-4, 6-2 on Monday.",
        "Berg was leading 6-3, 4-1 in Stuttgart on Monday when her opponent, Ines Roth, 31, gave up.",
    )
    assert compared(*leads).disagreed == ()


def test_a_number_of_another_thing_is_no_disagreement() -> None:
    lead = "Two undersea mountains of the Mediterranean rise near the place where the cables were cut on Friday."
    assert compared(*CABLES, lead).disagreed == ()


def test_a_name_in_other_letters_is_found() -> None:
    leads = (
        "Bryant Dalton was shot in the neck at the Kraft plant and is in hospital.",
        "The third victim of the shooting at the Kraft plant is Bryant Dalton.",
        "Police said that the third victim, Brian Dalton, was taken to a hospital.",
        "A man was hurt in a shooting at the Kraft plant.",
    )
    (found,) = compared(*leads).disagreed
    assert found.kind == "name"
    assert {side.words for side in found.sides} == {"Bryant Dalton", "Brian Dalton"}


def test_a_state_that_has_changed_is_an_update() -> None:
    leads = (
        "Andrew Lopez is accused of the murder of Zurana Horton outside a school in Brooklyn.",
        "Andrew Lopez went on trial for the murder of Zurana Horton in Brooklyn.",
        "Andrew Lopez was found guilty of the murder of Zurana Horton outside a school in Brooklyn.",
        "Zurana Horton had twelve children.",
    )
    (found,) = compared(*leads).disagreed
    assert (found.kind, found.nature) == ("opposite", "update")
    assert {side.words for side in found.sides} >= {"found guilty"}


def test_a_number_that_a_tokenizer_has_split_is_read_whole() -> None:
    leads = (
        "Thieves stole jewels worth $2.6 million from a store in central Paris on Monday.",
        "Jewels worth $2. 6 million were stolen from a store in central Paris on Monday.",
        "Jewels worth $2. 6 - million were stolen from a store in Paris by four men on Monday.",
        "Four men stole jewels worth $2. 5 million from a store in central Paris on Monday.",
    )
    (found,) = compared(*leads).disagreed
    assert {side.words.lower(): len(side.statements) for side in found.sides} == {
        "2. 5 million": 1, "2.6 million": 3
    }  # fmt: skip


def test_numbers_that_are_told_of_other_stories_do_not_contradict() -> None:
    embed, leads = load_wordllama().embed_passages, (*CABLES, CABLES[2].replace("three", "two"))
    articles = [
        ReadArticle(f"{n}", "", "", "", "en", (Quote(f"{n}", 0, len(lead), lead),), ()) for n, lead in enumerate(leads)
    ]
    one, other = (
        Story("Cables", own[0].sentences[0], tuple(CopyGroup(a.file) for a in own))
        for own in (articles[:3], articles[3:])
    )
    book = make_fact_book(articles, embed, stories=[one, other])
    assert [*find_variants(book), *find_apart(book)] == []

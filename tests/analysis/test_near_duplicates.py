from collections.abc import Callable

import pytest

from rag import Library
from rag.analysis.near_duplicates import find_credits
from rag.analysis.read_articles import ReadArticle, without_repeated_lines
from rag.analysis.story_detection import stories_of
from rag.results.spans import Quote
from rag.results.stories import CopyGroup, Story
from rag.text.word_similarity import Embed

Maker = Callable[..., ReadArticle]
FIRST, SECOND = "000_29c572bd7d0631de.txt", "004_10b93e29ba91228a.txt"


def only(stories: tuple[Story, ...]) -> Story:
    (story,) = stories
    return story


def only_group(stories: tuple[Story, ...]) -> CopyGroup:
    (group,) = only(stories).groups
    return group


def test_the_second_seed_is_a_reworded_shortened_copy_of_the_first(library: Library) -> None:
    group = only_group(library.stories())
    (copy,) = group.copies
    assert group.original == FIRST
    assert (copy.file, copy.wording, copy.extent) == (SECOND, "reworded", "shortened")
    assert "Reuters" in group.reason
    assert [c.text for c in copy.credits] == ["Reuters reported", "Reuters reminds"]
    text = library.article(SECOND).text
    assert all(text[c.start : c.end] == c.text for c in copy.credits)


@pytest.mark.parametrize(
    ("change", "wording", "extent"),
    [
        (lambda s: s, "exact", "whole"),
        (lambda s: s[:3], "near", "shortened"),
        (lambda s: (*s[::-1],), "near", "whole"),
        (lambda s: tuple(x.replace("struck", "hit").replace("people", "persons") for x in s), "reworded", "whole"),
    ],
)
def test_a_copy_is_known_and_described(
    change: Callable[[tuple[str, ...]], tuple[str, ...]],
    wording: str,
    extent: str,
    article: Maker,
    quake: tuple[str, ...],
    embed: Embed,
) -> None:
    group = only_group(stories_of([article("a", quake), article("b", change(quake))], embed))
    (copy,) = group.copies
    assert group.original == "a"
    assert (copy.file, copy.wording if wording != "reworded" else "reworded", copy.extent) == ("b", wording, extent)


def test_an_extended_copy_is_published_later(
    article: Maker, quake: tuple[str, ...], boxing: tuple[str, ...], embed: Embed
) -> None:
    early = article("z", quake, published="2013-07-02")
    late = article("a", (*quake, *boxing), published="2013-07-05")
    group = only_group(stories_of([late, early], embed))
    assert group.original == "z"
    assert "2013-07-02" in group.reason
    assert group.copies[0].extent == "extended"


def test_two_reports_of_one_event_are_two_voices(article: Maker, quake: tuple[str, ...], embed: Embed) -> None:
    other = (
        "At least 24 people died when an earthquake hit Aceh in Indonesia, officials said on Tuesday.",
        "Villagers in Bener Meriah slept outdoors for fear of aftershocks, and hospitals ran short of beds.",
        "The United States Geological Survey put the magnitude at 6.1 and the depth at ten kilometres.",
        "Aceh was devastated by the tsunami of 2004, in which 170,000 people lost their lives.",
    )
    story = only(stories_of([article("a", quake), article("b", other)], embed))
    assert story.reports == 2


def test_articles_about_other_things_are_other_stories(
    article: Maker, quake: tuple[str, ...], boxing: tuple[str, ...], embed: Embed
) -> None:
    stories = stories_of([article("a", quake), article("b", boxing)], embed)
    assert [s.files for s in stories] == [("a",), ("b",)]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("He left, Reuters reported.", ["Reuters reported"]),
        ("According to AFP, he left the town.", ["According to AFP"]),
        ("The allies have refrained from it, the Tanjug agency recalls.", ["Tanjug agency recalls"]),
        ("He told Reuters that he would leave.", []),
        ("Nobody left the town on Monday.", []),
    ],
)
def test_crediting_words_are_found_where_they_stand(sentence: str, words: list[str]) -> None:
    found = find_credits((Quote("a", 100, 100 + len(sentence), sentence),))
    assert [c.quote.text.removeprefix("the ") for c in found] == words
    assert all(sentence[c.quote.start - 100 : c.quote.end - 100] == c.quote.text for c in found)


def test_independent_reports_that_tell_the_same_are_no_copies(
    article: Maker, quake: tuple[str, ...], embed: Embed
) -> None:
    other = (
        "At least 24 people have died in a magnitude 6.1 earthquake that hit Indonesia's Aceh province on Tuesday.",
        "In the district of Bener Meriah over 200 were hurt, and thousands of houses suffered damage.",
        "Children had been praying at a mosque in Blang Mancung, whose rubble rescuers are searching.",
        "The military is to send tents and helicopters to the hills, President Susilo Bambang Yudhoyono said.",
        "Landslides cut off the worst hit villages, Sutopo Purwo Nugroho of the disaster agency told reporters.",
    )
    story = only(stories_of([article("a", quake), article("b", other)], embed))
    assert [g.files for g in story.groups] == [("a",), ("b",)]


def test_what_unrelated_articles_share_is_not_read(
    article: Maker, quake: tuple[str, ...], boxing: tuple[str, ...]
) -> None:
    line = "Follow {} on Instagram, Facebook, Twitter and YouTube."
    bridge = ("The port authority closed the Linden bridge after inspectors found a crack.", "Repairs take six weeks.")
    articles = [
        article(name, (*own, line.format(name.title())))
        for name, own in (("courier", quake), ("postmail", boxing), ("times", bridge))
    ]
    read = without_repeated_lines(articles)
    assert [[t.text for t in a.sentences] for a in read] == [list(quake), list(boxing), list(bridge)]

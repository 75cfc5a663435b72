import random
from collections.abc import Callable

from rag.analysis.read_articles import ReadArticle
from rag.analysis.story_detection import stories_of
from rag.text.word_similarity import Embed

Maker = Callable[..., ReadArticle]


def test_nothing_gives_no_stories(embed: Embed) -> None:
    assert stories_of([], embed) == ()


def test_an_article_without_sentences_is_a_story_of_its_own(
    article: Maker, quake: tuple[str, ...], embed: Embed
) -> None:
    stories = stories_of([article("a", quake), article("b", ()), article("c", ())], embed)
    assert sorted(s.files for s in stories) == [("a",), ("b",), ("c",)]
    assert {s.title for s in stories if s.files != ("a",)} == {"b", "c"}


def test_the_gist_is_a_sentence_of_the_story_and_the_title_an_articles(
    article: Maker, quake: tuple[str, ...], embed: Embed
) -> None:
    (story,) = stories_of([article("a", quake, title="Quake kills 24 in Aceh"), article("b", quake[:3])], embed)
    assert story.title == "Quake kills 24 in Aceh"
    assert story.gist.text in quake[:3]


def test_like_events_of_other_years_are_told_apart_by_their_dates(
    article: Maker, quake: tuple[str, ...], embed: Embed
) -> None:
    moved = [s.replace("Aceh", "Padang").replace("24", "75") for s in quake[:2]]
    later = (
        *moved,
        "Power was cut off in the whole city, and the airport at Minangkabau was closed until Friday.",
        "The mayor asked the people to stay away from the beach, as there might be another tsunami.",
    )
    near = stories_of([article("a", quake, "2013-07-02"), article("b", later, "2013-07-03")], embed)
    far = stories_of([article("a", quake, "2013-07-02"), article("b", later, "2009-09-30")], embed)
    assert len(far) == 2
    assert len(near) <= len(far)


def test_stories_do_not_depend_on_the_order_of_the_articles(
    article: Maker, quake: tuple[str, ...], boxing: tuple[str, ...], embed: Embed
) -> None:
    articles = [article(f"q{i}", quake[i:]) for i in range(3)] + [article(f"b{i}", boxing[: 4 - i]) for i in range(2)]
    expected = {s.files for s in stories_of(articles, embed)}
    assert expected == {("q0", "q1", "q2"), ("b0", "b1")}
    for seed in range(5):
        mixed = random.Random(seed).sample(articles, len(articles))
        assert {s.files for s in stories_of(mixed, embed)} == expected

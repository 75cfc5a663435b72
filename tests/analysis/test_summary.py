from collections.abc import Callable

import pytest

from rag import Library, Settings
from rag.analysis.facts import make_fact_book
from rag.analysis.read_articles import ReadArticle
from rag.analysis.summary import summarise_book
from rag.errors import NothingToRead, QuestionError
from rag.text.word_similarity import Embed

Maker = Callable[..., ReadArticle]


def test_points_cite_every_file_that_tells_them(library: Library) -> None:
    summary = library.summarise(points=4)
    assert len(summary.points) == 4
    for point in summary.points:
        assert len(point.files) == 2
        assert all(library.article(t.file).text[t.start : t.end] == t.text for t in point.quotes)


def test_a_focus_gives_only_what_bears_on_it(library: Library) -> None:
    focus = "What do they say about long-range weapons?"
    summary = library.summarise(focus, points=8)
    assert 0 < len(summary.points) < 8
    assert any("long-range weapons" in p.text for p in summary.points)
    assert not any("F-16" in p.text for p in summary.points)


def test_what_comes_first_does_not_depend_on_the_number_of_points(library: Library) -> None:
    for focus in ("", "the missiles"):
        assert len({library.summarise(focus, points=n).points[0].text for n in (1, 3, 8, 15)}) == 1


def test_the_receipt_names_every_article_once(
    article: Maker, quake: tuple[str, ...], boxing: tuple[str, ...], embed: Embed
) -> None:
    articles = [article("a", quake), article("copy", quake[:2]), article("fight", boxing)]
    summary = summarise_book(make_fact_book(articles, embed), embed, focus="landslides blocked roads", points=1)
    receipt = summary.receipt
    aside = {s.file: s.why for s in receipt.set_aside}
    assert receipt.read == ("a", "copy", "fight")
    assert receipt.used == ("a",)
    assert aside == {"copy": "copy", "fight": "off the subject"}
    copied = next(s for s in receipt.set_aside if s.file == "copy")
    assert (copied.reason, copied.original) == ("a copy of a", "a")


def test_what_more_reports_tell_comes_first(article: Maker, embed: Embed) -> None:
    shared = "The bridge over the Sava in Zagreb was closed on Monday after cracks were found in a pillar."
    alone = (
        "A fisherman said that he had heard a loud bang under the bridge in the night.",
        "Trams will go over the Liberty Bridge until the repairs are done in spring.",
        "The engineer Ana Kovač warned the town council of the cracks as early as 2019.",
    )
    articles = [article(str(i), (shared, own)) for i, own in enumerate(alone)]
    (point,) = summarise_book(make_fact_book(articles, embed), embed, points=1).points
    assert point.text == shared
    assert point.files == ("0", "1", "2")


def test_an_empty_library_says_what_to_do(folder: object, settings: Settings) -> None:
    with Library(str(folder), settings=settings) as library, pytest.raises(NothingToRead, match="sync"):
        library.summarise()


def test_in_a_library_of_many_subjects_a_focus_keeps_to_its_own(
    article: Maker, quake: tuple[str, ...], boxing: tuple[str, ...], embed: Embed
) -> None:
    fillers = (
        "The bakery in Mill Street sells {} kinds of bread, and its oven is heated with beech wood.",
        "Choir number {} sang in the church of Saint Anne, and the organ was played by a pupil.",
        "On field {} the farmers brought in the hay before the thunderstorm that was expected at night.",
    )
    others = [article(f"x{i}", [f.format(i) for f in fillers]) for i in range(30)]
    articles = [article("a", quake), article("b", boxing), *others]
    summary = summarise_book(make_fact_book(articles, embed), embed, focus="earthquake in Aceh", points=4)
    assert summary.points
    assert {file for p in summary.points for file in p.files} == {"a"}


def test_a_fact_is_told_so_that_it_can_be_read_alone(article: Maker, embed: Embed) -> None:
    hanging = "They closed the bridge over the Sava in Zagreb on Monday after cracks were found in a pillar."
    whole = "Engineers closed the bridge over the Sava in Zagreb on Monday after cracks were found in a pillar."
    alone = "But nobody in the town had expected the repairs to take until the end of the year."
    articles = [article("a", (hanging, alone)), article("b", (hanging,)), article("c", (whole,))]
    points = summarise_book(make_fact_book(articles, embed), embed, points=4).points
    assert [p.text for p in points] == [whole]
    assert points[0].files == ("a", "b", "c")


def test_a_focus_that_nothing_fits_is_refused_with_the_nearest_subjects(
    article: Maker, quake: tuple[str, ...], boxing: tuple[str, ...], embed: Embed
) -> None:
    book = make_fact_book([article("a", quake, title="Aceh quake"), article("b", boxing, title="Title fight")], embed)
    with pytest.raises(QuestionError, match=r"zebra quantum chromodynamics.*(Aceh quake|Title fight)"):
        summarise_book(book, embed, focus="zebra quantum chromodynamics")


def test_every_story_gets_its_main_fact_before_any_gets_a_second(
    article: Maker, quake: tuple[str, ...], boxing: tuple[str, ...], embed: Embed
) -> None:
    articles = [article("a", quake, title="Aceh quake"), article("b", boxing, title="Title fight")]
    summary = summarise_book(make_fact_book(articles, embed), embed, points=2)
    assert {p.story for p in summary.points} == {"Aceh quake", "Title fight"}
    lines = str(summary).splitlines()
    assert {"Aceh quake", "Title fight"} <= set(lines)

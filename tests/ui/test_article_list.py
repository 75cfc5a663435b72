"""The list of articles: what is found in it, how it is narrowed, sorted and paged."""

from __future__ import annotations

import pytest

from rag import ArticleMetadata
from tests.ui.reader import HOSTILE, only_ours
from ui.article_list import NONE, PAGE, ListFilter, article_list, entries, find, list_tools, scope_line
from ui.html import UNSHOWABLE
from ui.places import request


def article(
    file: str, title: str = "", publisher: str = "", published: str = "", language: str = "", opening: str = ""
) -> ArticleMetadata:
    return ArticleMetadata(file, file, title, publisher, published, language, "", opening)


ARTICLES = entries(
    (
        article("2024/a.txt", opening="NATO chief Mark Rutte told Ukraine’s President that …"),
        article("2024/b.txt", "Überraschung in Kyjiw", "Die Zeit", "2024-10-03T08:00:00", "de"),
        article("c.txt", "Élections", "Le Monde", "2023-01-31", "fr"),
        article("d.txt", "Another one", "Die Zeit", "2024-09-30", "de"),
    )
)
NEWEST = ["2024/b.txt", "d.txt", "c.txt", "2024/a.txt"]
MANY = entries(article(f"{i:04}.txt", f"Title {i}", "Reuters", "2024-10-03", "en") for i in range(1_000))


def files(chosen: ListFilter, **more: object) -> list[str]:
    return [entry.file for entry in find(ARTICLES, chosen, **more).entries]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("UBERRASCHUNG", ["2024/b.txt"]), ("zeit oct 2024", ["2024/b.txt"]), ("elections french", ["c.txt"]),
        ("mark rutte", ["2024/a.txt"]), ("2024-10", ["2024/b.txt"]), ("rutte zeit", []),
    ],
)  # fmt: skip
def test_words_are_looked_for_in_all_that_is_shown(words: str, found: list[str]) -> None:
    assert files(ListFilter(words)) == found


def test_words_are_looked_for_in_the_text_too_and_titles_come_first() -> None:
    assert files(ListFilter("zeit"), search=lambda _: ["c.txt", "d.txt"]) == ["d.txt", "2024/b.txt", "c.txt"]


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("", NEWEST), ("oldest", ["c.txt", "d.txt", "2024/b.txt", "2024/a.txt"]), ("best", NEWEST),
        ("title", ["d.txt", "c.txt", "2024/a.txt", "2024/b.txt"]), ("publisher", NEWEST), ("nonsense", NEWEST),
    ],
)  # fmt: skip
def test_the_list_is_sorted(sort: str, found: list[str]) -> None:
    assert files(ListFilter().changed("sort", sort)) == found


@pytest.mark.parametrize(
    ("facet", "value", "found"),
    [
        ("publisher", "Die Zeit", ["2024/b.txt", "d.txt"]), ("publisher", NONE, ["2024/a.txt"]),
        ("folder", "2024", ["2024/b.txt", "2024/a.txt"]), ("folder", NONE, ["d.txt", "c.txt"]),
        ("when", "2024", ["2024/b.txt", "d.txt"]), ("when", "2024-10", ["2024/b.txt"]), ("when", NONE, ["2024/a.txt"]),
        ("story", "s", ["c.txt"]), ("publisher", "Nobody", []), ("entries", "x", NEWEST),
    ],
)  # fmt: skip
def test_the_list_is_narrowed(facet: str, value: str, found: list[str]) -> None:
    assert files(ListFilter().changed(facet, value), stories={"c.txt": "s"}) == found


def test_the_list_is_narrowed_by_a_name_and_offers_the_others() -> None:
    named = {"Mark Rutte": {"2024/a.txt", "c.txt", "removed.txt"}, "Annie Ernaux": {"c.txt"}, "Nobody <b>": set()}
    chosen = ListFilter().changed("name", "Mark Rutte")
    found = find(ARTICLES, chosen, named=named)
    assert [entry.file for entry in found.entries] == ["c.txt", "2024/a.txt"]
    options = [o.text for o in only_ours(list_tools(found, chosen, None)).all("option")]
    assert options[options.index("All names") :][:3] == ["All names", "Mark Rutte (2)", "Annie Ernaux (1)"]
    assert find(ARTICLES, ListFilter(name="Mallory"), named=named).entries == ()


def test_facets_tell_how_many_articles_another_choice_would_leave() -> None:
    found = find(ARTICLES, ListFilter(publisher="Die Zeit"))
    assert found.counts["publisher"] == {NONE: 1, "Die Zeit": 2, "Le Monde": 1}
    assert found.counts["when"] == {"2024": 2, "2024-10": 1, "2024-09": 1}
    options = [o.text for o in only_ours(list_tools(found, ListFilter(publisher="Die Zeit"), None)).all("option")]
    assert options[:4] == ["All publishers", "Die Zeit (2)", "Le Monde (1)", "Publisher unknown (1)"]
    assert options[options.index("All dates") :][:4] == ["All dates", "2024 (2)", "Oct 2024 (1)", "Sep 2024 (1)"]


def test_what_the_list_shows_can_be_asked_alone() -> None:
    chosen = ListFilter(publisher="Die Zeit")
    tools = only_ours(list_tools(find(ARTICLES, chosen), chosen, {"s": "A story"}, {"c.txt"}))
    assert [b.text for b in tools.all("button")] == ["Ask only these 2", "Ask all", "Clear the filter"]
    assert [b.text for b in only_ours(list_tools(find(ARTICLES, ListFilter()), ListFilter(), None)).all("button")] == [
        "By story …"
    ]
    assert scope_line(0, 60) == ""
    assert only_ours(scope_line(12, 60)).all("span")[0].text == "Asked: 12 of 60 articles"


def test_an_article_is_listed_with_what_is_known_of_it() -> None:
    found = find(ARTICLES, ListFilter())
    page = only_ours(article_list(found, {"c.txt"}))
    rows = page.all("button", "entry")
    assert rows[0].text == "Überraschung in KyjiwDie Zeit · 3 Oct 2024 · German"
    assert rows[3].text == "NATO chief Mark Rutte told Ukraine’s President that …Undated · 2024/a.txt"
    assert request({"file": rows[2].facts["data-file"]}).file == "c.txt"
    ticks = page.all("input")
    assert [t.facts["data-tick"] for t in ticks if "checked" in t.facts] == ["c.txt"]
    assert ticks[2].facts["aria-label"] == "Ask: Élections"


def test_only_what_is_cut_ends_in_dots() -> None:
    short, long, gaps = entries(
        [article("a", opening="Two lines end."), article("b", opening="word " * 88), article("c", opening=" " * 440)]
    )
    assert short.opening == "Two lines end."
    assert long.opening.endswith("word…")
    assert gaps.opening == "c"


def test_pages_hold_every_article_once() -> None:
    found = find(MANY, ListFilter())
    pages = [only_ours(article_list(found, page=page)).all("button", "entry") for page in range(1_000 // PAGE)]
    assert [b.facts["data-file"] for page in pages for b in page] == [a.file for a in MANY]
    assert article_list(found, page=10**6) == article_list(found, page=1_000 // PAGE - 1)


def test_a_page_of_a_thousand_articles_is_small() -> None:
    found = find(MANY, ListFilter("title 99"))
    assert len(article_list(found)) < 40_000
    assert len(list_tools(found, ListFilter("title 99"), {})) < 40_000


def test_nothing_found_and_nothing_there_are_told_apart() -> None:
    assert "No article matches; 4 in all." in article_list(find(ARTICLES, ListFilter("xyzzy")))
    assert "No article has been read yet" in article_list(find((), ListFilter()))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_files_are_listed_literally(hostile: str) -> None:
    hostiles = entries([ArticleMetadata(hostile, f"{hostile}/x", hostile, hostile, hostile, hostile, "", "")])
    found = find(hostiles, ListFilter())
    read = only_ours(article_list(found, {hostile}))
    assert read.all("span", "entry-name")[0].text == UNSHOWABLE.sub("\ufffd", hostile)
    only_ours(list_tools(found, ListFilter(hostile, hostile, hostile, hostile, hostile), {hostile: hostile}, {hostile}))

"""The names in articles: persons, organisations and places, told apart, and joined under all their spellings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from rag.analysis.name_types import find_mentions
from rag.analysis.names import find_names
from rag.analysis.read_articles import ReadArticle
from rag.results.listings import Names
from rag.results.spans import Quote
from rag.results.stories import Copy, CopyGroup, Story

Make = Callable[..., ReadArticle]
NEWS = (
    "Cpl. Janice Renton said that Tallgrass Foods Ltd. had moved from Chicago to Hornby Island.",
    "Renton told reporters in Chicago that the Ministry of Health had warned Tallgrass Foods Ltd. in June.",
    "Erik Lindqvist, 48, who worked for the Ministry of Health, was seen in Germany on Monday.",
    "CEO Maria Drennan and Jane Porter, an analyst, spoke at a conference in Germany.",
)


@pytest.fixture(scope="module")
def named(article: Make) -> Names:
    return find_names([article(str(n), (text,)) for n, text in enumerate(NEWS)])


def of(names: Names, kind: str) -> set[str]:
    return {n.name for n in names.names if n.kind == kind}


def test_persons_organisations_and_places_are_told_apart(named: Names) -> None:
    assert of(named, "person") == {"Janice Renton", "Erik Lindqvist", "Maria Drennan", "Jane Porter"}
    assert {"Tallgrass Foods Ltd", "Ministry of Health"} <= of(named, "organisation")
    assert {"Chicago", "Germany"} <= of(named, "place")


def test_days_titles_and_openings_of_sentences_are_no_names(named: Names) -> None:
    assert not {"Monday", "June", "CEO", "Cpl"} & {n.name for n in named.names}


def test_a_last_name_alone_counts_for_the_person(named: Names) -> None:
    (renton,) = (n for n in named.names if n.name == "Janice Renton")
    assert renton.files == ("0", "1")
    assert [q.file for q in renton.quotes] == ["0"]


def test_one_kind_can_be_asked_for(article: Make) -> None:
    articles = [article(str(n), (text,)) for n, text in enumerate(NEWS)]
    assert {n.kind for n in find_names(articles, kind="place").names} == {"place"}


def test_copies_are_one_report(article: Make) -> None:
    texts = {"a": NEWS[2], "b": NEWS[2], "c": "Erik Lindqvist, 48, denies all of it."}
    copies = CopyGroup("a", (Copy("b", "exact", "whole", 1.0),), "earliest")
    story = Story("", Quote("a", 0, 0, ""), (copies, CopyGroup("c")))
    found = find_names([article(file, (text,)) for file, text in texts.items()], [story])
    (person,) = (n for n in found.names if n.kind == "person")
    assert (person.files, person.reports) == (("a", "b", "c"), 2)
    assert "Erik Lindqvist (person, 3 articles, 2 independent reports)" in str(found)


def test_spellings_and_short_forms_are_joined(article: Make) -> None:
    texts = (
        "President Volodymyr Zelenskyy met the European Space Agency (ESA) in Kyiv on Monday.",
        "President Volodymyr Zelensky said ESA would open an office in Kiev, officials said on Tuesday.",
    )
    found = find_names([article(str(n), (text,)) for n, text in enumerate(texts)])
    joined = {n.name: n.spellings for n in found.names if len(n.files) == 2}
    assert joined["Volodymyr Zelensky"] == ("Volodymyr Zelenskyy",)
    assert joined["Kiev"] == ("Kyiv",)
    assert "ESA" in {*joined, *joined.get("European Space Agency", ())}
    assert "European Space Agency" in {*joined, *joined.get("ESA", ())}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Gov. Ann Lockhart of Ohio spoke.", ["Ann Lockhart", "Ohio"]),
        ("Then Germany's Angela Merkel left.", ["Germany", "Angela Merkel"]),
        ("Talks in the U.S. went on.", ["U.S."]),
        ("", []),
        ("A’s & B.C. — “Ж” ‘’s", None),
    ],
)
def test_mentions_are_spans_of_the_text(text: str, names: Sequence[str] | None) -> None:
    (mentions,) = find_mentions([text])
    assert all(text[m.start : m.end] == m.text for m in mentions)
    if names is not None:
        assert [m.text for m in mentions if m.kind != "other"] == names

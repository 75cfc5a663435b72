"""The list of articles: what is found in it, how it is paged, and what a report of a sync says."""

from __future__ import annotations

import pytest

from rag import Article, Skipped, SyncReport
from tests.ui.reader import HOSTILE, only_ours
from ui.article_list import PAGE, article_list, entries, matching, sync_report
from ui.html import UNSHOWABLE
from ui.places import request

ARTICLES = (
    Article("a.txt", "NATO chief Mark Rutte told Ukraine’s President that …"),
    Article("b.txt", "Text.", "Überraschung in Kyjiw", "Die Zeit", "2024-10-03T08:00:00", "de"),
    Article("c.txt", "Text.", "Élections", "Le Monde", "2023-01-31", "fr"),
)
MANY = tuple(
    Article(f"{i:04}.txt", "Some text. " * 400, f"Title {i}", "Reuters", "2024-10-03", "en") for i in range(1_000)
)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ["a.txt", "b.txt", "c.txt"]), ("UBERRASCHUNG", ["b.txt"]), ("zeit oct 2024", ["b.txt"]),
        ("elections french", ["c.txt"]), ("mark rutte", ["a.txt"]), ("2024-10", ["b.txt"]), ("rutte zeit", []),
    ],
)  # fmt: skip
def test_words_are_looked_for_in_all_that_is_shown(words: str, found: list[str]) -> None:
    assert [entry.file for entry in matching(entries(ARTICLES), words)] == found


def test_an_article_is_listed_with_what_is_known_of_it() -> None:
    rows = only_ours(article_list(entries(ARTICLES))).all("button", "entry")
    assert "a.txt" in rows[0].text
    assert "NATO chief Mark Rutte" in rows[0].text
    assert rows[1].text == "Überraschung in KyjiwDie Zeit · 3 Oct 2024 · German · b.txt"
    assert request({"file": rows[2].facts["data-file"]}).file == "c.txt"


def test_only_what_is_cut_ends_in_dots() -> None:
    short, long, gaps = entries(
        [Article("a", "Two\n\nlines end."), Article("b", "word " * 90), Article("c", f"{' ' * 900}x")]
    )
    assert short.opening == "Two lines end."
    assert long.opening.endswith("word…")
    assert gaps.opening == "…"


def test_pages_hold_every_article_once() -> None:
    article_cache = entries(MANY)
    pages = [only_ours(article_list(article_cache, page=page)).all("button", "entry") for page in range(1_000 // PAGE)]
    assert [b.facts["data-file"] for page in pages for b in page] == [a.file for a in MANY]
    assert article_list(article_cache, page=10**6) == article_list(article_cache, page=1_000 // PAGE - 1)


def test_a_page_of_a_thousand_articles_is_small() -> None:
    article_cache = entries(MANY)
    html = article_list(article_cache, "title 99")
    assert len(html) < 40_000
    assert "Some text" not in html


def test_nothing_found_and_nothing_there_are_told_apart() -> None:
    assert "No article matches; 3 in all." in article_list(entries(ARTICLES), "xyzzy")
    assert "Nothing is indexed yet" in article_list(())


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_files_are_listed_literally(hostile: str) -> None:
    article = Article(hostile, hostile, "", hostile, hostile, hostile, hostile)
    read = only_ours(article_list(entries([article])))
    assert read.all("span", "entry-name")[0].text == UNSHOWABLE.sub("\ufffd", hostile)
    report = only_ours(sync_report(SyncReport(skipped=(Skipped(hostile, hostile),), notes=(hostile,))))
    assert report.all("li")[0].text == UNSHOWABLE.sub("\ufffd", f"{hostile}: {hostile}")


def test_a_report_names_what_was_skipped_and_why() -> None:
    report = SyncReport(
        added=("a", "b"), removed=("c",), skipped=(Skipped("d.pdf", "it is encrypted"),), notes=("Hm.",)
    )
    text = only_ours(sync_report(report)).all("div")[0].text
    assert text == "2 new, 1 removed.Hm.1 file was not readd.pdf: it is encrypted"
    assert "Nothing has changed." in sync_report(SyncReport(unchanged=("a",)))
    many = SyncReport(skipped=tuple(Skipped(f"{i}.pdf", "no text") for i in range(5_000)))
    assert len(sync_report(many)) < 10_000
    assert "and 4,950 more" in sync_report(many)

"""What is new after a sync: told by no older article, whatever else was read, renamed, embedded or killed meanwhile."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from rag import Library, News, NothingToRead, Settings
from rag.store.schema import MIGRATIONS
from rag.testing import HashEmbedder

FIRST = "000_29c572bd7d0631de.txt"
BRIDGE = "The bridge over the Sava in Zagreb was closed on Monday after deep cracks were found in a pillar."
REWORDED = "After deep cracks were found in a pillar, the bridge over the Sava in Zagreb was closed on Monday."
TRAMS = "Trams go over the Liberty Bridge until the repairs of the old pillar are finished."
FISH = "A fisherman called Ivo Horvat heard a loud bang under the arches on the evening before."
COST = "The repairs will cost 40 million euros, the town council of Zagreb said."
DEARER = "The repairs will cost 65 million euros, the town council of Zagreb said."
Write = Callable[..., None]


@pytest.fixture
def write(folder: Path) -> Write:
    def write_file(name: str, *sentences: str) -> None:
        (folder / name).write_text("\n\n".join(sentences), encoding="utf-8")

    return write_file


def synced(folder: Path, **options: object) -> News:
    with Library(folder, settings=Settings(), **options) as library:  # type: ignore[arg-type]  # passed through
        library.sync()
        return library.new()


def texts(news: News) -> list[str]:
    return [fact.text for fact in news.facts]


def test_a_new_article_brings_the_facts_that_no_older_one_tells(folder: Path, write: Write) -> None:
    write("a.txt", BRIDGE, TRAMS)
    first = synced(folder)
    assert first.first
    assert sorted(texts(first)) == sorted([BRIDGE, TRAMS])
    write("b.txt", REWORDED, FISH)
    news = synced(folder)
    assert (news.added, news.changed, news.first) == (("b.txt",), (), False)
    assert texts(news) == [FISH]
    assert news.confirmed == 1
    assert news.when.endswith("Z")
    with Library(folder, settings=Settings()) as library:
        for quote in news.facts[0].quotes:
            assert library.article(quote.file).text[quote.start : quote.end] == quote.text


def test_the_first_to_say_how_many_tells_something_new(folder: Path, write: Write) -> None:
    write("a.txt", "As mayor of Zagreb, Horvat approved the repair of the old bridges over the Sava.", TRAMS)
    synced(folder)
    counted = "As mayor of Zagreb, Horvat approved the repair of 14 old bridges over the Sava."
    write("b.txt", counted, TRAMS)
    assert texts(synced(folder)) == [counted]


def test_a_sync_that_brings_nothing_leaves_the_news_as_they_are(folder: Path, write: Write) -> None:
    write("a.txt", BRIDGE)
    synced(folder)
    write("b.txt", FISH)
    before = synced(folder)
    assert synced(folder) == before
    (folder / "a.txt").unlink()
    after = synced(folder)
    assert (after.added, texts(after)) == (("b.txt",), [FISH])


def test_of_a_changed_article_only_the_changed_sentences_are_new(folder: Path, write: Write) -> None:
    write("a.txt", BRIDGE, TRAMS)
    synced(folder)
    write("a.txt", BRIDGE, FISH, TRAMS)
    news = synced(folder)
    assert (news.added, news.changed) == ((), ("a.txt",))
    assert texts(news) == [FISH]


def test_a_copy_brings_nothing_new_and_this_is_said(library: Library, seeds: Path) -> None:
    text = (seeds / FIRST).read_text(encoding="utf-8")
    (seeds / "copy.txt").write_text(text + "\n\nReporting by our own staff in the capital.", encoding="utf-8")
    library.sync()
    news = library.new()
    (copy,) = news.copies
    assert (copy.file, copy.new_facts) == ("copy.txt", len(news.facts))
    assert len(news.facts) <= 1
    assert "copy.txt is a copy of" in str(news)
    assert news.confirmed > 10


def test_another_number_contradicts_the_older_article(folder: Path, write: Write) -> None:
    write("a.txt", BRIDGE, COST)
    synced(folder)
    write("b.txt", FISH, DEARER)
    news = synced(folder)
    (contradiction,) = news.contradictions
    assert ([q.text for q in contradiction.quotes], contradiction.kind) == ([COST, DEARER], "number")
    assert texts(news) == [FISH]
    assert "Older articles say otherwise" in str(news)


def test_a_renamed_article_and_another_embedder_bring_nothing(folder: Path, write: Write) -> None:
    write("a.txt", BRIDGE, TRAMS)
    write("b.txt", FISH, COST)
    synced(folder)
    (folder / "a.txt").rename(folder / "c.txt")
    moved = synced(folder)
    assert (moved.added, texts(moved)) == (("c.txt",), [])
    assert "No fact is new" in str(moved)
    assert synced(folder, embedder=HashEmbedder()).added == ("c.txt",)


def test_points_limit_the_facts_and_the_rest_is_counted(folder: Path, write: Write) -> None:
    write("a.txt", BRIDGE)
    synced(folder)
    write("b.txt", TRAMS, FISH, COST)
    with Library(folder, settings=Settings()) as library:
        library.sync()
        news = library.new(points=1)
    assert (len(news.facts), news.left_out) == (1, 2)
    assert "2 others left out" in str(news)


def test_a_sync_that_was_stopped_is_gone_on_with(folder: Path, write: Write) -> None:
    write("old.txt", BRIDGE)
    synced(folder)
    write("a.txt", *[f"{FISH[:-1]} number {n}." for n in range(300)])
    write("b.txt", TRAMS)

    def stop(progress: object) -> None:
        if getattr(progress, "file", "") == "b.txt":
            raise KeyboardInterrupt

    with Library(folder, settings=Settings()) as library:
        with pytest.raises(KeyboardInterrupt):
            library.sync(progress=stop)
        assert library.sync().added
        assert library.new().added == ("a.txt", "b.txt")


def test_a_library_from_before_this_was_remembered_opens(folder: Path, write: Write) -> None:
    write("a.txt", BRIDGE, TRAMS)
    synced(folder)
    forget(folder / ".readacross" / "catalogue.sqlite")
    news = synced(folder)
    assert (news.added, news.facts) == ((), ())
    assert "Nothing has come" in str(news)
    write("a.txt", BRIDGE, TRAMS, FISH)
    news = synced(folder)
    assert (news.added, news.changed, texts(news)) == ((), ("a.txt",), [FISH])


def forget(path: Path) -> None:
    """Make the catalogue one of the version before."""
    connection = sqlite3.connect(path)
    connection.executescript(
        "DROP TABLE arrivals; ALTER TABLE sentences DROP COLUMN sync; ALTER TABLE articles DROP COLUMN author; "
        "ALTER TABLE articles DROP COLUMN locators; "
        "DELETE FROM about WHERE name IN ('synced', 'synced_at'); DROP TABLE stories; DROP TABLE findings; "
        "PRAGMA user_version = 1;"
    )
    connection.close()
    assert len(MIGRATIONS) >= 2


def test_an_empty_library_says_what_to_do(folder: Path) -> None:
    with Library(folder, settings=Settings()) as library, pytest.raises(NothingToRead, match="sync"):
        library.new()


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
def test_news_and_timelines_are_exported_with_their_sources(library: Library, form: str) -> None:
    for result in (library.new(), library.timeline()):
        assert {source.file for source in result.sources} == {file for file, _ in result.marks}
        assert "NATO" in result.export(form)  # type: ignore[arg-type]  # one of the three

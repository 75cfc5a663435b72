"""The two seed articles are one story, one report and its copy."""

from __future__ import annotations

from pathlib import Path

from rag import Library, Settings

FIRST, SECOND = "000_29c572bd7d0631de.txt", "004_10b93e29ba91228a.txt"


def test_the_second_seed_is_a_reworded_shortened_copy_of_the_first(library: Library) -> None:
    (story,) = library.stories()
    assert story.files == (FIRST, SECOND)
    assert story.reports == 1
    (group,) = story.groups
    assert group.original == FIRST
    assert group.reason
    (copy,) = group.copies
    assert (copy.file, copy.wording, copy.extent) == (SECOND, "reworded", "shortened")
    text = library.article(SECOND).text
    assert {quote.text for quote in copy.credits} >= {"Reuters reported", "Reuters reminds"}
    for quote in (story.gist, *copy.credits):
        assert library.article(quote.file).text[quote.start : quote.end] == quote.text
    assert "Reuters" in text


def test_stories_are_printed_and_exported_with_their_copies(library: Library) -> None:
    stories = library.stories()
    assert (len(stories), stories[0], stories[:1], tuple(stories)) == (1, stories[0], (stories[0],), (stories[0],))
    assert "2 articles, 1 independent report, 1 story" in str(stories)
    assert f"copied in {SECOND}; shortened reworded copy of {FIRST}" in str(stories)
    assert f"shortened reworded copy of {FIRST}" in stories.html()
    assert library.recheck(stories.html()).holds
    for quotation in stories.document().quotations:
        text = library.article(quotation.file).text
        assert text[quotation.start : quotation.end] == quotation.quote


def test_an_article_alone_is_listed_in_a_line(library: Library, seeds: Path) -> None:
    (seeds / "alone.txt").write_text("A bridge in Porto was closed on Monday after a crack was found in a pillar.\n")
    library.sync()
    stories = library.stories()
    assert "3 articles, 2 independent reports, 2 stories" in str(stories)
    assert "  alone.txt: A bridge in Porto" in str(stories)
    assert "Reported by one article" in stories.markdown()


def test_articles_without_sentences_are_listed_and_quote_nothing(folder: Path, settings: Settings) -> None:
    (folder / "numbers.txt").write_text("12345 67890")
    (folder / "stars.txt").write_text("*** --- !!!")
    with Library(folder, settings=settings) as library:
        library.sync()
        stories, news, timeline = library.stories(), library.new(), library.timeline()
        assert "numbers.txt: (no sentence that tells anything)" in str(stories)
        assert stories.marks == ()
        assert library.recheck(stories.markdown()).quotes == ()
        assert "older articles tell them all" not in str(news)
        assert "Sources" not in str(timeline)
        assert "2 articles read, 0 cited, 2 not used" in str(library.summarise())

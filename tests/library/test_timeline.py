"""The timeline of a library, and what was new in it after a sync."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Library, LibraryError, NothingToRead, QuestionError

FIRST, SECOND = "000_29c572bd7d0631de.txt", "004_10b93e29ba91228a.txt"
QUAKE = (
    "<html><head><title>Quake</title><meta property='article:published_time' content='2024-10-03'>"
    "</head><body><article>"
    "<p>An earthquake of magnitude 6 destroyed the old town of Alder on Tuesday and killed 24 people.</p>"
    "<p>The president of the region will visit the ruins on Saturday with his minister of the interior.</p>"
    "<p>The town had been rebuilt with much labour in the 1990s, after the great fire of the river port.</p>"
    "</article></body></html>"
)


def test_of_the_seeds_the_background_is_left_out_and_what_is_undated_is_kept(library: Library) -> None:
    timeline = library.timeline()
    assert timeline.events == (), "the invasion of February 2022 is background of a visit in 2024"
    assert [e.label for e in library.timeline(focus="invasion of Ukraine").events] == ["2022-02"]
    assert timeline.undated == (FIRST, SECOND)
    assert timeline.unresolved
    for event in (*timeline.events, *timeline.unresolved):
        for quote in event.quotes:
            assert library.article(quote.file).text[quote.start : quote.end] == quote.text
        text = library.article(event.quotes[0].file).text
        assert text[event.when.start : event.when.end] == event.when.text


def test_times_are_resolved_against_the_date_that_a_page_states(library: Library, seeds: Path) -> None:
    (seeds / "quake.html").write_text(QUAKE, encoding="utf-8")
    library.sync()
    timeline = library.timeline(story="quake.html")
    assert [e.label for e in timeline.events] == ["2024-10-01", "2024-10-05"], "the 1990s are background"
    assert {e.published for e in timeline.events} == {"2024-10-03"}
    later = library.timeline(files=["quake.html"], since="2024-10-02", until="2024-12-31")
    assert [e.label for e in later.events] == ["2024-10-05"]


def test_what_cannot_be_asked_is_refused(library: Library) -> None:
    with pytest.raises(QuestionError):
        library.timeline(since="last week")
    with pytest.raises(NothingToRead):
        library.timeline(files=["nothing.txt"])
    with pytest.raises(LibraryError):
        library.timeline(story="nothing.txt")

"""A summary of the seeds: every article read, every point exact, and cited wherever it is told."""

from __future__ import annotations

import pytest

from rag import Library, NothingToRead

FIRST, SECOND = "000_29c572bd7d0631de.txt", "004_10b93e29ba91228a.txt"


def test_a_summary_reads_everything_and_cites_exactly(library: Library) -> None:
    summary = library.summarise(points=5)
    assert 1 < len(summary.points) <= 5
    assert summary.receipt.read == (FIRST, SECOND)
    aside = {a.file for a in summary.receipt.set_aside}
    assert set(summary.receipt.used) | aside == {FIRST, SECOND}
    for point in summary.points:
        for quote in point.quotes:
            assert library.article(quote.file).text[quote.start : quote.end] == quote.text
    assert any(point.files == (FIRST, SECOND) for point in summary.points)
    assert "2 articles read" in str(summary)


def test_a_focus_keeps_to_the_subject(library: Library) -> None:
    summary = library.summarise("long-range weapons", points=2)
    assert any("weapons" in p.text or "strikes" in p.text for p in summary.points)


def test_chosen_files_only(library: Library) -> None:
    summary = library.summarise(files=[SECOND])
    assert {t.file for p in summary.points for t in p.quotes} == {SECOND}
    with pytest.raises(NothingToRead):
        library.summarise(files=["nothing.txt"])

"""The two seed articles are one story, told by one voice."""

from __future__ import annotations

from rag import Library

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
    assert {told.text for told in copy.credits} >= {"Reuters reported", "Reuters reminds"}
    for told in (story.gist, *copy.credits):
        assert library.article(told.file).text[told.start : told.end] == told.text
    assert "Reuters" in text

"""What "Thursday" means is told beside the quote, which itself is not altered."""

from pathlib import Path

import pytest

from rag import Library

ARTICLE = (
    "Halden library to reopen\nPublished: {published}\n\n"
    "The council of Halden voted on Thursday to reopen the town's library. "
    "The building was closed in March 2022 after a burst pipe flooded its cellar. "
    "The library will open again next month.\n"
)


def _library(folder: Path, published: str = "October 7, 2024") -> Library:
    (folder / "library.txt").write_text(ARTICLE.format(published=published), "utf-8")
    library = Library(folder)
    library.sync()
    return library


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("When did the council of Halden vote to reopen the library?", "Thursday: 2024-10-03"),
        ("When will the Halden library open again?", "next month: 2024-11"),
    ],
)
def test_an_answer_tells_the_day_that_the_publication_date_gives(tmp_path: Path, question: str, told: str) -> None:
    with _library(tmp_path) as library:
        answer = library.ask(question)
        assert told in str(answer)
        assert all("2024" not in c.quote for c in answer.citations)
        assert told in answer.markdown()


def test_a_date_that_says_all_itself_gets_no_remark(tmp_path: Path) -> None:
    with _library(tmp_path) as library:
        answer = library.ask("When was the library of Halden closed after the flood?")
        closed = next(s for s in answer.sentences if "March 2022" in s.text)
        assert not closed.dates


def test_points_of_a_summary_tell_the_day_too(tmp_path: Path) -> None:
    with _library(tmp_path) as library:
        assert "Thursday: 2024-10-03" in str(library.summarise())


def test_nothing_is_guessed_without_a_publication_date(tmp_path: Path) -> None:
    with _library(tmp_path, "soon") as library:
        assert all(not s.dates for s in library.ask("When did the council vote on the library?").sentences)

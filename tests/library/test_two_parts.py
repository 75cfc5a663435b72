"""A question in two parts gets an answer to each, the second about what the first one names."""

from __future__ import annotations

from pathlib import Path

from rag import Library, Settings

MILL = "The mill at Tarvo\n\nAnna Berg was shot dead at the old mill in Tarvo on Monday. She was 34 years old."
FARM = "An arrest at Belto\n\nPolice arrested Carl Moss, 43 years old, on a farm in Belto. Moss was shot in the leg."


def test_the_second_part_is_asked_of_whom_the_first_one_names(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "mill.txt").write_text(MILL, "utf-8")
    (tmp_path / "farm.txt").write_text(FARM, "utf-8")
    with Library(tmp_path, settings=settings) as library:
        library.sync()
        answer = library.ask("Who was shot dead at the mill in Tarvo, and how old was she at the time?")
    told = [s.text for s in answer.sentences if not s.further]
    assert told == ["Anna Berg was shot dead at the old mill in Tarvo on Monday.", "She was 34 years old."]

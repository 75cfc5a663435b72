"""A user may trade the quality of answers for their time."""

from pathlib import Path

import pytest

from rag import Library, Settings
from rag.answer import answerer
from rag.answer.reader import Reader


@pytest.mark.parametrize("passages", [0, 1, 5])
def test_the_reader_reads_as_many_passages_as_are_set(
    seeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, passages: int
) -> None:
    read: list[int] = []
    real = answerer.load_reader()

    class Counting(Reader):
        def __init__(self) -> None:
            pass

        def read(self, question, given):  # type: ignore[no-untyped-def]  # the real one's arguments
            read.append(len(given))
            return real.read(question, given)

    monkeypatch.setattr(answerer, "load_reader", Counting)
    with Library(seeds, store=tmp_path, settings=Settings(passages_read=passages)) as library:
        library.sync()
        assert library.ask("When did Rutte visit Kyiv?").question
    assert sum(read) == passages

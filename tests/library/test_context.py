"""A quoted sentence that cannot be read alone comes with the one before it, beside it and not ahead of it."""

from pathlib import Path

from rag import Library

ARTICLE = (
    "Ferry captain cleared\n\n"
    "Ida Holm steered the ferry Solveig onto a reef off Halden in May. "
    "An inquiry cleared the captain of all blame on Friday. "
    "She had slept for only three hours before the voyage.\n"
)


def test_the_answering_sentence_is_first_and_what_it_refers_to_is_told_beside_it(tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(ARTICLE, "utf-8")
    with Library(tmp_path) as library:
        library.sync()
        answer = library.ask("How many hours had the captain slept before the voyage?")
        first = answer.sentences[0]
        assert first.text == "She had slept for only three hours before the voyage."
        assert first.after == "An inquiry cleared the captain of all blame on Friday."
        assert f"after “{first.after}”" in str(answer)
        assert f"after “{first.after}”" in answer.markdown()


def test_a_sentence_that_can_be_read_alone_comes_alone(tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(ARTICLE, "utf-8")
    with Library(tmp_path) as library:
        library.sync()
        assert not library.ask("Who steered the ferry Solveig onto a reef?").sentences[0].after

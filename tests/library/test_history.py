"""The same articles give the same answers, whatever was added and removed in which order before."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from rag import Library, Settings

PLACES = "Alder,Brask,Corvo,Dunmore,Elvas,Fjordby,Gradec,Horn".split(",")
DEEDS = "opened,closed,sold,repaired,praised,criticised".split(",")
QUESTIONS = ("Who opened the bridge in Alder?", "Who sold the mill in Horn?", "What happened to the bridge?")


def articles() -> dict[str, str]:
    """More articles that fit a question equally well than any stage of a search keeps, and some that do not."""
    dice = random.Random(7)
    made = {f"same{n:03}.txt": "Greta Holm opened the bridge in Alder on Monday." for n in range(130)}
    for n in range(60):
        place, deed, thing = dice.choice(PLACES), dice.choice(DEEDS), dice.choice(["bridge", "mill"])
        made[f"other{n:03}.txt"] = f"Ivan Petrov {deed} the {thing} in {place} on day {n}."
    return made


def build(folder: Path, seed: int) -> None:
    """Write and sync the articles in an order of their own; others come and go in between."""
    dice = random.Random(seed)
    left = sorted(articles().items())
    dice.shuffle(left)
    folder.mkdir()
    with Library(folder, settings=Settings()) as library:
        while left:
            for name, text in left[:50]:
                (folder / name).write_text(text, encoding="utf-8")
            del left[:50]
            passing = [folder / f"passing{dice.randrange(1_000)}.txt" for _ in range(5)]
            for path in passing:
                path.write_text(f"The mill in {dice.choice(PLACES)} was sold.", encoding="utf-8")
            library.sync()
            for path in passing:
                path.unlink(missing_ok=True)
            library.sync()


def told(folder: Path) -> list[object]:
    with Library(folder, settings=Settings()) as library:
        assert len(library.articles()) == len(articles())
        found = [library.search(question, k=20) for question in QUESTIONS]
        return [*found, *(library.ask(question) for question in QUESTIONS), library.summarise(), library.stories()]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    root = tmp_path_factory.mktemp("history")
    made = [root / "one", root / "two"]
    for seed, folder in enumerate(made):
        build(folder, seed)
    return made


def test_the_order_in_which_articles_came_changes_no_answer(folders: list[Path]) -> None:
    one, two = map(told, folders)
    for first, second in zip(one, two, strict=True):
        assert first == second

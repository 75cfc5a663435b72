"""kill -9 at random moments of sync: the library opens, and after the next sync answers as one never killed."""

from __future__ import annotations

import multiprocessing
import random
import time
from dataclasses import replace
from pathlib import Path

import pytest

from rag import Library, Settings
from rag.store.writes import read_arrivals

KILLS = 40
ARTICLES = 40
PEOPLE = "Anders Berg,Chiara Dotti,Emeka Obi,Greta Holm,Ivan Petrov,Juana Ruiz,Kofi Mensah,Lena Vogt".split(",")
PLACES = "Alder,Brask,Corvo,Dunmore,Elvas,Fjordby,Gradec,Horn".split(",")
THINGS = "the bridge,the harbour,the school,the water works,the night train,the theatre,the bakery,the mill".split(",")
DEEDS = "opened,closed,sold,repaired,praised,criticised,visited,bought".split(",")
QUESTIONS = [f"Who {deed} {thing} in {place}?" for deed, thing, place in zip(DEEDS, THINGS, PLACES, strict=True)]

pytestmark = pytest.mark.crash


def article(dice: random.Random) -> str:
    def sentence() -> str:
        person, place = dice.choice(PEOPLE), dice.choice(PLACES)
        return f"{person} {dice.choice(DEEDS)} {dice.choice(THINGS)} in {place} on day {dice.randrange(1, 400)}."

    return "\n\n".join(" ".join(sentence() for _ in range(dice.randrange(3, 40))) for _ in range(3))


def change(folder: Path, dice: random.Random) -> None:
    """Add, change and remove some articles."""
    for _ in range(dice.randrange(3, 12)):
        path = folder / f"{dice.randrange(ARTICLES * 2):03}.txt"
        if path.exists() and dice.random() < 0.4:
            path.unlink()
        else:
            path.write_text(article(dice), encoding="utf-8")


def sync(folder: Path, store: Path) -> None:
    with Library(folder, store=store, settings=Settings()) as library:
        library.sync()


def answers(library: Library, asked: int) -> list[object]:
    """What is found for each question, and the answers to two of them, which take turns."""
    two = (QUESTIONS[2 * asked % len(QUESTIONS)], QUESTIONS[(2 * asked + 1) % len(QUESTIONS)])
    return [library.ask(q) for q in two] + [library.search(q, k=8) for q in QUESTIONS]


def brought(library: Library) -> object:
    """What the last sync brought, but for the time."""
    return replace(read_arrivals(library._store.catalogue), when="")


@pytest.mark.timeout(900)
def test_a_killed_sync_leaves_a_library_that_answers_as_if_never_killed(tmp_path: Path) -> None:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["rag.library", "chromadb", "llama_index.core"])
    dice = random.Random(20_240_210)
    folder = tmp_path / "articles"
    folder.mkdir()
    for n in range(ARTICLES):
        (folder / f"{n:03}.txt").write_text(article(dice), encoding="utf-8")
    victim, reference = tmp_path / "victim", tmp_path / "reference"

    def start() -> multiprocessing.process.BaseProcess:
        process = processes.Process(target=sync, args=(folder, victim))
        process.start()
        return process

    def kill_after(seconds: float) -> bool:
        process = start()
        process.join(seconds)
        process.kill()
        process.join()
        return process.exitcode != 0

    start().join()  # the first one waits for the server of processes
    sync(folder, reference)
    change(folder, dice)
    begun = time.monotonic()
    start().join()
    whole = time.monotonic() - begun
    sync(folder, reference)
    killed = repaired = 0
    while killed < KILLS or (not repaired and killed < 4 * KILLS):  # where a kill falls is chance
        change(folder, dice)
        killed += kill_after(dice.uniform(0, whole))
        if dice.random() < 0.3:
            killed += kill_after(dice.uniform(0, whole))
        with (
            Library(folder, store=victim, settings=Settings()) as one,
            Library(folder, store=reference, settings=Settings()) as other,
        ):
            repaired += bool(one.notes)
            one.sync()
            other.sync()
            assert one.articles() == other.articles()
            assert brought(one) == brought(other)
            assert answers(one, killed) == answers(other, killed)
    assert repaired, "no kill fell into the writing of the vector index: the test is not sharp"

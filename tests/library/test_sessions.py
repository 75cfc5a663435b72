"""What one session asked changes nothing in another's answers, and a closed library leaves no texts behind."""

from __future__ import annotations

import functools
import gc
from collections.abc import Iterator
from pathlib import Path

from rag import Library, Settings
from rag.testing import ScriptedModel

QUESTION = "What did Rutte say about membership?"
FREE = "Rutte repeated once more the promise of NATO that Ukraine is to be one of its members some day."
TRUE = (
    "Rutte previously approved the transfer of Dutch F-16 fighter jets to Ukraine.",
    "Rutte also reiterated NATO’s pledge that Ukraine would one day be a NATO member.",
    "President Vladimir Putin ordered the full-scale invasion of Ukraine in February 2022.",
    "Zelenskyy renewed his appeal to the Western allies to allow Ukraine to conduct deep strikes inside Russia.",
)
MARK = "Zebulon Quartermain"


def answered(folder: Path, script: str, *before: str) -> list[tuple[str, str, float]]:
    """The verdicts on an answer, in a library in which other sessions were answered before."""
    model = ScriptedModel(*before, script)
    with Library(folder, settings=Settings(), llm=model) as library:
        library.sync()
        for _ in before:
            library.ask(QUESTION)
        return [(s.text, s.support, s.score) for s in library.ask(QUESTION).sentences]


def test_an_answer_is_the_same_whatever_other_sessions_asked(seeds: Path) -> None:
    whole = f"{TRUE[0]} {FREE} {TRUE[1]}"
    longer = (" ".join(TRUE[:2]), " ".join(TRUE[2:]), *(f"{text[:-1]} now." for text in TRUE))
    first = answered(seeds, whole)
    assert answered(seeds, whole, *longer) == first
    assert answered(seeds, whole, FREE, FREE, "Penguins juggle umbrellas.") == first


def test_sessions_that_are_answered_in_turns_do_not_mix(seeds: Path) -> None:
    model = ScriptedModel(TRUE[0], TRUE[1])
    with Library(seeds, settings=Settings(), llm=model) as library:
        library.sync()
        one, other = library.chat(), library.chat()
        one.ask(QUESTION)
        other.ask(QUESTION)
        assert [len(talk.turns) for talk in (one, other)] == [1, 1]
        assert TRUE[0] in one.markdown()
        assert TRUE[0] not in other.markdown()


def test_a_closed_library_leaves_no_text_in_any_cache(folder: Path) -> None:
    for number, day in enumerate(("Monday", "Tuesday")):
        text = f"{MARK} said on {day} that the bridge of Selby, built in 1907, would close.\n\nIt closed in May 2020.\n"
        (folder / f"{number}.txt").write_text(text)
    question = f"What did {MARK} say about the bridge?"
    with Library(
        folder, settings=Settings(), llm=ScriptedModel(f"{MARK} said that the bridge would close.")
    ) as library:
        library.sync()
        library.ask(question)
        library.summarise()
        library.timeline()
        library.compare()
        library.check(f"{MARK} said on Monday that the bridge would close.")
        assert any(MARK in text for text in cached_texts())
    assert not [text for text in cached_texts() if MARK in text]


def cached_texts() -> Iterator[str]:
    """All that the process-wide caches of the program have as keys."""
    for made in gc.get_objects():
        if isinstance(made, functools._lru_cache_wrapper) and str(made.__module__).startswith(("rag.", "ui.")):
            for held in gc.get_referents(made):
                if isinstance(held, dict):
                    yield from strings(tuple(held))


def strings(value: object) -> Iterator[str]:
    """The texts in a cache's key, which is a text, or a sequence of arguments."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from strings(part)
    elif isinstance(getattr(value, "text", None), str):
        yield value.text


def test_a_follow_up_that_names_nothing_stays_with_the_story_of_the_conversation(tmp_path: Path) -> None:
    (tmp_path / "alda.txt").write_text(
        "Shots in Alda\n\nA man was shot at an office party in Alda on Friday.\n"
        "Police named the victim as Ben Olander, 40.\n"
    )
    for number in range(6):
        (tmp_path / f"borg{number}.txt").write_text(
            f"Fire in Borg\n\nA fire broke out at a factory in Borg, report {number}.\n"
            f"The victim was named as Carl Number{number}, who worked there.\n"
        )
    with Library(tmp_path) as library:
        library.sync()
        talk = library.chat()
        assert talk.ask("What happened at the office party in Alda?").found
        assert "Olander" in talk.ask("who was the victim").sentences[0].text

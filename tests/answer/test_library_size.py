"""A question gets the same decision over the same article, however many others the library holds."""

from pathlib import Path

import pytest

from rag import Library, Settings

QUESTIONS = (
    "How many people died when the bridge fell?",
    "Why did the bridge collapse?",
    "Who ordered the inquiry?",
    "When did the bridge fall?",
    "How much will the new bridge cost?",
    "What is the population of Belto?",
    "Who won the boat race?",
)
BRIDGE = """Belto bridge falls

The bridge over the Neder at Belto fell on Tuesday morning. Twelve people died, mayor Anna Kroll said.

It collapsed because a lorry loaded with gravel had driven onto it. The lorry was twice as heavy as allowed.

Transport minister Piet Oster ordered an inquiry. A new bridge will cost 40 million euros and be ready in two years.
"""
PLACES = ("Arno", "Breda", "Corvo", "Delft", "Emden", "Fermo", "Gouda", "Husum", "Ivrea", "Jever")
THINGS = ("harvest", "museum", "school", "market", "railway", "library", "theatre", "harbour", "factory", "hospital")


def other(number: int) -> str:
    place, thing = PLACES[number % 10], THINGS[number // 10 % 10]
    return (
        f"{place} and its {thing}\n\nThe {thing} of {place} was opened in {1900 + number % 90} by the mayor. "
        f"{number + 3} people came to the {thing} on Sunday. A new roof will cost {number + 7} thousand euros.\n"
    )


@pytest.mark.parametrize("others", [40, 400])
def test_the_decision_does_not_depend_on_the_librarys_size(folder: Path, settings: Settings, others: int) -> None:
    def answers() -> list[tuple[bool, str]]:
        with Library(folder, settings=settings) as library:
            library.sync()
            given = [library.ask(question) for question in QUESTIONS]
        return [(a.found, a.sentences[0].text if a.found else "") for a in given]

    (folder / "bridge.txt").write_text(BRIDGE)
    alone = answers()
    assert any(found for found, _ in alone)
    assert not all(found for found, _ in alone)
    for number in range(others):
        (folder / f"other-{number}.txt").write_text(other(number))
    assert answers() == alone

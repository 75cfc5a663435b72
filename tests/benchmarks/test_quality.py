"""A small set that tells when quality falls: invented reports, asked and checked.

The figures of the day on which they were kept stand here. A figure below the 95 % interval of the one kept, for so many
items, fails: other items of the same kind would not make it differ so much. Who makes it better, keeps the new one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Evaluation, EvaluationQuestion, Library, Settings
from tests.benchmarks.slices import PLACES, reports

Place = dict[str, object]
ASKED = {
    "fire": {
        "Who led the workers of {town} out?": "{person}",
        "How many workers were led out of the mill in {town}?": "{number}",
        "When did the fire destroy the mill in {town}?": "{date}",
        "What was the damage of the fire in {town}?": "{sum} million crowns",
        "Where did the flames in {town} start, according to {chief}?": "store room",
    },
    "strike": {
        "How many sailings from {town} were cancelled?": "{number}",
        "What did the company in {town} offer the ferry crews?": "4 percent",
        "Who leads the union of the ferry crews in {town}?": "{person}",
        "When did the ferry crews in {town} stop work?": "{date}",
    },
    "theft": {
        "How many paintings were taken from the museum of {town}?": "{number}",
        "Who is the director of the museum of {town}?": "{person}",
        "What are the stolen works of {town} worth?": "{sum} million crowns",
        "What did inspector {chief} say about a van?": "white van",
    },
}
UNANSWERABLE = (
    "Who is the bishop of {town}?", "What is the population of {town}?", "When was the university of {town} founded?",
    "How many ships does the navy of {town} have?", "Who won the football match in {town}?",
)  # fmt: skip
KEPT = {
    "answered, of the answerable": 1.0,
    "refused, of the unanswerable": 0.733,
    "answer recall": 0.923,
    "file recall": 0.564,
    "file precision": 0.590,
    "faithfulness": 1.0,
    "citation recall": 1.0,
    "citation precision": 1.0,
}
TRUE_SUPPORTED, FALSE_CAUGHT = 1.0, 1.0


def least(share: float, items: int) -> float:
    """The lower end of Wilson's 95 % interval of a share."""
    z = 1.96
    middle = share + z * z / (2 * items)
    return (middle - z * math.sqrt(share * (1 - share) / items + (z / (2 * items)) ** 2)) / (1 + z * z / items)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder: Path = tmp_path_factory.mktemp("reports")
    for report in reports():
        (folder / f"{report['doc_id']}.txt").write_text(report["text"], encoding="utf-8")
    with Library(folder, settings=Settings()) as library:
        library.sync()
        yield library


def questions() -> list[EvaluationQuestion]:
    asked = []
    for number, place in enumerate(PLACES):
        for kind, own in ASKED.items():
            files = tuple(f"{kind}{number}{side}.txt" for side in "ab")
            asked += [EvaluationQuestion(q.format(**place), (a.format(**place),), files) for q, a in own.items()]
        asked += [EvaluationQuestion(q.format(**place), unanswerable=True) for q in UNANSWERABLE]
    return asked


@pytest.fixture(scope="module")
def evaluation(opened: Library) -> Evaluation:
    return opened.evaluate(questions())


@pytest.mark.parametrize("name", KEPT)
def test_answers_are_as_good_as_they_were(evaluation: Evaluation, name: str) -> None:
    figure = evaluation.figure(name)
    assert figure is not None
    assert figure.mean >= least(KEPT[name], figure.questions), str(evaluation)


def falsehoods(report: dict[str, object], line: str) -> Iterator[str]:
    """The sentence with another number, sum, name or day, for each of these that it has."""
    place = PLACES[int(str(report["topic"]))]
    changes = {
        str(place["person"]): "Karl Otto", str(place["chief"]): "Vera Holm", f"{place['sum']}": "927",
        f"{place['number']} ": "73 ", str(place["date"]): "30 November 2019",
    }  # fmt: skip
    return (line.replace(word, other) for word, other in changes.items() if word in line)


def test_drafts_are_checked_as_well_as_they_were(opened: Library) -> None:
    pairs = [(report, line) for report in reports() for line in report["text"].split("\n")]
    true = " ".join(line for _, line in pairs)
    false = " ".join(wrong for report, line in pairs for wrong in falsehoods(report, line))
    held, caught = opened.check(true), opened.check(false)
    assert len(held) > 100
    assert len(caught) > 50
    assert held.counts["supported"] / len(held) >= least(TRUE_SUPPORTED, len(held))
    assert 1 - caught.counts["supported"] / len(caught) >= least(FALSE_CAUGHT, len(caught)), str(caught)

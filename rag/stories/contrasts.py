"""The parts of a comparison: its columns, its rows, and the versions on which reports disagree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.grounding.differences import DifferenceKind
from rag.stories.types import Told

Nature = Literal["conflict", "update"]


@dataclass(frozen=True, slots=True)
class Report:
    """A column of the table: the articles of one independent report, its probable original first."""

    files: tuple[str, ...]
    title: str = ""
    publisher: str = ""
    published: str = ""

    @property
    def file(self) -> str:
        """The file of the probable original."""
        return self.files[0]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one report tells of a fact: its best telling, then the others, those of its copies among them."""

    told: Told
    also: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherWords:
    """Words that stand in the same place of two tellings of one fact, such as "delaying" and "postponing"."""

    first: Told
    second: Told


@dataclass(frozen=True, slots=True)
class Row:
    """A fact: a cell for each report in the order of the columns, None where a report does not tell it."""

    cells: tuple[Cell | None, ...]
    wording: tuple[OtherWords, ...] = ()

    @property
    def told(self) -> tuple[Told, ...]:
        """Every place that tells it."""
        return tuple(t for cell in self.cells if cell for t in (cell.told, *cell.also))

    @property
    def reports(self) -> int:
        """How many reports tell it."""
        return sum(cell is not None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, and the words in it on which another report differs; both are exact places of one file."""

    told: Told
    words: Told


@dataclass(frozen=True, slots=True)
class Side:
    """One of the versions on which reports disagree: the statements that give it, the first published first."""

    statements: tuple[Statement, ...]
    published: str = ""

    @property
    def words(self) -> str:
        """The version as its first statement puts it."""
        return self.statements[0].words.text


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Versions of one thing that do not go together. `score` in [0, 1] is how sure this is.

    "update": the versions follow each other by the time of publication, the newest last; else a "conflict".
    """

    kind: DifferenceKind
    sides: tuple[Side, ...]
    score: float
    nature: Nature = "conflict"

    @property
    def files(self) -> tuple[str, ...]:
        """The files that disagree, by name."""
        return tuple(sorted({s.told.file for side in self.sides for s in side.statements}))

    @property
    def versions(self) -> str:
        """The versions beside each other: “24” / “42”; an update has an arrow between them."""
        return (" → " if self.nature == "update" else " / ").join(
            f"“{' '.join(side.words.split())}”" for side in self.sides
        )

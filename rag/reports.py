"""What long work tells of itself: how far it is, what it did, and what it could not read."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or a record of a dump, that could not be read, and why."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """How far a sync is: `done` of `total` files, and the one in hand."""

    done: int
    total: int
    file: str


@dataclass(frozen=True, slots=True)
class WorkProgress:
    """How far long work is: `done` of `total` steps of the `stage` in hand, which is named in plain words."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, by article file names; `notes` are plain remarks, `seconds` the time of each stage."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        """One line of counts, then a line for each note and each skipped file."""
        names = ("added", "changed", "removed", "unchanged", "skipped")
        counts = ", ".join(f"{len(getattr(self, name))} {name}" for name in names)
        return "\n".join([counts, *self.notes, *(f"skipped {s.file}: {s.reason}" for s in self.skipped)])

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values, ready for JSON."""
        return asdict(self)

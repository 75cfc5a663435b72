"""The span [start, end) of a text, in characters."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """The characters [start, end) of a text."""

    start: int
    end: int

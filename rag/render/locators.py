"""Locators: where in its source a place of an article lies, as references name it: "p. 7", "slide 3", "0:12:05"."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Locator:
    """From the character `start` of an article's text on, up to the next one's, words lie at `label` of the source.

    >>> Source("report.pdf", locators=(Locator(0, "p. 1"), Locator(900, "p. 2"))).locator(950, 980)
    'p. 2'
    """

    start: int
    label: str


def locator_at(locators: Sequence[Locator], start: int, end: int = 0) -> str:
    """The label of what begins at a character: "p. 7"; up to `end`, "p. 7–8" if it goes on to another.

    "" if there are no locators, or none so early. `locators` are sorted by their starts.
    """
    first = bisect_right(locators, start, key=lambda own: own.start) - 1
    if first < 0:
        return ""
    last = max(first, bisect_right(locators, max(start, end - 1), key=lambda own: own.start) - 1)
    a, b = locators[first].label, locators[last].label
    return a if a == b else f"{a}–{b.removeprefix(a[: a.rfind(' ') + 1])}"

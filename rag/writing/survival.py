"""Whether enough of what a model wrote survives the check for its text to stand."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Support

SURVIVORS = 0.5
"""The share of a text's sentences that must survive the check, each by its value; one at least must be supported: a
text of nothing but doubts is none."""
VALUES: dict[Support, float] = {"supported": 1.0, "partly": 0.25, "not found": 0.0}


class TooLittleHolds(Exception):
    """Less than half of what the model wrote is held by the evidence; the message says so to a reader."""


def is_believed(supports: Sequence[Support]) -> bool:
    """Whether a text stands, by the verdicts on its sentences."""
    held = sum(VALUES[support] for support in supports)
    return "supported" in supports and held >= SURVIVORS * len(supports)

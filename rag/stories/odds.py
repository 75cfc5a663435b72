"""The log odds that two articles are about one event, fitted to news articles of events that look alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rag.stories.likeness import Pairs

WEIGHTS = (-7.03, 9.12, 6.83, 3.72, 3.38, 0.58, 2.69)
INTERCEPT = -7.5
"""For each of `likeness.MEASURES`, and for none; `tests/benchmarks/fit_stories.py` fits both."""
ABSENT = -6.0
"""The log odds of two articles that are not even neighbours; no others count less, or more than minus this."""
GRACE = 3
"""Days between two articles that say nothing against their telling of one event."""
A_WEEK_APART = 1.0
"""What an interval of a week beyond them takes from the log odds; it grows with its logarithm. Set by hand."""


def pair_odds(pairs: Pairs, published: Sequence[str]) -> NDArray[np.float64]:
    """The log odds that each pair is of one story; 0 is even. `published` are ISO 8601 dates, or ""."""
    odds = pairs.measures @ np.array(WEIGHTS) + INTERCEPT
    days = np.array([_day(p) for p in published])
    apart = np.abs(days[pairs.first] - days[pairs.second])
    late = np.where(np.isnan(apart), 0.0, np.maximum(apart - GRACE, 0.0))
    return np.asarray(np.clip(odds - A_WEEK_APART * np.log1p(late / 7) / np.log(2), ABSENT, -ABSENT), np.float64)


def _day(published: str) -> float:
    try:
        return float(date.fromisoformat(published[:10]).toordinal())
    except ValueError:
        return float("nan")

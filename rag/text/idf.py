"""Inverse document frequency in the library, smoothed by general English while the library is small.

Two articles cannot show that "population" is rarer than "said". So a library counts as if it held `PRIOR` more passages
of general news, with the word frequencies of `common_words.json`.
"""

from __future__ import annotations

import json
import math
from functools import cache
from importlib.resources import files

PRIOR = 100
"""Passages of about 200 words."""
UNLISTED = 0.0015
"""The share of general passages that hold a word which is not in the list."""
LEAST_WEIGHT = 0.05


@cache
def common_words() -> dict[str, float]:
    """The estimated share of general English passages that hold each of the more common stems.

    `tests/benchmarks/make_common_words.py` makes the list; it says how.
    """
    shares: dict[str, float] = json.loads((files(__package__) / "en" / "common_words.json").read_text("utf-8"))
    return shares


def rarity(stem: str, frequency: int, passages: int) -> float:
    """Weigh a stem that stands in `frequency` of the library's `passages`: from `LEAST` to about 1.

    An inverse document frequency, ln((N + 1) / (n + 1/2)) / ln(N + 1), where N and n count the prior's passages too.
    """
    everything = passages + PRIOR
    holding = frequency + PRIOR * common_words().get(stem, UNLISTED)
    return max(LEAST_WEIGHT, math.log((everything + 1) / (holding + 0.5)) / math.log(everything + 1))

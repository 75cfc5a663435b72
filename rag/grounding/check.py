"""The check of a sentence against its evidence: supported, partly, or not found.

First form: the words of the sentence are aligned with those of each evidence sentence (see `rag.grounding.same`);
a conflict of numbers, days, names, roles or denial counts against it, however many words agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.grounding.matching import Embed
from rag.grounding.same import compare, general_rarity
from rag.types import Support

SUPPORTED = 0.75
PARTLY = 0.45
"""The share of a sentence's weight that the evidence must hold for either verdict."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on a sentence, and its score in [0, 1]."""

    support: Support
    score: float


def check_sentence(
    sentence: str, evidence: Sequence[str], embed: Embed, idf: Callable[[str], float] = general_rarity
) -> Verdict:
    """Judge a sentence by the evidence sentence that supports it best. Words taken over as they are need no more."""
    plain = " ".join(sentence.split())
    if any(plain in " ".join(e.split()) for e in evidence):
        return Verdict("supported", 1.0)
    score, conflict = 0.0, False
    for e in evidence:
        likeness = compare(sentence, e, embed, idf)
        if likeness.first > score:
            score, conflict = likeness.first, bool(likeness.conflict)
    if score >= SUPPORTED and not conflict:
        return Verdict("supported", score)
    return Verdict("partly" if score >= PARTLY else "not found", min(score, SUPPORTED) if conflict else score)

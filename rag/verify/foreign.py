"""The check of a sentence in another language than English: its denials and its numbers against the evidence.

The rules for English do not read these; without them a dropped "nicht" or "не" would pass for supported.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.text.language import detect_language
from rag.text.negation import WORD, denial_words, denies
from rag.text.quantities import foreign_numbers
from rag.text.terms import fold, stemmer
from rag.verdicts import Fault

ALIKE = 0.6
"""The share of a claim's words that an evidence sentence must have, for the two to speak of the same thing."""
SAMPLE = 1000
"""Characters of the evidence, at most, that help to tell the language."""


def language_of(claim: str, evidence: Sequence[str]) -> str:
    """The language of a claim and its evidence, as an ISO 639-1 code; "en" if it is unsure."""
    return detect_language(f"{claim} {' '.join(evidence)[:SAMPLE]}") or "en"


def find_foreign_faults(claim: str, evidence: Sequence[str], language: str) -> tuple[Fault, ...]:
    """A denial that either the claim or the evidence lacks, and numbers that the evidence does not give."""
    near = _nearest(claim, evidence, language)
    if not near:
        return ()
    found = []
    denied = denies(claim, language)
    if all(denies(sentence, language) != denied for sentence in near):
        reason = "the evidence does not deny this" if denied else "the evidence denies this"
        found.append(Fault("denial", 0, len(claim), reason))
    numbers = foreign_numbers(claim, language)
    missing = numbers.difference(*(foreign_numbers(sentence, language) for sentence in evidence))
    if missing:
        reason = f"the evidence does not give the number {min(missing)}"
        found.append(Fault("number", 0, len(claim), reason))
    return tuple(found)


def _nearest(claim: str, evidence: Sequence[str], language: str) -> list[str]:
    """The evidence sentences with the most of the claim's words, if that is most of them."""
    own = _stems(claim, language)
    shares = [len(own & _stems(sentence, language)) / max(1, len(own)) for sentence in evidence]
    most = max(shares, default=0.0)
    return [s for s, share in zip(evidence, shares, strict=True) if share == most] if most >= ALIKE else []


def _stems(text: str, language: str) -> frozenset[str]:
    stem = stemmer(language)
    words = (fold(word) for word in WORD.findall(re.sub("['’]", " ", text)))
    return frozenset(stem(word) for word in words if word not in denial_words(language))

"""What of a model's sentences is believed: all that the check supports only of a model that has earned trust."""

from __future__ import annotations

from collections.abc import Sequence

from rag.grounding.check import Verdict
from rag.grounding.checkers import lowered
from rag.grounding.claims import Claim, Idf
from rag.grounding.leaning import leans_on
from rag.grounding.matching import Embed
from rag.grounding.one_sentence import in_one_sentence

TRUSTED = 0.75
"""The share of supported sentences that makes a model trusted, ..."""
WORDED = 0.5
"""... if this share of all, ..."""
PROVEN = 2
"""... and as many at least, are said by one sentence of an article. Few right ones may be chance."""
LEANS = "this speaks of what the sentence before names, which the articles do not hold"


def first_look(claim: Claim, verdict: Verdict, before: Verdict | None, embed: Embed, idf: Idf | None = None) -> Verdict:
    """The verdict on a sentence of a model that has not earned trust, as it is or lowered to "partly".

    It is believed what one sentence of an article says, unless it leans on a sentence in doubt: `before` is the verdict
    on the one before it.
    """
    return _leaning(claim, in_one_sentence(claim, verdict, embed, idf), before)


def second_look(
    claims: Sequence[Claim], verdicts: Sequence[Verdict], embed: Embed, idf: Idf | None = None
) -> tuple[Verdict, ...]:
    """The verdicts on a whole answer: as by the first look, or of a model that has earned trust by it, as they are.

    Those that lean on a sentence in doubt are lowered all the same.
    """
    strict: list[Verdict] = []
    loose: list[Verdict] = []
    for claim, verdict in zip(claims, verdicts, strict=True):
        strict.append(first_look(claim, verdict, strict[-1] if strict else None, embed, idf))
        loose.append(_leaning(claim, verdict, loose[-1] if loose else None))
    proven, supported = _supported(strict), _supported(loose)
    earned = supported >= TRUSTED * len(loose) and proven >= max(PROVEN, WORDED * len(loose))
    return tuple(loose if earned else strict)


def _supported(verdicts: Sequence[Verdict]) -> int:
    return sum(v.support == "supported" for v in verdicts)


def _leaning(claim: Claim, verdict: Verdict, before: Verdict | None) -> Verdict:
    """The verdict lowered if the sentence leans on the one before it, and that is in doubt."""
    if verdict.support != "supported" or before is None or before.support == "supported":
        return verdict
    return (
        lowered(claim.sentence, verdict, verdict.score / 2, LEANS)
        if leans_on(claim.sentence, claim.before)
        else verdict
    )

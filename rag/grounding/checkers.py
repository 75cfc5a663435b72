"""The port through which sentences are checked, and two of its makers: rules, and rules with an entailment model.

The third, which asks a language model, is `rag.writing.model_checker`. Whatever the maker, the rules judge first, and a
fault that they read plainly, such as another number, is not argued away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from rag.grounding.check import Verdict, check_sentence
from rag.grounding.claims import Claim, Idf
from rag.grounding.matching import Embed
from rag.grounding.model import check_model
from rag.grounding.one_article import in_one_article, in_some_articles, is_fragment
from rag.models.ports import EntailmentModel
from rag.types import Fault, FaultKind

HARD: frozenset[FaultKind] = frozenset(
    ("number", "date", "name", "attribution", "denial", "certainty", "bound", "opposite", "roles")
)
"""Faults for which no model's word makes a sentence supported."""
PREMISES = 3
"""Evidence sentences that an entailment model reads, each alone and then all together."""
ENTAILED = 0.5
"""The probability from which a sentence follows from its evidence."""


@dataclass(frozen=True, slots=True)
class Review:
    """The last word on the sentences of a text, in their order, and remarks for the reader."""

    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...] = ()


class Checker(Protocol):
    """Judges whether evidence holds what a sentence says. Threads may share it."""

    def check(self, claim: Claim, idf: Idf | None = None) -> Verdict:
        """Judge a sentence at once, as a text is written. `idf` weighs stems as `rag.grounding.rarity` does."""

    def review(self, claims: Sequence[Claim], verdicts: Sequence[Verdict]) -> Review:
        """Look at all sentences of a text once more, once it is whole. Raises no ModelError: it notes one."""


class RuleChecker:
    """The embedded default: alignment, rules, and the numbers fitted on them."""

    def __init__(self, embed: Embed) -> None:
        self._embed = embed

    def check(self, claim: Claim, idf: Idf | None = None) -> Verdict:
        """Judge a sentence as `check_sentence` does; it is supported only if one article holds it, or some do.

        `rag.grounding.one_article` says when; some may only if the claim is put `together`.
        """
        if is_fragment(claim.sentence):
            reason = "this is no whole sentence, so there is nothing to check"
            return Verdict("not found", 0.0, (), (Fault("not found", 0, len(claim.sentence), reason),))
        texts = [p.text for p in claim.evidence]
        verdict = check_sentence(claim.sentence, texts, self._embed, idf, claim.context)
        if verdict.support != "supported" or verdict.score == 1.0:
            return verdict
        return (in_some_articles if claim.together else in_one_article)(claim, verdict, self._embed, idf)

    def review(self, claims: Sequence[Claim], verdicts: Sequence[Verdict]) -> Review:
        """Change nothing."""
        del claims
        return Review(tuple(verdicts))


class EntailmentChecker:
    """The rules, and a model that tells whether one text follows from another.

    What the model does not find to follow is at most partly supported. What it does find to follow is supported, even
    if the rules miss words of it, unless they read a hard fault. Words taken over as they are stay supported.
    """

    def __init__(self, rules: RuleChecker, model: EntailmentModel) -> None:
        self._rules = rules
        self._model = model

    def check(self, claim: Claim, idf: Idf | None = None) -> Verdict:
        """Judge a sentence. Raises ModelError if the model fails."""
        verdict = self._rules.check(claim, idf)
        if verdict.score == 1.0 or not verdict.evidence:
            return verdict
        texts = [claim.evidence[i].text for i in verdict.evidence[:PREMISES]]
        together = " ".join(claim.evidence[i].text for i in sorted(verdict.evidence[:PREMISES]))
        premises = list(dict.fromkeys([*texts, together]))
        judged = self._model.entail([(premise, claim.sentence) for premise in premises])
        best = max(judged, key=lambda j: j.entailment)
        return _combine(claim.sentence, verdict, best.entailment, denied=best.contradiction > best.neutral)

    def review(self, claims: Sequence[Claim], verdicts: Sequence[Verdict]) -> Review:
        """Change nothing."""
        return self._rules.review(claims, verdicts)


def _combine(sentence: str, verdict: Verdict, entailed: float, *, denied: bool) -> Verdict:
    bar = check_model().bar
    score = (verdict.score + entailed) / 2
    if entailed >= ENTAILED:
        soft = verdict.support == "partly" and all(f.kind not in HARD for f in verdict.faults)
        if verdict.support == "supported" or soft:
            return Verdict("supported", max(score, bar), verdict.evidence)
        return verdict
    if verdict.support != "supported":
        return replace(verdict, score=min(verdict.score, score))
    reason = "the evidence contradicts this" if denied else "this does not follow from the evidence"
    return lowered(sentence, verdict, min(score, bar / 2), reason)


def lowered(sentence: str, verdict: Verdict, score: float, reason: str) -> Verdict:
    """The verdict made "partly", for a reason that concerns the whole sentence."""
    fault = Fault("other", 0, len(sentence), reason)
    return Verdict("partly", score, verdict.evidence, (*verdict.faults, fault))

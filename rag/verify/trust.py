"""The acceptance policy for a model's sentences, the same for every model.

A hallucination combines words that stand near each other in an article with ones that the article lacks. So a sentence
is accepted if one place of an article has its words or near synonyms in the same context. The decision depends on the
sentence and its evidence alone. A text stands if enough of its sentences are accepted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.text.anaphora import refers_back
from rag.text.tokens import tokens_of
from rag.text.word_similarity import Embed
from rag.verdicts import Fault, Support
from rag.verify.check import Claim, Idf, Verdict
from rag.verify.checkers import lowered
from rag.verify.single_source import OWN, EvidenceBeside, lay_beside_articles, missing_words

SURVIVORS = 0.5
"""The share of a text's sentences that must survive the check, each by its value; at least
one must be supported."""
VALUES: dict[Support, float] = {"supported": 1.0, "partly": 0.25, "not found": 0.0}


class TooLittleHolds(Exception):
    """Less than half of what the model wrote is held by the evidence; the message says so to a reader."""


def is_believed(supports: Sequence[Support]) -> bool:
    """Whether a text stands, by the verdicts on its sentences."""
    held = sum(VALUES[support] for support in supports)
    return "supported" in supports and held >= SURVIVORS * len(supports)


WORDED = 0.9
"""The share of a sentence's weight that one place of an article must say so, ..."""
KEPT = 0.75
"""... the share of the weight of its neighbouring words that must be near each other there, ..."""
SURE = 0.75
"""... and the score that the check must give it."""
UNFOUNDED_REFERENCE = "this speaks of what the sentence before names, which the articles do not hold"
OTHER_REFERENCE = "the article that says this does not speak of what the sentence before names"
REASONS = (
    re.compile(r"\b(?:because|due to|owing to|thanks to|on account of|as a result of|caused by)\b", re.IGNORECASE),
    re.compile(r"\b(?:thus|therefore|hence|consequently|as a result(?! of)|leads? to|led to|causes)\b", re.IGNORECASE),
)
"""What makes one thing the reason for another, and what makes it the outcome: none of them carries weight as a word."""


def look(claim: Claim, verdict: Verdict, before: Verdict | None, embed: Embed, idf: Idf | None = None) -> Verdict:
    """The verdict on a sentence of a model, as it is or lowered to "partly".

    A sentence that refers to the one before it is supported only if that one is; `before` is the verdict on that.
    """
    if verdict.support != "supported":
        return verdict
    if verdict.score < 1.0:
        verdict = _in_own_words(claim, verdict, embed, idf)
    if verdict.support != "supported" or before is None or not refers_back(claim.sentence, claim.before):
        return verdict
    if before.support != "supported":
        return lowered(claim.sentence, verdict, verdict.score / 2, UNFOUNDED_REFERENCE)
    return lowered(claim.sentence, verdict, verdict.score / 2, OTHER_REFERENCE) if _astray(claim, verdict) else verdict


def look_again(
    claims: Sequence[Claim], verdicts: Sequence[Verdict], embed: Embed, idf: Idf | None = None
) -> tuple[Verdict, ...]:
    """The verdicts on a whole text, each looked at in turn."""
    looked: list[Verdict] = []
    for claim, verdict in zip(claims, verdicts, strict=True):
        looked.append(look(claim, verdict, looked[-1] if looked else None, embed, idf))
    return tuple(looked)


def _in_own_words(claim: Claim, verdict: Verdict, embed: Embed, idf: Idf | None) -> Verdict:
    articles = lay_beside_articles(claim, verdict, embed, idf, plainly=OWN)
    if not articles:
        return verdict
    best = max(articles, key=lambda article: article.best_stretch().share)
    stretch = best.best_stretch()
    if stretch.share < WORDED:
        return missing_words(claim.sentence, verdict, best.alignment, stretch.said)
    if best.kept(stretch.sentences) < KEPT or verdict.score < SURE:
        return missing_words(claim.sentence, verdict, best.alignment, None)
    for reason in REASONS:
        given = reason.search(claim.sentence)
        if given and not _gives_reason(claim, best, reason, given.span()):
            fault = Fault("other", *given.span(), f"the article does not say “{given[0]}” of this")
            return replace(verdict, support="partly", score=verdict.score / 2, faults=(fault,))
    return verdict


def _gives_reason(claim: Claim, article: EvidenceBeside, reason: re.Pattern[str], span: tuple[int, int]) -> bool:
    """Whether a sentence of the article gives such a reason with the words on both sides of it in the claim."""
    a = article.alignment
    telling = [i for i in a.telling if a.weights[i]]
    beside = [
        *[i for i in telling if a.claim[i].end <= span[0]][-1:],
        *[i for i in telling if a.claim[i].start >= span[1]][:1],
    ]
    holding = [set(a.sentence[a.matches[i] >= OWN].tolist()) for i in beside]
    together = set.intersection(*holding) if holding else set()
    return any(reason.search(claim.evidence[article.numbers[n]].text) for n in together)


def _astray(claim: Claim, verdict: Verdict) -> bool:
    """Whether no article that the verdict rests on has a name of the sentence before."""
    names = {key for t in tokens_of(claim.before) if t.kind == "name" for key in (t.key, t.spelling)}
    files = {claim.evidence[i].file for i in verdict.evidence}
    words = (t for place in claim.evidence if place.file in files for t in tokens_of(place.text))
    return bool(names) and not any(t.key in names or t.spelling in names for t in words)

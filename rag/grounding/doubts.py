"""A second look at the verdicts on a model's sentences, once all of them are there."""

from __future__ import annotations

from collections.abc import Sequence

from rag.grounding.check import Verdict
from rag.grounding.checkers import lowered
from rag.grounding.claims import Claim, Idf
from rag.grounding.leaning import leans_on
from rag.grounding.matching import Embed
from rag.grounding.one_article import in_one_article

TRUSTED = 0.75
"""The share of supported sentences that makes a model trusted. One sentence more is counted, not supported, for a few
right ones may be chance."""
WORDED = 0.87
"""The share of a sentence's weight that one place of an article must say plainly where the model is not trusted."""
LEANS = "this speaks of what the sentence before names, which the articles do not hold"


def second_look(
    claims: Sequence[Claim], verdicts: Sequence[Verdict], embed: Embed, idf: Idf | None = None
) -> tuple[Verdict, ...]:
    """The verdicts, some of them lowered to "partly".

    No sentence is believed that leans on one in doubt; and of a model that has not earned trust, only what it says in
    an article's own words.
    """
    looked = list(verdicts)
    for i in range(1, len(looked)):
        if looked[i].support == "supported" and looked[i - 1].support != "supported":
            sentence = claims[i].sentence
            if leans_on(sentence, claims[i - 1].sentence):
                looked[i] = lowered(sentence, looked[i], looked[i].score / 2, LEANS)
    if sum(v.support == "supported" for v in looked) >= TRUSTED * (len(looked) + 1):
        return tuple(looked)
    return tuple(
        in_one_article(claim, verdict, embed, idf, near=WORDED)
        if verdict.support == "supported" and verdict.score < 1.0
        else verdict
        for claim, verdict in zip(claims, looked, strict=True)
    )

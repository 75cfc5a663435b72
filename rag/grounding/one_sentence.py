"""Whether one sentence of an article holds a sentence, or each of its clauses: all that an unproven model is believed.

A model that invents puts together words which stand near each other in an article, and says with them what the article
does not. Words of one sentence, taken over or in near synonyms, leave little room for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rag.grounding.alignment import Alignment, Values
from rag.grounding.check import Verdict
from rag.grounding.claims import Claim, Idf
from rag.grounding.matching import Embed
from rag.grounding.one_article import ArticleBeside, lay_beside_articles, missing_words
from rag.grounding.subjects import begins_with_verb
from rag.types import Fault

OWN = 0.8
"""What a word must be matched by: the word itself, one of its family, or a synonym, but no broader one."""
WORDED = 0.9
"""The share of a clause's weight that one sentence must say so."""
CLAUSE = 3
"""Telling words of a clause at least; fewer are found together by chance."""
SEAM = re.compile(r";|\b(?:and|but|while|whereas|although|though)\b", re.IGNORECASE)
"""What may end a clause and begin another."""


REASONS = (
    re.compile(r"\b(?:because|due to|owing to|thanks to|on account of|as a result of|caused by)\b", re.IGNORECASE),
    re.compile(r"\b(?:thus|therefore|hence|consequently|as a result(?! of)|leads? to|led to|causes)\b", re.IGNORECASE),
)
"""What makes one thing the reason for another, and what makes it the outcome: none of them carries weight as a word."""


@dataclass(frozen=True, slots=True)
class _Wording:
    """The share that is said of a sentence, or of its clause said least; the words said, 1 or 0; and by which evidence.

    `evidence` holds numbers of sentences.
    """

    share: float
    said: Values
    evidence: tuple[int, ...]


def in_one_sentence(claim: Claim, verdict: Verdict, embed: Embed, idf: Idf | None = None) -> Verdict:
    """A verdict "supported" as it is, if one article says the sentence so; else "partly"."""
    if verdict.support != "supported" or verdict.score == 1.0:
        return verdict
    articles = lay_beside_articles(claim, verdict, embed, idf, plainly=OWN)
    if not articles:
        return verdict
    wordings = [(_best_wording(claim.sentence, article), article) for article in articles]
    best, closest = max(wordings, key=lambda pair: pair[0].share)
    if best.share < WORDED:
        return missing_words(claim.sentence, verdict, closest.alignment, best.said)
    told = " ".join(claim.evidence[closest.numbers[i]].text for i in best.evidence)
    for reason in REASONS:
        given = reason.search(claim.sentence)
        if given and not reason.search(told):
            fault = Fault("other", *given.span(), f"the article does not say “{given[0]}” of this")
            return Verdict("partly", verdict.score / 2, verdict.evidence, (fault,))
    return verdict


def _best_wording(sentence: str, article: ArticleBeside) -> _Wording:
    alignment, weights = article.alignment, article.alignment.weights
    numbers = np.unique(alignment.sentence)
    rows = np.stack([article.said[:, alignment.sentence == i].max(axis=1) for i in numbers])
    shares = rows @ weights / weights.sum()
    row = int(shares.argmax())
    best = _Wording(float(shares[row]), rows[row], (int(numbers[row]),))
    for cut in _cuts(sentence, alignment):
        before = rows[:, :cut] @ weights[:cut] / weights[:cut].sum()
        after = rows[:, cut:] @ weights[cut:] / weights[cut:].sum()
        share, a, b = float(min(before.max(), after.max())), int(before.argmax()), int(after.argmax())
        if share > best.share:
            said: Values = np.concatenate([rows[a, :cut], rows[b, cut:]])
            best = _Wording(share, said, (int(numbers[a]), int(numbers[b])))
    return best


def _cuts(sentence: str, alignment: Alignment) -> Iterator[int]:
    """Where the sentence falls into two clauses, each with a subject: the number of the first word of the second."""
    telling = np.array([t.telling for t in alignment.claim])
    for seam in SEAM.finditer(sentence):
        cut = sum(t.start < seam.start() for t in alignment.claim)
        own_subject = cut < len(telling) and not begins_with_verb(alignment.claim[cut:])
        if own_subject and min(telling[:cut].sum(), telling[cut:].sum()) >= CLAUSE:
            yield cut

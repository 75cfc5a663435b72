"""Whether one article alone holds a sentence, in plain words: a bad model's words can be found here and there in many.

"Dr. Porter became the teacher of defence" can be put together from an article on a comic, one on a school, and one on a
war. So a sentence is supported only if one article says its words, as they are or in near synonyms; or two articles,
if the sentence falls into two parts of which each says one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.grounding.alignment import Alignment, Values, align
from rag.grounding.check import Verdict, check_sentence
from rag.grounding.claims import Claim, Idf
from rag.grounding.matching import Embed
from rag.grounding.model import check_model
from rag.grounding.tokens import tokens_of
from rag.types import Fault

PLAINLY = 0.7
"""What a word must be matched by to be said plainly: a word of its family or a near synonym, no likeness of vectors."""
PLAIN = 0.75
"""The share of a sentence's weight that one article must say plainly."""
NEAR = 0.6
"""The share that sentences of it must say which stand together, and how many these are."""
TOGETHER = 3
SEAM = re.compile(r"\b(?:while|whereas|but|although|though|meanwhile)\b|;", re.IGNORECASE)
"""What sets two things side by side in a sentence."""
NAMING = frozenset(("name", "opening", "number", "date"))


def is_fragment(sentence: str) -> bool:
    """Whether words state nothing that could be so or not: names alone, or what announces something by a colon."""
    telling = [token for token in tokens_of(sentence) if token.telling]
    return sentence.rstrip().endswith((":", "：")) or all(token.kind in NAMING for token in telling)


@dataclass(frozen=True, slots=True)
class ArticleBeside:
    """A sentence of n words beside the evidence of one article: the numbers of its sentences, and what they say.

    `said` has the shape (n, m) of the alignment's matches: 1 where a word of the pool says one of the sentence plainly.
    """

    numbers: tuple[int, ...]
    alignment: Alignment
    said: Values

    @property
    def share(self) -> float:
        """The share of the sentence's weight that is said."""
        return self.weigh(self.said.max(axis=1))

    def weigh(self, said: Values) -> float:
        """The share of the sentence's weight of some of its words, shape (n,)."""
        weights = self.alignment.weights
        return float(said @ weights / weights.sum())

    def near(self) -> Values:
        """What those sentences say that stand together and say most, shape (n,)."""
        sentence = self.alignment.sentence
        spans = (
            self.said[:, (sentence >= first) & (sentence < first + TOGETHER)].max(axis=1)
            for first in np.unique(sentence).tolist()
        )
        return max(spans, key=self.weigh)


def in_one_article(claim: Claim, verdict: Verdict, embed: Embed, idf: Idf | None = None) -> Verdict:
    """A verdict "supported" as it is if one article alone holds the sentence, or each of its parts; else "partly"."""
    articles = lay_beside_articles(claim, verdict, embed, idf)
    if not articles:
        return verdict
    best = max(articles, key=lambda a: (a.share >= PLAIN, a.weigh(a.near())))
    doubted = missing_words(claim.sentence, verdict, best.alignment, best.near())
    if best.share < PLAIN:
        return verdict if _in_two_parts(claim.sentence, articles) else doubted
    if best.weigh(best.near()) < NEAR:
        return doubted
    if set(verdict.evidence) <= set(best.numbers):
        return verdict
    return _alone(claim, best, embed, idf)


def lay_beside_articles(
    claim: Claim, verdict: Verdict, embed: Embed, idf: Idf | None = None, *, plainly: float = PLAINLY
) -> Sequence[ArticleBeside]:
    """The sentence beside each article that the verdict rests on; `plainly` is what a word must be matched by."""
    found = []
    for file in dict.fromkeys(claim.evidence[i].file for i in verdict.evidence):
        numbers = tuple(i for i, place in enumerate(claim.evidence) if place.file == file)
        alignment = align(claim.sentence, [claim.evidence[i].text for i in numbers], embed, idf)
        if alignment is not None:
            found.append(ArticleBeside(numbers, alignment, (alignment.matches >= plainly).astype(float)))
    return found


def missing_words(sentence: str, verdict: Verdict, alignment: Alignment, said: Values) -> Verdict:
    """The verdict made "partly", with the telling words named that are not `said`, of shape (n,), with the others."""
    faults = tuple(
        Fault(
            "not found", t.start, t.end, f"no article says “{sentence[t.start : t.end]}” together with the rest of this"
        )
        for t, there in zip(alignment.claim, said, strict=True)
        if t.telling and not there
    ) or (Fault("not found", 0, len(sentence), "no article says all of this in one place"),)
    return Verdict("partly", min(verdict.score, check_model().bar / 2), verdict.evidence, faults)


def _alone(claim: Claim, article: ArticleBeside, embed: Embed, idf: Idf | None) -> Verdict:
    """What the check says when it sees nothing but one article."""
    own = replace(claim, evidence=tuple(claim.evidence[i] for i in article.numbers))
    verdict = check_sentence(own.sentence, [p.text for p in own.evidence], embed, idf, own.context)
    return replace(verdict, evidence=tuple(article.numbers[i] for i in verdict.evidence))


def _in_two_parts(sentence: str, articles: Sequence[ArticleBeside]) -> bool:
    """Whether the sentence sets two things side by side, of which one article says the first, another the second."""
    claim, weights = articles[0].alignment.claim, articles[0].alignment.weights
    said = np.stack([a.said.max(axis=1) * weights for a in articles])
    for seam in SEAM.finditer(sentence):
        cut = sum(t.start < seam.start() for t in claim)
        parts = ((said[:, :cut], weights[:cut]), (said[:, cut:], weights[cut:]))
        if all(float(part.sum(axis=1).max()) >= PLAIN * float(whole.sum()) > 0 for part, whole in parts):
            return True
    return False

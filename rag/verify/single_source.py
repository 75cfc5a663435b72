"""Single-source support: whether one article alone supports a sentence.

"Dr. Porter became the teacher of defence" can be composed from an article on a comic, one on a school, and one on a
war. So a sentence is supported only if one article has its words or near synonyms; or two articles, if the sentence
has two parts of which each supports one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from rag.text.word_similarity import RELATED, Embed, related
from rag.verdicts import Fault
from rag.verify.alignment import Alignment, Numbers, Values, align
from rag.verify.check import Claim, Idf, Verdict, check_sentence
from rag.verify.features import check_model

PLAINLY = 0.7
"""What a word must be matched by to be said plainly: a word of its family or a near synonym, no likeness of vectors."""
PLAIN = 0.75
"""The share of a sentence's weight that one article must say plainly."""
TOGETHER = 3
"""Sentences, one after another, that are one place of an article."""
REACH = 5
"""Words, at most, from one of two neighbouring words to the other, for them to stand near each other."""
OWN = 0.8
"""What a neighbouring word must be matched by: the word itself, one of its family, or a synonym, but no broader one."""
CLAUSE_BREAK = re.compile(r"\b(?:while|whereas|but|although|though|meanwhile)\b|;", re.IGNORECASE)
"""What sets two things side by side in a sentence."""
JOINT = re.compile(r"[,;:()—–]|\b(?:and|or|but|than|while|as|that|which|who)\b")
"""What parts a sentence, so that a word may well be said again after it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sentences of an article that stand together, by their numbers, and the words that they say of another one.

    `said` is 1 or 0 for each of its n words, `share` their share of its weight.
    """

    sentences: tuple[int, ...]
    said: Values
    share: float


@dataclass(frozen=True, slots=True)
class EvidenceBeside:
    """A sentence of n words beside the evidence of an article: the numbers of its sentences, and what they say.

    `said` has the shape (n, m) of the alignment's matches: 1 where a word of the pool says one of the sentence plainly.
    """

    sentence: str
    numbers: tuple[int, ...]
    alignment: Alignment
    said: Values

    @property
    def share(self) -> float:
        """The share of the sentence's weight that is said."""
        return self._weigh(self.said.max(axis=1))

    def _weigh(self, said: Values) -> float:
        weights = self.alignment.weights
        return float(said @ weights / weights.sum())

    def _said_before(self) -> tuple[Numbers, Numbers]:
        """How often each of the sentence's words stands in it before, and how often of these in the same part of it."""
        keys = [token.key for token in self.alignment.claim]
        parts = [(t.key, len(JOINT.findall(self.sentence, 0, t.start))) for t in self.alignment.claim]
        ever = [keys[:i].count(key) for i, key in enumerate(keys)]
        here = [parts[:i].count(part) for i, part in enumerate(parts)]
        return np.array(ever, np.intp), np.array(here, np.intp)

    def best_stretch(self) -> Stretch:
        """Of the sentences that stand together those that say most.

        What is said again they must say again, and what is said again in the same part, one of them alone: "the bridge
        has a bridge" is not said by two sentences on the bridge.
        """
        numbers = self.alignment.sentence
        ever, here = self._said_before()
        times = {n: self.said[:, numbers == n].sum(axis=1) for n in np.unique(numbers).tolist()}
        stretches = []
        for first in times:
            own = tuple(n for n in times if first <= n < first + TOGETHER)
            counts = np.array([times[n] for n in own])
            said = ((counts.sum(axis=0) > ever) & (counts.max(axis=0) > here)).astype(float)
            stretches.append(Stretch(own, said, self._weigh(said)))
        return max(stretches, key=lambda stretch: stretch.share)

    def kept(self, sentences: Sequence[int]) -> float:
        """The share of the weight of neighbouring words that stand near each other in one of some sentences, by number.

        1 if the sentence has no neighbours.
        """
        a = self.alignment
        counts = np.isin(a.sentence, sentences)
        telling = [i for i in a.telling if a.weights[i] and a.claim[i].kind != "turning"]
        there = [np.flatnonzero((a.matches[i] >= OWN) & counts) for i in telling]
        weights = [float(a.weights[i] + a.weights[j]) for i, j in pairwise(telling)]
        near = [_near(first, second, a.sentence) for first, second in pairwise(there)]
        return sum(w for w, kept in zip(weights, near, strict=True) if kept) / sum(weights) if weights else 1.0


def _near(first: Numbers, second: Numbers, sentence: Numbers) -> bool:
    """Whether one of some words of a pool stands near one of others, in the same sentence."""
    steps = np.abs(first[:, None] - second[None, :])
    same = sentence[first][:, None] == sentence[second][None, :]
    return bool((same & (steps > 0) & (steps <= REACH)).any())


def in_one_article(claim: Claim, verdict: Verdict, embed: Embed, idf: Idf | None = None) -> Verdict:
    """A verdict "supported" as it is if one article alone holds the sentence, or each of its parts; else "partly"."""
    articles = lay_beside_articles(claim, verdict, embed, idf)
    if not articles:
        return verdict
    best = max(articles, key=lambda a: (a.share >= PLAIN, a.best_stretch().share))
    if best.share < PLAIN:
        if _in_two_parts(claim.sentence, articles):
            return verdict
        return missing_words(claim.sentence, verdict, best.alignment, best.best_stretch().said)
    if set(verdict.evidence) <= set(best.numbers):
        return verdict
    return _alone(claim, best, embed, idf)


def lay_beside_articles(
    claim: Claim, verdict: Verdict, embed: Embed, idf: Idf | None = None, *, plainly: float = PLAINLY
) -> Sequence[EvidenceBeside]:
    """The sentence beside each article that the verdict rests on; `plainly` is what a word must be matched by."""
    found = []
    for file in dict.fromkeys(claim.evidence[i].file for i in verdict.evidence):
        numbers = tuple(i for i, place in enumerate(claim.evidence) if place.file == file)
        alignment = align(claim.sentence, [claim.evidence[i].text for i in numbers], embed, idf)
        if alignment is not None:
            alignment = replace(alignment, matches=np.maximum(alignment.matches, _families(alignment)))
            said = (alignment.matches >= plainly).astype(float)
            found.append(EvidenceBeside(claim.sentence, numbers, alignment, said))
    return found


def _families(alignment: Alignment) -> Values:
    """`RELATED` where a word of the pool is of the family of the claim's ("invaded", "invasion"), and 0 elsewhere.

    The check itself does better without: there, likeness of vectors finds most of them.
    """
    plain = {"plain", "opening", "name"}
    return np.array(
        [
            [RELATED * (x.kind in plain and y.kind in plain and related(x.key, y.key)) for y in alignment.pool]
            for x in alignment.claim
        ]
    )


def missing_words(sentence: str, verdict: Verdict, alignment: Alignment, said: Values | None) -> Verdict:
    """The verdict made "partly", with the telling words named that are not `said`, of shape (n,), with the others.

    None is for words that are all said, but not of each other.
    """
    missing = (
        [] if said is None else [t for t, there in zip(alignment.claim, said, strict=True) if t.telling and not there]
    )
    faults = tuple(
        Fault(
            "not found", t.start, t.end, f"no article says “{sentence[t.start : t.end]}” together with the rest of this"
        )
        for t in missing
    ) or (
        Fault("not found", 0, len(sentence), "the articles have these words, but do not put them together like this"),
    )
    return Verdict("partly", min(verdict.score, check_model().threshold / 2), verdict.evidence, faults)


def _alone(claim: Claim, article: EvidenceBeside, embed: Embed, idf: Idf | None) -> Verdict:
    """What the check says when it sees nothing but one article."""
    own = replace(claim, evidence=tuple(claim.evidence[i] for i in article.numbers))
    verdict = check_sentence(own.sentence, [p.text for p in own.evidence], embed, idf, own.context)
    return replace(verdict, evidence=tuple(article.numbers[i] for i in verdict.evidence))


def _in_two_parts(sentence: str, articles: Sequence[EvidenceBeside]) -> bool:
    """Whether the sentence sets two things side by side, of which one article says the first, another the second."""
    claim, weights = articles[0].alignment.claim, articles[0].alignment.weights
    said = np.stack([a.said.max(axis=1) * weights for a in articles])
    for clause_break in CLAUSE_BREAK.finditer(sentence):
        cut = sum(t.start < clause_break.start() for t in claim)
        parts = ((said[:, :cut], weights[:cut]), (said[:, cut:], weights[cut:]))
        if all(float(part.sum(axis=1).max()) >= PLAIN * float(whole.sum()) > 0 for part, whole in parts):
            return True
    return False

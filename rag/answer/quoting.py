"""The quoting writer: answers with the articles' own sentences, or refuses.

It takes the passage that most probably holds the answer. Of that article's sentences it quotes those that make the
expected F1, in characters, with the sentences that a reader would pick the greatest, and sentences of other articles
that answer as well. Below the fitted bar it refuses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.answer.evidence import Candidate, CandidateSentence, Evidence, fitted, weigh
from rag.answer.question import Question
from rag.text.word_similarity import Embed

LONGEST = 4
"""Sentences of one article in an answer, not counting one before each that would hang in the air."""
HALF = 0.5
"""A sentence is quoted if its probability reaches this share of the best one's."""
OTHERS = 3
"""Sentences of other articles in an answer, at most one of each."""
CLEAR = 0.58
"""The share of the best sentence's probability that a quoted sentence must reach. It costs 0.01 of the answering
benchmark's utility, whose readers picked long answers, and spares others sentences that are beside the point."""
AS_GOOD = 0.9
"""A passage of another article is quoted too if its probability reaches this share of the best one's."""

LEANING = re.compile(
    r"(?:``|[\"'“‘])?\s?(?:He|She|It|They|This|That|These|Those|His|Her|Its|Their|However|But|And|Such|"
    r"The (?:former|latter))\b"
)
"""How a sentence begins that leans on the one before."""
ATTRIBUTED = re.compile(r"[\"”’']\s*,?\s+(?:he|she|they)\s+\w+", re.IGNORECASE)
"""A quotation whose speaker only the sentence before names."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of an article, and how probably it is part of the answer."""

    file: str
    sentence: CandidateSentence
    probability: float


@dataclass(frozen=True, slots=True)
class Quotation:
    """The sentences that answer, best article first and in reading order; none if the question is refused.

    `probability` is that of the best passage holding the answer, `nearest` the candidates from best to worst.
    """

    quotes: tuple[Quote, ...]
    probability: float
    nearest: tuple[Candidate, ...]


def quote(question: Question, candidates: Sequence[Candidate], embed: Embed, *, longest: int = LONGEST) -> Quotation:
    """Answer a question from candidates. `embed` gives unit vectors and must be quick."""
    return quote_evidence(weigh(question, candidates, embed), bar=fitted().bar, longest=longest)


def quote_evidence(evidence: Sequence[Evidence], *, bar: float, longest: int = LONGEST) -> Quotation:
    """Answer from evidence, or refuse if no passage reaches the probability `bar`."""
    weighed = sorted(evidence, key=lambda e: -e.probability)
    nearest = tuple(e.candidate for e in weighed)
    best = weighed[0].probability if weighed else 0.0
    if not weighed or best < bar:
        return Quotation((), best, nearest)
    main = _of_one_article([e for e in weighed if e.candidate.file == weighed[0].candidate.file])
    quotes = _choose(main, longest)
    least = HALF * max(q.probability for q in quotes)
    others: dict[str, Quote] = {}
    for other in weighed[1:]:
        if other.candidate.file != weighed[0].candidate.file and other.probability >= max(bar, AS_GOOD * best):
            at = int(other.sentences.argmax())
            if other.sentences[at] >= least:
                found = Quote(other.candidate.file, other.candidate.sentences[at], float(other.sentences[at]))
                others.setdefault(found.file, found)
    return Quotation((*quotes, *list(others.values())[:OTHERS]), best, nearest)


def _of_one_article(passages: Sequence[Evidence]) -> list[Quote]:
    """All sentences of passages of one article in reading order."""
    quotes = {
        sentence.index: Quote(e.candidate.file, sentence, float(probability))
        for e in passages
        for sentence, probability in zip(e.candidate.sentences, e.sentences, strict=True)
    }
    return [quotes[index] for index in sorted(quotes)]


def _choose(quotes: Sequence[Quote], longest: int) -> list[Quote]:
    """Choose the sentences to quote, with the ones that they lean on, in reading order."""
    probabilities = np.array([q.probability for q in quotes])
    lengths = np.array([q.sentence.end - q.sentence.start for q in quotes], float)
    clear = CLEAR * probabilities.max()
    chosen = {i for i in best_set(probabilities, lengths, longest) if probabilities[i] >= clear}
    for i in sorted(chosen):
        follows = i > 0 and quotes[i - 1].sentence.index == quotes[i].sentence.index - 1
        if follows and leans(quotes[i].sentence.text):
            chosen.add(i - 1)
    return [quotes[i] for i in sorted(chosen)]


def leans(sentence: str) -> bool:
    """Whether a sentence would hang in the air without the one before."""
    return bool(LEANING.match(sentence) or ATTRIBUTED.search(sentence))


def best_set(probabilities: NDArray[np.float64], lengths: NDArray[np.float64], most: int) -> list[int]:
    """The at most `most` items, at least one, with the greatest expected F1 with the true set.

    The expectation is approximated by 2 E[overlap] / (E[true length] + chosen length), as for sets of many items;
    then the best set is made of the most probable items (Nan et al. 2012, Optimizing F-measure). Items less than
    `HALF` as probable as the best one are left out: a reader takes them for padding.
    """
    order = np.argsort(-probabilities, kind="stable")[:most]
    overlap = np.cumsum((probabilities * lengths)[order])
    values = 2 * overlap / ((probabilities * lengths).sum() + np.cumsum(lengths[order]))
    least = HALF * probabilities[order[0]]
    return [int(i) for i in order[: int(values.argmax()) + 1] if probabilities[i] >= least]

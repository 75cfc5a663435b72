"""The relation of two sentences: whether they state the same fact, one entails the other, or they conflict.

Each content word of one sentence is matched with its best counterpart in the other; the matched shares of weight must
be high. Exact rules (`conflicts`) override similarity. They are English: of two sentences in another language, one must
contain nearly all words of the other, with the same numbers and as many denials.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rag.text.idf import rarity
from rag.text.negation import denial_words, denies
from rag.text.quantities import foreign_numbers, foreign_numerals, in_the_same_words
from rag.text.span import Span
from rag.text.terms import stemmer, words
from rag.text.text_cache import text_cache
from rag.text.tokens import Word, words_of
from rag.text.word_similarity import Embed, Matrix, QuestionWord, word_scores
from rag.verify.conflicts import Conflict, find_conflicts

Relation = Literal["same", "entails", "entailed", "contradicts", "other subject", "unrelated"]
SAME = 0.6
"""The least similarity of two sentences that say the same. It takes 64 % of those hand-judged pairs of news sentences
with a cosine above `CANDIDATE` that say the same, and hardly any other."""
ENTAILS = 0.8
"""The least share of a sentence that another one says which entails it."""
CANDIDATE = 0.62
"""A cosine of two sentences below which they are not compared word by word."""
IDENTICAL = 0.8
"""The least share of words of the longer one of two sentences in another language than English that the shorter has."""
SHORT_WORD = 3
"""Letters of a word, at most, that may be left out or changed in another language: articles and prepositions."""


@dataclass(frozen=True, slots=True)
class SentencePair:
    """How two sentences relate.

    `first` is the share of the first sentence's weight that finds its like in the second, `second` the converse, both
    in [0, 1]. `conflicts` hold the words that make them different facts.
    """

    first: float
    second: float
    conflicts: tuple[Conflict, ...] = ()

    @property
    def similarity(self) -> float:
        """The mean of both shares."""
        return (self.first + self.second) / 2

    @property
    def relation(self) -> Relation:
        """How they relate; "entails": the first says all of the second, and more; "entailed" is the converse."""
        if self.conflicts:
            kinds = {c.kind for c in self.conflicts}
            if "subject" in kinds and kinds <= {"subject", "name"}:
                return "other subject"
            return "contradicts" if self.similarity >= SAME else "unrelated"
        if self.similarity >= SAME:
            return "same"
        if max(self.first, self.second) >= ENTAILS:
            return "entailed" if self.first >= self.second else "entails"
        return "unrelated"


def compare_sentences(
    first: str,
    second: str,
    embed: Embed,
    idf: Callable[[str], float] | None = None,
    *,
    language: str = "en",
    before: tuple[str, str] | None = None,
) -> SentencePair:
    """Compare two sentences of one language, given by its ISO 639-1 code.

    `embed` gives unit vectors of texts and must be quick, `idf` weighs stems, by default as general English does.
    `before` is what stands before each sentence in its article, if that is known.
    """
    if language not in ("", "en"):
        return _compare_foreign(first, second, language)
    weigh = idf or general_rarity
    conflicts = find_conflicts(first, second, before)
    a, b = words_of(first), words_of(_but_for(conflicts, first, second) or in_the_same_words(first, second))
    x, y = _telling(a), _telling(b)
    if not x or not y:
        return SentencePair(float(first == second), float(first == second))
    names = frozenset(w.stem for w in (*a[1:], *b[1:]) if w.capital)
    asked = [QuestionWord(w, frozenset({w.stem}), weigh(w.stem), w.stem in names) for w in x]
    scores = word_scores(asked, y, embed, names=names)
    shares = (_share(x, scores.max(axis=1), weigh), _share(y, scores.max(axis=0), weigh))
    return SentencePair(*shares, conflicts)


def find_same(
    sentence: str,
    others: Sequence[str],
    embed: Embed,
    idf: Callable[[str], float] | None = None,
    language: str = "en",
) -> list[bool]:
    """For each of the other sentences, whether it says the same as the first; all are of one language."""
    vectors = embed([sentence, *others])
    near = vectors[1:] @ vectors[0] >= CANDIDATE
    return [
        bool(n) and compare_sentences(sentence, other, embed, idf, language=language).relation == "same"
        for n, other in zip(near, others, strict=True)
    ]


def exclude_each_other(first: str, second: str, language: str = "en", before: tuple[str, str] | None = None) -> bool:
    """Whether two sentences of one language are surely not the same fact: the rules of `compare_sentences` alone.

    Without vectors, and so much quicker. In another language than English this is so of all that is not nearly equal.
    """
    if language in ("", "en"):
        return bool(find_conflicts(first, second, before))
    return _compare_foreign(first, second, language).relation != "same"


def general_rarity(stem: str) -> float:
    """The weight of a stem in general English, for sentences that come from no library."""
    return rarity(stem, 0, 1000)


def _but_for(conflicts: Sequence[Conflict], first: str, second: str) -> str:
    """The second sentence with the first number or opposite of it that is in conflict replaced; "" if there is none."""
    for c in conflicts:
        if c.kind in ("number", "opposite"):
            return f"{second[: c.there.start]}{first[c.here.start : c.here.end]}{second[c.there.end :]}"
    return ""


def _telling(words: Sequence[Word]) -> list[Word]:
    return list({w.stem: w for w in words if w.telling}.values())


def _share(words: Sequence[Word], matched: Matrix, weigh: Callable[[str], float]) -> float:
    weights = np.array([weigh(w.stem) for w in words])
    return float(weights @ matched / weights.sum())


def _compare_foreign(first: str, second: str, language: str) -> SentencePair:
    a, b = _stems(first, language), _stems(second, language)
    smaller, larger = sorted((a, b), key=len)
    if not smaller <= larger or len(smaller) < IDENTICAL * len(larger):
        shares = (len(a & b) / max(1, len(a)), len(a & b) / max(1, len(b)))
        return SentencePair(min(shares[0], SAME / 2), min(shares[1], SAME / 2))
    whole = (Span(0, len(first)), Span(0, len(second)))
    numbers, numbers_there = foreign_numbers(first, language), foreign_numbers(second, language)
    conflicts = []
    if numbers - numbers_there and numbers_there - numbers:
        conflicts.append(Conflict("number", *whole))
    if denies(first, language) != denies(second, language):
        conflicts.append(Conflict("denial", *whole))
    return SentencePair(1.0, 1.0, tuple(conflicts))


@text_cache(maxsize=16_384)
def _stems(text: str, language: str) -> frozenset[str]:
    """The stems of the longer words of a sentence that do not deny; in scripts without spaces, pairs of characters."""
    stem = stemmer(language)
    left_out = denial_words(language) | foreign_numerals(language).keys()
    found = [word for word in words(re.sub("['’]", " ", text)) if word not in left_out and not word.isdecimal()]
    return frozenset(stem(word) for word in found if len(word) > SHORT_WORD or not word.isascii()) or frozenset(found)

"""Which sentences of one article stand in another one, in the same or in other words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.grounding.rarity import common_words, rarity
from rag.grounding.same import NUMBER
from rag.grounding.words import words_of
from rag.models.ports import Vectors
from rag.reading.text_cache import text_cache

Matrix = NDArray[np.float32]

STANDS = 0.6
"""The likeness from which a sentence stands in another one."""


@dataclass(frozen=True)
class Sentences:
    """The sentences of an article: their unit vectors, a row each, and their words.

    `words` are the numbers of the article's words in ascending order, `held` has a row for each sentence and a column
    for each word: the root of the word's weight where the sentence holds it, else 0. `weights` sums each sentence's.
    """

    vectors: Vectors
    words: NDArray[np.intp]
    held: Matrix
    weights: Matrix
    numbers: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """For each sentence of the first article the most alike one of the second, and the likeness; and the converse."""

    there: NDArray[np.intp]
    likeness: Matrix
    back: NDArray[np.intp]
    back_likeness: Matrix
    share: float
    """The share of the first article's weight that stands in the second."""
    back_share: float


@text_cache(maxsize=65_536)
def comparable_words(sentence: str) -> frozenset[str]:
    """The telling words of a sentence: stems, and for names the key that all their spellings share."""
    common = common_words()
    return frozenset(
        w.spelling if w.capital and w.stem not in common else w.stem for w in words_of(sentence) if w.telling
    )


@lru_cache(maxsize=65_536)
def general_weight(word: str) -> float:
    """How telling a word is in general English."""
    return rarity(word, 0, 1000)


def describe(sentences: Sequence[str], vectors: Vectors, vocabulary: dict[str, int]) -> Sentences:
    """Make sentences ready to be aligned; `vectors` has a unit vector for each.

    `vocabulary` numbers words, and takes in new ones; articles that are to be aligned must share it.
    """
    bags = [comparable_words(s) for s in sentences]
    own = {vocabulary.setdefault(word, len(vocabulary)): word for bag in bags for word in sorted(bag)}
    words = np.array(sorted(own), np.intp)
    column = {own[number]: i for i, number in enumerate(words.tolist())}
    held = np.zeros((len(bags), len(words)), np.float32)
    for row, bag in zip(held, bags, strict=True):
        row[[column[word] for word in bag]] = 1
    held *= np.sqrt(np.array([general_weight(word) for word in column], np.float32))
    weights = np.asarray((held * held).sum(axis=1), np.float32)
    return Sentences(vectors, words, held, weights, tuple(numbers_in(s) for s in sentences))


def numbers_in(sentence: str) -> frozenset[str]:
    """The numbers that a sentence gives in digits, without the marks between thousands."""
    return frozenset(re.sub(r"[ ,]", "", number) for number in NUMBER.findall(sentence))


def other_numbers(first: frozenset[str], second: frozenset[str]) -> bool:
    """Whether each of two sentences gives a number that the other lacks."""
    return bool(first - second and second - first)


def likeness(a: Sentences, b: Sentences) -> Matrix:
    """How much alike sentences are, shape (len(a), len(b)): the mean of their cosine and of their words' overlap.

    The overlap is the shared weight over the mean of both sentences' weights (Dice).
    """
    _, here, there = np.intersect1d(a.words, b.words, assume_unique=True, return_indices=True)
    shared = a.held[:, here] @ b.held[:, there].T
    overlap = 2 * shared / np.maximum(a.weights[:, None] + b.weights[None], 1e-6)
    return np.asarray((a.vectors @ b.vectors.T + overlap) / 2, np.float32)


def align(a: Sentences, b: Sentences) -> Alignment:
    """Align two articles, neither of which is empty. A sentence with other numbers tells something else."""
    alike = likeness(a, b)
    for i, j in zip(*np.nonzero(alike >= STANDS), strict=True):
        if other_numbers(a.numbers[i], b.numbers[j]):
            alike[i, j] = 0
    there, back = alike.argmax(axis=1), alike.argmax(axis=0)
    best, best_back = alike.max(axis=1), alike.max(axis=0)
    share = float(a.weights @ (best >= STANDS) / max(a.weights.sum(), 1e-6))
    back_share = float(b.weights @ (best_back >= STANDS) / max(b.weights.sum(), 1e-6))
    return Alignment(there, best, back, best_back, share, back_share)

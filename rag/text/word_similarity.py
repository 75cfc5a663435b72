"""How well each sentence holds each word of a question: the word itself, a relative, another spelling, a synonym."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.embed.port import Vectors
from rag.text.tokens import Word


@dataclass(frozen=True, slots=True)
class QuestionWord:
    """A telling word of a question. `stems` are its stems in the languages of the library, `weight` its rarity."""

    word: Word
    stems: frozenset[str]
    weight: float
    name: bool
    """Whether the question itself writes it as a name."""


Matrix = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]

RELATED = 0.8
"""What a word of the same family ("retreat", "retreated"; "extinct", "extinction") or a near synonym counts."""
SPELLING = 0.95
UNLIKE, ALIKE = 0.25, 0.75
"""The cosines of two words' vectors at which they count nothing, and `RELATED`; between them in proportion."""


def match_words(question: Sequence[QuestionWord], sentences: Sequence[Sequence[Word]], embed: Embed) -> Matrix:
    """Match sentences with a question's words: a matrix of shape (len(sentences), len(question)) in [0, 1]."""
    asked = frozenset(stem for word in question for stem in word.stems)
    column: dict[str, int] = {}
    vocabulary: list[Word] = []
    held: list[list[int]] = []
    for words in sentences:
        useful = [w for w in words if w.telling or w.stem in asked]
        for word in useful:
            if word.plain not in column:
                column[word.plain] = len(vocabulary)
                vocabulary.append(word)
        held.append([column[w.plain] for w in useful])
    scores = word_scores(question, vocabulary, embed)
    matches = np.zeros((len(sentences), len(question)), np.float32)
    for row, columns in zip(matches, held, strict=True):
        if columns:
            scores.take(columns, axis=1).max(axis=1, out=row)
    return matches


def word_scores(
    asked: Sequence[QuestionWord], vocabulary: Sequence[Word], embed: Embed, *, names: Container[str] = ()
) -> Matrix:
    """How alike each asked word and each word of the vocabulary are, in [0, 1].

    No other word is near one whose stem is among `names`, whatever their vectors: Ukraine is not Russia.
    """
    if not asked or not vocabulary:
        return np.zeros((len(asked), len(vocabulary)), np.float32)
    vectors = embed([*(w.word.plain for w in asked), *(w.plain for w in vocabulary)])
    cosines = vectors[: len(asked)] @ vectors[len(asked) :].T
    scores = np.clip((cosines - UNLIKE) / (ALIKE - UNLIKE), 0, 1) * RELATED
    scores *= np.array([w.telling and w.stem not in names for w in vocabulary])
    scores *= np.array([w.word.stem not in names for w in asked])[:, None]
    for row, word in zip(scores, asked, strict=True):
        _same_words(row, word, vocabulary)
    return np.asarray(scores, np.float32)


def _same_words(row: Matrix, asked: QuestionWord, vocabulary: Sequence[Word]) -> None:
    """Raise the scores of the words that are the asked one in another form or spelling."""
    stem, spelling = asked.word.stem, asked.word.spelling
    for i, word in enumerate(vocabulary):
        if word.stem in asked.stems:
            row[i] = 1.0
        elif word.stem[:1] == stem[:1] and related(stem, word.stem):
            row[i] = max(row[i], RELATED)
        elif (asked.name or word.capital) and word.telling and word.spelling == spelling:
            row[i] = max(row[i], SPELLING)


def related(first: str, second: str) -> bool:
    """Whether two stems begin so much alike that they are of one family."""
    if first[:4] != second[:4]:
        return False
    shorter, longer = sorted((len(first), len(second)))
    alike = next((i for i in range(shorter) if first[i] != second[i]), shorter)
    return alike >= 4 and alike >= 0.7 * shorter and 2 * alike >= longer

"""A question made ready for weighing evidence: its telling words, how much each counts, and what it asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.grounding.expected import Expected, expected_answer
from rag.grounding.rarity import LEAST
from rag.grounding.words import Word, words_of


@dataclass(frozen=True, slots=True)
class QuestionWord:
    """A telling word of a question. `stems` are its stems in the languages of the library, `weight` its rarity."""

    word: Word
    stems: frozenset[str]
    weight: float
    name: bool
    """Whether the question itself writes it as a name."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, its telling words without repeats, and the pairs of stems that follow each other in it."""

    text: str
    words: tuple[QuestionWord, ...]
    pairs: frozenset[tuple[str, str]]
    expected: Expected


def read_question(text: str, idf: Callable[[str], float], languages: Sequence[str] = ("en",)) -> Question:
    """Make a question ready. `idf` weighs a stem, from about 0 to 1 as `rarity` does; `languages` are ISO 639-1.

    A question of nothing but function words is taken with all of them.
    """
    spoken = tuple(sorted(languages, key=lambda code: code != "en")) or ("en",)  # the rules on wording are English
    everything = words_of(text, spoken[0])
    capitals = {w.stem for w in everything[1:] if w.capital}
    told: dict[str, Word] = {}
    for word in [w for w in everything if w.telling] or everything:
        told.setdefault(word.stem, word)
    words = []
    for stem, word in told.items():
        stems = frozenset(w.stem for language in spoken for w in words_of(word.text, language))
        weight = max(LEAST, min((idf(s) for s in stems), default=LEAST))
        words.append(QuestionWord(word, stems, weight, stem in capitals or word.text[0].isdigit()))
    order = [w.stem for w in everything if w.stem in told]
    pairs = frozenset((a, b) for a, b in pairwise(order) if a != b)
    return Question(text, tuple(words), pairs, expected_answer(text))

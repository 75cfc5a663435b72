"""The names in an article and their kinds, by a segmental model that `training/names.py` fits.

A run of capitalised words is cut into names, and each name told for a person's, an organisation's, a place's or another
(a nationality, a title, a product, a day), so that the sum of the scores is highest: a semi-Markov conditional random
field (Sarawagi and Cohen 2004) whose names are independent of each other. The score of a name is the sum of what its
words and those beside it weigh: by the word, its ending, its shape and its static vector.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from rag.analysis.name_runs import JOINING, Run, Sentence, bare, runs_in, split
from rag.embed.wordllama import load_wordllama
from rag.text.terms import fold
from rag.text.tokens import words_of
from rag.text.wordnet import relatives

Kind = Literal["person", "organisation", "place", "other"]
KINDS: tuple[Kind, ...] = get_args(Kind)
WEIGHTS = Path(__file__).with_name("name_types.npz")
BUCKETS = 1 << 17
"""Features are told apart by a hash of so many values."""
Role = Literal["first", "last", "only", "inner", "before", "before2", "after", "after2", "left", "right"]
"""Where a word stands to a name: in it, or beside it; `left` and `right` are beside it in the same run."""
WITHIN: tuple[Role, ...] = ("first", "last", "only", "inner")
WEIGHED: tuple[Role, ...] = ("first", "last", "only", "before", "left")
"""The roles in which the static vector of a word counts."""
EDGE = "^"
"""What stands before the first word of a sentence and after the last."""
ENDINGS = (2, 3, 4)
"""Letters of a word's ending that are features."""
LONGEST_SHAPE = 4
LONGEST_ACRONYM = 5
Scores = tuple[float, float, float, float]
"""One for each of `KINDS`."""
NONE: Scores = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text, `text[start:end]`; `scores` are the log odds of its kinds."""

    start: int
    end: int
    text: str
    kind: Kind
    scores: Scores


@dataclass(frozen=True, slots=True)
class Context:
    """What an article tells of its words, all folded: those that it has in small letters, and those in runs.

    `alone` are those that are a run by themselves, `heads` and `tails` those that begin and end a longer one.
    """

    small: frozenset[str]
    alone: frozenset[str]
    heads: frozenset[str]
    tails: frozenset[str]


def find_mentions(texts: Sequence[str]) -> list[list[Mention]]:
    """The names in each of the texts, which are the sentences of one article."""
    sentences = [split(text) for text in texts]
    runs = [list(runs_in(sentence)) for sentence in sentences]
    context = context_of(sentences, runs)
    return [
        [mention for run in own for mention in _cut(sentence, run, context)]
        for sentence, own in zip(sentences, runs, strict=True)
    ]


def context_of(sentences: Sequence[Sentence], runs: Sequence[Sequence[Run]]) -> Context:
    """What the sentences of an article tell of its words."""
    small = {word for s in sentences for word in s.words if word.islower()}
    alone, heads, tails = set[str](), set[str](), set[str]()
    for sentence, own in zip(sentences, runs, strict=True):
        for run in own:
            first, last = (fold(bare(sentence.words[run.numbers[i]])) for i in (0, -1))
            if len(run.numbers) > 1:
                heads.add(first)
                tails.add(last)
            else:
                alone.add(first)
    return Context(frozenset(small), frozenset(alone), frozenset(heads), frozenset(tails))


def segments_of(sentence: Sentence, run: Run) -> Iterator[tuple[int, int]]:
    """Each part [i, j) of a run that can be a name: no small word opens or ends it."""
    small = [sentence.words[n] in JOINING for n in run.numbers]
    for i in range(len(small)):
        if not small[i]:
            yield from ((i, j) for j in range(i + 1, len(small) + 1) if not small[j - 1])


def roles_of(sentence: Sentence, run: Run, i: int, j: int) -> Iterator[tuple[Role, str]]:
    """The words in and beside the part [i, j) of a run, with where they stand."""
    words, numbers = sentence.words, run.numbers
    if j - i == 1:
        yield "only", words[numbers[i]]
    else:
        yield "first", words[numbers[i]]
        yield "last", words[numbers[j - 1]]
        for n in range(i + 1, j - 1):
            yield "inner", words[numbers[n]]
    before, after = numbers[i] - 1, numbers[j - 1] + 1
    yield ("left" if i else "before"), words[before] if before >= 0 else EDGE
    yield "before2", words[before - 1] if before >= 1 else EDGE
    yield ("right" if j < len(numbers) else "after"), words[after] if after < len(words) else EDGE
    yield "after2", words[after + 1] if after + 1 < len(words) else EDGE


def facts_of(sentence: Sentence, run: Run, i: int, j: int, context: Context) -> Iterator[str]:
    """What is a feature of the part [i, j) of a run as a whole."""
    words, numbers = sentence.words, run.numbers
    first, last = fold(bare(words[numbers[i]])), fold(bare(words[numbers[j - 1]]))
    opens = run.opens and i == 0
    yield f"long {min(j - i, LONGEST_SHAPE)} opens {opens}"
    if first in context.small:
        yield f"first small {j - i > 1} opens {opens}"
    if last in context.small:
        yield f"last small {j - i > 1} opens {opens}"
    if j - i > 1:
        yield f"last alone {last in context.alone}"
        yield f"first alone {first in context.alone}"
    else:
        yield f"head {first in context.heads} tail {first in context.tails}"
    if any(words[n].endswith(("'s", "’s")) for n in numbers[i : j - 1]):
        yield "owner within"


def word_features(role: Role, word: str) -> Iterator[str]:
    """What is a feature of a word that stands in a role to a name."""
    folded = fold(bare(word))
    yield f"{role}={folded if not folded.isdecimal() else '0'}"
    yield f"{role}#{_shape(word)}"
    if not word[0].isalpha():
        return
    yield from (f"{role}~{folded[-n:]}" for n in ENDINGS if len(folded) > n)
    if any(relatives(key) for found in words_of(bare(word)) for key in (found.plain, found.stem)):
        yield f"{role} common"


def bucket(feature: str) -> int:
    """The number of a feature, below `BUCKETS`."""
    return zlib.crc32(feature.encode("utf-8", "replace")) % BUCKETS


@lru_cache(maxsize=65_536)
def vector_of(word: str) -> NDArray[np.float32]:
    """The static vector of a word, shape (256,); a long one in capitals is read as one with a capital."""
    word = bare(word)
    shouted = word.isupper() and len(word) > LONGEST_ACRONYM
    vector: NDArray[np.float32] = load_wordllama().embed_passages([word.title() if shouted else word])[0]
    return vector


def _shape(word: str) -> str:
    """The kinds of a word's characters, such as "Aa" and "A.A"."""
    shape = ""
    for c in bare(word):
        sign = "A" if c.isupper() else "a" if c.isalpha() else "0" if c.isdecimal() else c
        shape += "" if shape.endswith(sign) and sign != "A" else sign
    return shape[:LONGEST_SHAPE]


# -- the model -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Model:
    """What each feature weighs, shape (BUCKETS, 4), and each direction of a word's vector by its role, (5, 256, 4)."""

    features: NDArray[np.float32]
    vectors: NDArray[np.float32]


@cache
def _model() -> _Model:
    with np.load(WEIGHTS) as file:
        features, vectors = (file[n].astype(np.float32) * file[f"{n}_scale"] for n in ("features", "vectors"))
        return _Model(features, vectors)


@lru_cache(maxsize=131_072)
def _word_scores(role: Role, word: str) -> Scores:
    model = _model()
    scores = model.features[[bucket(f) for f in word_features(role, word)]].sum(axis=0)
    if role in WEIGHED:
        scores += vector_of(word) @ model.vectors[WEIGHED.index(role)]
    a, b, c, d = map(float, scores)
    return a, b, c, d


@lru_cache(maxsize=1_024)
def _fact_scores(fact: str) -> Scores:
    a, b, c, d = map(float, _model().features[bucket(fact)])
    return a, b, c, d


def _scores(sentence: Sentence, run: Run, i: int, j: int, context: Context) -> Scores:
    a, b, c, d = NONE
    told = [_word_scores(role, word) for role, word in roles_of(sentence, run, i, j)]
    for p, q, r, s in (*told, *map(_fact_scores, facts_of(sentence, run, i, j, context))):
        a, b, c, d = a + p, b + q, c + r, d + s
    return a, b, c, d


def _cut(sentence: Sentence, run: Run, context: Context) -> Iterator[Mention]:
    """The best way to cut a run into names, by dynamic programming over where the names end."""
    best: list[tuple[float, int, Scores | None]] = [(0.0, 0, None)]
    ending: dict[int, list[int]] = {}
    for i, j in segments_of(sentence, run):
        ending.setdefault(j, []).append(i)
    for j in range(1, len(run.numbers) + 1):
        ways: list[tuple[float, int, Scores | None]] = []
        if sentence.words[run.numbers[j - 1]] in JOINING:
            ways.append((best[j - 1][0], j - 1, None))
        for i in ending.get(j, ()):
            scores = _scores(sentence, run, i, j, context)
            ways.append((best[i][0] + max(scores), i, scores))
        best.append(max(ways, key=lambda way: way[0]))
    found, j = list[Mention](), len(run.numbers)
    while j:
        _, i, own = best[j]
        if own is not None:
            start, end = sentence.starts[run.numbers[i]], sentence.end(run.numbers[j - 1])
            found.append(Mention(start, end, sentence.text[start:end], KINDS[own.index(max(own))], own))
        j = i
    yield from reversed(found)

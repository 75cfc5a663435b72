"""A claim aligned with its evidence, word by word: the evidence words for each claim word, and whether in context.

A bag of words misses context: a word is well placed if its neighbours in the claim have counterparts near it in the
evidence too. "Paris" may occur ten times in an article and never in the claim's context.

The alignment in order is the heaviest common subsequence of the claim and its supporting sentences, as in a file
comparison. A single word off the path between two words on it is one that was changed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from rag.text.tokens import NAME_WEIGHT, Token, tokens_of, weight
from rag.text.word_similarity import ALIKE, SPELLING, UNLIKE, Embed
from rag.text.wordnet import SISTER, opposite, relatives

Values = NDArray[np.float64]
Numbers = NDArray[np.intp]

READ = 40
"""Evidence sentences that are read word by word at most: those that share most beginnings of words with the claim."""
BEGINNING = 5
"""Letters."""
SENTENCES = 14
"""Of these, how many are compared with the claim: those with the most of the claim's weight, ..."""
AROUND = 3
"""... and the neighbours of the first few of these."""
REACH = 4
"""Words to either side in which a neighbour's like is looked for."""
FADING = 0.08
"""What a neighbour's like loses with each word of distance."""
NEIGHBOURS = 3
"""Telling words to either side that are a word's company."""
ALONE = 0.35
"""What a match counts without any company."""
VAGUE = 0.6
"""What a match counts at most that rests on vectors alone."""
USED = 4
"""Sentences that a claim rests on at most."""
GAIN = 0.04
"""The share of the claim's weight that a further sentence must add to be one that the claim rests on."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """A claim of n words beside a pool of m evidence words, which stand in `sentences` in the order of the evidence.

    `matches` has the shape (n, m): how well each word of the pool says each of the claim's, in [0, 1]; `company` of
    the same shape, how far the claim's neighbours are said nearby. `where` is the pool word that each claim word is
    aligned with, `found` how well it is said anywhere, `placed` the same with its context, and `said` how well the
    sentences say it that the claim rests on (`used`, numbers of evidence sentences, the best first).
    """

    claim: tuple[Token, ...]
    pool: tuple[Token, ...]
    sentence: Numbers
    matches: Values
    company: Values
    weights: Values
    where: Numbers
    found: Values
    placed: Values
    said: Values
    cover: tuple[float, ...]
    used: tuple[int, ...]

    @property
    def telling(self) -> list[int]:
        """The numbers of the claim's telling words."""
        return [i for i, token in enumerate(self.claim) if token.telling]


def align(
    claim: str, evidence: Sequence[str], embed: Embed, idf: Callable[[str], float] | None = None
) -> Alignment | None:
    """Align a claim with the sentences of its evidence; None if either has no telling words in common.

    `embed` gives unit vectors of texts and must be quick; `idf` weighs stems, by default as general English does.
    """
    words = tokens_of(claim)
    weights = np.array([_weigh(t, idf) for t in words])
    likely = _likely(words, weights, evidence)
    read = [tokens_of(sentence) if i in likely else () for i, sentence in enumerate(evidence)]
    chosen = _choose(words, weights, read)
    if not chosen or not weights.any():
        return None
    pool = tuple(t for i in chosen for t in read[i])
    lengths = [len(read[i]) for i in chosen]
    sentence = np.repeat(np.array(chosen, np.intp), lengths)
    matches = match_tokens(words, pool, embed)
    company = _company(words, weights, matches, lengths)
    placed = matches * (ALONE + (1 - ALONE) * company)
    ends = np.cumsum([0, *lengths])
    by_sentence = np.stack([matches[:, a:b].max(axis=1) for a, b in pairwise(ends)])
    support = _rest_on(by_sentence, weights)
    return Alignment(
        words,
        pool,
        sentence,
        matches,
        company,
        weights,
        placed.argmax(axis=1),
        matches.max(axis=1),
        placed.max(axis=1),
        support.said,
        support.cover,
        tuple(chosen[row] for row in support.rows),
    )


def _weigh(token: Token, idf: Callable[[str], float] | None) -> float:
    if idf is None or token.kind in ("function", "turning"):
        return weight(token.kind, token.key)
    return idf(token.key) * (1.0 if token.kind in ("plain", "opening") else NAME_WEIGHT)


def _likely(words: Sequence[Token], weights: Values, evidence: Sequence[str]) -> frozenset[int]:
    """The numbers of the sentences that are worth reading, by the beginnings of words that they hold."""
    if len(evidence) <= READ:
        return frozenset(range(len(evidence)))
    worth: dict[str, float] = {}
    for token, value in zip(words, weights.tolist(), strict=True):
        if value:
            beginning = token.text.casefold()[:BEGINNING]
            worth[beginning] = max(value, worth.get(beginning, 0.0))
    scores = []
    for sentence in evidence:
        folded = sentence.casefold()
        scores.append(sum(value for beginning, value in worth.items() if beginning in folded))
    best = sorted(range(len(evidence)), key=lambda i: -scores[i])[:READ]
    near = {j for i in best[:AROUND] for j in (i - 1, i + 1) if 0 <= j < len(evidence)}
    return frozenset(near.union(best))


def _choose(words: Sequence[Token], weights: Values, read: Sequence[Sequence[Token]]) -> list[int]:
    """The numbers of the sentences that are worth comparing, in order."""
    worth = {t.key: w for t, w in zip(words, weights, strict=True)}
    worth |= {t.spelling: w for t, w in zip(words, weights, strict=True) if t.kind in ("name", "opening")}
    scores = [sum(worth.get(k, 0.0) for k in {t.key for t in s} | {t.spelling for t in s}) if s else -1 for s in read]
    order = sorted(range(len(read)), key=lambda i: -scores[i])
    best = [i for i in order[:SENTENCES] if scores[i] > 0]
    near = {j for i in best[:AROUND] for j in (i - 1, i + 1) if 0 <= j < len(read) and read[j]}
    return sorted(near.union(best))


def match_tokens(words: Sequence[Token], pool: Sequence[Token], embed: Embed) -> Values:
    """How well each word of a pool says each of a claim's, shape (len(words), len(pool)), in [0, 1]."""
    column: dict[tuple[str, str], int] = {}
    for token in pool:
        column.setdefault((token.key, token.kind), len(column))
    vocabulary = list({(t.key, t.kind): t for t in reversed(pool)}.items())
    tokens = [t for _, t in sorted(vocabulary, key=lambda entry: column[entry[0]])]
    scores = _by_vectors(words, tokens, embed)
    lookup = _Lookup(tokens)
    for row, word in zip(scores, words, strict=True):
        lookup.raise_matches(row, word)
    return np.asarray(scores[:, [column[t.key, t.kind] for t in pool]], float)


def _by_vectors(words: Sequence[Token], tokens: Sequence[Token], embed: Embed) -> Values:
    """How alike words are by their vectors. Names, numbers and turning words are never near to another."""
    scores = np.zeros((len(words), len(tokens)))
    rows = [i for i, w in enumerate(words) if w.kind in ("plain", "opening")]
    columns = [i for i, t in enumerate(tokens) if t.kind in ("plain", "opening")]
    vectors = embed([*(words[i].plain for i in rows), *(tokens[i].plain for i in columns)])
    # Not a matrix product: for one so small, waking BLAS's threads can take longer than all the rest of a check.
    cosines = np.einsum("ik,jk->ij", vectors[: len(rows)], vectors[len(rows) :])
    scores[np.ix_(rows, columns)] = np.clip((cosines - UNLIKE) / (ALIKE - UNLIKE), 0, 1) * VAGUE
    return scores


class _Lookup:
    """The distinct words of the pool, found by key and by spelling."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._keys: dict[str, list[int]] = {}
        self._spellings: dict[str, list[int]] = {}
        for i, token in enumerate(tokens):
            self._keys.setdefault(token.key, []).append(i)
            if token.kind in ("name", "opening"):
                self._spellings.setdefault(token.spelling, []).append(i)
        self._tokens = tokens

    def raise_matches(self, row: Values, word: Token) -> None:
        """Raise or lower a word's matches by what is known of it beside its vector."""
        if word.kind in ("plain", "opening"):
            self._relate(row, word)
        if word.kind in ("name", "opening"):
            for i in self._spellings.get(word.spelling, ()):
                row[i] = max(row[i], SPELLING)
        for i in self._keys.get(word.key, ()):
            row[i] = 1.0

    def _relate(self, row: Values, word: Token) -> None:
        """Raise the matches of synonyms and the like, and take away those of opposites and sisters."""
        related_words = relatives(word.key)
        for stem in related_words.keys() & self._keys.keys():
            worth = related_words[stem]
            for i in self._keys[stem]:
                if self._tokens[i].kind != "number":
                    row[i] = worth if worth == SISTER else max(row[i], worth)
        for i in np.flatnonzero(row).tolist():
            if opposite(word.key, self._tokens[i].key):
                row[i] = 0.0


def _company(words: Sequence[Token], weights: Values, matches: Values, lengths: Sequence[int]) -> Values:
    """How far the neighbours of each word of the claim are said near each word of the pool."""
    near = _near(matches, lengths)
    company = np.ones_like(matches)
    telling = [i for i, t in enumerate(words) if t.telling]
    importance = 0.2 + weights
    for at, i in enumerate(telling):
        beside = [
            (telling[at + step], importance[telling[at + step]] / abs(step))
            for step in range(-NEIGHBOURS, NEIGHBOURS + 1)
            if step and 0 <= at + step < len(telling)
        ]
        if beside:
            shares = np.array([share for _, share in beside])
            company[i] = shares @ near[[j for j, _ in beside]] / shares.sum()
    return company


def _near(matches: Values, lengths: Sequence[int]) -> Values:
    """For each word of the claim and of the pool, the best match within `REACH` words of the same sentence."""
    gaps = np.repeat(np.arange(len(lengths)) * REACH, lengths)
    columns = np.arange(matches.shape[1]) + gaps + REACH
    wide = np.zeros((matches.shape[0], int(columns[-1]) + REACH + 1))
    wide[:, columns] = matches
    best = wide.copy()
    for step in range(1, REACH + 1):
        faded = wide * (1 - FADING * step)
        np.maximum(best[:, step:], faded[:, :-step], out=best[:, step:])
        np.maximum(best[:, :-step], faded[:, step:], out=best[:, :-step])
    return best[:, columns]


@dataclass(frozen=True, slots=True)
class _Support:
    """The rows of the sentences that a claim rests on, the weight they cover one after the other, what they say."""

    rows: tuple[int, ...]
    cover: tuple[float, ...]
    said: Values


def _rest_on(by_sentence: Values, weights: Values) -> _Support:
    """Choose sentences greedily: first the one that covers most of the claim, then what adds most to it."""
    said = np.zeros(by_sentence.shape[1])
    rows: list[int] = []
    cover: list[float] = []
    for _ in range(USED):
        together = np.maximum(by_sentence, said)
        shares = together @ weights / weights.sum()
        best = int(shares.argmax())
        if cover and shares[best] < cover[-1] + GAIN:
            break
        said = together[best]
        rows.append(best)
        cover.append(float(shares[best]))
    return _Support(tuple(rows), tuple(cover), said)


LEAST_MATCH = 0.5
"""What a word must match to be on the path."""
SMALL = 0.15
"""What a function word counts on the path, where a telling word counts 1."""
AFTER = 4
"""Words after the last one on the path among which the end of a claim may have been changed."""
SHORT = 3
"""Telling words from one sentence, at most, that are strays among those of another."""
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Reading:
    """How a claim reads along its evidence. `partner` is the pool word of each claim word, `NOWHERE` off the path.

    `replaced` are claim words off the path, each with the pool words that stand instead (telling words that the claim
    does not have); `inserted` those with nothing instead; `moved` those that the same sentences say in another place;
    `dropped` pairs of a claim word and a turning word of the pool that stands after its partner but not in the claim;
    `strays` are words on the path in short runs that come from another sentence than the words around them.
    """

    partner: Numbers
    replaced: tuple[tuple[int, tuple[int, ...]], ...]
    inserted: tuple[int, ...]
    moved: tuple[int, ...]
    dropped: tuple[tuple[int, int], ...]
    strays: tuple[int, ...]


def read_in_order(a: Alignment) -> Reading:
    """Read a claim along the sentences that it rests on."""
    columns = np.flatnonzero(np.isin(a.sentence, a.used))
    partner = _path(a, columns)
    keys = {t.key for t in a.claim}
    on_path = set(partner.tolist())
    replaced, inserted, moved = [], [], []
    for i in a.telling:
        if partner[i] != NOWHERE:
            continue
        instead = tuple(
            j for j in _slot(a, partner, i) if j not in on_path and a.pool[j].telling and a.pool[j].key not in keys
        )
        if instead:
            replaced.append((i, instead))
        if a.matches[i, columns].max() >= 0.9:
            moved.append(i)
        elif not instead:
            inserted.append(i)
    return Reading(
        partner, tuple(replaced), tuple(inserted), tuple(moved), _dropped(a, partner, keys), _strays(a, partner)
    )


def _path(a: Alignment, columns: Numbers) -> Numbers:
    """Find the heaviest common subsequence: for each claim word its pool word, or `NOWHERE`."""
    share = np.array([1.0 if t.telling else SMALL for t in a.claim])[:, None]
    worth = a.matches[:, columns] * (0.5 + 0.5 * a.company[:, columns]) * share
    worth[a.matches[:, columns] < LEAST_MATCH] = 0
    best = np.zeros((len(a.claim) + 1, len(columns) + 1))
    for i, row in enumerate(worth):
        best[i + 1, 1:] = np.maximum(best[i, 1:], best[i, :-1] + row)
        np.maximum.accumulate(best[i + 1], out=best[i + 1])
    partner = np.full(len(a.claim), NOWHERE, np.intp)
    i, j = len(a.claim), len(columns)
    while i and j:
        if best[i, j] == best[i, j - 1]:
            j -= 1
        elif best[i, j] == best[i - 1, j]:
            i -= 1
        else:
            i, j = i - 1, j - 1
            partner[i] = columns[j]
    return partner


def _slot(a: Alignment, partner: Numbers, i: int) -> range:
    """The pool words between the partners of the nearest words on the path before and after a claim word."""
    before = next((int(p) for p in partner[:i][::-1] if p != NOWHERE), NOWHERE)
    after = next((int(p) for p in partner[i + 1 :] if p != NOWHERE), NOWHERE)
    if before == NOWHERE and after == NOWHERE:
        return range(0)
    if before == NOWHERE:
        start, end = max(0, after - AFTER), after
        home = after
    elif after == NOWHERE or a.sentence[after] != a.sentence[before]:
        start, end = before + 1, min(len(a.pool), before + 1 + AFTER)
        home = before
    else:
        return range(before + 1, after)
    inside = [j for j in range(start, end) if a.sentence[j] == a.sentence[home]]
    return range(inside[0], inside[-1] + 1) if inside else range(0)


def _dropped(a: Alignment, partner: Numbers, keys: set[str]) -> tuple[tuple[int, int], ...]:
    found = []
    on_path = [i for i in range(len(a.claim)) if partner[i] != NOWHERE]
    for first, second in itertools.pairwise(on_path):
        here, there = int(partner[first]), int(partner[second])
        if a.sentence[here] == a.sentence[there] and there - here <= AFTER:
            gap = range(here + 1, there)
            found += [(first, j) for j in gap if a.pool[j].kind == "turning" and a.pool[j].key not in keys]
    return tuple(found)


def _strays(a: Alignment, partner: Numbers) -> tuple[int, ...]:
    on_path = [i for i in a.telling if partner[i] != NOWHERE]
    runs = [list(run) for _, run in groupby(on_path, key=lambda i: int(a.sentence[partner[i]]))]
    return tuple(i for run in runs if len(runs) > 1 and len(run) <= SHORT for i in run)

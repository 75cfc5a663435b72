"""Articles as bags of weighted terms, packed in rows, and their cosines."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]
Weights = NDArray[np.float32]
Weigh = Callable[[str, int, int], float]
"""From a term, the number of bags that hold it and the number of bags to the term's weight."""


@dataclass(frozen=True)
class Bags:
    """`indices[pointers[i]:pointers[i + 1]]` are the terms of bag i, in ascending order; `weights` belong to them.

    Each bag is a unit vector (L2), or empty. `frequency` counts for each term the bags that hold it.
    """

    pointers: Rows
    indices: Rows
    weights: Weights
    frequency: Rows

    def __len__(self) -> int:
        """The number of bags."""
        return len(self.pointers) - 1

    def terms(self, i: int) -> Rows:
        """The terms of one bag."""
        return self.indices[self.pointers[i] : self.pointers[i + 1]]

    def own_weights(self, i: int) -> Weights:
        """The weights of one bag's terms."""
        return self.weights[self.pointers[i] : self.pointers[i + 1]]

    def flat(self, rows: Rows) -> Rows:
        """The positions in `indices` and `weights` of all terms of these bags, one bag after the other."""
        lengths = self.lengths(rows)
        if not lengths.sum():
            return np.zeros(0, np.intp)
        starts = np.repeat(self.pointers[rows] - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
        return np.asarray(starts + np.arange(lengths.sum()), np.intp)

    def lengths(self, rows: Rows) -> Rows:
        """How many terms each of these bags has."""
        lengths: Rows = self.pointers[rows + 1] - self.pointers[rows]
        return lengths

    @cached_property
    def postings(self) -> Bags:
        """For each term the bags that hold it, in the same form."""
        order = np.argsort(self.indices, kind="stable")
        holders = np.repeat(np.arange(len(self)), self.lengths(np.arange(len(self))))
        pointers = np.concatenate(([0], np.cumsum(self.frequency)))
        return Bags(pointers, holders[order], self.weights[order], self.lengths(np.arange(len(self))))

    def cosines(self, i: int, rows: Rows) -> Weights:
        """The cosines of bag i with these bags, shape (len(rows),)."""
        full = np.zeros(len(self.frequency), np.float32)
        full[self.terms(i)] = self.own_weights(i)
        at = self.flat(rows)
        return sums(full[self.indices[at]] * self.weights[at], self.lengths(rows))

    def shared(self, i: int, rows: Rows) -> Weights:
        """How much of bag i and of each of these bags is in both: the greater share of squared weight, in [0, 1]."""
        full = np.zeros(len(self.frequency), np.float32)
        full[self.terms(i)] = self.own_weights(i) ** 2
        at = self.flat(rows)
        own = full[self.indices[at]]
        lengths = self.lengths(rows)
        return np.maximum(sums(own, lengths), sums(self.weights[at] ** 2 * (own > 0), lengths))


def sums(values: Weights, lengths: Rows) -> Weights:
    """The sum of each run of `values`; the runs have these lengths, some of them 0."""
    total = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    ends = np.cumsum(lengths)
    return np.asarray(total[ends] - total[ends - lengths], np.float32)


def pack(bags: Sequence[Mapping[str, float]], weigh: Weigh) -> Bags:
    """Pack bags of terms. A term's weight in a bag is (1 + ln count) * weigh(term, frequency, len(bags)).

    The tempered count is that of Buckley, Salton and Allan 1992.
    """
    frequency = Counter(term for bag in bags for term in bag)
    number = {term: i for i, term in enumerate(frequency)}
    rarity = np.array([weigh(term, n, len(bags)) for term, n in frequency.items()], np.float32)
    pointers = np.concatenate(([0], np.cumsum([len(bag) for bag in bags]))).astype(np.intp)
    indices = np.zeros(pointers[-1], np.intp)
    weights = np.zeros(pointers[-1], np.float32)
    for start, bag in zip(pointers, bags, strict=False):
        own = np.array([number[term] for term in bag], np.intp)
        counts = np.array([1 + math.log(count) for count in bag.values()], np.float32)
        order = np.argsort(own, kind="stable")
        values = (counts * rarity[own])[order] if len(own) else counts
        norm = float(np.linalg.norm(values))
        indices[start : start + len(own)] = own[order]
        weights[start : start + len(own)] = values / norm if norm else values
    return Bags(pointers, indices, weights, np.array(list(frequency.values()), np.intp))

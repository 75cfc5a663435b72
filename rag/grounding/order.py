"""A claim read along its evidence, in order: which of its words stand where they should, and what stands instead.

The path is the heaviest common subsequence of the claim and of the sentences that it rests on, as a comparison of two
versions of a file would find it. A single word off the path between two that are on it is a word that was changed.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from rag.grounding.alignment import Alignment, Numbers

LEAST = 0.5
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
    worth[a.matches[:, columns] < LEAST] = 0
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

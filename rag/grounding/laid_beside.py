"""Two sentences laid beside each other: what either has alone, and how far what is around it is said by the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import numpy as np

from rag.grounding.alignment import Values
from rag.grounding.tokens import Token, tokens_of, weight
from rag.grounding.units import Unit, all_initials, date_parts, of_one_country, other_number, units_of

SAID = 0.8
"""What a name's word must match to be the same name."""
AROUND = 3
"""Telling words to either side of a unit that are its company."""
REACH = 5
"""Words to either side of the other unit in which their like is looked for."""


class LaidBeside:
    """One of two sentences; `matches` of shape (own words, the other's words) is how well each word is said there."""

    def __init__(self, text: str, other: str, matches: Values) -> None:
        self.text, self.other = text, other
        self.tokens, self.others = tokens_of(text), tokens_of(other)
        self.matches = matches
        self.weights = np.array([weight(t.kind, t.key) for t in self.tokens])

    @cached_property
    def said(self) -> Values:
        """How well the other sentence says each word, wherever."""
        return np.asarray(self.matches.max(axis=1), float)

    @cached_property
    def alone(self) -> tuple[Unit, ...]:
        """The units that the other sentence does not have."""
        tests: dict[str, Callable[[Unit], bool]]
        tests = {"number": self._no_number, "date": self._no_date, "name": self._no_name}
        return tuple(u for u in units_of(self.text) if tests[u.kind](u))

    def cover(self, left_out: Unit) -> float:
        """The share of the sentence's weight that the other one says, without one unit of it."""
        weights = self.weights.copy()
        weights[left_out.first : left_out.last] = 0
        return float(self.said @ weights / weights.sum()) if weights.any() else 0.0

    def near(self, own: Unit, theirs: Unit) -> float:
        """How far the words around a unit are said around one of the other sentence, in [0, 1]."""
        before, after = range(max(0, theirs.first - REACH), theirs.first), range(theirs.last, theirs.last + REACH)
        window = [*before, *(j for j in after if j < len(self.others))]
        company = self._company(own)
        if not window or not company:
            return 0.0
        best = self.matches[:, window].max(axis=1)
        return float(sum(best[i] * share for i, share in company) / sum(share for _, share in company))

    def _company(self, unit: Unit) -> list[tuple[int, float]]:
        """The telling words around a unit, and what each counts."""
        before = [i for i in range(unit.first) if self.tokens[i].telling][-AROUND:][::-1]
        after = [i for i in range(unit.last, len(self.tokens)) if self.tokens[i].telling][:AROUND]
        return [
            (i, (0.2 + float(self.weights[i])) / n) for side in (before, after) for n, i in enumerate(side, start=1)
        ]

    def _no_number(self, unit: Unit) -> bool:
        numbers = [u for u in units_of(self.other) if u.kind == "number"]
        return all(other_number(self.text, unit, self.other, u) for u in numbers)

    def _no_date(self, unit: Unit) -> bool:
        """Whether every date of the other sentence has another day, month or year."""
        parts = date_parts(unit, self.tokens)
        theirs = [date_parts(u, self.others) for u in units_of(self.other) if u.kind == "date"]
        return all(other_date(parts, p) for p in theirs)

    def _no_name(self, unit: Unit) -> bool:
        own = self.tokens[unit.first : unit.last]
        if not self.missing(unit) or any(self._free(j, unit) for j in of_one_country(own, self.others)):
            return False
        written = {bare(t) for t in self.others}
        if all_initials(own) & written or any(bare(t) in written for t in own if t.text[:2].isupper()):
            return False
        short = {bare(t) for t in own}
        return not any(
            all_initials(self.others[u.first : u.last]) & short for u in units_of(self.other) if u.kind == "name"
        )

    def missing(self, unit: Unit) -> tuple[int, ...]:
        """The telling words of a name that the other sentence does not have."""
        return tuple(i for i in unit.core if not self._has(i, unit))

    def _has(self, i: int, unit: Unit) -> bool:
        """Whether the other sentence has a word of a name, or one that is like it and not another's match."""
        if self.said[i] < SAID or self.said[i] == 1:
            return bool(self.said[i] == 1)
        return self._free(int(self.matches[i].argmax()), unit)

    def _free(self, j: int, unit: Unit) -> bool:
        """Whether no word outside a unit is the very word j of the other sentence."""
        same = np.flatnonzero(self.matches[:, j] == 1)
        return all(unit.first <= i < unit.last for i in same)

    @cached_property
    def shared_names(self) -> int:
        """How many names the other sentence has too."""
        return sum(u.kind == "name" and not self.missing(u) for u in units_of(self.text))


def other_date(first: Mapping[str, str], second: Mapping[str, str]) -> bool:
    """Whether two dates give another day, month or year; a part that one does not give may be any."""
    return any(second.get(part, value) != value for part, value in first.items())


def bare(token: Token) -> str:
    """A name's word without dots and genitive: U.S., SVB's."""
    return token.text.replace(".", "").removesuffix("'s").removesuffix("’s")

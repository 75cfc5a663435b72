"""What a claim says that its evidence does not: each fault has a place in the claim and a reason in plain English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from rag.text.mentions import SAYING
from rag.text.tokens import BOUNDS, DENIALS, UNSURE, Token
from rag.text.wordnet import opposite, relatives
from rag.verdicts import Fault, FaultKind
from rag.verify.alignment import Alignment, Reading

SAID = 0.5
"""What a plain word must be said by the sentences that a claim rests on, so as not to be missing."""
EXACT = 0.9
"""The same for names and numbers."""
CLAUSE = 4
"""Words in a row that are missing, from which on they are one clause that was added."""
COMPANY = 0.45
"""The company that a pool word must offer to a claim's word, to be the place where that would stand."""
NEARBY = 3
"""Words around that place in which another word may stand instead."""
MEASURES = frozenset(("over", "under"))


def find_faults(
    claim: str, alignment: Alignment, reading: Reading, plain: Sequence[Fault], agreed: Sequence[tuple[int, int]]
) -> tuple[Fault, ...]:
    """The faults of a claim in the order of their places, one at most for each place.

    `plain` are those that are known already, the surest first; `agreed` the spans whose agents are known to be right.
    """
    finder = _Finder(claim, alignment, reading)
    found: dict[tuple[int, int], Fault] = {}
    own = [f for f in finder.astray() if not _within(f, agreed)]
    for fault in (*plain, *own, *finder.missing(), *finder.misplaced(), *finder.turned()):
        if not any(fault.start < end and start < fault.end for start, end in found):
            found[fault.start, fault.end] = fault
    return tuple(found[span] for span in sorted(found))


def _within(fault: Fault, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a fault lies where agent and patient, or speaker, are known to be right."""
    return any(fault.start < end and start < fault.end for start, end in spans)


class _Finder:
    def __init__(self, claim: str, alignment: Alignment, reading: Reading) -> None:
        self._text = claim
        self._a = alignment
        self._reading = reading
        self._used = np.isin(alignment.sentence, alignment.used)
        self._taken = np.where(self._used, alignment.matches, 0).max(axis=0) if len(alignment.claim) else self._used
        self._keys = {t.key for t in alignment.claim}
        self._kept = [t for t, used in zip(alignment.pool, self._used, strict=True) if used]

    def missing(self) -> Iterator[Fault]:
        """Runs of words that the evidence does not say: whole clauses, or single words."""
        run: list[int] = []
        for i, token in enumerate(self._a.claim):
            if token.kind in ("function", "turning") or token.text.lower() == "one":
                continue
            if self._a.said[i] < (SAID if token.kind in ("plain", "opening") else EXACT):
                run.append(i)
            else:
                yield from self._runs(run)
                run = []
        yield from self._runs(run)

    def _runs(self, run: list[int]) -> Iterator[Fault]:
        if len(run) >= CLAUSE:
            start, end = self._a.claim[run[0]].start, self._a.claim[run[-1]].end
            yield Fault("not found", start, end, f"“{self._text[start:end]}” is not found in the evidence")
            return
        while run:
            alike = [i for i in run if self._joins(run[0], i)]
            yield self._run(alike)
            run = run[len(alike) :]

    def _joins(self, first: int, second: int) -> bool:
        """Whether two words are parts of one name, or both plain."""
        kinds = {self._a.claim[first].kind, self._a.claim[second].kind}
        return len(kinds) == 1 or kinds in ({"opening", "name"}, {"opening", "plain"})

    def _run(self, run: list[int]) -> Fault:
        tokens = [self._a.claim[i] for i in run]
        start, end = tokens[0].start, tokens[-1].end
        words = self._text[start:end]
        other = self._instead(run[0]) if len(run) < 3 else None
        kind = _kind_of(tokens[0])
        if kind == "number" and other is None:
            return Fault("number", start, end, f"the evidence does not give the number {words}")
        if other is not None:
            if opposite(tokens[0].key, other.key):
                kind = "opposite"
            elif kind == "not found":
                kind = "other"
            return Fault(kind, start, end, f"the evidence has “{other.text}” where this says “{words}”", other.text)
        if kind == "name":
            return Fault("name", start, end, f"the evidence does not name {words} here")
        if kind == "date":
            return Fault("date", start, end, f"the evidence does not give {words} as the date")
        return Fault("not found", start, end, f"“{words}” is not found in the evidence")

    def _instead(self, i: int) -> Token | None:
        """The word that stands in the evidence where the claim's word would stand."""
        word = self._a.claim[i]
        company = np.where(self._used, self._a.company[i] - 0.5 * (self._taken >= EXACT), 0)
        place = int(company.argmax())
        if self._a.company[i, place] < COMPANY:
            return None
        around = range(max(0, place - NEARBY), min(len(self._a.pool), place + NEARBY + 1))
        near = [
            j
            for j in sorted(around, key=lambda j: abs(j - place))
            if self._a.sentence[j] == self._a.sentence[place] and self._taken[j] < SAID and self._a.pool[j].telling
        ]
        alike = [j for j in near if _kind_of(self._a.pool[j]) == _kind_of(word)]
        if _kind_of(word) != "not found":
            return self._a.pool[alike[0]] if alike else None
        related = [
            j for j in alike if opposite(word.key, self._a.pool[j].key) or self._a.pool[j].key in relatives(word.key)
        ]
        return self._a.pool[(related or alike)[0]] if alike else None

    def misplaced(self) -> Iterator[Fault]:
        """Names, dates and numbers that the evidence has, but not in this place."""
        for i, instead in self._reading.replaced:
            token = self._a.claim[i]
            kind = _kind_of(token)
            alike = [self._a.pool[j] for j in instead if _kind_of(self._a.pool[j]) == kind]
            if kind == "not found":
                alike = [t for t in alike if opposite(token.key, t.key)]
                kind = "opposite"
            if token.text.lower() == "one" or not alike:
                continue
            if kind == "name" and any(t.key in SAYING for t in self._a.claim[max(0, i - 3) : i + 4]):
                kind = "attribution"
            reason = f"the evidence has “{alike[0].text}” where this says “{token.text}”"
            if self._a.said[i] >= EXACT:
                reason += f", and “{token.text}” in another place"
            yield Fault(kind, token.start, token.end, reason, alike[0].text)

    def astray(self) -> Iterator[Fault]:
        """Speakers whom the evidence names only in another sentence than what they are to have said."""
        for i in self._reading.strays:
            token = self._a.claim[i]
            named = token.kind == "name" or (token.kind == "opening" and i + 1 in self._reading.strays)
            beside = self._a.claim[i + 1 : i + 3] + self._a.claim[max(0, i - 3) : i]
            if named and any(t.key in SAYING for t in beside):
                reason = f"the evidence names {token.text}, but not as the one who says this"
                yield Fault("attribution", token.start, token.end, reason)

    def turned(self) -> Iterator[Fault]:
        """Small words that make another fact: those of the claim alone, and those of the evidence alone."""
        there = {t.key for t in self._kept if t.kind == "turning"}
        for i, token in enumerate(self._a.claim):
            if token.kind != "turning" or self._reading.partner[i] >= 0:
                continue
            if token.key in DENIALS and not there & DENIALS:
                yield Fault("denial", token.start, token.end, "the evidence does not deny this")
            elif token.key in DENIALS:
                yield Fault("denial", token.start, token.end, f"the evidence does not say “{token.text}” here")
            elif token.key in BOUNDS and self._bounds(i):
                yield Fault("bound", token.start, token.end, f"the evidence does not say “{token.text}” here")
            elif token.key in ("will", "would") and there & UNSURE:
                yield Fault("certainty", token.start, token.end, "the evidence is less sure of this")

    def _bounds(self, i: int) -> bool:
        """Whether a word bounds something: "over" does a number, but nothing in "handed over"."""
        following = self._a.claim[i + 1 : i + 2]
        return self._a.claim[i].key not in MEASURES or any(t.kind == "number" for t in following)


def _kind_of(token: Token) -> FaultKind:
    if token.kind == "number":
        year = re.fullmatch(r"(?:1[5-9]|20)\d\d", token.text)
        return "date" if year else "number"
    if token.kind == "calendar":
        return "date"
    return "name" if token.kind == "name" else "not found"

"""Two subjects run together: what a claim says of its subject in a second clause, and the evidence of another.

"The market opened in 1907 and has won three prizes", where it is the brewery that has won them. A clause that begins
with its verb has the subject of the one before it. If the evidence says that clause, somewhere the claim's own words
must stand before it. It is meant to be silent rather than wrong, as `clauses` is, and knows English only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

import numpy as np

from rag.grounding.alignment import Alignment
from rag.grounding.clauses import ADVERBS, AUXILIARIES, is_verb
from rag.grounding.tokens import Token, tokens_of
from rag.types import Fault

SEAM = re.compile(r"(?:[,;]\s*)?\b(?:and|but|which|who)\s+|[,;]\s+", re.IGNORECASE)
"""What may stand before a second clause."""
END = re.compile(r"[,;]\s*(?:and|but)\s|;", re.IGNORECASE)
"""What ends one, beside the next."""
CLAUSE = 3
"""Telling words of a second clause at least."""
SAID = 0.7
"""What a word must be matched by to be said."""
HELD = 0.8
"""The share of a clause's weight that a sentence must say to be its source."""
CLOSE = 0.05
"""What another sentence may say less, and be a source too."""
PRONOUNS = frozenset("this that these those his her its their such both he she they it we i you there".split())
"""How a subject begins that is one named before."""
LEADING = AUXILIARIES | frozenset("left led died fed".split())
"""Words that are verbs where a clause begins, whatever they are elsewhere."""
_LEADS = """
in on at by for from with without within after before during since until under over between among as if when while
although though because despite to of about through across following but and or so yet however also currently
nonetheless nevertheless meanwhile moreover furthermore additionally instead
"""
LEADS = frozenset(_LEADS.split())
"""How a sentence begins that does not begin with its subject."""


def find_conflated(claim: str, evidence: Sequence[str], alignment: Alignment) -> tuple[Fault, ...]:
    """The second clauses of a claim that its evidence says of another subject."""
    if any(token.text.lower() in PRONOUNS for token in _opening(alignment)):
        return ()
    clauses = _second_clauses(claim, alignment)
    found = (_conflated(claim, evidence, alignment, first, last) for first, last in clauses)
    return tuple(fault for fault in found if fault)


def _second_clauses(claim: str, a: Alignment) -> Iterator[tuple[int, int]]:
    """The runs [first, last) of the claim's words, between two seams, that begin with a verb."""
    seams = {_words_before(a, seam.end()) for seam in SEAM.finditer(claim)}
    starts = {i for i in seams if 0 < i < len(a.claim) and begins_with_verb(a.claim[i:])}
    ends = {_words_before(a, end.start()) for end in END.finditer(claim)}
    for first, last in pairwise(sorted({*starts, *ends, len(a.claim)})):
        if first in starts and sum(token.telling for token in a.claim[first:last]) >= CLAUSE:
            yield first, last


def _words_before(a: Alignment, place: int) -> int:
    return sum(token.start < place for token in a.claim)


def begins_with_verb(words: Sequence[Token]) -> bool:
    """Whether the first of some words, but for adverbs, is a verb that is known for one. There is at least one word."""
    at = next((t for t in words if not (t.text.lower() in ADVERBS or t.text.endswith("ly"))), words[0])
    return at.text.lower() in LEADING or is_verb(at)


def _opens_with_name(a: Alignment) -> bool:
    """Whether the claim's subject is called by a name, or may be."""
    plain = {t.key for t in a.pool if t.kind == "plain"}
    return any(t.kind == "name" or (t.kind == "opening" and t.key not in plain) for t in _opening(a))


def _opening(a: Alignment) -> list[Token]:
    """The claim's first words, before a verb."""
    return list(takewhile(lambda t: not (t.text.lower() in AUXILIARIES or is_verb(t)), a.claim))


def _conflated(claim: str, evidence: Sequence[str], a: Alignment, first: int, last: int) -> Fault | None:
    others = [_other_subject(evidence[n], a, n, first, last) for n in _sources(a, first, last)]
    if not others or not all(others):
        return None
    start, end = a.claim[first].start, a.claim[last - 1].end
    return Fault("roles", start, end, f"the evidence says this of “{others[0]}”", others[0])


def _sources(a: Alignment, first: int, last: int) -> list[int]:
    """The numbers of the evidence sentences that say a clause."""
    weights = a.weights[first:last]
    if not weights.any():
        return []
    shares = {
        int(n): float((a.matches[first:last, a.sentence == n].max(axis=1) >= SAID) @ weights / weights.sum())
        for n in np.unique(a.sentence)
    }
    best = max(shares.values())
    return [n for n, share in shares.items() if share >= max(HELD, best - CLOSE)]


def _other_subject(sentence: str, a: Alignment, number: int, first: int, last: int) -> str:
    """The subject of which a sentence says a clause, if the claim tells of no word of it, else ""."""
    words = tokens_of(sentence)
    columns = np.flatnonzero(a.sentence == number)
    matched = a.matches[first:last, columns] >= SAID
    at = next(
        (int(np.flatnonzero(row)[0]) for row, w in zip(matched, a.weights[first:last], strict=True) if w and row.any()),
        0,
    )
    while at and (words[at - 1].kind in ("function", "turning") or words[at - 1].text.lower() in AUXILIARIES):
        at -= 1
    opening = words[0].text.lower()
    subject = [j for j in range(at) if words[j].telling and words[j].kind not in ("number", "calendar")]
    if not subject or opening in PRONOUNS or opening in LEADS or opening.endswith("ly"):
        return ""
    if opening == "the" and _opens_with_name(a):
        return ""  # "the company" may be whoever the claim calls by name
    outside = [i for i in range(len(a.claim)) if not first <= i < last]
    if (a.matches[np.ix_(np.array(outside), columns[subject])] >= SAID).any():
        return ""
    return sentence[words[0].start : words[at - 1].end]

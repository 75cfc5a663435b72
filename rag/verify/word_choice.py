"""Loaded word choice: words in which two quotes of one fact differ, where the choice carries a judgement.

Most other wording differences mean nothing. Reported are changed words inside a quotation; verbs of saying that take
sides ("claimed" for "said"); and words of one group in `loaded_words.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from rag.text.lexicon import entries, lines_of
from rag.text.mentions import Unit
from rag.text.span import Span
from rag.text.tokens import UNSURE, Token, tokens_of, words_of
from rag.text.word_similarity import Embed, related
from rag.verify.alignment import match_tokens
from rag.verify.differences import AlignedSentence

SAME = 0.9
"""What a word matches that the other telling has too."""
FIRM = 0.55
"""How far the words around each must be said around the other, for both to stand in one place."""
AKIN = 0.1
"""What a word must match for the other one to be said instead of it in a quotation."""
QUOTATION = re.compile(r"[“\"„«][^“”\"„«»]+[”\"»]")
TAKING_SIDES = frozenset(entries("en/saying.txt")["loaded"])
NEUTRAL = frozenset(entries("en/saying.txt")["neutral"])


@dataclass(frozen=True, slots=True)
class WordPair:
    """The word at `here` in the first sentence stands where the second one has that at `there`."""

    here: Span
    there: Span


def other_words(first: str, second: str, embed: Embed) -> tuple[WordPair, ...]:
    """The words of weight in which two English tellings of one fact differ, in the order of the first."""
    choices = list(_choices(first, second))
    if not choices:
        return ()
    matches = match_tokens(tokens_of(first), tokens_of(second), embed)
    a, b = AlignedSentence(first, second, matches), AlignedSentence(second, first, matches.T)
    found: list[WordPair] = []
    taken: set[int] = set()
    for _, i, j in sorted(_in_one_place(a, b, choices), reverse=True):
        span = WordPair(_span(a.tokens[i]), _span(b.tokens[j]))
        if j not in taken and span.here not in {p.here for p in found}:
            found.append(span)
            taken.add(j)
    return tuple(sorted(found, key=lambda p: p.here.start))


def _choices(first: str, second: str) -> Iterator[tuple[int, int]]:
    """Words of one sentence and another, by number, that might be another choice of weight for one another."""
    a, b = tokens_of(first), tokens_of(second)
    here, there = {t.key for t in a}, {t.key for t in b}
    others = [j for j, t in enumerate(b) if t.kind in ("plain", "turning") and t.key not in here]
    for i, x in enumerate(a):
        if x.kind not in ("plain", "turning") or x.key in there:
            continue
        quoted = _quoted(first, x)
        alike = [j for j in others if b[j].kind == x.kind and not related(x.key, b[j].key)]
        yield from ((i, j) for j in alike if _weighty(x, b[j]) or (quoted and _quoted(second, b[j])))


def _weighty(x: Token, y: Token) -> bool:
    if x.key in TAKING_SIDES or y.key in TAKING_SIDES:
        return {x.key, y.key} <= TAKING_SIDES | NEUTRAL
    if x.key in UNSURE or y.key in UNSURE:
        return not {x.key, y.key} <= UNSURE
    return bool(_groups().get(x.key, frozenset()) & _groups().get(y.key, frozenset()))


def _in_one_place(
    a: AlignedSentence, b: AlignedSentence, choices: Sequence[tuple[int, int]]
) -> Iterator[tuple[float, int, int]]:
    """Those of the choices that stand in one place, and how firmly they do."""
    for i, j in choices:
        x, y = a.tokens[i], b.tokens[j]
        if not _weighty(x, y) and a.matches[i, j] < AKIN:
            continue
        if a.said[i] < SAME and b.said[j] < SAME:
            firm = (a.near(_unit(x, i), _unit(y, j)) + b.near(_unit(y, j), _unit(x, i))) / 2
            if firm >= FIRM:
                yield firm + float(a.matches[i, j]), i, j


def _unit(token: Token, i: int) -> Unit:
    return Unit("name", i, i + 1, token.start, token.end, (i,))


def _span(token: Token) -> Span:
    return Span(token.start, token.end)


def _quoted(text: str, token: Token) -> bool:
    return any(q.start() < token.start and token.end <= q.end() for q in QUOTATION.finditer(text))


@cache
def _groups() -> Mapping[str, frozenset[int]]:
    """For each stem the groups that it is in."""
    groups: dict[str, set[int]] = {}
    for number, line in enumerate(lines_of("en/loaded_words.txt")):
        for word in words_of(line):
            groups.setdefault(word.stem, set()).add(number)
    return {stem: frozenset(own) for stem, own in groups.items()}

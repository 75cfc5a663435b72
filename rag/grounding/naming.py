"""Names in sentences: which words can be of one name, what stands beside it, how a reader knows it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

from rag.grounding.clauses import is_verb
from rag.grounding.matching import related
from rag.grounding.tokens import Token, tokens_of

INITIALS = 5
"""Letters of the longest initials."""


def runs(text: str) -> list[list[Token]]:
    """Names with the words that stand beside them: "Ukrainian President Volodymyr Zelensky"."""
    runs: list[list[Token]] = [[]]
    words = tokens_of(text)
    for last, token in pairwise((None, *words)):
        assert token is not None
        gap = text[last.end : token.start] if last else ""
        joins = token.kind in ("name", "opening", "plain") and not is_verb(token)
        if not joins or gap.strip():
            runs.append([])
        if joins:
            runs[-1].append(token)
    return [run for run in runs if len(run) > 1]


def alike(first: Token, second: Token) -> bool:
    """Whether two words can be of one name. Of initials it is enough that they begin alike."""
    if first.key == second.key or first.spelling == second.spelling or related(first.key, second.key):
        return True
    short = any(t.text.replace(".", "").isupper() and len(t.key) <= INITIALS for t in (first, second))
    return short and first.text[0] == second.text[0]


def text_of(words: Sequence[Token]) -> str:
    """The names of a doer as a reader knows them, or all its words."""
    names = [list(run) for kind, run in groupby(words, key=lambda t: t.kind in ("name", "opening")) if kind]
    return " ".join(t.text for t in (max(names, key=len) if names else words))

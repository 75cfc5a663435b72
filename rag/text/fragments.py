"""Whether words are a sentence, or a fragment of one."""

from __future__ import annotations

from rag.text.predicates import AUXILIARIES, is_verb
from rag.text.tokens import tokens_of

LEADING = AUXILIARIES | frozenset("left led died fed".split())
"""Words that are verbs where a clause begins, whatever they are elsewhere."""

NAMING = frozenset(("name", "opening", "number", "date"))


ENDS = tuple(".!?…。！？।؟\"'”’»」)")
FEW = 3
"""Telling words that state something at least, where there is neither a verb nor a stop."""


def is_fragment(sentence: str) -> bool:
    """Whether words state nothing that could be so or not: names alone, a heading, or what a colon announces."""
    words = tokens_of(sentence)
    telling = [token for token in words if token.telling]
    tells = any(is_verb(t) or t.text.lower() in LEADING for t in words) or sentence.rstrip().endswith(ENDS)
    heading = len(telling) < FEW and not tells
    return heading or sentence.rstrip().endswith((":", "：")) or all(token.kind in NAMING for token in telling)

"""Which words of a sentence are denied, in English; and whether a sentence of another language denies anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from rag.text.lexicon import entries
from rag.text.terms import fold
from rag.text.text_cache import text_cache
from rag.text.tokens import DENIALS, tokens_of

SCOPE = 5
"""Telling words after a denial, at most, that it may deny."""
_LISTS = entries("en/denials.txt")
REFUSING = frozenset(_LISTS["refusing"])
"""Stems of words that deny the verb after "to": "failed to stop"."""
DENYING = frozenset(_LISTS["denying"])
"""Stems of words that may deny as much as "not" does."""
AFFIRMS = re.compile(
    rf"(?:not|nothing|no|never|without)(?: a)? (?:{'|'.join(_LISTS['affirming'])})\b|No\. ?\d", re.IGNORECASE
)
"""Denials that deny nothing."""
CLAUSE = re.compile(r"[,;:.!?—–]|\b(?:but|although|though|while|because)\b")
WORD = re.compile(r"[^\W\d_]+")
UNSPACED = frozenset(("ja", "ko", "zh"))
"""Languages whose denials are parts of longer runs of letters."""


@dataclass(frozen=True, slots=True)
class Negation:
    """The token that denies, by number, and the telling tokens after it in its clause that it may deny."""

    cue: int
    scope: tuple[int, ...]


@text_cache(maxsize=16_384)
def negations_of(text: str) -> tuple[Negation, ...]:
    """The denials of an English sentence in order."""
    tokens = tokens_of(text)
    found = []
    for i, token in enumerate(tokens):
        refusing = token.key in REFUSING and [t.plain for t in tokens[i + 1 : i + 2]] == ["to"]
        if (token.key not in DENIALS and not refusing) or AFFIRMS.match(text, token.start):
            continue
        clause = CLAUSE.search(text, token.end)
        end = clause.start() if clause else len(text)
        after = (j for j in range(i + 1, len(tokens)) if tokens[j].telling and tokens[j].kind != "turning")
        found.append(Negation(i, tuple([j for j in after if tokens[j].end <= end][:SCOPE])))
    return tuple(found)


def denied_tokens(text: str) -> frozenset[int]:
    """The numbers of the tokens of an English sentence that may be denied."""
    return frozenset(j for negation in negations_of(text) for j in negation.scope)


def denies(text: str, language: str) -> bool:
    """Whether a sentence has a word of its language that denies; False for languages without a list."""
    if language in ("", "en"):
        return bool(negations_of(text))
    if language in UNSPACED:
        return any(word in text for word in denial_words(language))
    return not denial_words(language).isdisjoint(map(fold, WORD.findall(text)))


def denial_words(language: str) -> frozenset[str]:
    """The folded words that deny in another language than English; none for languages without a list."""
    return _foreign().get(language, frozenset())


@cache
def _foreign() -> Mapping[str, frozenset[str]]:
    return {
        language: frozenset(words if language in UNSPACED else map(fold, words))
        for language, words in entries("multi/negation.txt").items()
    }

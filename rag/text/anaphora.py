"""Anaphora: whether a sentence refers to the one before it ("He said", "The song was"), and cannot be read alone."""

from __future__ import annotations

import re

from rag.text.tokens import tokens_of

POINTING = frozenset("he she it they this that these those his her its their him them such".split())
ARTICLES = frozenset(("the", "this", "that", "these", "those"))
OPENINGS = frozenset("however but and also so thus therefore moreover additionally meanwhile then yet".split())
"""Words before it that join a sentence to another."""


_OPENING = re.compile(
    r"^\W*(?:he|she|they|it|this|that|these|those|his|her|hers|their|its|him|them|we|our|i|my|you|but|and|or|so|yet|however"
    r"|also|then|meanwhile|instead|later|there|both|another|such|others?|one|some|the (?:former|latter))(?![\w-])",
    re.IGNORECASE,
)
_ANTECEDENT = re.compile(
    r"(?:``|[\"'“‘])?\s?(?:He|She|It|They|This|That|These|Those|His|Her|Its|Their|However|But|And|Such|"
    r"The (?:former|latter))\b"
)
_UNNAMED_SPEAKER = re.compile(r"[\"”’']\s*,?\s+(?:he|she|they)\s+\w+", re.IGNORECASE)


def opens_with_reference(sentence: str) -> bool:
    """Whether an English sentence opens with a word that points back, or joins it to the one before: "They", "But"."""
    return bool(_OPENING.match(sentence))


def needs_context(sentence: str) -> bool:
    """Whether an English sentence cannot be read without the one before it: "They also", "But", "“...” she said"."""
    return opens_with_reference(sentence) or bool(_UNNAMED_SPEAKER.search(sentence))


def needs_antecedent(sentence: str) -> bool:
    """The same for fewer openings, those that tell nothing at all without the sentence before: "He", not "One of"."""
    return bool(_ANTECEDENT.match(sentence) or _UNNAMED_SPEAKER.search(sentence))


def refers_back(sentence: str, before: str) -> bool:
    """Whether a sentence begins with a pronoun, or with "the" and a common noun that the one before has."""
    words = tokens_of(sentence)
    while words and words[0].text.lower() in OPENINGS:
        words = words[1:]
    if not words or not before:
        return False
    first = words[0].text.lower()
    if first in POINTING and not (len(words) > 1 and first in ARTICLES and words[1].kind == "plain"):
        return True
    stated = {token.key for token in tokens_of(before) if token.telling}
    named = len(words) > 1 and first in ARTICLES and words[1].kind in ("plain", "opening")
    return named and words[1].key in stated

"""Spelling keys of names: Zelenskyy and Zelenski, Kyiv and Kiev, Gaddafi and Qaddafi have one key each.

A name that is transliterated keeps its consonants and the rough sound of its vowels, while the letters differ.
`spelling_key` normalises such letters, so that an index can hold the key. It knows no translations: Peking and Beijing
stay two names. It is for names only: common words that differ by such a letter, say "sudden" and "Sudan", share a
key.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.text.terms import fold

SHORTEST_NAME = 4
"""Letters; a shorter name is only ever spelt one way."""
LONG = 6
"""Letters from which on the bolder rewritings are safe."""

ALWAYS = (
    (r"^mac(?=[^aeiouk])", "mc"),
    (r"enka$", "enko"),
    (r"^tch|tsch|cz", "ch"),
    (r"kh", "h"),
    (r"ph", "f"),
    (r"([dgbr])h", r"\1"),
    (r"ck|q(?!u)", "k"),
    (r"c(?![heiy])", "k"),
    (r"x", "ks"),
    (r"(?<=[ei])w$", "v"),
    (r"z$", "s"),
    (r"(?<=[aeiou])h$", ""),
    (r"^ye", "e"),
    (r"[yj]", "i"),
    (r"^o", "u"),
)
IN_LONG = (
    (r"sch(?=.{4})", "sh"),
    (r"th", "t"),
    (r"c(?=[eiy])", "s"),
    (r"w", "v"),
    (r"^z", "s"),
    (r"(?<=[ou])f+$", "v"),
    (r"ou|oo", "u"),
    (r"^g(?=[aeiu])", "k"),
)
"""Rewritings (a pattern, and what replaces it), in this order."""


_ALL = tuple((re.compile(pattern), plain) for pattern, plain in (*ALWAYS, *IN_LONG))
_ALWAYS = _ALL[: len(ALWAYS)]

NAME = re.compile(r"(?<![^\W_])[A-ZÀ-ÖØ-Þ\u0100-\u017f][^\W\d_]{3,}(?:['’]s)?")


@lru_cache(maxsize=65_536)
def spelling_key(name: str) -> str:
    """The one way to write all spellings of a name, which is a single word in Latin letters.

    A name shorter than `SHORTEST`, or with anything but Latin letters, is its own key, folded.
    """
    key = fold(name)
    length = len(key)
    if length < SHORTEST_NAME or not (key.isascii() and key.isalpha()):
        return key
    for pattern, plain in _ALWAYS if length < LONG else _ALL:
        key = pattern.sub(plain, key)
    key = re.sub(r"i+e?(?!s?$|i)|i+$|ie$", "i", re.sub(r"i+", "i", key))
    if length > LONG:
        key = re.sub(r"o(?=.)", "u", key)
    if length > SHORTEST_NAME:
        key = re.sub(r"ei", "ai", key)
        key = re.sub(r"(?<=[aeiou])([^aeiou]+)e(?=[^aeiou])", r"\1a", key)
    return re.sub(r"([^eo])\1+", r"\1", key)


def same_name(first: str, second: str) -> bool:
    """Whether two words are spellings of one name."""
    return spelling_key(first) == spelling_key(second)


def name_terms(text: str) -> list[str]:
    """The index terms for the names in a text: "0" and the spelling key of each capitalised Latin word."""
    return [name_term(word) for word in NAME.findall(text)]


def name_term(word: str) -> str:
    """The index term under which all spellings of a name meet. The "0" keeps it apart from every stem."""
    return f"0{spelling_key(word)}"

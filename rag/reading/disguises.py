"""Words without their disguise: as a program reads them that sees through invisible, foreign and decorated letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U000e0100-\U000e01ef]"
)
"""Characters that take no place on a page: joiners, fillers, marks of writing direction, variation selectors."""
_TAGS = {0xE0000 + code: code for code in range(0x20, 0x7F)}
"""Unicode's invisible twins of the ASCII characters."""
_TWINS = str.maketrans(
    "аеорсухіјѕԁԛԝһѵԍкмтвнαεορτυνικηωϲϳɑɡıⅼ",
    "aeopcyxijsdqwhvgkmtbhaeoptuviknwcjagil",
)
"""Cyrillic, Greek and other letters that look like Latin ones."""
_DIGITS = str.maketrans("0134578@$", "oieastbas")
_MIXED = re.compile("[a-z][\u0370-\u04ff\u0500-\u052f\u2170-\u217fɑɡı]|[\u0370-\u04ff\u0500-\u052fɑɡı][a-z]")
_DIGIT_INSIDE = re.compile(r"[a-z][0134578@$]+[a-z]|\b[0134578@$][a-z]{3}")
_DIGIT_BY_LETTER = re.compile(r"[0134578@$][a-z]")
_LETTER_DIGIT = re.compile(r"[^\W_]*(?:[a-z][0134578@$]|[0134578@$][a-z])[\w@$]*")
_SPACED = re.compile(r"(?<!\w)(?:\w[ .\-_*]){3,}\w(?!\w)")
_LONE_LETTERS = re.compile(r"[ .\-_*]\w[ .\-_*]\w[ .\-_*]")
_FOREIGN = re.compile("[^\\x00-\u024f\u2010-\u2027\u2030-\u205e€™]+")
_LATIN = re.compile("[\u00c0-\u024f]")


def unmask(words: str) -> tuple[str, ...]:
    """The words folded; then, if that differs, with Latin letters for their look-alikes, and letters for digits.

    They are meant for comparing with words that went through `fold`; positions are lost.
    """
    plain = fold(words)
    forms = [plain]
    if not plain.isascii() and _MIXED.search(plain):
        forms.append(plain.translate(_TWINS))
    if _DIGIT_INSIDE.search(plain):
        forms.append(_LETTER_DIGIT.sub(lambda word: word[0].translate(_DIGITS), plain))
    return tuple(forms)


def fold(words: str) -> str:
    """The words in lower case on one line, without accents and invisible characters, letters s p a c e d out joined."""
    if words.isascii():
        plain = words.lower()
    else:
        shown = INVISIBLE.sub("", words.translate(_TAGS))
        parts = unicodedata.normalize("NFKD", shown).casefold()
        plain = "".join(c for c in parts if not unicodedata.combining(c)).replace("’", "'").replace("ʼ", "'")
    return _SPACED.sub(lambda run: re.sub(r"[ .\-_*]", "", run[0]), " ".join(plain.split()))


def quick_fold(text: str) -> str:
    """A text in lower case, Latin letters without accents; mostly, positions are kept."""
    lowered = text.lower()
    return lowered if text.isascii() else _LATIN.sub(lambda m: unicodedata.normalize("NFD", m[0])[0], lowered)


def has_foreign(lowered: str) -> bool:
    """Whether a text in lower case has letters that are not Latin."""
    return not lowered.isascii() and _FOREIGN.search(lowered) is not None


def disguised(lowered: str) -> Iterator[re.Match[str]]:
    """Where a text in lower case may not be what it looks like, or is not in Latin letters."""
    if not lowered.isascii():
        yield from _FOREIGN.finditer(lowered)
    for glimpse, pattern in ((_DIGIT_BY_LETTER, _DIGIT_INSIDE), (_LONE_LETTERS, _SPACED)):
        if glimpse.search(lowered):
            yield from pattern.finditer(lowered)

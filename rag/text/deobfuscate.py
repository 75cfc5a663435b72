"""Words without their disguise: as a program reads them that sees through invisible, foreign and decorated letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U000e0100-\U000e01ef]"
)
"""Characters that take no place on a page: joiners, fillers, marks of writing direction, variation selectors."""
_TAGS = {0xE0000 + code: code for code in range(0x20, 0x7F)}
"""Unicode's invisible twins of the ASCII characters."""
_NOT_PLAIN = re.compile("[^\0-\u00ac\u00ae-\u02ff\u2010-\u2027]+")
"""What may be invisible, a twin, or an accent."""
_TWINS = str.maketrans(
    "аеорсухіјѕԁԛԝһѵԍкмтвнαεορτυνικηωϲϳɑɡıⅼᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
    "aeopcyxijsdqwhvgkmtbhaeoptuviknwcjagilabcdefghijklmnoprstuvwyz",
)
"""Cyrillic, Greek and other letters that look like Latin ones."""
_DIGITS = str.maketrans("0134578@$!", "oieastbasi")
_MIXED = re.compile("[a-z][\u0370-\u04ff\u0500-\u052f\u2170-\u217fɑɡı]|[\u0370-\u04ff\u0500-\u052fɑɡı][a-z]|[ᴀ-ᴢ]")
_DIGIT_INSIDE = re.compile(r"[a-z][0134578@$!]+[a-z]|(?<!\w)[0134578@$!][a-z]{3}")
_DIGIT_BY_LETTER = re.compile(r"[0134578@$!][a-z]")
_LETTER_DIGIT = re.compile(r"[\w@$!]*(?:[a-z][0134578@$!]|[0134578@$!][a-z])[\w@$!]*")
_CUTS = r"[·‧•∙|/\\_*~^+.\-]"
_CUT = re.compile(rf"(?<=[a-z]){_CUTS}(?=[a-z])")
_CUT_UP = re.compile(rf"{_CUTS}(?=[a-z])[^\n]{{1,40}}?{_CUTS}(?=[a-z])[^\n]{{1,40}}?{_CUTS}(?=[a-z])")
_SPACED = re.compile(r"(?<!\w)(?:\w[ .\-_*]){3,}\w(?!\w)")
_LONE_LETTERS = re.compile(r"[ .\-_*]\w[ .\-_*]\w[ .\-_*]\w(?!\w)")
_BETWEEN = re.compile(r"[ .\-_*]")
_BROKEN = re.compile(r"(?<=\w)[-‐\u00ad]\s*\n\s*(?=[a-z])")
WORD = re.compile(r"[^\W\d_]+")
_APART = {code: " " for code in range(128) if not chr(code).isalpha()}


def fold(words: str) -> str:
    """The words in lower case on one line, without accents and invisible characters, letters s p a c e d out joined."""
    return fold_lines([words])[0]


def fold_lines(pieces: Sequence[str]) -> list[str]:
    """Fold several pieces of a text at once; a word that the end of a line parts is whole again."""
    lines = "\n".join(" ".join((_BROKEN.sub("", p) if "\n" in p else p).split()) for p in pieces)
    if lines.isascii():
        plain = lines.lower()
    else:
        shown = _NOT_PLAIN.sub(lambda run: INVISIBLE.sub("", run[0].translate(_TAGS)), lines)
        parts = unicodedata.normalize("NFKD", shown).casefold()
        plain = _NOT_PLAIN.sub(_without_accents, parts).replace("’", "'").replace("ʼ", "'")
        plain = "\n".join(" ".join(line.split()) for line in plain.split("\n"))
    if _LONE_LETTERS.search(plain):
        plain = _SPACED.sub(lambda run: _BETWEEN.sub("", run[0]), plain)
    return plain.split("\n")


def _without_accents(run: re.Match[str]) -> str:
    return "".join(c for c in run[0] if not unicodedata.combining(c))


def words_of(form: str) -> set[str]:
    """The words of folded lines."""
    return set(form.translate(_APART).split() if form.isascii() else WORD.findall(form))


def other_readings(form: str, wrong: Iterable[str]) -> list[str]:
    """How else a folded line may be read: in Latin letters, with letters for digits, whole, with its words spelt right.

    `wrong` are the misspelt words that it may hold.
    """
    readings = []
    if not form.isascii() and _MIXED.search(form):
        readings.append(form.translate(_TWINS))
    if _DIGIT_BY_LETTER.search(form) and _DIGIT_INSIDE.search(form):
        readings.append(_LETTER_DIGIT.sub(lambda word: word[0].translate(_DIGITS), form))
    if _CUT_UP.search(form):
        readings += (_CUT.sub("", form), _CUT.sub(" ", form))
    if any(word in form for word in wrong):
        readings.append(WORD.sub(lambda word: misspelt().get(word[0], word[0]), form))
    return readings


def may_read_otherwise(forms: str) -> bool:
    """Whether any of the folded lines of a text may have another reading, its words being spelt right."""
    return (
        any(_DIGIT_INSIDE.search(forms, max(m.start() - 1, 0), m.end() + 2) for m in _DIGIT_BY_LETTER.finditer(forms))
        or _CUT_UP.search(forms) is not None
        or (not forms.isascii() and _MIXED.search(forms) is not None)
    )


_SPELT_RIGHT = (
    "ignore disregard override previous preceding instruction instructions directives guidelines prompt assistant "
    "assistants language"
).split()
_OTHER_WORDS = frozenset(
    "ignored ignores ignorer disregards overrides overrode overridden override overrider presiding receding "
    "proceeding precedings instructional directive directives directivess guideline guidelines prompts prompter "
    "prompted promptly assistance languages languaged language languished instructors instruction previously".split()
)
"""Words as near to those as a slip of the pen, and not meant for them."""


@cache
def misspelt() -> dict[str, str]:
    """Words that orders to a machine hold, by the ways in which they are misspelt: one slip, or two of one kind."""
    found: dict[str, str] = {}
    for word in _SPELT_RIGHT:
        shorter, turned = _without_one(word), _two_turned(word)
        twice = {w for once in shorter if len(word) > 7 for w in _without_one(once)}
        twice |= {w for once in turned for w in _two_turned(once)}
        for wrong in {*shorter, *turned, *_with_one_more_or_other(word), *twice} - _OTHER_WORDS - {*_SPELT_RIGHT}:
            found[wrong] = word
    return found


def _without_one(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(1, len(word))}


def _two_turned(word: str) -> set[str]:
    return {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}


def _with_one_more_or_other(word: str) -> set[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return {word[:i] + c + word[i + kept :] for i in range(1, len(word)) for c in letters for kept in (0, 1)}

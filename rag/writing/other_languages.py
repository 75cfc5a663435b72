"""Follow-ups in any language but English: whether one is, and what it says if it is only a fragment."""

from __future__ import annotations

import re
from functools import cache

from rag.grounding.words import FUNCTION_WORDS
from rag.index.stop_words import all_stop_words, listed, stop_words
from rag.index.terms import UNSPACED, fold, words
from rag.reading.languages import detect_language

WORD = re.compile(r"[^\W\d_]{2,}")
OPENING = re.compile(r"(?:^|[.!?]\s)\W*([^\W\d_]{2,})")
LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
FEW = 1
"""Telling words of a fragment, at most, ..."""
FEW_PLAIN = 2
"""... or so many, if none is a name or a number."""
SHORT = 7
"""Characters of a question without spaces that is always a fragment."""
HIRAGANA = re.compile(r"[\u3041-\u309f]+")


def in_english(question: str, before: str) -> bool:
    """Whether a follow-up and the question before are English, as far as their small words tell."""
    earlier = _leaning(before) or (0 if detect_language(before) in {"", "en"} else -1)
    return _leaning(question) >= 0 and earlier >= 0


def is_fragment(question: str) -> bool:
    """Whether a question says too little to stand alone."""
    runs = UNSPACED.findall(question)
    if runs and sum(map(len, runs)) <= SHORT:
        return True
    return len(_telling(question)) <= (FEW if has_name(question) else FEW_PLAIN)


def has_name(question: str) -> bool:
    """Whether a question has a word that may be a name or a number, wherever its writing tells."""
    named = any(c.isdigit() or c.isupper() for c in question.strip(" ¿¡\"'«„“")[1:])
    return named or any(len(run) > 1 for run in telling_runs(question))


def telling_runs(text: str) -> list[str]:
    """What a text tells in the scripts that are written without spaces: no stop words, no hiragana."""
    runs = " ".join(UNSPACED.findall(text))
    return HIRAGANA.sub(" ", _unspaced_stops().sub(" ", runs)).split() if runs else []


def _telling(question: str) -> list[str]:
    spaced = [fold(w) for w in WORD.findall(UNSPACED.sub(" ", question))]
    return [*(w for w in spaced if w not in all_stop_words() | _english()), *words(" ".join(telling_runs(question)))]


def _leaning(text: str) -> int:
    """1 if a text looks English, -1 if it looks like another language, 0 if nothing tells."""
    found = WORD.findall(text)
    if any(not LATIN.match(word) for word in found) or "¿" in text:
        return -1
    small = {fold(w) for w in found if w.islower()} | {fold(w) for w in OPENING.findall(text)}
    english, other = len(small & _english() - _others()), len(small & _others() - _english())
    other += sum(not w.isascii() and w.islower() for w in found)
    return -1 if other > english else min(english, 1)


@cache
def _unspaced_stops() -> re.Pattern[str]:
    stops = sorted((w for w in all_stop_words() if UNSPACED.fullmatch(w)), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, stops)) or r"(?!)")


@cache
def _others() -> frozenset[str]:
    return frozenset[str]().union(*(stop_words(name) for name in listed() - {"english"}))


@cache
def _english() -> frozenset[str]:
    return FUNCTION_WORDS | stop_words("english")

"""Tokens: the words of a sentence with their offsets and kinds, folded, lemmatised for irregular forms, and stemmed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Literal

from rag.text.idf import rarity
from rag.text.lexicon import CALENDARS, entries, values
from rag.text.name_keys import spelling_key
from rag.text.terms import STEMMERS, WORD, fold, stemmer, stop_words
from rag.text.text_cache import text_cache

_IRREGULAR = """
be:is,are,was,were,been,being become:became begin:began,begun break:broke,broken bring:brought build:built buy:bought
catch:caught child:children choose:chose,chosen come:came die:died,dead,death,dying draw:drew,drawn drive:drove,driven
eat:ate,eaten fall:fell,fallen feel:felt fight:fought find:found fly:flew,flown forget:forgot,forgotten
get:got,gotten give:gave,given go:went,gone grow:grew,grown hear:heard hide:hid,hidden hold:held keep:kept
know:knew,known lead:led leave:left lend:lent lie:lay,lain lose:lost make:made man:men mean:meant meet:met pay:paid
rise:rose,risen run:ran say:said,says see:saw,seen seek:sought sell:sold send:sent shoot:shot show:shown sing:sang,sung
sink:sank,sunk sit:sat speak:spoke,spoken spend:spent stand:stood steal:stole,stolen strike:struck,stricken
swear:swore,sworn swim:swam,swum take:took,taken teach:taught tear:tore,torn tell:told think:thought
throw:threw,thrown understand:understood wake:woke wear:wore,worn win:won withdraw:withdrew,withdrawn woman:women
write:wrote,written
"""
IRREGULAR = {form: plain for plain, forms in (e.split(":") for e in _IRREGULAR.split()) for form in forms.split(",")}
"""English forms that a stemmer leaves apart, and the word that they are forms of."""

_FUNCTION_WORDS = """
a about again all also am an and any are as at be because been being between both but by can cannot cant come comes
came could did didnt do does doesnt predicate done dont down each few for from further get gets got goes go had has have
having he her hers here him his how i if in into is isnt it its just may me might more most must my no nor not of
off on once only onto or other our out over own same shall she should so some such than that the their theirs them
then there these they this those through to too until up us very was wasnt we were what whats when where whether
which while who whom whos whose why will with would you your
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Folded English words that say nothing about the subject of a question."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text. `text` is as written, `plain` folded with irregular forms undone, `stem` stems that."""

    text: str
    plain: str
    stem: str
    telling: bool
    capital: bool
    """Whether it is written with a capital or a digit, as names are."""
    spelling: str
    """The key that all spellings share if the word is a name."""


@cache
def function_words(language: str) -> frozenset[str]:
    """The folded words of a language (ISO 639-1) that tell nothing alone; the English ones if none are known."""
    if language == "en":
        return FUNCTION_WORDS
    asking = frozenset(map(fold, entries("multi/question_words.txt").get(language, ())))
    return (asking | stop_words(STEMMERS.get(language, ""))) or FUNCTION_WORDS


@lru_cache(maxsize=65_536)
def _word(text: str, language: str) -> Word:
    folded = fold(text)
    plain = IRREGULAR.get(folded, folded) if language == "en" else folded
    telling = folded not in function_words(language)
    return Word(text, plain, stemmer(language)(plain), telling, not text[0].islower(), spelling_key(text))


@text_cache(maxsize=8_192)
def words_of(text: str, language: str = "en") -> tuple[Word, ...]:
    """The words of a text in order. `language` is an ISO 639-1 code."""
    return tuple(word for found in WORD.findall(text) if (word := _word(found, language)).plain)


Kind = Literal["number", "calendar", "name", "opening", "plain", "turning", "function"]
"""`calendar` is a day or a month; `opening` a capitalised word that may be a name or just begin a sentence;
`turning` a small word that makes another fact: not, may, before, more."""

TOKEN = re.compile(
    r"\d+(?:[.,]\d+)*(?:st|nd|rd|th|s|m|bn|k|K)?\b|(?:[A-Z]\.){2,}|[Pp]er cent\b|%|[^\W\d_]+(?:['’][^\W\d_]+)*|\d+"
)
_NUMERALS = entries("en/numerals.txt")
MAGNITUDES = {word: float(value) for word, value in values("en/numerals.txt", "magnitude").items()}
SHORT_MAGNITUDES = {word: float(value) for word, value in values("en/numerals.txt", "short").items()}
FRACTIONS = {word: float(key) for key in ("0.25", "0.5") for word in _NUMERALS[key]}
NUMERALS = {word: float(key) for key, words in _NUMERALS.items() if key.isdecimal() for word in words}
DENIALS = frozenset(entries("en/denials.txt")["cue"])
UNSURE = frozenset(
    "may might could can should possibly perhaps probably likely reportedly allegedly alleged apparently".split()
)
_BOUNDS = """
before after more less fewer most least few all some many every only always often rarely under over both until
"""
BOUNDS = frozenset(_BOUNDS.split())
TURNING = frozenset((*DENIALS, *UNSURE, *BOUNDS, "will", "would"))
_SHORT_MONTHS = values("en/calendar.txt", "short")
_COUNTRIES = dict(
    pair.split("/")
    for pair in "america/US american/US americans/US usa/US britain/UK british/UK briton/UK britons/UK".split()
)
TURNING_WEIGHT = 0.05
"""The weight of a turning word, where that of a telling word is its rarity."""
NAME_WEIGHT = 1.3
"""How much more a name, a number or a date counts than another word as rare."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: its span [start, end), its kind, and the key that is equal for equal words.

    `plain` and `spelling` are as in `Word`; `value` is what a number says, None for other words.
    """

    text: str
    start: int
    end: int
    kind: Kind
    key: str
    plain: str
    spelling: str
    value: float | None = None

    @property
    def telling(self) -> bool:
        """Whether the sentence says another thing without it."""
        return self.kind != "function"


@text_cache(maxsize=16_384)
def tokens_of(text: str) -> tuple[Token, ...]:
    """The words of an English sentence in order. "7.5 million" is one token, and so is "per cent"."""
    found: list[Token] = []
    for match in TOKEN.finditer(text):
        word = match.group()
        last = found[-1] if found else None
        size = MAGNITUDES.get(word.lower())
        if size and last and last.value is not None and match.start() - last.end <= 1:
            value = last.value * size
            found[-1] = _number(text[last.start : match.end()], last.start, match.end(), value)
        elif token := _token(text, word, match.start(), match.end()):
            if last and last.key == "some" and token.kind == "number":
                found[-1] = replace(last, kind="function")  # "some 350 people"
            found.append(token)
    return tuple(found)


@lru_cache(maxsize=65_536)
def weight(kind: Kind, key: str) -> float:
    """How much a word counts: its rarity in general English, more for names and numbers, hardly if it only turns."""
    if kind == "function":
        return 0.0
    if kind == "turning":
        return TURNING_WEIGHT
    return rarity(key, 0, 1000) * (1.0 if kind in ("plain", "opening") else NAME_WEIGHT)


def _number(text: str, start: int, end: int, value: float) -> Token:
    read = _counted(text, value)
    return Token(text, start, end, read.kind, read.key, read.plain, read.spelling, value)


def _token(text: str, word: str, start: int, end: int) -> Token | None:
    read = _read(word, word[0].isupper() and _opens(text, start))
    if read is None:
        return None
    return Token(word, start, end, read.kind, read.key, read.plain, read.spelling, read.value)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a token says, wherever it stands."""

    kind: Kind
    key: str
    plain: str
    spelling: str
    value: float | None = None


def _counted(word: str, value: float) -> _Reading:
    key = f"{value:.10g}"
    return _Reading("number", key, word.lower(), key, value)


@lru_cache(maxsize=65_536)
def _read(word: str, opens: bool) -> _Reading | None:
    """Read a word; `opens` says whether it begins a sentence or a quotation."""
    if word[0].isdecimal():
        return _digits(word)
    lower = word.lower()
    if lower in NUMERALS:
        return _counted(word, NUMERALS[lower])
    if lower == "according":
        return _Reading("plain", "say", "say", "say")  # "according to him" is "he said"
    if word == "%" or lower in ("percent", "per cent", "percentage"):
        return _Reading("plain", "percent", "percent", "percent")
    if "." in word or (word.isupper() and len(word) in (2, 3) and word.isascii()):
        initials = word.replace(".", "")
        return _Reading("name", initials, initials.lower(), initials)
    return _letters(word, opens)


def _digits(word: str) -> _Reading:
    number = re.match(r"[\d.,]*\d", word)
    digits, suffix = (number.group(), word[number.end() :]) if number else (word, "")
    plain = digits.replace(",", "")
    if suffix == "s" or plain.count(".") > 1:
        return _Reading("number", word, word, word)
    return _counted(word, float(plain) * SHORT_MAGNITUDES.get(suffix, 1.0))


def _letters(word: str, opens: bool) -> _Reading | None:
    found = words_of(word)
    if not found:
        return None
    first = found[0]
    lower = word.lower().replace("’", "'")
    plain = "not" if lower.endswith("n't") or lower == "cannot" else first.plain
    if word[0].isupper():
        if plain in _COUNTRIES:
            key = _COUNTRIES[plain]
            return _Reading("name", key, plain, key)
        day = _SHORT_MONTHS.get(plain, plain)
        if any(day in calendar for calendar in CALENDARS):
            return _Reading("calendar", day, day, day)
    if plain in TURNING:
        return _Reading("turning", plain, plain, plain)
    kind: Kind = "function"
    if first.telling:
        kind = "plain" if not word[0].isupper() else "opening" if opens else "name"
    return _Reading(kind, first.stem, plain, first.spelling)


def _opens(text: str, start: int) -> bool:
    """Whether a word begins a sentence or a quotation."""
    before = text[max(0, start - 4) : start].rstrip(" \n")
    return not text[:start].strip() or before.endswith((".", "!", "?", ":", '"', "“", "”", "‘", "'", "(", "…"))

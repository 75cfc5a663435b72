"""The quantities of an English sentence: numbers with their units, in one unit for each dimension.

"5 miles" and "8 kilometres" are lengths in metres, "3 p.m." and "15:00" the same time of day, "two and a half million"
and "2,500,000" one number. The units are data: `en/units.txt`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from rag.text.lexicon import entries, values
from rag.text.terms import fold
from rag.text.text_cache import text_cache
from rag.text.tokens import FRACTIONS, MAGNITUDES, NUMERALS, SHORT_MAGNITUDES

DIGITS = re.compile(r"\d+(?:[.,:] ?\d+)*")
"""A number in digits, of any language."""
ROUNDED = 0.07
"""The share of a number by which one that is given as "about" may differ from it."""
CONVERTED = 0.05
"""The share by which quantities in different units may differ: writers round what they convert."""
LARGE = 1000
"""The number from which one that ends in zeros may be another one rounded."""

ORDINAL = "ordinal"
"""The dimension of "third" and "3rd"."""
FAHRENHEIT = "fahrenheit"
POUND = "lb"
_CARDINALS = {words[0]: float(key) for key, words in entries("en/numerals.txt").items() if key.isdecimal()}
_ORDINALS = {word: value for word, value in NUMERALS.items() if word not in (*_CARDINALS, "once", "twice", "dozen")}
_PIECE = re.compile(
    r"\d+(?:, ?\d{3}(?!\d))*(?:\.\d+)*(?:(?<!\d{4})\. \d{1,2}(?=[ -]*(?:[bmtr]+illion|bn|per ?cent)\b|%))?|[^\W\d_]+"
)
"""A number in digits, also one that a tokenizer has split ("2. 5 million"), or a word."""
_CLOCK = re.compile(
    r"(?<![\d.,:$£€])(?:(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?\s?m\b\.?"
    r"|(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)(?![:\d])|(?P<word>\bnoon|\bmidnight)\b)",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:about|around|nearly|almost|some|roughly|approximately|over|under|close to|up to|at least|at most|as many as|"
    r"more than|less than|fewer than|an estimated)(?: the)? [$£€]?$",
    re.IGNORECASE,
)
_CURRENCY = re.compile(r"(?:US|A|C|HK)?([$£€¥₹])\s?$")
_UNIT = re.compile(
    r"[ -]?(?:(?P<percent>%|per ?cent\b)|(?P<degrees>degrees?|°)[ -]?(?P<scale>celsius|centigrade|fahrenheit|[cf]\b)"
    r"|(?P<attached>(?-i:[CF])\b)|(?P<speed>km/h|(?:km|kilomet(?:re|er)s?) (?:per|an|a) hour|miles (?:per|an|a) hour)"
    r"|(?P<square>square|sq\.?)[ -](?P<side>[a-z]+)|(?:us |u\.s\. )?(?P<word>[a-z]+|[$£€¥₹]))",
    re.IGNORECASE,
)
_METRES = re.compile(r"m (?:high|tall|long|deep|wide|away|from|above|below|off|race|sprint|pool)\b")
_RANGE = re.compile(r" ?(?:-|–|to|and) ?[$£€]?\d+(?:[.,]\d+)* (?P<size>thousand|million|billion|trillion)\b")


@dataclass(frozen=True, slots=True)
class Quantity:
    """The number at [start, end) of a sentence, and its value in the first unit of its dimension.

    With its unit it ends at `stop`. `dimension` is "" for a count, `unit` one name for all spellings of the unit.
    `rough` says that the sentence gives it as "about" so much; `number` is the number without its unit.
    """

    start: int
    end: int
    stop: int
    value: float
    dimension: str
    unit: str
    rough: bool
    number: float


def foreign_numbers(text: str, language: str) -> frozenset[str]:
    """The numbers of a sentence in another language than English: those in digits as written, and known numerals."""
    known = foreign_numerals(language)
    words = (fold(word) for word in re.findall(r"[^\W\d_]+", text)) if known else ()
    digits = (re.sub(r"[ .,](?=\d{3}(?!\d))|[ ]", "", number) for number in DIGITS.findall(text))
    return frozenset((*digits, *(known[word] for word in words if word in known)))


@cache
def _foreign_numerals() -> Mapping[str, Mapping[str, str]]:
    return {
        language: {fold(word): value for word, value in values("multi/numerals.txt", language).items()}
        for language in entries("multi/numerals.txt")
    }


@text_cache(maxsize=32_768)
def quantities_of(text: str) -> tuple[Quantity, ...]:
    """The quantities of an English sentence in order; a lone "one" is none."""
    found = [_clock(match) for match in _CLOCK.finditer(text)]
    times = [(q.start, q.end) for q in found]
    pieces = [m for m in _PIECE.finditer(text) if not any(a <= m.start() < b for a, b in times)]
    at = 0
    while at < len(pieces):
        ordinal = _ordinal(text, pieces[at])
        if ordinal is not None:
            found.append(ordinal)
            at += 1
            continue
        read = _number(text, pieces, at)
        if read is None:
            at += 1
            continue
        value, last = read
        found.append(_with_unit(text, pieces[at].start(), _end(text, pieces[last - 1]), value))
        at = last
    return tuple(sorted(found, key=lambda q: q.start))


def same_quantity(first: Quantity, second: Quantity, *, rounding: bool = True) -> bool:
    """Whether two quantities are the same in whatever units, and up to `rounding` and what "about" leaves open."""
    if ORDINAL in (first.dimension, second.dimension):
        return {first.dimension, second.dimension} <= {ORDINAL, ""} and first.value == second.value
    if first.dimension != second.dimension and first.dimension and second.dimension:
        pounds = {first.unit, second.unit} == {POUND, "£"}  # "pounds" may be money too
        return pounds and math.isclose(first.number, second.number)
    a, b = (first.value, second.value) if first.dimension == second.dimension else (first.number, second.number)
    if math.isclose(a, b, rel_tol=1e-9):
        return True
    gap = abs(a - b) / max(abs(a), abs(b))
    if first.dimension == "clock":
        return False
    if first.unit != second.unit and first.dimension == second.dimension and first.dimension:
        return gap <= CONVERTED
    if not rounding:
        return False
    return ((first.rough or second.rough) and gap <= ROUNDED) or _rounds(a, b) or _rounds(b, a)


def in_the_same_words(first: str, second: str, *, rounding: bool = True) -> str:
    """The second sentence with each quantity that the first one has too written as it is there."""
    own = quantities_of(first)
    parts, at = [], 0
    for q in quantities_of(second):
        same = next((p for p in own if same_quantity(p, q, rounding=rounding)), None)
        if same is not None and q.start >= at:
            parts += [second[at : q.start], first[same.start : same.stop]]
            at = q.stop
    return "".join((*parts, second[at:]))


def foreign_numerals(language: str) -> Mapping[str, str]:
    """The folded numerals of another language than English, and their values."""
    return _foreign_numerals().get(language, {})


def _rounds(coarse: float, fine: float) -> bool:
    """Whether a large number that ends in zeros is another one rounded to its first two digits or more."""
    if coarse < LARGE or fine < LARGE:
        return False
    digits = f"{coarse:.0f}".rstrip("0")
    return 2 <= len(digits) < len(f"{fine:.0f}".rstrip("0")) and float(f"{fine:.{len(digits) - 1}e}") == coarse


def _clock(match: re.Match[str]) -> Quantity:
    if match["word"]:
        minutes = 720.0 if match["word"].lower() == "noon" else 0.0
    elif match["hour24"]:
        minutes = 60.0 * int(match["hour24"]) + int(match["minute24"])
    else:
        afternoon = match["half"].lower() == "p"
        minutes = 60.0 * (int(match["hour"]) % 12 + 12 * afternoon) + int(match["minute"] or 0)
    return Quantity(match.start(), match.end(), match.end(), minutes, "clock", "", False, minutes)


def _ordinal(text: str, piece: re.Match[str]) -> Quantity | None:
    after = re.match(r"(?:st|nd|rd|th)\b", text[piece.end() :])
    word = piece[0].lower()
    if word not in _ORDINALS and not (after and word.isdecimal()):
        return None
    value = float(word) if after else _ORDINALS[word]
    end = piece.end() + (after.end() if after else 0)
    return Quantity(piece.start(), end, end, value, ORDINAL, "", False, value)


def _end(text: str, piece: re.Match[str]) -> int:
    suffix = _suffix(text, piece)
    return piece.end() + len(suffix)


def _suffix(text: str, piece: re.Match[str]) -> str:
    """A magnitude written after digits without a space: 1.2bn."""
    if not piece[0][0].isdecimal():
        return ""
    after = re.match(r"[^\W\d_]+", text[piece.end() :])
    if after is None or after[0] not in SHORT_MAGNITUDES or _METRES.match(text, piece.end()):
        return ""
    return after[0]


def _number(text: str, pieces: Sequence[re.Match[str]], at: int) -> tuple[float, int] | None:
    """The number that begins with a piece, and the number of the piece after it."""
    words = [p[0].lower() for p in pieces[at : at + 12]]
    joined = 1
    while joined < len(words) and _adjoins(text, pieces[at + joined - 1], pieces[at + joined]):
        joined += 1
    reader = _Numeral(words[:joined], [_suffix(text, p) for p in pieces[at : at + joined]])
    value = reader.read()
    if value is None or (reader.at == 1 and words[0] == "one"):
        return None
    if reader.at == 1:
        ranged = _RANGE.match(text, pieces[at].end())
        if ranged and value < LARGE and words[0][0].isdecimal():
            value *= MAGNITUDES[ranged["size"].lower()]
    return value, at + reader.at


def _adjoins(text: str, before: re.Match[str], after: re.Match[str]) -> bool:
    gap = text[before.end() + len(_suffix(text, before)) : after.start()]
    return gap in (" ", "-", " - ", "\u00a0")


class _Numeral:
    """A numeral read word by word: "one hundred and twenty", "two and a half million", "2.5 million"."""

    def __init__(self, words: Sequence[str], suffixes: Sequence[str]) -> None:
        self._words = words
        self._suffixes = suffixes
        self.at = 0

    def read(self) -> float | None:
        total, value = 0.0, self._first()
        if value is None:
            return None
        while self.at < len(self._words):
            word, after = self._words[self.at], self._words[self.at + 1 : self.at + 3]
            if word in MAGNITUDES:
                size = MAGNITUDES[word]
                value *= size
                if size > 100:
                    total, value = total + value, 0.0
                self.at += 1
            elif word == "dozen" and value:
                value *= 12
                self.at += 1
            elif word == "and" and len(after) == 2 and after[0] == "a" and after[1] in FRACTIONS:
                value += FRACTIONS[after[1]]
                self.at += 3
            elif word in _CARDINALS and self._adds(value, _CARDINALS[word], total):
                value += _CARDINALS[word]
                self.at += 1
            elif word == "and" and after and after[0] in _CARDINALS and total + value >= 100 and value % 100 == 0:
                value += _CARDINALS[after[0]]
                self.at += 2
            else:
                break
        return total + value

    def _first(self) -> float | None:
        word, after = self._words[0], self._words[1:3]
        if word[0].isdecimal():
            self.at = 1
            return _digits(word) * SHORT_MAGNITUDES.get(self._suffixes[0], 1.0)
        if word in _CARDINALS:
            self.at = 1
            return _CARDINALS[word]
        if word in ("a", "an") and after and (after[0] in MAGNITUDES or after[0] == "dozen"):
            self.at = 1
            return 1.0
        if word in ("a", "half", "quarter") and (fraction := self._fraction_of()):
            return fraction
        if word in FRACTIONS and len(after) == 2 and after[0] == "a" and after[1] in MAGNITUDES:
            self.at = 2
            return FRACTIONS[word]
        return None

    def _fraction_of(self) -> float | None:
        """What "a quarter of a million" says, before its last word."""
        words = self._words[1:] if self._words[0] == "a" else self._words
        if len(words) > 3 and words[0] in FRACTIONS and words[1:3] == ["of", "a"] and words[3] in MAGNITUDES:
            self.at = len(self._words) - len(words) + 3
            return FRACTIONS[words[0]]
        return None

    @staticmethod
    def _adds(value: float, more: float, total: float) -> bool:
        tens = value >= 20 and value % 10 == 0 and value % 100 != 0 and more < 10
        hundreds = value >= 100 and value % 100 == 0 and more < 100
        thousands = value == 0 and total > 0 and more < 1000
        return tens or hundreds or thousands


def _digits(written: str) -> float:
    plain = written.replace(",", "").replace(" ", "")
    return float(plain) if plain.count(".") < 2 else float(plain.replace(".", ""))


def _with_unit(text: str, start: int, end: int, number: float) -> Quantity:
    rough = bool(_ABOUT.search(text[:start]))
    currency = _CURRENCY.search(text[:start])
    found = _unit(currency[1]) if currency else _unit_after(text, end)
    if found is None:
        return Quantity(start, end, end, number, "", "", rough, number)
    unit, name = found
    after = None if currency else _UNIT.match(text, end)
    stop = after.end() if after else end
    value = (number - 32) / 1.8 if name == FAHRENHEIT else number * unit.factor
    return Quantity(start, end, stop, value, unit.dimension, name, rough, number)


@dataclass(frozen=True, slots=True)
class _Unit:
    dimension: str
    factor: float


def _unit_after(text: str, end: int) -> tuple[_Unit, str] | None:
    match = _UNIT.match(text, end)
    if match is None:
        return None
    if match["percent"]:
        name = "percent"
    elif match["degrees"] or match["attached"]:
        if match["attached"] and match.start("attached") != end:
            return None
        name = (match["scale"] or match["attached"]).lower()
    elif match["speed"]:
        name = "mph" if match["speed"].lower().startswith("mile") else "km-h"
    elif match["square"]:
        name = f"sq-{match['side'].lower()}"
    else:
        name = match["word"].lower()
        if name in ("c", "f"):  # only after "degrees"
            return None
    return _unit(name)


def _unit(name: str) -> tuple[_Unit, str] | None:
    """A unit, and one name for all of its spellings."""
    known = _units().get(name)
    if known is None:
        return None
    one = FAHRENHEIT if name in ("f", "fahrenheit") else next(n for n, other in _units().items() if other == known)
    return _Unit(*known), one


@cache
def _units() -> Mapping[str, tuple[str, float]]:
    """The dimension and the factor of each unit."""
    found: dict[str, tuple[str, float]] = {}
    for dimension, words in entries("en/units.txt").items():
        for word in words:
            name, _, factor = word.rpartition("/")
            found[name] = (dimension, float(factor))
    return found

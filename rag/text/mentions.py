"""Mentions: the numbers, dates and names of a sentence, each as one unit however many words it has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby, pairwise
from typing import Literal

from rag.text.lexicon import DAYS, MONTHS, entries
from rag.text.predicates import is_verb
from rag.text.quantities import Quantity, quantities_of, same_quantity
from rag.text.text_cache import text_cache
from rag.text.tokens import Token, tokens_of
from rag.text.word_similarity import related
from rag.text.wordnet import relatives

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
    """The names of a agent as a reader knows them, or all its words."""
    names = [list(run) for kind, run in groupby(words, key=lambda t: t.kind in ("name", "opening")) if kind]
    return " ".join(t.text for t in (max(names, key=len) if names else words))


UnitKind = Literal["number", "date", "name"]
YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
SAYING = frozenset(entries("en/saying.txt")["speech"])
"""Stems of the verbs, and of "according to", that give words to a speaker."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The tokens [first, last) of a sentence, which are its characters [start, end).

    `core` holds the numbers of the tokens that tell a name from others: without titles such as President.
    """

    kind: UnitKind
    first: int
    last: int
    start: int
    end: int
    core: tuple[int, ...]


@text_cache(maxsize=16_384)
def units_of(text: str) -> tuple[Unit, ...]:
    """The units of an English sentence in order."""
    tokens = tokens_of(text)
    found: list[Unit] = []
    at = 0
    while at < len(tokens):
        unit = _date(text, tokens, at) or _name(text, tokens, at) or _number(text, tokens, at)
        if unit and not (unit.kind == "name" and _names_unit(text, unit)):
            found.append(unit)
        at = unit.last if unit else at + 1
    return tuple(found)


def _names_unit(text: str, unit: Unit) -> bool:
    """Whether a capitalised word is the unit of a quantity, such as Celsius."""
    return any(q.end <= unit.start < q.stop for q in quantities_of(text))


def date_parts(unit: Unit, tokens: Sequence[Token]) -> Mapping[str, str]:
    """What a date gives: "weekday", "month", "day" and "year", each if it is there."""
    parts: dict[str, str] = {}
    for token in tokens[unit.first : unit.last]:
        if token.kind == "calendar":
            parts["weekday" if token.key in DAYS else "month"] = token.key
        else:
            parts["year" if YEAR.fullmatch(token.text) else "day"] = token.key
    return parts


def other_number(first: str, x: Unit, second: str, y: Unit) -> bool:
    """Whether two numbers differ by more than units, rounding, or what "about" and "more than" explain."""
    a, b = quantity_at(first, x), quantity_at(second, y)
    if a is None or b is None:
        return tokens_of(first)[x.first].value != tokens_of(second)[y.first].value
    return not same_quantity(a, b)


def quantity_at(text: str, unit: Unit) -> Quantity | None:
    """The quantity of which a number is a part; None for an ordinal."""
    return next((q for q in quantities_of(text) if q.start <= unit.start < q.end), None)


def counted(text: str, unit: Unit) -> int | None:
    """The number of the word that says what a number counts; None if that is not plain, as in "61 of them".

    A person's age counts for the name that follows, as in "10-year-old Kathina".
    """
    tokens = tokens_of(text)
    following = [i for i in range(unit.last, min(len(tokens), unit.last + 3)) if tokens[i].kind not in _UNTOLD]
    if not following or _OF_THEM.match(text, unit.end):
        return None
    if [tokens[i].key for i in following[:2]] == ["year", "old"]:
        after = range(following[1] + 1, min(len(tokens), following[1] + 3))
        return next((i for i in after if tokens[i].kind == "name"), following[0])
    return following[0]


def is_money(text: str, unit: Unit) -> bool:
    """Whether a number is an amount of money."""
    return text[: unit.start].endswith(("$", "£", "€"))


def is_place(text: str, unit: Unit) -> bool:
    """Whether a name is one of a place: a country or its capital, or what stands after "in", "near" and the like.

    In "near Ostrow, Silesia" both names are.
    """
    tokens = tokens_of(text)[unit.first : unit.last]
    if any(t.plain in _countries() for t in tokens):
        return True
    before = text[: unit.start]
    wider = _LISTED.search(before)
    placed = re.search(r"(\w+) $", before[: wider.start()] if wider else before)
    return bool(placed and placed.group(1).lower() in _PLACING) and not any(t.key in _NOT_PLACES for t in tokens)


_LISTED = re.compile(r"(?:[A-Z][\w'’-]+ )*[A-Z][\w'’-]+, $")

_PLACING = frozenset("in near outside into across throughout around inside toward towards".split())
_NOT_PLACES = frozenset("court congress parliament senat hous".split())


def of_one_country(name: Sequence[Token], words: Sequence[Token]) -> list[int]:
    """The numbers of the words that are of a name's country: the country, its people, its capital."""
    own = {_countries()[t.plain] for t in name if t.plain in _countries()}
    return [i for i, t in enumerate(words) if _countries().get(t.plain) in own] if own else []


def speaker_of(text: str, unit: Unit) -> bool:
    """Whether a name stands beside a verb of saying, as the one who speaks."""
    tokens = tokens_of(text)
    after = [t for t in tokens[unit.last : unit.last + 4] if t.kind not in ("name", "opening")][:2]
    before = tokens[max(0, unit.first - 2) : unit.first]
    said = any(t.key in SAYING for t in after) and text[unit.end : unit.end + 1] != "."
    accorded = any(t.text.lower() == "according" for t in tokens[max(0, unit.first - _TITLED) : unit.first])
    return said or accorded or any(t.key in SAYING and t.key != "tell" for t in before)


def same_name(first: str, x: Unit, second: str, y: Unit) -> bool:
    """Whether two names share a telling word, in whatever spelling, or are of one country."""
    a, b = tokens_of(first), tokens_of(second)
    spelt = {a[i].spelling for i in x.core} & {b[i].spelling for i in y.core}
    return bool(spelt or of_one_country(a[x.first : x.last], b[y.first : y.last]))


def initials(tokens: Sequence[Token]) -> str:
    """The first letters of a name of several words, else ""."""
    return "".join(t.text[0] for t in tokens) if len(tokens) > 1 else ""


def all_initials(tokens: Sequence[Token]) -> frozenset[str]:
    """The first letters of a name and of its last words: Windows Internet Explorer is WIE and IE."""
    return frozenset(filter(None, (initials(tokens[i:]) for i in range(len(tokens)))))


@cache
def _countries() -> Mapping[str, int]:
    lines = (files(__package__) / "en" / "countries.txt").read_text("utf-8").splitlines()
    return {name: number for number, line in enumerate(lines) for name in line.split()}


def _date(text: str, tokens: Sequence[Token], at: int) -> Unit | None:
    """A run of days, months, years and the days of a month; it holds a calendar's word or a year."""
    last = at
    while last < len(tokens) and _in_date(tokens, last) and (last == at or _near(text, tokens, last)):
        last += 1
    run = tokens[at:last]
    if not any(t.kind == "calendar" or YEAR.fullmatch(t.text) for t in run):
        return None
    return Unit("date", at, last, run[0].start, run[-1].end, tuple(range(at, last)))


def _in_date(tokens: Sequence[Token], i: int) -> bool:
    token = tokens[i]
    if token.kind == "calendar" or YEAR.fullmatch(token.text):
        return True
    around = (*tokens[max(0, i - 1) : i], *tokens[i + 1 : i + 2])
    day = token.value is not None and token.value in range(1, 32) and token.text[0].isdecimal()
    return day and any(t.kind == "calendar" and t.key in MONTHS for t in around)


def _near(text: str, tokens: Sequence[Token], i: int) -> bool:
    return bool(re.fullmatch(r"\.?,? ?(?:the |of )?", text[tokens[i - 1].end : tokens[i].start]))


def _name(text: str, tokens: Sequence[Token], at: int) -> Unit | None:
    last = at
    while (
        last < len(tokens) and tokens[last].kind in ("name", "opening") and (last == at or _joined(text, tokens, last))
    ):
        last += 1
    run = tokens[at:last]
    if _CONTRACTED.match(text, run[0].start if run else 0) and len(run) == 1:
        return None
    if not run or (len(run) == 1 and run[0].kind == "opening" and relatives(run[0].key)):
        return None
    plain = [i for i in range(at, last) if tokens[i].plain not in _TITLES]
    core = tuple(i for i in plain if not relatives(tokens[i].key)) or tuple(plain)
    if not core:
        return None
    end = re.sub(r"['’]s?$", "", run[-1].text)
    return Unit("name", at, last, run[0].start, run[-1].start + len(end), core)


_CONTRACTED = re.compile(r"(?:I|[A-Z]\w+)['’](?:m|ve|ll|d|re)\b")
_OF_THEM = re.compile(r" of (?:them|whom|those|these|its|their)\b")
_UNTOLD = ("function", "number", "turning", "calendar")
_TITLED = 7
"""Words of a title, at most, between "according to" and the name."""
_TITLES = frozenset("inc llc ltd corp co plc mr mrs ms dr sir lt sgt gen col capt const jr sr st".split())


def _joined(text: str, tokens: Sequence[Token], i: int) -> bool:
    """Whether a capitalised word goes on with the name before it."""
    before = tokens[i - 1]
    if before.text.endswith(("'s", "’s")):
        return False
    return bool(re.fullmatch(r"\.? |-", text[before.end : tokens[i].start]))


def _number(text: str, tokens: Sequence[Token], at: int) -> Unit | None:
    token = tokens[at]
    if token.kind != "number" or token.value is None or token.text.lower() in ("one", "first", "once"):
        return None
    return Unit("number", at, at + 1, token.start, token.end, (at,))

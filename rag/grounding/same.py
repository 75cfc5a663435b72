"""Whether two sentences say the same in other words: "delaying" or "postponing", Kyiv or Kiev.

Each telling word of either sentence looks for its like in the other; the shares of weight that find one must be high.
Whatever makes another fact of it decides against, however alike the rest is: another number or day, another name in
the same place, a denial, an opposite.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rag.grounding.matching import Embed, Matrix, word_scores
from rag.grounding.question import QuestionWord
from rag.grounding.rarity import rarity
from rag.grounding.words import Word, words_of

BAR = 0.6
"""What the mean of both shares must reach. It takes 64 % of those hand-judged pairs of news sentences with a
cosine above 0.62 that say the same, and hardly any other."""
HOPELESS = 0.62
"""A cosine of two sentences below which they are not compared word by word."""
FOUND = 0.5
"""What a word's best match must reach to count as found."""

NUMBER = re.compile(r"\d+(?:[.,:] ?\d+)*")
_NUMERALS = "two three four five six seven eight nine ten eleven twelve"
NUMERALS = {name: str(number) for number, name in enumerate(_NUMERALS.split(), start=2)}
DENIAL = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|neither|nor|without|cannot)\b|n ?['’] ?t\b|\bun(?:able|likely)\b",
    re.IGNORECASE,
)
_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_MONTHS = "january february march april may june july august september october november december"
CALENDARS = (frozenset(_DAYS.split()), frozenset(_MONTHS.split()))
_OPPOSITES = """
rise/fall rise/drop increase/decrease increase/decline grow/shrink gain/loss gain/lose win/lose accept/reject
agree/refuse approve/reject open/close buy/sell more/less more/fewer before/after guilty/innocent guilty/acquit
convict/acquit deny/confirm deny/admit start/end begin/end first/last first/second north/south east/west high/low
higher/lower allow/ban allow/forbid support/oppose arrive/leave enter/leave join/leave hire/fire raise/cut
raise/lower up/down alive/dead live/die success/failure succeed/fail strengthen/weaken expand/reduce advance/retreat
attack/defend ally/enemy husband/wife father/mother son/daughter brother/sister man/woman boy/girl win/defeat
victory/defeat
"""
OPPOSITES = frozenset(
    pair
    for entry in _OPPOSITES.split()
    for first, second in [[words_of(side)[0].stem for side in entry.split("/")]]
    for pair in ((first, second), (second, first))
)
"""Pairs of stems that vectors take for alike although they say opposite things."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How far two sentences say the same.

    `first` is the share of the first sentence's weight that finds its like in the second, `second` the converse;
    `conflict` says what makes them different facts: "number", "denial", "day", "opposite", "name", "roles", or "".
    """

    first: float
    second: float
    conflict: str = ""

    @property
    def same(self) -> bool:
        """Whether they say the same."""
        return not self.conflict and (self.first + self.second) / 2 >= BAR


def general_rarity(stem: str) -> float:
    """The weight of a stem in general English, for sentences that come from no library."""
    return rarity(stem, 0, 1000)


def same_facts(
    sentence: str, others: Sequence[str], embed: Embed, idf: Callable[[str], float] = general_rarity
) -> list[bool]:
    """For each of the other English sentences, whether it says the same as the first.

    `embed` gives unit vectors of texts, `idf` weighs stems.
    """
    vectors = embed([sentence, *others])
    near = vectors[1:] @ vectors[0] >= HOPELESS
    return [bool(n) and compare(sentence, other, embed, idf).same for n, other in zip(near, others, strict=True)]


def compare(first: str, second: str, embed: Embed, idf: Callable[[str], float] = general_rarity) -> Likeness:
    """Compare two sentences."""
    a, b = words_of(first), words_of(second)
    x, y = _telling(a), _telling(b)
    if not x or not y:
        return Likeness(float(first == second), float(first == second))
    names = frozenset(w.stem for w in (*a[1:], *b[1:]) if w.capital)
    asked = [QuestionWord(w, frozenset({w.stem}), idf(w.stem), w.stem in names) for w in x]
    scores = word_scores(asked, y, embed, names=names)
    shares = (_share(x, scores.max(axis=1), idf), _share(y, scores.max(axis=0), idf))
    lost = frozenset(w.stem for w, s in zip(x, scores.max(axis=1), strict=True) if s < FOUND)
    lost_there = frozenset(w.stem for w, s in zip(y, scores.max(axis=0), strict=True) if s < FOUND)
    conflict = _plain_conflict(first, second) or _word_conflict(a, b, lost, lost_there)
    return Likeness(*shares, conflict)


def _telling(words: Sequence[Word]) -> list[Word]:
    return list({w.stem: w for w in words if w.telling}.values())


def _share(words: Sequence[Word], matched: Matrix, idf: Callable[[str], float]) -> float:
    weights = np.array([idf(w.stem) for w in words])
    return float(weights @ matched / weights.sum())


def _plain_conflict(first: str, second: str) -> str:
    """A conflict of numbers or of denials, which show in the plain text."""
    a, b = _numbers(first), _numbers(second)
    if a - b and b - a:
        return "number"
    return "denial" if bool(DENIAL.search(first)) != bool(DENIAL.search(second)) else ""


def _numbers(sentence: str) -> frozenset[str]:
    digits = (re.sub(r"[ ,]", "", number) for number in NUMBER.findall(sentence))
    return frozenset((*digits, *(NUMERALS[w.plain] for w in words_of(sentence) if w.plain in NUMERALS)))


def _word_conflict(a: Sequence[Word], b: Sequence[Word], lost: frozenset[str], lost_there: frozenset[str]) -> str:
    """A conflict of days, of opposites, or of names in the same place; `lost` are the stems that found nothing."""
    there, here = {w.plain for w in b}, {w.plain for w in a}
    for calendar in CALENDARS:
        if (calendar & here) - there and (calendar & there) - here:
            return "day"
    stems, stems_there = {w.stem for w in a}, {w.stem for w in b}
    if any((s, t) in OPPOSITES for s in stems - stems_there for t in stems_there - stems):
        return "opposite"
    if _places(a, lost) & _places(b, lost_there):
        return "name"
    roles, roles_there = _roles(a), _roles(b)
    swapped = {role[::-1] for role in roles_there - roles}
    return "roles" if swapped & roles - roles_there else ""


def _places(words: Sequence[Word], lost: frozenset[str]) -> set[str]:
    """Where names stand that are not in the other sentence: before or after which telling word."""
    telling = [w for w in words if w.telling]
    places: set[str] = set()
    for i, word in enumerate(telling):
        if word.capital and word.stem in lost and word.text[0].isalpha():
            places.update(f"{w.stem}<" for w in telling[max(0, i - 1) : i])
            places.update(f">{w.stem}" for w in telling[i + 1 : i + 2])
    return places


def _roles(words: Sequence[Word]) -> set[tuple[str, ...]]:
    """Two names around one word: Iran attacks Iraq."""
    telling = [w for w in words if w.telling]
    return {
        (before.spelling, word.stem, after.spelling)
        for before, word, after in zip(telling, telling[1:], telling[2:], strict=False)
        if before.capital and after.capital and before.spelling != after.spelling
    }

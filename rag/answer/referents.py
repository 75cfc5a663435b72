"""Referents: the persons and places in questions and answers that "he" or "there" may stand for. English only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.text.mentions import Unit, is_place, units_of
from rag.text.tokens import words_of
from rag.text.wordnet import relatives

TITLES = frozenset("""
    president vice prime minister secretary general chief chancellor king queen prince princess pope senator governor
    mayor judge justice sheriff captain colonel sergeant officer director chairman chairwoman professor doctor coach mr
    mrs ms dr sir
""".split())  # fmt: skip
THINGS = frozenset("""
    center centre league department ministry university college school hospital bank church street road county city
    river lake bridge wall tower club party company corp corporation inc union council court parliament congress senate
    house army police agency association group times post games cup airport plant prison building office committee
    commission foundation institute museum party society station team award awards series
""".split())  # fmt: skip
"""What the last word of a name tells to be no person."""
VISITED = re.compile(
    r"\b(?:(?:visit|leav|enter|reach|invad|attack|bomb)(?:e?[sd]?|ing)?|left|"
    r"(?:visits?|trips?|journeys?|travel\w*|go|goes|went|flew|fly|c[ao]mes?|return\w*|move[ds]?) to|"
    r"at|inside|(?:city|town|village|region|port|state) of)\s(?:the\s)?$",
    re.IGNORECASE,
)
"""What stands before a place, beside what grounding takes for one."""
ARTICLE = re.compile(r"\b(?:the|an?)\s$", re.IGNORECASE)
NICKNAME = re.compile(r"(?<=[a-z]) ([\"“'‘])[A-Z][\w ]{0,20}[\"”'’],?(?= [A-Z])")


def persons_in(text: str) -> list[str]:
    """The names in a text that can be a person's, in order, without titles."""
    text = NICKNAME.sub("", text)
    return [name for unit in _names(text) if not _placed(text, unit) and (name := _person(text, unit))]


def places_in(text: str) -> list[str]:
    """The names in a text that stand where places do, in order."""
    return [text[unit.start : unit.end] for unit in _names(text) if _placed(text, unit)]


def named_in(text: str) -> list[str]:
    """The names in a text in order."""
    return [text[unit.start : unit.end] for unit in _names(text)]


def persons_of(sentences: Sequence[str]) -> list[str]:
    """The persons that sentences name, in order; a name that is once a place's is none."""
    placed = {place for sentence in sentences for place in places_in(sentence)}
    return [person for sentence in sentences for person in persons_in(sentence) if person not in placed]


def _names(text: str) -> Iterator[Unit]:
    return (unit for unit in units_of(text) if unit.kind == "name")


def _placed(text: str, unit: Unit) -> bool:
    return is_place(text, unit) or bool(VISITED.search(text[: unit.start]))


def _person(text: str, unit: Unit) -> str:
    words = text[unit.start : unit.end].split()
    while words and words[0].strip(".").casefold() in TITLES:
        words.pop(0)
    while words and words[-1].casefold() in TITLES:
        words.pop()
    name = " ".join(words)
    thing = not words or words[-1].casefold() in THINGS or ARTICLE.search(text[: unit.start])
    common = len(words) == 1 and relatives(words_of(name)[0].stem)
    return "" if thing or common or name.isupper() or any(c.isdigit() for c in name) else name

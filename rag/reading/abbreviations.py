"""Words that are written with a full stop which does not end a sentence, read from abbreviations.txt beside this."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_KIN = {"bs": "sr", "hr": "sr", "sh": "sr", "sl": "sr", "sk": "cs", "be": "ru", "ca": "es", "gl": "pt", "da": "sv"}
"""Languages that lend their words to near ones without a list of their own."""

ORDINAL_LANGUAGES = frozenset(
    ["de", "cs", "sk", "sr", "hr", "bs", "sh", "sl", "da", "no", "nb", "nn", "fi", "et", "lv", "is", "hu"]
)
"""Languages that write "3." for "third"."""


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """The groups that abbreviations.txt explains, for one language. Words have no final full stop."""

    never: frozenset[str]
    numbered: frozenset[str]
    seldom: frozenset[str]
    clock: frozenset[str]
    clock_next: frozenset[str]
    starters: frozenset[str]
    ordinals: bool


@cache
def abbreviations(language: str) -> Abbreviations:
    """Give the groups for texts in this language (ISO 639-1, "" if unknown)."""
    groups = _groups()
    own = language if f"never-{language}" in groups else _KIN.get(language, language)

    def words(name: str) -> frozenset[str]:
        return groups[name] | groups.get(f"{name}-{own}", frozenset())

    return Abbreviations(
        never=words("never"),
        numbered=words("numbered"),
        seldom=words("seldom"),
        clock=words("clock"),
        clock_next=words("clock-next"),
        starters=groups.get(f"starters-{own}", groups["starters"]),
        ordinals=language in ORDINAL_LANGUAGES,
    )


@cache
def _groups() -> dict[str, frozenset[str]]:
    lines = files(__package__).joinpath("abbreviations.txt").read_text("utf-8").splitlines()
    named = (line.partition(":") for line in lines if not line.startswith("#"))
    return {name: frozenset(words.split()) for name, _, words in named}

"""Words that end in a full stop without ending a sentence, read from abbreviations.txt beside this file."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def _groups() -> dict[str, frozenset[str]]:
    lines = files(__package__).joinpath("abbreviations.txt").read_text("utf-8").splitlines()
    named = (line.partition(":") for line in lines if not line.startswith("#"))
    return {name: frozenset(words.split()) for name, _, words in named}


@cache
def never_last(language: str) -> frozenset[str]:
    """Give the abbreviations after which a text in this language (ISO 639-1, "" for unknown) goes on."""
    return _groups()["never"] | _groups().get(language, frozenset())


@cache
def seldom_last() -> frozenset[str]:
    """Give the abbreviations after which a sentence goes on unless one of `starters` follows."""
    return _groups()["seldom"]


@cache
def starters() -> frozenset[str]:
    """Give the lower-case forms of words that, capitalised, like to begin English sentences."""
    return _groups()["starters"]

"""The word lists and patterns of `en/` and `multi/`, which are data.

A list (.txt) has lines of a key, a colon and words; lines that begin with # are comments. In the patterns of a .toml
file {name} stands for another one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

PART = re.compile(r"\{([a-z_]+)\}")
"""The name of another pattern in one."""


def lines_of(name: str) -> tuple[str, ...]:
    """The lines of a list, such as "en/antonyms.txt", without comments and empty lines."""
    lines = files(__package__).joinpath(*name.split("/")).read_text("utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@cache
def entries(name: str) -> Mapping[str, tuple[str, ...]]:
    """The words under each key of a list; those of keys that come twice are put together."""
    found: dict[str, tuple[str, ...]] = {}
    for line in lines_of(name):
        key, _, words = line.partition(":")
        found[key] = (*found.get(key, ()), *words.split())
    return MappingProxyType(found)


def values(name: str, key: str) -> dict[str, str]:
    """Words under a key that are written word/value."""
    pairs = (entry.rpartition("/") for entry in entries(name)[key])
    return {word: value for word, _, value in pairs}


DAYS, MONTHS = (entries("en/calendar.txt")[key] for key in ("days", "months"))
CALENDARS = (frozenset(DAYS), frozenset(MONTHS))


@cache
def read_patterns(name: str) -> Mapping[str, Any]:
    """What multi/`name`.toml holds."""
    return tomllib.loads((files(__package__) / "multi" / f"{name}.toml").read_text("utf-8"))


def filled(text: str, parts: Mapping[str, str]) -> str:
    """A pattern whose lines are joined, with parts for the {names} in it. Raises KeyError if there is no such part."""
    return PART.sub(lambda name: filled(parts[name[1]], parts), text.replace("\n", ""))

"""Patterns and word lists that lie as TOML files in multi/: {name} in a pattern stands for another one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

NAME = re.compile(r"\{([a-z_]+)\}")


@cache
def pattern_file(name: str) -> Mapping[str, Any]:
    """What multi/`name`.toml holds."""
    return tomllib.loads((files(__package__) / "multi" / f"{name}.toml").read_text("utf-8"))


def filled(text: str, parts: Mapping[str, str]) -> str:
    """A text whose lines are joined, with parts for the {names} in it. Raises KeyError if there is no such part."""
    return NAME.sub(lambda name: filled(parts[name[1]], parts), text.replace("\n", ""))

"""The rules of the style sheets within a page, in the order in which they weigh."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_BRACE = re.compile(r"([{}])")
_COMMA = re.compile(r",(?![^()\[\]]*[)\]])")
_ESCAPE = re.compile(r"\\([0-9a-f]{1,6})\s?", re.IGNORECASE)
_BLANK_BETWEEN = re.compile(r"(?<=[\d%.])\s+(?=[\d.-])")
_FEATURE = re.compile(r"\(([^()]*)\)")
_LEAST_WIDTH = re.compile(r"min-width:(\d+)(?:px)?\Z")
_SCREEN = 1000
"""Pixels of width that every screen of a desk has."""
_MOST_RULES, _DEEPEST = 5000, 20
"""Of longer sheets, and of those nested more deeply, the rest is not looked at: no page may keep a reader waiting."""


@dataclass(frozen=True, slots=True)
class StyleRule:
    """What a selector's elements look like: values by property, in lower case, with commas between numbers."""

    selector: str
    values: Mapping[str, str]
    weight: tuple[int, int, int, int]


def style_values(declarations: str, *, important: bool = False) -> dict[str, str]:
    """The values of "property: value; …", of those marked as important, or of the others."""
    found: dict[str, str] = {}
    plain_text = _ESCAPE.sub(lambda code: chr(min(int(code[1], 16), 0xFFFF)), _COMMENT.sub("", declarations))
    for declaration in _BLANK_BETWEEN.sub(",", plain_text).lower().split(";"):
        name, colon, value = "".join(declaration.split()).partition(":")
        plain, mark, _ = value.partition("!important")
        if colon and bool(mark) is important:
            found[name] = plain
    return found


def style_rules(sheet: str) -> list[StyleRule]:
    """The rules of one sheet that hold on a screen, the weightiest last."""
    rules: list[StyleRule] = []
    for selectors, declarations in _blocks(_COMMENT.sub("", sheet)):
        for important in (False, True):
            values = style_values(declarations, important=important)
            parts = _COMMA.split(selectors) if values else ()
            rules += (StyleRule(part.strip(), values, (int(important), *_weight(part))) for part in parts)
        if len(rules) > _MOST_RULES:
            break
    return sorted(rules, key=lambda rule: rule.weight)


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations, those within "@media" and the like too, if they hold on a screen."""
    around: list[str] = []
    before = ""
    for part in _BRACE.split(sheet):
        if len(around) > _DEEPEST:
            return
        if part == "{":
            around.append(before)
        elif part == "}":
            around = around[:-1]
        else:
            before = part.rpartition(";")[2].strip()
            if around and not around[-1].startswith("@") and all(map(_holds, around[:-1])):
                yield around[-1], part


def _holds(around: str) -> bool:
    """Whether the rules within an at-rule hold on a wide screen."""
    name, _, condition = around.lower().partition(" ")
    if name == "@media":
        return any(map(_on_screen, condition.split(",")))
    return name.startswith(("@layer", "@supports", "@scope"))


def _on_screen(query: str) -> bool:
    features = ["".join(feature.split()) for feature in _FEATURE.findall(query)]
    widths = [_LEAST_WIDTH.match(feature) for feature in features]
    return "print" not in query and all(width is not None and int(width[1]) <= _SCREEN for width in widths)


def _weight(selector: str) -> tuple[int, int, int]:
    """How specific a selector is: its ids, its classes and attributes, its elements."""
    classes = len(re.findall(r"\.[\w-]|\[|(?<!:):[\w-]", selector))
    return selector.count("#"), classes, len(re.findall(r"(?:^|[\s>+~])[a-z]", selector.lower()))

"""Colours of web pages."""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass

_NAMES = {
    "white": "ffffff", "snow": "fffafa", "ivory": "fffff0", "ghostwhite": "f8f8ff", "whitesmoke": "f5f5f5",
    "floralwhite": "fffaf0", "mintcream": "f5fffa", "azure": "f0ffff", "black": "000000", "silver": "c0c0c0",
    "gray": "808080", "grey": "808080", "red": "ff0000", "maroon": "800000", "yellow": "ffff00", "olive": "808000",
    "lime": "00ff00", "green": "008000", "aqua": "00ffff", "cyan": "00ffff", "teal": "008080", "blue": "0000ff",
    "navy": "000080", "fuchsia": "ff00ff", "magenta": "ff00ff", "purple": "800080", "orange": "ffa500",
}  # fmt: skip
_HEX = re.compile(r"#([0-9a-f]{3,8})(?![0-9a-f])")
_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^()]*)\)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
_CLEAREST = 0.1
"""Opacity up to which a colour is not seen."""
_NEAREST = 12
"""Steps of 255 in each part, up to which two colours look alike."""


@dataclass(frozen=True, slots=True)
class Colour:
    """Red, green and blue from 0 to 255, and whether it lets all through."""

    red: int
    green: int
    blue: int
    clear: bool = False


BLACK, WHITE = Colour(0, 0, 0), Colour(255, 255, 255)


def colour_of(value: str) -> Colour | None:
    """The colour that a style's value names, in lower case without blanks; None if it names none that is known."""
    code, function = _HEX.search(value), _FUNCTION.search(value)
    if code:
        return _of_code(code[1])
    if function:
        return _of_parts(function[1], function[2])
    if value == "transparent":
        return Colour(0, 0, 0, clear=True)
    return _of_code(_NAMES[value]) if value in _NAMES else None


def _of_code(code: str) -> Colour:
    digits = code if len(code) in (6, 8) else "".join(digit * 2 for digit in code[:4])
    red, green, blue, opacity = (int(digits[i : i + 2] or "ff", 16) for i in (0, 2, 4, 6))
    return Colour(red, green, blue, clear=opacity <= 255 * _CLEAREST)


def _of_parts(kind: str, inside: str) -> Colour | None:
    """The colour of "rgb(…)" or "hsl(…)"; blanks between the parts are gone, so that only commas and "/" part them."""
    parts = [_NUMBER.match(part) for part in re.split("[,/]", inside)]
    numbers = [float(part[0]) for part in parts if part]
    if len(numbers) < 3:
        return None
    clear = len(numbers) > 3 and numbers[3] / (100 if inside.endswith("%") else 1) <= _CLEAREST
    if kind == "hsl":
        light = colorsys.hls_to_rgb(numbers[0] / 360, min(numbers[2], 100) / 100, min(numbers[1], 100) / 100)
        red, green, blue = (round(255 * part) for part in light)
    else:
        red, green, blue = (round(number) for number in numbers[:3])
    return Colour(red, green, blue, clear)


def looks_alike(ink: Colour | None, ground: Colour | None) -> bool:
    """Whether nobody would tell words of one colour from a ground of the other; False if one is unknown."""
    if ink is None or ink.clear or ground is None:
        return ink is not None and ink.clear
    pairs = ((ink.red, ground.red), (ink.green, ground.green), (ink.blue, ground.blue))
    return all(abs(a - b) <= _NEAREST for a, b in pairs)

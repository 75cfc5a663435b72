"""Fonts for a PDF file: Noto Sans, which packages bring, and for other scripts what this machine has."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

PACKAGES = ("fontpkg_noto_sans", "fontpkg_noto_sans_arabic")
"""What brings the fonts of the extra `pdf`."""
ENDINGS = {".ttf", ".otf", ".ttc"}
MOST = 2_000
"""Fonts of a machine that are looked into."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """The files of the fonts that a text needs, the main one first, and its characters that none of them has."""

    paths: tuple[Path, ...]
    missing: frozenset[str]


def fonts_for(characters: Set[str]) -> Fonts:
    """Fonts for all of these characters, as far as there are any."""
    paths = [_packaged(package) for package in PACKAGES]
    missing = {ord(c) for c in characters if not _unseen(c)}
    for path in paths:
        missing -= _characters(path)
    own, nowhere = _own_fonts_for(frozenset(missing))
    return Fonts((*paths, *own), frozenset(map(chr, nowhere)))


@lru_cache(maxsize=64)
def _own_fonts_for(missing: frozenset[int]) -> tuple[tuple[Path, ...], frozenset[int]]:
    """The machine's fonts for these code points, and those that none of them has. It may look into all of them."""
    paths: list[Path] = []
    while missing:
        best = max(_on_this_machine(), key=lambda path: len(missing & _characters(path)), default=None)
        if best is None or not missing & _characters(best):
            break
        paths.append(best)
        missing -= _characters(best)
    return tuple(paths), missing


def _unseen(character: str) -> bool:
    """Whether nothing is drawn for a character: a blank, a control or a mark of direction."""
    return character.isspace() or unicodedata.category(character) in {"Cc", "Cf"}


@cache
def _packaged(package: str) -> Path:
    found = sorted(path for path in Path(str(files(package))).rglob("*.ttf") if "Italic" not in path.name)
    return found[0]


@cache
def _on_this_machine() -> tuple[Path, ...]:
    """The fonts of the machine and of its user, upright ones of common weight first."""
    found = [path for folder in _folders() for path in folder.rglob("*") if path.suffix.lower() in ENDINGS]
    return tuple(sorted(found, key=lambda path: ("regular" not in path.stem.lower(), len(path.name), path)))[:MOST]


def _folders() -> Iterator[Path]:
    home = Path.home()
    if sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", r"C:\Windows"), "Fonts")
    elif sys.platform == "darwin":
        yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    else:
        yield from (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts")


@lru_cache(maxsize=64)
def _characters(path: Path) -> frozenset[int]:
    """The code points that a font has; none if it cannot be read, or if it draws by other means than outlines."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, lazy=True, fontNumber=0) as font:
            return frozenset(font.getBestCmap() or ()) if "glyf" in font else frozenset()
    except (OSError, TTLibError, ValueError, AssertionError, KeyError):
        return frozenset()

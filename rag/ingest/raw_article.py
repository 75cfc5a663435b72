"""What the reader of a file format returns: text and metadata as the file states them, not yet cleaned.

Titles that programs make up are dropped.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from rag.progress import Skipped
from rag.render.locators import Locator

_MADE_UP = re.compile(
    r"""(?:microsoft\s+(?:word|powerpoint|excel)\s*-.*|untitled.*|document\s*\d*|dokument\s*\d*|doc\s*\d+|new\s+.*document
    |(?:presentation|slide|title|layout|word\s+document|print|pdf)\s*\d*|unknown|none|null|\(?anonymous\)?|.*\.(?:docx?|pdf|indd|qxd|rtf|odt|txt|tex|pages|html?))""",
    re.IGNORECASE | re.VERBOSE,
)


def real_title(stated: str) -> str:
    """Give a title stated by a file's properties; "" if a program made it up ("Microsoft Word - x.doc")."""
    title = " ".join(stated.split())
    return "" if _MADE_UP.fullmatch(title) or not any(c.isalpha() for c in title) else title


BY_WORDS = "by|von|par|por|di|door"
"""Words before the names of a by-line, as alternatives of a pattern."""
_BY = re.compile(rf"\s*(?:{BY_WORDS})(?::\s*|\s+)(?=\S)", re.IGNORECASE)


def without_by(byline: str) -> str:
    """A by-line without the word before its names: "Jane Porter" of "By Jane Porter"."""
    return byline[match.end() :] if (match := _BY.match(byline)) else byline


_KEY = secrets.token_hex(8)
"""What no file can know: marks in its own text are none."""
_PLACE_MARK = re.compile(f"\ufdd0{_KEY}([^\ufdd0\ufdd1]*)\ufdd1")


def place_mark(label: str) -> str:
    """Give a mark that says where in its file the text lies from here on, such as "p. 7".

    It is made of code points that Unicode keeps out of texts, so it comes through clean-up with the words beside it.
    """
    return f"\ufdd0{_KEY}{label}\ufdd1"


def without_marks(text: str) -> tuple[str, tuple[Locator, ...]]:
    """Give a text without the marks of `place_mark`, and where they stood."""
    found: list[Locator] = []
    taken = 0
    for mark in _PLACE_MARK.finditer(text):
        if not found or found[-1].label != mark.group(1):
            found.append(Locator(mark.start() - taken, mark.group(1)))
        taken += len(mark.group())
    return _PLACE_MARK.sub("", text), tuple(found)


@dataclass(frozen=True, slots=True)
class Draft:
    """One article before clean-up; `record` is the id of a dump's record, `number` its place counted from 1.

    `text` may hold marks of `place_mark`. `cut` says that it is only the beginning of the article's, `mended` that
    letters were damaged by a wrong encoding and are put right.
    """

    text: str
    title: str = ""
    publisher: str = ""
    published: str = ""
    language: str = ""
    address: str = ""
    record: str = ""
    number: int = 0
    cut: bool = False
    author: str = ""
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """A file within a file: of an archive, or attached to a mail."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Drafts:
    """All articles of one file, and what of it could not be read.

    `Skipped.file` is the record's number, the name of a file within, or "" for the file as a whole. `members` are the
    files within, unfolded one by one as they are asked for.
    """

    drafts: tuple[Draft, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    members: Iterable[Member | Skipped] = ()

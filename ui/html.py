"""Escaping: all text from articles, models, files and readers passes here on its way into the page's HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Control characters, halves of surrogate pairs and non-characters, which a browser drops, changes or refuses; and the
two marks that turn letters round, by which words are read that do not stand there."""


def escape(text: str) -> str:
    """The text as HTML that shows it literally, in an element or in a quoted attribute.

    Every unshowable character becomes one U+FFFD, so that positions in what is shown are positions in the text.
    """
    return html.escape(UNSHOWABLE.sub("\ufffd", text), quote=True).replace("`", "&#96;")


def attributes(values: Mapping[str, str]) -> str:
    """HTML attributes, escaped, each after a space; those that are "" are left out."""
    return "".join(f' {name}="{escape(value)}"' for name, value in values.items() if value)


def own(text: str) -> str:
    """Text from outside inside an element of its own, whose writing direction cannot reach the words around it."""
    return f"<bdi>{escape(text)}</bdi>"

"""The one clean-up of text, done when a file is read and never again: all offsets count what comes out of here.

Beside NFC, line ends and a leading byte order mark, nothing changes the length of a text, so that the words of a
plain text file stay where other programs find them.
"""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_FIXED_BLANKS = re.compile("[\u00a0\u2007\u202f\u3000\t]")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")


def clean_text(text: str) -> str:
    r"""Give the text as it is stored: NFC, "\\n" line ends, no byte order mark at its head.

    Control characters become spaces and lone surrogates U+FFFD, one for one. Applying it twice changes nothing.
    """
    text = _LINE_ENDS.sub("\n", text.lstrip("\ufeff"))
    text = _CONTROLS.sub(" ", text)
    text = _SURROGATES.sub("\ufffd", text)
    return unicodedata.normalize("NFC", text)


def tidy_composed(text: str) -> str:
    """Give the text without soft hyphens, zero-width spaces and direction overrides, and with ordinary blanks.

    It is meant for formats whose text readacross composes itself, such as HTML and PDF, before `clean_text`.
    """
    return _FIXED_BLANKS.sub(" ", _INVISIBLE.sub("", text))


def one_line(value: str, limit: int = 300) -> str:
    """Give a title or name on one line: cleaned, blanks folded, at most `limit` characters."""
    return " ".join(tidy_composed(clean_text(value)).split())[:limit].rstrip()

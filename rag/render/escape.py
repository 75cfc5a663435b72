"""Escaping: what articles, models and file names bring along is shown literally, and is markup in no form."""

from __future__ import annotations

import html
import re

_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Control characters, halves of surrogate pairs and non-characters: programs drop, change or refuse them."""
_MARKUP = re.compile(r"[\\`*_\[\]<>&#~|$@^={}%]")
_OPENING = re.compile(r"^(?:[-+]|(?<!\d)\d{1,9}(?=[.)]))")
"""What makes a list item or a rule of a line that begins with it."""
_ADDRESS = re.compile(r":(?=/)|(?<=[^\W\d])\.(?=\w)|(?<=\d)\.(?=[^\W\d])")
"""What programs recognise web addresses by, which they would make links of."""
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of writing: written out, so that neither a file's source nor a terminal obeys them."""
_OVERRIDING = re.compile("[\u202d\u202e]")
_RAW = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def plain_text(text: str) -> str:
    """The text on one line, with folded blanks, for a file that takes text as it is.

    Marks that override the direction of letters are not shown: by them words are read that do not stand there.
    """
    return _OVERRIDING.sub("\ufffd", _one_line(text))


def html_text(text: str) -> str:
    """The text as HTML that shows it literally, in an element or in a quoted attribute."""
    return _written_out(html.escape(_UNSHOWABLE.sub("\ufffd", text), quote=True))


def html_language(code: str) -> str:
    """The attribute for the language of words in a page of ours, which is in English; "" if it needs none."""
    return f' lang="{html_text(code)}"' if code not in ("", "en") else ""


def markdown_text(text: str) -> str:
    """The text on one line of Markdown, with folded blanks, which every dialect shows literally.

    It never makes a link, an image, HTML, a heading, a list, a cell's end or a formula, wherever it stands in a line.
    """
    line = _ADDRESS.sub(r"\\\g<0>", _MARKUP.sub(r"\\\g<0>", _one_line(text)))
    line = _OPENING.sub(lambda m: f"\\{m[0]}" if m[0] in "-+" else f"{m[0]}\\", line)
    return _written_out(line)


def json_escaped(json: str) -> str:
    """JSON whose values stay exact, without characters that `json.dumps` leaves raw and terminals or files refuse."""
    return _RAW.sub(lambda m: f"\\u{ord(m[0]):04x}", json)


def _one_line(text: str) -> str:
    return _UNSHOWABLE.sub("\ufffd", " ".join(text.split()))


def _written_out(text: str) -> str:
    return _TURNING.sub(lambda m: f"&#x{ord(m[0]):x};", text)

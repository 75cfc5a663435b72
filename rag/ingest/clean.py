"""The one clean-up of text, done when a file is read and never again: all offsets count what comes out of here.

Beside NFC, line ends and a leading byte order mark, nothing changes the length of a text, so that the words of a
plain text file stay where other programs find them.

From bytes to text, whatever encoding a file was saved in.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from rag.errors import ArticleError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SAMPLE = 200_000
"""Bytes from which an unknown encoding is guessed."""
_MOST_CONTROLS = 0.01
"""Share of control characters above which a file is no text."""
_MOST_DAMAGE = 0.02
"""Share of characters that may be damaged."""


def decode(data: bytes, declared: str = "") -> str:
    """Give the text of a file: by its byte order mark, as UTF-8, by the `declared` encoding, or by a guess.

    Damaged bytes become U+FFFD, and lines in UTF-8 among lines in an older encoding are each read in their own.
    Raises ArticleError for bytes that are no text, or that no encoding fits.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _marked(data, encoding)
    if _is_binary(data):
        return _decode_wide(data)
    for encoding in filter(None, ("utf-8", declared)):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return _line_by_line(data) or _guess(data)


def _is_binary(data: bytes) -> bool:
    """Whether the bytes hold more control characters than text in any encoding of one byte a letter."""
    sample = data[:_SAMPLE]
    return len(_BINARY_CONTROLS.findall(sample.decode("latin-1"))) > _MOST_CONTROLS * len(sample)


def _marked(data: bytes, encoding: str) -> str:
    """Text that begins with a byte order mark; a few damaged letters do not spoil it."""
    text = data.decode(encoding, "replace")
    if text.count("\ufffd") > _MOST_DAMAGE * len(text):
        name = encoding.removesuffix("-sig").upper()
        raise ArticleError(
            "begins as {name} but its bytes do not fit: it is damaged; save it again as UTF-8", name=name
        )
    return text


def _decode_wide(data: bytes) -> str:
    """Decode UTF-16 or UTF-32 without a byte order mark, the only text that looks like binary data."""
    from chardet import detect

    encoding = detect(data[: _SAMPLE & ~3])["encoding"] or ""
    if encoding.lower().startswith(("utf-16", "utf-32")):
        text = data.decode(encoding, "replace")
        if not _BINARY_CONTROLS.search(text) and "\ufffd" not in text:
            return text
    raise ArticleError("holds binary data, not text: remove it, or save its text as UTF-8")


def _line_by_line(data: bytes) -> str:
    """UTF-8 of which some lines are damaged or in an older encoding; "" if most is in one."""
    lines = data.split(b"\n")
    damage = [_damage(line) for line in lines]
    fitting = sum(intact for intact, damaged in damage if damaged <= intact)
    misfits = [line for line, (intact, damaged) in zip(lines, damage, strict=True) if damaged > intact]
    if 10 * fitting < sum(damaged for intact, damaged in damage if damaged > intact) or not fitting:
        return ""
    others = _guess(b"\n".join(misfits)).split("\n") if misfits else []
    if len(others) != len(misfits):  # an encoding was guessed in which line ends are letters
        others = [line.decode("cp1252", "replace") for line in misfits]
    other = iter(others)
    return "\n".join(
        next(other) if damaged > intact else line.decode("utf-8", "replace")
        for line, (intact, damaged) in zip(lines, damage, strict=True)
    )


def _damage(line: bytes) -> tuple[int, int]:
    """How many characters of a line beyond ASCII are whole in UTF-8, and how many are not."""
    if line.isascii():
        return 0, 0
    text = line.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    return len(text) - len(text.encode("ascii", "ignore")) - damaged, damaged


def _guess(data: bytes) -> str:
    from chardet import detect

    # Whole lines, so that no character of several bytes is cut in two.
    sample = data if len(data) <= _SAMPLE else data[: data.rfind(b"\n", 0, _SAMPLE) + 1 or _SAMPLE]
    encoding = detect(sample)["encoding"] or "cp1252"
    try:
        text = data.decode(encoding, "replace")
    except LookupError as error:
        raise ArticleError("is in an unknown or mixed encoding: save it again as UTF-8") from error
    if text.count("\ufffd") > _MOST_DAMAGE * len(text):
        raise ArticleError("is in an unknown or mixed encoding: save it again as UTF-8")
    return text


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

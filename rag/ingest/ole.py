"""Reader of the older containers of Office: Word documents (.doc) and Outlook messages (.msg)."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rag.errors import ArticleError
from rag.ingest.budget import LONGEST_TEXT, current_budget
from rag.ingest.clean import clean_text, decode, tidy_composed
from rag.ingest.metadata import facts_of_lines
from rag.ingest.raw_article import Draft, Drafts, Member, real_title
from rag.ingest.web import read_web_page

if TYPE_CHECKING:
    from olefile import OleFileIO

_DAMAGED = "is damaged or incomplete: copy it again, or save it as .docx or .eml"
_ENCRYPTED = "is encrypted: save it without a password"


def read_ole(data: bytes) -> Drafts:
    """Read a .doc or .msg. Raises ArticleError if it is encrypted, damaged, empty, or of another program."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as parts:
            if parts.exists("EncryptedPackage"):
                raise ArticleError(_ENCRYPTED)
            if parts.exists("WordDocument"):
                return _word(parts)
            if parts.exists("__properties_version1.0"):
                return _message(parts)
    except (OSError, ValueError, IndexError, struct.error, TypeError, AttributeError, KeyError, OverflowError) as error:
        raise ArticleError(_DAMAGED) from error
    raise ArticleError("is an old file of Excel or PowerPoint, or of another program: save it as .xlsx, .pptx or PDF")


def _stream(parts: OleFileIO, name: str) -> bytes:
    """The bytes of a part; b"" if there is none."""
    if not parts.exists(name):
        return b""
    data: bytes = parts.openstream(name).read(LONGEST_TEXT)
    return data


# -- Word, by [MS-DOC] -------------------------------------------------------------------------------------------------

_FLAGS, _COUNTS, _PIECES = 0x0A, 0x4C, 0x01A2
"""Where the file's head has its flags, the characters of the text and of its stories, and the place of its pieces."""
_IS_ENCRYPTED, _IN_TABLE_1 = 0x0100, 0x0200
_COMPRESSED = 0x40000000
_INSTRUCTION = re.compile("\x13[^\x13\x14\x15]*\x14|\x13[^\x13\x14\x15]*\x15|\x15")
"""The code of a field, such as a link; what it shows stands behind it."""
_ROW_END, _CELL_END = "\x07\x07", "\x07"
_UNSHOWN = re.compile("[\x01-\x08\x0e-\x1f]")


def _word(parts: OleFileIO) -> Drafts:
    head = _stream(parts, "WordDocument")
    (flags,) = struct.unpack_from("<H", head, _FLAGS)
    if flags & _IS_ENCRYPTED:
        raise ArticleError(_ENCRYPTED)
    body, notes, headers, _, comments, endnotes = struct.unpack_from("<6i", head, _COUNTS)
    table = _stream(parts, "1Table" if flags & _IN_TABLE_1 else "0Table")
    whole = "".join(_pieces(head, table, *struct.unpack_from("<II", head, _PIECES)))
    ends = body + notes + headers + comments
    shown = f"{whole[:body]}\r{whole[body : body + notes]}\r{whole[ends : ends + endnotes]}"
    text = tidy_composed("\n".join(filter(None, map(str.strip, _shown(shown).split("\n")))))
    if not any(c.isalnum() for c in text):
        raise ArticleError("holds no text: remove it, or fill it")
    stated = facts_of_lines(text)
    title = real_title(decode(parts.get_metadata().title or b"")) if parts.exists("\x05SummaryInformation") else ""
    return Drafts((replace(stated, title=title or stated.title),))


def _pieces(head: bytes, table: bytes, start: int, size: int) -> Iterator[str]:
    """The text in its order, which is kept in pieces wherever there was room in the file."""
    clx = table[start : start + size]
    at = 0
    while clx[at] == 1:  # what was changed since the last whole save
        at += 3 + struct.unpack_from("<h", clx, at + 1)[0]
    (length,) = struct.unpack_from("<I", clx, at + 1)
    count = (length - 4) // 12
    places = struct.unpack_from(f"<{count + 1}I", clx, at + 5)
    for number in range(count):
        (where,) = struct.unpack_from("<I", clx, at + 5 + 4 * (count + 1) + 8 * number + 2)
        letters = max(0, places[number + 1] - places[number])
        if where & _COMPRESSED:
            begin = (where & ~_COMPRESSED) // 2
            yield head[begin : begin + letters].decode("cp1252", "replace")
        else:
            yield head[where : where + 2 * letters].decode("utf-16-le", "replace")


def _shown(text: str) -> str:
    """The text as its reader sees it, a paragraph or a row of a table a line."""
    while (without := _INSTRUCTION.sub("", text)) != text:
        text = without
    text = text.replace(_ROW_END, "\r").replace(_CELL_END, " | ").replace("\x1e", "-")
    return clean_text(_UNSHOWN.sub("", re.sub("[\x0b\x0c\r]", "\n", text)))


# -- Outlook, by [MS-OXMSG] --------------------------------------------------------------------------------------------

_WORDS, _ANSI, _BYTES = "001F", "001E", "0102"
_SUBJECT, _SENDER, _SENDER_ADDRESS, _BODY, _PAGE = "0037", "0C1A", "0C1F", "1000", "1013"
_SENT, _DELIVERED = 0x00390040, 0x0E060040
_ATTACHED, _NAME, _SHORT_NAME = "3701", "3707", "3704"
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def _message(parts: OleFileIO) -> Drafts:
    plain = clean_text(_property(parts, "", _BODY)).strip()
    page = _stream(parts, f"__substg1.0_{_PAGE}{_BYTES}") or _property(parts, "", _PAGE).encode()
    found = Draft(plain)
    if page:
        try:
            read = read_web_page(page).drafts[0]
            found = read if 3 * len(read.text) > len(plain) else found
        except ArticleError:
            pass
    members = tuple(_attachments(parts))
    if not found.text and not members:
        raise ArticleError("is a mail without text: remove it, or save what it holds")
    sender = _property(parts, "", _SENDER) or _property(parts, "", _SENDER_ADDRESS)
    sent = _date(_stream(parts, "__properties_version1.0"))
    draft = replace(found, title=_property(parts, "", _SUBJECT), publisher=sender, published=sent)
    return Drafts((draft,) if found.text else (), members=members)


def _property(parts: OleFileIO, within: str, number: str) -> str:
    """A property that is text; "" if it is not set."""
    words = _stream(parts, f"{within}__substg1.0_{number}{_WORDS}")
    return (
        words.decode("utf-16-le", "replace")
        if words
        else decode(_stream(parts, f"{within}__substg1.0_{number}{_ANSI}"))
    )


def _date(properties: bytes) -> str:
    """When a message was sent, or delivered."""
    stated = {kind: ticks for kind, _, ticks in struct.iter_unpack("<IIQ", properties[32 : len(properties) // 16 * 16])}
    ticks = stated.get(_SENT) or stated.get(_DELIVERED)
    if not ticks or ticks > 2**62:
        return ""
    return (_EPOCH + timedelta(microseconds=ticks // 10)).isoformat(timespec="seconds").replace("+00:00", "Z")


def _attachments(parts: OleFileIO) -> Iterator[Member]:
    budget = current_budget()
    for folder in sorted({path[0] for path in parts.listdir() if path[0].startswith("__attach_version1.0_")}):
        budget.check()
        data = _stream(parts, f"{folder}/__substg1.0_{_ATTACHED}{_BYTES}")
        name = _property(parts, f"{folder}/", _NAME) or _property(parts, f"{folder}/", _SHORT_NAME)
        if data and name:
            yield Member(name.replace("\\", "/").rpartition("/")[2].strip("\0"), data)

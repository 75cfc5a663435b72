"""Reader of mail: newsletters and alerts (.eml), mailboxes (.mbox), and web pages saved as mail (.mht, .mhtml)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr

from rag.errors import ArticleError
from rag.ingest.budget import MOST_ARTICLES, TOO_MANY, current_budget
from rag.ingest.clean import clean_text, decode, one_line
from rag.ingest.dates import iso_date
from rag.ingest.raw_article import Draft, Drafts, Member
from rag.ingest.web import read_web_page
from rag.progress import Skipped

_FROM_LINE = re.compile(rb"^From [^\n]*\d{4}[^\n]*\r?\n", re.MULTILINE)
_PREFIX = re.compile(r"(?:(?:re|fwd?|aw|wg|tr|rv|sv|vs)\s*:\s*)+", re.IGNORECASE)
_MOST_PARTS = 1000


def read_mail(data: bytes) -> Drafts:
    """Read one message: its subject is the title, its sender the publisher. Raises ArticleError if it has no text."""
    apple = re.match(rb"\d+\s*\n(?=[A-Za-z-]+:)", data)
    draft, members = _read(data[apple.end() :] if apple else data)
    if draft is None and not members:
        raise ArticleError("is a mail without text: remove it, or save what it holds")
    return Drafts((draft,) if draft else (), members=tuple(members))


def read_mailbox(data: bytes) -> Drafts:
    """Read each message of a mailbox. Raises ArticleError if none has a text."""
    budget = current_budget()
    lines = list(_FROM_LINE.finditer(data))
    if len(lines) > MOST_ARTICLES:
        raise ArticleError(TOO_MANY)
    starts = [line.end() for line in lines]
    ends = [*(line.start() for line in lines[1:]), len(data)] if lines else []
    drafts: list[Draft] = []
    skipped: list[Skipped] = []
    inside: list[Member] = []
    for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1):
        budget.check()
        try:
            draft, members = _read(data[start:end].replace(b"\n>From ", b"\nFrom "))
        except ArticleError as error:
            skipped.append(Skipped(str(number), error.phrase))
            continue
        inside += (replace(member, name=f"{number}/{member.name}") for member in members)
        if draft:
            drafts.append(replace(draft, record=str(number), number=number))
        else:
            skipped.append(Skipped(str(number), "is a mail without text: remove it, or save what it holds"))
    if not drafts:
        raise ArticleError("is a mailbox without a mail that has text: export it again")
    return Drafts(tuple(drafts), tuple(skipped), tuple(inside))


_MOST_BOUNDARIES = 10_000
"""Lines that may part a mail; what has more would be read for minutes."""


def _read(data: bytes) -> tuple[Draft | None, list[Member]]:
    if data.count(b"\n--") > _MOST_BOUNDARIES:
        raise ArticleError("is a mail of too many parts: save what it holds")
    try:
        message = message_from_bytes(data, policy=policy.default)
        assert isinstance(message, EmailMessage)
        parts = [part for _, part in zip(range(_MOST_PARTS), message.walk(), strict=False)]
        attached = list(_attached(parts))
        page, text = _body(parts, "text/html"), _body(parts, "text/plain")
        header = {name: _header(message, name) for name in ("Subject", "From", "Date", "Snapshot-Content-Location")}
    except (MessageError, LookupError, ValueError, AttributeError, TypeError, AssertionError, IndexError) as error:
        raise ArticleError("is a damaged mail: export it again") from error
    draft = _draft(page, text)
    if draft is None:
        return None, attached
    name, address = parseaddr(header["From"])
    sender = (
        "" if address.startswith("Saved by") or "<Saved by" in header["From"] else name or address.partition("@")[2]
    )
    saved = bool(header["Snapshot-Content-Location"]) or not sender
    subject = _PREFIX.sub("", one_line(header["Subject"]), count=1)
    draft = replace(
        draft,
        title=(draft.title if saved else "") or subject or draft.title,
        publisher=(draft.publisher if saved else "") or one_line(sender).strip("\"'"),
        published=draft.published if saved else iso_date(header["Date"]),
        address=draft.address or header["Snapshot-Content-Location"],
    )
    return draft, attached


def _draft(page: bytes, text: bytes) -> Draft | None:
    """The article of a mail's page; of its plain text if it has none, or if its page says less."""
    plain = clean_text(decode(text)).strip() if text.strip() else ""
    if page.strip():
        try:
            found = read_web_page(page).drafts[0]
        except ArticleError:
            found = Draft("")
        if found.text and (not plain or 3 * len(found.text) > len(plain)):
            return found
    return Draft(plain) if plain else None


def _body(parts: list[EmailMessage], kind: str) -> bytes:
    """The first part of a kind that is no attachment, in UTF-8."""
    for part in parts:
        if part.get_content_type() == kind and not part.is_attachment():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return decode(payload, part.get_content_charset() or "").encode("utf-8", "replace") if payload else b""
    return b""


def _attached(parts: list[EmailMessage]) -> Iterator[Member]:
    for part in parts:
        name = part.get_filename()
        if name and part.is_attachment():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload:
                yield Member(name.replace("\\", "/").rpartition("/")[2], payload)


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, "") or "")
    except OverflowError:  # a date of a year with twenty digits
        return ""

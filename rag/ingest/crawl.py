"""Reader of web archives (.warc, .wet): each saved page is an article, with the address that it was saved from."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from rag.errors import ArticleError, Phrase
from rag.ingest.archives import MOST_MEMBERS
from rag.ingest.budget import current_budget
from rag.ingest.clean import decode
from rag.ingest.metadata import facts_of_lines
from rag.ingest.raw_article import Draft, Drafts, Member
from rag.ingest.web import read_web_page
from rag.progress import Skipped

_LONGEST = 20_000_000
"""Bytes of one page, unpacked."""
_SERVED = ("response", "resource", "conversion")
_DAMAGED = "is a damaged web archive: copy it again"

logging.getLogger("warcio").addHandler(logging.NullHandler())  # else its warnings are printed


def read_warc(data: bytes) -> Drafts:
    """Read the pages and texts of a web archive; PDF files in it are read as files. Raises ArticleError for none."""
    drafts: list[Draft] = []
    members: list[Member | Skipped] = []
    skipped: list[Skipped] = []
    others = 0
    for number, (address, kind, body) in enumerate(_records(data), 1):
        if kind == "application/pdf":
            members.append(Member(unquote(urlsplit(address).path).rpartition("/")[2] or "page.pdf", body))
            continue
        if kind not in ("text/html", "application/xhtml+xml", "text/plain"):
            others += 1
            continue
        try:
            read = facts_of_lines(decode(body)) if kind == "text/plain" else read_web_page(body).drafts[0]
        except ArticleError as error:
            skipped.append(Skipped(str(number), f"({address:.200}) {error}"))
            continue
        drafts.append(replace(read, address=address or read.address, record=str(number), number=number))
    if others:
        skipped.append(Skipped("", Phrase("holds {n} files that are no pages, such as pictures and scripts", n=others)))
    if not drafts and not members:
        raise ArticleError("is a web archive without a page: save the pages themselves as .html")
    return Drafts(tuple(drafts), tuple(skipped), tuple(members))


def _records(data: bytes) -> Iterator[tuple[str, str, bytes]]:
    """The address, the type and the content of each file that a server gave."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    budget = current_budget()
    try:
        for number, record in enumerate(ArchiveIterator(io.BytesIO(data)), 1):
            budget.check()
            if number > 4 * MOST_MEMBERS:
                raise ArticleError("holds too many records: split it")
            headers = record.http_headers or record.rec_headers
            if record.rec_type in _SERVED:
                kind = (headers.get_header("Content-Type") or "").partition(";")[0].strip().lower()
                body = record.content_stream().read(_LONGEST) if _is_served(record) else b""
                if body:
                    yield record.rec_headers.get_header("WARC-Target-URI") or "", kind, body
    except (ArchiveLoadFailed, OSError, EOFError, ValueError, AttributeError, TypeError, IndexError) as error:
        raise ArticleError(_DAMAGED) from error


def _is_served(record: object) -> bool:
    """Whether a record is no error that the server told."""
    headers = getattr(record, "http_headers", None)
    return headers is None or str(headers.get_statuscode()).startswith("2")

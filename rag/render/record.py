"""The part of an export that programs read: which words stand where in which article, and the articles' digests.

It is the JSON export itself, a data block in the HTML one, a comment at the end of the Markdown one, and a part of the
Word file.

A quotation as a document shows it: written by the renderers, looked for when the document is read again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.errors import ExportError
from rag.render.document import Document, Quotation, in_quotes
from rag.render.docx_record import ZIP, detach, holds_record
from rag.render.escape import html_language, html_text, json_escaped, markdown_text, plain_text


def markdown_quote(q: Quotation) -> str:
    """A quotation as a Markdown list item."""
    return f"- [{q.number}] {markdown_text(in_quotes(q.quote))} ({markdown_text(q.place)})"


def plain_quote(q: Quotation) -> str:
    """A quotation as a paragraph."""
    return f"[{q.number}] {plain_text(in_quotes(q.quote))} ({plain_text(q.place)})"


def html_quote(q: Quotation) -> str:
    """A quotation as an HTML list item, which marks link to."""
    return (
        f'<li id="q{q.number}"><span class="number">[{q.number}]</span>'
        f'<blockquote dir="auto"{html_language(q.language)}>{html_text(in_quotes(q.quote))}</blockquote>'
        f'<span class="place">{html_text(q.place)}</span></li>'
    )


VERSION = 1
NAME = "readacross"
HTML_OPEN, HTML_CLOSE = f'<script type="application/json" id="{NAME}">', "</script>"
MARKDOWN_OPEN, MARKDOWN_CLOSE = f"<!-- {NAME}", "-->"
PDF = b"%PDF-"
PLAIN_OPEN, PLAIN_CLOSE = f"<{NAME}>", f"</{NAME}>"
JSON_OPEN = f'{{\n "{NAME}": '.encode()
_MARKDOWN_RECORD = f'{MARKDOWN_OPEN} {{"{NAME}": '
LONGEST_EXPORT = 20_000_000
"""Characters of an export."""
MOST_QUOTES = 20_000
"""Quotations of an export."""
LONGEST_QUOTE = 100_000
"""Characters of one quotation."""
LARGEST = 2**53
"""Offsets beyond this are no offsets."""
MISSES = 100
"""Quotations that a document may have lost before it is taken for none of ours: looking for each takes time."""

_NO_EXPORT = "This is no export of readacross: give a .md, .html, .docx, .pdf or .json file that `--output` wrote."


@dataclass(frozen=True, slots=True)
class Record:
    """What an export says of its quotations. `digests` are by file; `shown` tells which words it still shows.

    `shown` holds the numbers of the quotations whose words stand in the document that a person reads.
    """

    kind: str
    title: str
    quotations: tuple[Quotation, ...]
    digests: Mapping[str, str]
    shown: frozenset[int]


def json_text(document: Document) -> str:
    """The JSON export: the record, and the whole result."""
    values = {
        NAME: VERSION,
        "kind": document.kind,
        "title": document.title,
        "result": document.values,
        "notes": document.notes,
        "sources": [asdict(file) for file in document.files],
        "quotes": [asdict(quotation) for quotation in document.quotations],
    }
    text = json.dumps(values, ensure_ascii=False, indent=1)
    return f"{json_escaped(text)}\n"


def embedded(document: Document) -> str:
    """The record as JSON that can stand inside HTML and inside a comment: it holds none of < > & and no hyphen."""
    values = {
        NAME: VERSION,
        "kind": document.kind,
        "title": document.title,
        "sources": [{"file": file.file, "digest": file.digest} for file in document.files],
        "quotes": [asdict(quotation) for quotation in document.quotations],
    }
    return re.sub("[<>&-]", lambda m: f"\\u{ord(m[0]):04x}", json.dumps(values))


def read_export(path: Path) -> str:
    """The text of an export's file; that of a Word file begins with its record, that of a PDF file is its record.

    Raises ExportError if it cannot be read, is too large, or is none of UTF-8, a Word file and a PDF file.
    """
    try:
        with path.open("rb") as file:
            data = file.read(4 * LONGEST_EXPORT + 1)
    except OSError as error:
        raise ExportError(f"{path} cannot be read ({error.strerror}): name an export's file.") from error
    if data.startswith(PDF):
        return _attached(data)
    if data.startswith(ZIP):
        record, shown = detach(data, 4 * LONGEST_EXPORT)
        if not record:
            raise ExportError(_NO_EXPORT)
        return f"{PLAIN_OPEN}{record}{PLAIN_CLOSE}{shown}"
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExportError(_NO_EXPORT) from error


def _attached(data: bytes) -> str:
    """The record of a PDF file, which is attached to it as it is. Raises ExportError if there is none."""
    _, opened, rest = data.partition(PLAIN_OPEN.encode())
    record, closed, _ = rest.partition(PLAIN_CLOSE.encode())
    if not opened or not closed or not record.isascii():
        raise ExportError(_NO_EXPORT)
    return record.decode("ascii")


def is_export(data: bytes) -> bool:
    """Whether these are the bytes of an export, going by the record's opening."""
    if data.startswith(PDF):
        return PLAIN_OPEN.encode() in data
    if data.startswith(ZIP):
        return holds_record(data)
    return data.lstrip()[:40].startswith(JSON_OPEN) or HTML_OPEN.encode() in data or _MARKDOWN_RECORD.encode() in data


def read_record(text: str) -> Record:
    """Read an export of any form. Raises ExportError if it is none, is damaged, or is larger than an export can be."""
    if len(text) > LONGEST_EXPORT:
        raise ExportError(
            f"The export has {len(text):,} characters; the limit is {LONGEST_EXPORT:,}: it is none of ours."
        )
    text = text.lstrip("\ufeff")
    if text.lstrip()[:1] == "{":
        return _record(text, None)
    if text.startswith(PLAIN_OPEN):
        inside, _, shown = text.removeprefix(PLAIN_OPEN).partition(PLAIN_CLOSE)
        return _record(inside, _shows(shown, plain_quote))
    if HTML_OPEN in text:
        inside, shown = _cut(text, HTML_OPEN, HTML_CLOSE)
        return _record(inside, _shows(shown, html_quote))
    if MARKDOWN_OPEN in text:
        inside, shown = _cut(text, MARKDOWN_OPEN, MARKDOWN_CLOSE)
        return _record(inside, _shows(shown, markdown_quote))
    raise ExportError(_NO_EXPORT)


def _cut(text: str, opening: str, closing: str) -> tuple[str, str]:
    """The record, and the document without it."""
    before, _, rest = text.partition(opening)
    inside, found, after = rest.partition(closing)
    if not found or opening in after:
        raise ExportError("The export holds no whole record of its quotes, or two: export the result again.")
    return inside, before + after


def _shows(document: str, show: Callable[[Quotation], str]) -> Callable[[Quotation], bool]:
    """What tells whether a document shows a quotation, without regard to how its lines are broken."""
    folded = " ".join(document.split())
    missed = 0

    def shows(quotation: Quotation) -> bool:
        nonlocal missed
        found = " ".join(show(quotation).split()) in folded
        missed += not found
        if missed > MISSES:
            raise ExportError("The document does not show its own quotes any more: export the result again.")
        return found

    return shows


def _record(text: str, shows: Callable[[Quotation], bool] | None) -> Record:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ExportError("The export's record cannot be read: it is damaged, or was cut; export again.") from error
    if not isinstance(values, dict) or NAME not in values:
        raise ExportError(_NO_EXPORT)
    if values[NAME] != VERSION:
        raise ExportError("The export was written by another version of readacross: export the result again.")
    quotations = tuple(_quotation(value) for value in _list(values, "quotes"))
    digests = {_string(s, "file"): _string(s, "digest") for s in map(_object, _list(values, "sources"))}
    shown = frozenset(q.number for q in quotations if shows is None or shows(q))
    return Record(_string(values, "kind"), _string(values, "title"), quotations, digests, shown)


def _quotation(value: object) -> Quotation:
    values = _object(value)
    start, end = _number(values, "start"), _number(values, "end")
    if start > end:
        raise ExportError(f"The export is damaged: a quote starts at {start} and ends at {end}.")
    quote = _string(values, "quote")
    if len(quote) > LONGEST_QUOTE:
        raise ExportError(f"The export is damaged: a quote has {len(quote):,} characters.")
    locator, language = (_string(values, name) if name in values else "" for name in ("locator", "language"))
    return Quotation(_number(values, "number"), _string(values, "file"), start, end, quote, locator, language)


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ExportError("The export is damaged: what should be an object is none.")
    return value


def _list(values: Mapping[str, object], name: str) -> list[object]:
    value = values.get(name)
    if not isinstance(value, list) or len(value) > MOST_QUOTES:
        raise ExportError(f"The export is damaged: {name!r} should be a list of at most {MOST_QUOTES:,} entries.")
    return value


def _string(values: Mapping[str, object], name: str) -> str:
    value = values.get(name)
    if not isinstance(value, str):
        raise ExportError(f"The export is damaged: {name!r} should be text.")
    return value


def _number(values: Mapping[str, object], name: str) -> int:
    value = values.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST:
        raise ExportError(f"The export is damaged: {name!r} should be a number of characters.")
    return value

"""Readers of news dumps: one article a record."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from rag.errors import ArticleError
from rag.ingest.clean import decode, one_line
from rag.ingest.metadata import TEXT, draft_of_fields
from rag.ingest.raw_article import Draft, Drafts
from rag.progress import Skipped

_LISTS = ("articles", "documents", "docs", "data", "items", "results", "records", "news", "posts", "stories", "entries")
"""Fields under which a JSON object may hold the list of its articles."""
_LONGEST_ID = 100
_NO_ARTICLES = f"holds no articles: expected records with their text in a field named {', '.join(TEXT[:4])} or the like"


def read_json_lines(data: bytes) -> Drafts:
    """Read a record from each line. A line that is no record is skipped; raises ArticleError if all are."""
    return _collect(_json_lines(decode(data)))


def read_json(data: bytes) -> Drafts:
    """Read a list of records, an object that holds such a list, or one record. Raises ArticleError for other JSON."""
    text = decode(data)
    try:
        value = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        if "\n" in text.strip() and not isinstance(_parsed(text.strip().partition("\n")[0]), ArticleError):
            return _collect(_json_lines(text))
        raise ArticleError(f"is no valid JSON ({_problem(error)}): mend it or export it again") from error
    return _collect(_records(value))


def read_csv(data: bytes) -> Drafts:
    """Read a record from each row; the first row names the fields, parted by comma, semicolon, tab or bar."""
    csv.field_size_limit(sys.maxsize if sys.maxsize < 2**31 else 2**31 - 1)
    text = decode(data).lstrip("\ufeff").replace("\0", "\ufffd")
    head = text.partition("\n")[0]
    delimiter = max(",;\t|", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = next(rows, [])
    if not {n.strip().lower().replace(" ", "_").replace("-", "_") for n in names} & set(TEXT):
        raise ArticleError(f"has no column of text: name it one of {', '.join(TEXT[:4])} in the first row")
    return _collect(_csv_records(rows, names))


def _csv_records(rows: Iterator[list[str]], names: list[str]) -> Iterator[Any]:
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield ArticleError(f"the row cannot be read ({error})")
            continue
        if any(cell.strip() for cell in row):
            yield dict(zip(names, row, strict=False))


def _json_lines(text: str) -> Iterator[Any]:
    for line in text.lstrip("\ufeff").split("\n"):
        if line.strip():
            yield _parsed(line)


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        return ArticleError(f"the line is no valid JSON ({_problem(error)})")


def _problem(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, line {error.lineno} column {error.colno}"
    return "nested too deeply" if isinstance(error, RecursionError) else one_line(str(error), 80)


def _records(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        raise ArticleError(_NO_ARTICLES)
    for name in _LISTS:
        if isinstance(value.get(name), list) and value[name]:
            return list(value[name])
    if value and all(isinstance(part, dict) for part in value.values()):
        return [{"id": key, **part} for key, part in value.items()]
    return [value]


def _collect(records: Iterable[Any]) -> Drafts:
    """The drafts of all records, numbered from 1, and what was wrong with the others."""
    drafts: list[Draft] = []
    skipped: list[Skipped] = []
    for number, record in enumerate(records, 1):
        try:
            drafts.append(_draft(record, number))
        except ArticleError as error:
            skipped.append(Skipped(str(number), f"{error}: mend the record or remove it"))
    if not drafts:
        reason = f" ({skipped[0].reason})" if skipped else ""
        raise ArticleError(f"{_NO_ARTICLES}{reason}")
    return Drafts(_with_labels(drafts), tuple(skipped))


def _draft(record: Any, number: int) -> Draft:
    if isinstance(record, ArticleError):
        raise record
    if isinstance(record, str):
        record = {"text": record}
    if not isinstance(record, dict):
        raise ArticleError("the record is no object")
    return draft_of_fields(record, number)


def _with_labels(drafts: list[Draft]) -> tuple[Draft, ...]:
    """The drafts with a `record` that is unique in the file: their own id if they can keep it, else their number."""
    from dataclasses import replace

    ids = [one_line(d.record, _LONGEST_ID + 1) for d in drafts]
    seen: dict[str, int] = {}
    for label in ids:
        seen[label] = seen.get(label, 0) + 1
    keeps = [bool(label) and len(label) <= _LONGEST_ID and seen[label] == 1 for label in ids]
    while True:
        numbers = {str(d.number) for d, keep in zip(drafts, keeps, strict=True) if not keep}
        clashing = [i for i, keep in enumerate(keeps) if keep and ids[i] in numbers]
        if not clashing:
            break
        for i in clashing:
            keeps[i] = False
    return tuple(
        replace(d, record=label if keep else str(d.number)) for d, label, keep in zip(drafts, ids, keeps, strict=True)
    )

"""Readers of news dumps: one article a record, wherever in the file the records lie and whatever they are called."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from statistics import mean
from threading import Lock
from typing import Any

from rag.errors import ArticleError, Phrase
from rag.ingest.budget import MOST_ARTICLES, TOO_MANY, current_budget
from rag.ingest.clean import decode, one_line
from rag.ingest.dates import iso_date
from rag.ingest.fields import (
    ADDRESS,
    AUTHOR,
    LONG_TEXT,
    PUBLISHED,
    PUBLISHER,
    RECORD,
    TEASER,
    TEXT,
    TITLE,
    draft_of_fields,
    field_name,
    has_text,
)
from rag.ingest.raw_article import Draft, Drafts
from rag.progress import Skipped

_LONGEST_ID = 100
_DEEPEST = 12
"""Lists and objects inside one another that are looked into."""
_LOOKED_AT = 50
"""Records of a list, and rows of a table, by which it is judged."""
_NO_ARTICLES = Phrase("holds no articles: expected records with their text in a field named {names} or the like")
_ALL_SKIPPED = Phrase(
    "holds no articles: expected records with their text in a field named {names} or the like ({reason})"
)


def read_json_lines(data: bytes) -> Drafts:
    """Read a record from each line. A line that is no record is skipped; raises ArticleError if all are."""
    return _collect(_json_lines(decode(data)))


def read_json(data: bytes) -> Drafts:
    """Read the records of any JSON, or one record. Raises ArticleError if none has a text."""
    text = decode(data)
    try:
        value = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        if "\n" in text.strip() and not isinstance(_parsed(text.strip().partition("\n")[0]), ArticleError):
            return _collect(_json_lines(text))
        raise ArticleError(
            "is no valid JSON ({problem}): mend it or export it again", problem=_problem(error)
        ) from error
    return _collect(records_of(value))


def collected(value: Any) -> Drafts:
    """The drafts of the records within a value of lists and objects. Raises ArticleError if none has a text."""
    return _collect(records_of(value))


def collected_rows(rows: list[list[str]]) -> Drafts:
    """The drafts of a table's rows. Raises ArticleError if no column holds texts."""
    return _collect(table_records(rows))


# -- where the records are ---------------------------------------------------------------------------------------------


def records_of(value: Any) -> list[Any]:
    """The records that hold a dump's articles: of all its lists that whose objects have texts, the outermost.

    What an article itself consists of, such as comments, is so no article, nor is what stands around the list. One
    object with a text, outside of lists, is a record if no list has any.
    """
    value = _rows_of_columns(value)
    lists = list(_lists(value).values())
    groups = [[value], *lists] if _has_named_text(value) else lists
    for teasers in (False, True):
        for records in groups:
            if _share(records, teasers=teasers) > 0.5:
                return records
    some = next((records for records in lists if _share(records, teasers=True)), None)
    return some or (value if isinstance(value, list) else [value])


def _has_named_text(value: Any) -> bool:
    return isinstance(value, dict) and any(field_name(n) in TEXT and isinstance(v, str) for n, v in value.items())


def _lists(value: Any) -> dict[tuple[str, ...], list[Any]]:
    """All records by the names on the way to them, the outermost first; lists of the same way are one."""
    found: dict[tuple[str, ...], list[Any]] = {}
    level: list[tuple[tuple[str, ...], Any]] = [((), value)]
    for _ in range(_DEEPEST):
        following: list[tuple[tuple[str, ...], Any]] = []
        for way, part in level:
            if isinstance(part, dict) and len(part) > 1 and all(isinstance(v, dict) for v in part.values()):
                part = [{"id": key, **record} for key, record in part.items()]
            if isinstance(part, list):
                records = [record for record in part if isinstance(record, dict)]
                if records:
                    found.setdefault((*way, "[]"), []).extend(part)
                following += (((*way, "[]"), record) for record in part if isinstance(record, dict | list))
            elif isinstance(part, dict):
                if len(part) == 1 and _has_named_text(only := next(iter(part.values()))):
                    found.setdefault((*way, "{}"), []).append({"id": next(iter(part)), **only})
                following += (
                    ((*way, str(key)), inner) for key, inner in part.items() if isinstance(inner, dict | list)
                )
        level = following
    return found


def _share(records: Sequence[Any], *, teasers: bool) -> float:
    looked = records[:_LOOKED_AT]
    return mean(has_text(record, teasers=teasers) for record in looked) if looked else 0.0


def _rows_of_columns(value: Any) -> Any:
    """Tables that were written column by column, or as rows without names, as lists of records."""
    if isinstance(value, dict) and isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):
        value = [value["columns"], *value["data"]]
    if isinstance(value, list) and len(value) > 1 and all(isinstance(row, list) for row in value):
        rows = [[str(cell) if cell is not None else "" for cell in row] for row in value]
        return list(table_records(rows))
    if not (isinstance(value, dict) and {field_name(name) for name in value} & {*TEXT, *TITLE}):
        return value
    columns = [column for column in value.values() if isinstance(column, dict | list)]
    if len(columns) < 2 or len(columns) < len(value) or len({len(column) for column in columns}) > 1:
        return value
    if all(isinstance(column, list) for column in columns):
        return [dict(zip(value, row, strict=True)) for row in zip(*columns, strict=True)]
    keys = list(columns[0]) if isinstance(columns[0], dict) else None
    if keys is not None and all(isinstance(column, dict) and list(column) == keys for column in columns):
        return [{name: column[key] for name, column in value.items()} for key in keys]
    return value


# -- tables ------------------------------------------------------------------------------------------------------------


def read_csv(data: bytes) -> Drafts:
    """Read a record from each row of a table parted by comma, semicolon, tab or bar, be its columns named or not.

    Raises ArticleError if no column holds texts.
    """
    text = decode(data).lstrip("\ufeff").replace("\0", "\ufffd")
    named = text.partition("\n")[0].strip()
    if named.lower().startswith("sep=") and len(named) == 5:  # what Excel writes
        text = text.partition("\n")[2]
    with _long_fields():
        delimiter = max(",;\t|", key=lambda mark: _evenness(text, mark))
        return _collect(table_records(_rows(text, delimiter)))


@contextmanager
def _long_fields() -> Iterator[None]:
    """Within, a field may be as long as an article, which the csv module allows or forbids for the whole process."""
    with _fields:
        before = csv.field_size_limit(_LONGEST_FIELD)
        try:
            yield
        finally:
            csv.field_size_limit(before)


_fields = Lock()
_LONGEST_FIELD = 2**31 - 1


def _evenness(text: str, delimiter: str) -> tuple[float, int]:
    """The share of rows that have as many cells as most, if that is more than one, and this number."""
    rows = _rows(text[:1_000_000], delimiter)
    sizes = Counter(len(row) for _, row in zip(range(_LOOKED_AT), rows, strict=False) if isinstance(row, list) and row)
    size, count = max(sizes.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
    return (0.0, 0) if size < 2 else (round(count / sizes.total(), 1), size)


def _rows(text: str, delimiter: str) -> Iterator[list[str] | ArticleError]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield ArticleError("the row cannot be read ({error})", error=error)


def table_records(rows: Iterable[list[str] | ArticleError]) -> Iterator[Any]:
    """A record of each row, with names by the first row or by what the columns hold; errors stay as they are.

    Raises ArticleError if no column holds texts.
    """
    rows = iter(rows)
    first: list[Any] = [row for _, row in zip(range(_LOOKED_AT), rows, strict=False)]
    filled = [row for row in first if isinstance(row, list) and any(cell.strip() for cell in row)]
    if not filled:
        return
    head = _head(filled)
    names = list(head) if head else [""] * max(map(len, filled))
    names += [""] * (max(map(len, filled)) - len(names))
    names = _completed(names, filled[1:] if head else filled)
    if not any(field_name(name) in (*TEXT, *TEASER) or field_name(name).endswith(("_text", "_body")) for name in names):
        raise ArticleError("has no column of text: name it one of {names} in the first row", names=", ".join(TEXT[:4]))
    for row in chain(first, rows):
        if isinstance(row, ArticleError):
            yield row
        elif any(cell.strip() for cell in row) and row != head:
            yield dict(zip(names, row, strict=False))


def _head(rows: Sequence[list[str]]) -> list[str] | None:
    """The first row, if it names the columns: by usual names, or as it is far shorter than what stands below."""
    first = rows[0]
    known = {*TEXT, *TEASER, *TITLE, *PUBLISHED}
    if any(field_name(cell) in known for cell in first) or (len(rows) > 1 and _is_short(first) and _has_long(rows[1:])):
        return first
    return None


def _is_short(row: Sequence[str]) -> bool:
    return all(len(cell) < LONG_TEXT // 2 and not any(c.isdigit() for c in cell) for cell in row)


def _has_long(rows: Sequence[list[str]]) -> bool:
    return mean(max(map(_width, row), default=0) for row in rows) >= LONG_TEXT


def _width(cell: str) -> int:
    """Characters, of which those of unspaced scripts say twice as much."""
    return len(cell.encode("utf-8", "replace")) if not cell.isascii() else len(cell)


def _completed(names: list[str], rows: Sequence[list[str]]) -> list[str]:
    """The names, with those of the text, title, date and address by what the columns hold where none says it."""
    columns = [[row[i] for row in rows if i < len(row) and row[i].strip()] for i in range(len(names))]
    widths = [mean(map(_width, column)) if column else 0.0 for column in columns]
    fields = [field_name(name) for name in names]
    wanted: tuple[tuple[str, tuple[str, ...], Callable[[int], bool]], ...] = (
        ("text", TEXT, lambda i: widths[i] >= LONG_TEXT and not _is_address(columns[i])),
        ("title", TITLE, lambda i: 10 <= widths[i] <= 400 and _is_words(columns[i])),
        ("date", PUBLISHED, lambda i: bool(columns[i]) and all(len(c) < 60 and iso_date(c) for c in columns[i])),
        ("url", ("url", "link"), lambda i: _is_address(columns[i])),
    )
    for name, known, fits in wanted:
        if any(field in known or field.endswith(tuple(f"_{k}" for k in known if len(k) > 3)) for field in fields):
            continue
        fitting = [i for i in range(len(names)) if fits(i) and fields[i] not in _TAKEN]
        if fitting:
            fields[max(fitting, key=lambda i: widths[i])] = name
    named = [i for i, field in enumerate(fields) if not field and widths[i] <= _LONGEST_NAME and _is_name(columns[i])]
    if not any(names) and len(named) == 1:  # of two, one may be the writers'
        fields[named[0]] = "publisher"
    return [name if field_name(name) == field else field for name, field in zip(names, fields, strict=True)]


_TAKEN = frozenset((*TEXT, *TEASER, *TITLE, *PUBLISHED, *PUBLISHER, *AUTHOR, *ADDRESS, *RECORD, "url"))
_LONGEST_NAME = 40
"""Characters of a publisher's name, on the average."""


def _is_name(column: Sequence[str]) -> bool:
    """Whether the cells are names: capital letters, and neither digits nor sentences."""
    return bool(column) and all(
        len(c) > 3 and c.strip()[0].isupper() and not any(map(str.isdigit, c)) and not c.rstrip().endswith(".")
        for c in column
    )


def _is_address(column: Sequence[str]) -> bool:
    return bool(column) and all(cell.strip().startswith(("http://", "https://", "www.")) for cell in column)


def _is_words(column: Sequence[str]) -> bool:
    """Whether the cells differ and consist of words, as headlines do."""
    return len({*column}) > 0.5 * len(column) and mean(sum(map(str.isalpha, c)) / len(c) for c in column) > 0.6


# -- records to drafts -------------------------------------------------------------------------------------------------


def _json_lines(text: str) -> Iterator[Any]:
    for line in text.lstrip("\ufeff").split("\n"):
        if line.strip(" \t\r\x1e"):
            yield _parsed(line.strip(" \t\r\x1e"))


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        return ArticleError("the line is no valid JSON ({problem})", problem=_problem(error))


def _problem(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, line {error.lineno} column {error.colno}"
    return "nested too deeply" if isinstance(error, RecursionError) else one_line(str(error), 80)


def _collect(records: Iterable[Any]) -> Drafts:
    """The drafts of all records, numbered from 1, and what was wrong with the others."""
    drafts: list[Draft] = []
    skipped: list[Skipped] = []
    budget = current_budget()
    for number, record in enumerate(records, 1):
        budget.check()
        if number > MOST_ARTICLES:
            raise ArticleError(TOO_MANY)
        try:
            drafts.append(_draft(record, number))
        except ArticleError as error:
            skipped.append(Skipped(str(number), Phrase("{reason}: mend the record or remove it", reason=error.phrase)))
    if not drafts:
        names = ", ".join(TEXT[:4])
        if skipped:
            raise ArticleError(_ALL_SKIPPED, names=names, reason=skipped[0].reason)
        raise ArticleError(_NO_ARTICLES, names=names)
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

"""Which sync brought an article, its text, and each of its sentences: by that it is known what is new.

Syncs that bring something are numbered from 1. One that was stopped is gone on with by the next, under its number.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from rag.index.catalogue import Catalogue
from rag.index.records import PreparedArticle

_ENDED, _WHEN = "synced", "synced_at"
_NUMBER = re.compile(r"[0-9]{1,15}")
"""What is read as a number: a catalogue may come from a stranger."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """When an article came: the numbers of the syncs that brought it, its text, and each sentence; 0 if unknown.

    `words` is the SHA-256 of its text.
    """

    words: str
    added: int
    changed: int
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What the last sync brought that brought something that is still there.

    `when` is the time at which it ended, in ISO 8601, or ""; `added` and `changed` are the articles that it added, or
    whose text it changed, by file name; `sentences` are the places (file, start) of the sentences that these articles
    did not have before.
    """

    when: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    sentences: frozenset[tuple[str, int]]


def next_sync(catalogue: Catalogue) -> int:
    """The number of the next sync that brings something, or of the one that was stopped."""
    ended = catalogue.about(_ENDED)
    return int(ended) + 1 if _NUMBER.fullmatch(ended) else 1


def end_sync(catalogue: Catalogue, number: int) -> None:
    """Remember that a sync has come to its end, if it brought something."""
    if _last(catalogue.connection) == number:
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        catalogue.set_about(**{_ENDED: str(number), _WHEN: now})


def _last(connection: sqlite3.Connection) -> int:
    (number,) = connection.execute("SELECT COALESCE(MAX(changed), 0) FROM arrivals").fetchone()
    return int(number)


def arrival_of(connection: sqlite3.Connection, prepared: PreparedArticle, number: int) -> Arrival:
    """When an article comes that is about to be put by the sync of this number.

    What it had before, word for word, it keeps; so does one that was known, with the same text, under another name.
    """
    article = prepared.article
    words = hashlib.sha256(article.text.encode("utf-8", "surrogatepass")).hexdigest()
    texts = [_folded(article.text[s.start : s.end]) for s in prepared.sentences]
    old = _text_of(connection, article.file)
    if old is None:
        twin = connection.execute("SELECT file FROM arrivals WHERE words = ? ORDER BY added", (words,)).fetchone()
        known = _known_sentences(connection, twin[0]) if twin else {}
        return Arrival(words, number, number, tuple(known.get(text, number) for text in texts))
    row = connection.execute("SELECT added, changed FROM arrivals WHERE file = ?", (article.file,)).fetchone()
    added, changed = row or (0, 0)
    known = _known_sentences(connection, article.file)
    sentences = tuple(known.get(text, number) for text in texts)
    return Arrival(words, added, changed if old == article.text else number, sentences)


def put_arrival(connection: sqlite3.Connection, file: str, arrival: Arrival) -> None:
    """Keep when an article came; its sentences are put with it."""
    row = (file, arrival.words, arrival.added, arrival.changed)
    connection.execute("INSERT OR REPLACE INTO arrivals VALUES (?, ?, ?, ?)", row)


def _text_of(connection: sqlite3.Connection, file: str) -> str | None:
    row = connection.execute("SELECT text FROM articles WHERE file = ?", (file,)).fetchone()
    return None if row is None else str(row[0])


def _known_sentences(connection: sqlite3.Connection, file: str) -> dict[str, int]:
    """The sentences of an article as it is, and the numbers of the syncs that brought them."""
    row = connection.execute("SELECT id, text FROM articles WHERE file = ?", (file,)).fetchone()
    if row is None:
        return {}
    rows = connection.execute("SELECT start, stop, sync FROM sentences WHERE article = ? ORDER BY sync DESC", row[:1])
    return {_folded(row[1][start:stop]): sync for start, stop, sync in rows}


def _folded(sentence: str) -> str:
    return " ".join(sentence.split())


def read_arrivals(catalogue: Catalogue) -> Arrivals:
    """What the last sync brought that brought anything; nothing if the library is older than this memory."""
    connection = catalogue.connection
    if connection.execute("PRAGMA user_version").fetchone()[0] < 2:  # a reader beside an owner of an older version
        return Arrivals("", (), (), frozenset())
    number = _last(connection)
    if not number:
        return Arrivals("", (), (), frozenset())
    rows = connection.execute("SELECT file, added FROM arrivals WHERE changed = ? ORDER BY file", (number,)).fetchall()
    places = connection.execute(
        "SELECT file, start FROM arrivals JOIN articles USING (file) JOIN sentences ON article = articles.id "
        "WHERE changed = ? AND sync = ?",
        (number, number),
    )
    return Arrivals(
        catalogue.about(_WHEN) if catalogue.about(_ENDED) == str(number) else "",
        tuple(file for file, added in rows if added == number),
        tuple(file for file, added in rows if added != number),
        frozenset((file, start) for file, start in places),
    )

"""The keyword index: BM25 over stemmed terms in SQLite's FTS5, in the catalogue's file and in its transactions.

BM25 as in Robertson and Zaragoza 2009 (k1 = 1.2, b = 0.75, FTS5's constants); a match in a passage's title line
counts `TITLE_WEIGHT` times a match in its body. Beside their stems, names are indexed by the key that all their
spellings share.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.store.catalogue import Catalogue
from rag.store.damage import is_damaged, is_doubtful

LAYOUT = "1"
"""Raised when the index holds other things than before, so that it is filled again."""
TITLE_WEIGHT = 2.0
NAME_WEIGHT = 0.5
COMMON = 0.4
"""In a library of at least `MANY` passages, a term that stands in more than this share of them finds nothing."""
MANY = 200
SHORT = 2
"""Letters of a term up to which it is no beginning of another."""
FREQUENT = 0.1
"""Share of a large library's passages from which a word does not tell one article from another in a list."""

IN_FILES = (
    "AND rowid IN (SELECT passages.id FROM passages JOIN articles ON article = articles.id "
    "WHERE file IN (SELECT value FROM json_each(?)))"
)

CREATE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS keywords USING fts5(title, body, names, "
    "tokenize = \"unicode61 remove_diacritics 0 categories 'L* N* M* Co'\")",
    "CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5vocab(keywords, row)",
)
DROP = ("DROP TABLE IF EXISTS vocabulary", "DROP TABLE IF EXISTS keywords")


@dataclass(frozen=True, slots=True)
class Found:
    """A passage's id, and its score: larger for better."""

    id: int
    score: float


@dataclass(frozen=True, slots=True)
class KeywordRow:
    """What the index holds of one passage: terms joined by spaces."""

    id: int
    title: str
    body: str
    names: str


def create(connection: sqlite3.Connection) -> None:
    """Make the index's tables where they are missing."""
    for statement in CREATE:
        connection.execute(statement)


def drop(connection: sqlite3.Connection) -> None:
    """Drop the index, damaged or not."""
    for statement in DROP:
        connection.execute(statement)


def put(connection: sqlite3.Connection, rows: Iterable[KeywordRow]) -> None:
    """Index passages inside the caller's transaction."""
    connection.executemany(
        "INSERT INTO keywords (rowid, title, body, names) VALUES (?, ?, ?, ?)",
        [(r.id, r.title, r.body, r.names) for r in rows],
    )


def remove(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Take passages out inside the caller's transaction."""
    connection.executemany("DELETE FROM keywords WHERE rowid = ?", [(id_,) for id_ in ids])


class Keywords:
    """Searches the keyword index. Threads may share it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._owners: tuple[str, dict[int, int]] = ("", {})

    def count(self) -> int:
        """The number of passages in the index. Raises LibraryDamaged when the index is missing or damaged."""
        (number,) = self._catalogue.connection.execute("SELECT COUNT(*) FROM keywords_docsize").fetchone()
        return int(number)

    def fault(self) -> str:
        """What a check of the whole index finds, which writes nothing but needs the right to; "" if it is sound.

        Raises sqlite3.Error if it cannot be checked.
        """
        check = "INSERT INTO keywords (keywords, rank) VALUES ('integrity-check', 1)"
        try:
            sqlite3.Connection.execute(self._catalogue.connection, check)  # no damage of the catalogue, as others are
        except sqlite3.Error as error:
            if not (is_damaged(error) or is_doubtful(error)):
                raise
            return f"it was damaged ({error})"
        return ""

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages each of the terms stands; 0 for an unknown one."""
        query = "SELECT doc FROM vocabulary WHERE term = ?"
        connection = self._catalogue.connection
        frequencies: dict[str, int] = {}
        for term in terms:
            row = connection.execute(query, (term,)).fetchone()
            frequencies[term] = int(row[0]) if row else 0
        return frequencies

    def search(self, terms: Sequence[str], k: int, files: Sequence[str] | None = None) -> list[Found]:
        """The `k` best passages that hold any of the terms, in these files; ties in the order of file and place."""
        if files is None:
            return self._match(terms, k, "", ())
        return self._match(terms, k, IN_FILES, (json.dumps(list(files)),))

    def articles(self, words: Sequence[Sequence[str]]) -> dict[str, int]:
        """The articles that hold every one of some words, by file name, and how many of their passages hold one.

        Each word is given by its possible terms; a term is found by its beginning too. A word in more than a share of
        `FREQUENT` of a large library's passages is passed over; with no other word nothing is found.
        """
        most = max(MANY, FREQUENT * self._catalogue.count("passages"))
        counts: Counter[int] | None = None
        for terms in words:
            found = self._passages_with(terms, int(most) + 1)
            if len(found) > most:
                continue
            hits = Counter(self._article_of(found))
            counts = (
                hits if counts is None else Counter({id_: n + hits[id_] for id_, n in counts.items() if id_ in hits})
            )
        counts = counts or Counter()
        query = "SELECT id, file FROM articles WHERE id IN (SELECT value FROM json_each(?))"
        return {
            file: counts[id_] for id_, file in self._catalogue.connection.execute(query, (json.dumps(list(counts)),))
        }

    def _passages_with(self, terms: Sequence[str], limit: int) -> list[int]:
        query = "SELECT rowid FROM keywords WHERE keywords MATCH ? LIMIT ?"
        match = " OR ".join(f'"{term}"*' if len(term) > SHORT else f'"{term}"' for term in terms)
        return [id_ for (id_,) in self._catalogue.connection.execute(query, (match, limit)).fetchall()]

    def _article_of(self, passages: Sequence[int]) -> list[int]:
        """The articles of passages; which passage is whose is kept at hand until articles change."""
        generation = self._catalogue.about("generation")
        if generation != self._owners[0]:
            rows = self._catalogue.connection.execute("SELECT id, article FROM passages").fetchall()
            self._owners = (generation, dict(rows))
        owners = self._owners[1]
        return [owners[id_] for id_ in passages if id_ in owners]

    def rows(self, ids: Sequence[int]) -> dict[int, str]:
        """The terms and name keys that each of these passages holds, its title line included, a space around each."""
        rows = self._catalogue.rows(
            (int, str, str, str),
            "SELECT rowid, title, body, names FROM keywords WHERE rowid IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        if len(rows) < len(ids):
            raise self._catalogue.damaged("the keyword index lacks passages")
        return {id_: f" {' '.join(columns)} " for id_, *columns in rows}

    def _match(self, terms: Sequence[str], k: int, within: str, values: Sequence[str]) -> list[Found]:
        useful = self._useful(terms)
        if not useful:
            return []
        query = (
            f"SELECT rowid, -bm25(keywords, {TITLE_WEIGHT}, 1.0, {NAME_WEIGHT}) AS score FROM keywords "  # noqa: S608 - constants only
            f"WHERE keywords MATCH ? {within} ORDER BY score DESC LIMIT ?"
        )
        words = " OR ".join(f'"{term}"' for term in useful)
        found: list[Found] = []
        for limit in (4 * k, -1):  # more than k, to see where a tie that stands across the cut ends
            rows = self._catalogue.connection.execute(query, (words, *values, limit))
            found = [Found(id_, score) for id_, score in rows]
            if len(found) < limit or found[-1].score < found[k - 1].score:
                break
        return self._ordered([f for f in found if f.score >= found[min(k, len(found)) - 1].score])[:k]

    def _ordered(self, found: Sequence[Found]) -> list[Found]:
        """By score; ties by what they are, for ids depend on the order in which articles came."""
        place = {id_: number for number, id_ in enumerate(self._catalogue.passages([f.id for f in found]))}
        return sorted((f for f in found if f.id in place), key=lambda f: (-f.score, place[f.id]))

    def _useful(self, terms: Sequence[str]) -> list[str]:
        frequencies = self.document_frequency(dict.fromkeys(terms))
        known = {term: n for term, n in frequencies.items() if n}
        total = self._catalogue.count("passages")
        rare = [term for term, n in known.items() if total < MANY or n <= COMMON * total]
        return rare or list(known)

"""The keyword index in SQLite's FTS5, in the catalogue's file.

BM25 as in Robertson and Zaragoza 2009 (k1 = 1.2, b = 0.75, FTS5's constants).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from sqlalchemy import Connection

from rag.store.damage import is_damaged, is_doubtful
from rag.store.keyword_tables import NAME_WEIGHT, TITLE_WEIGHT, Found, KeywordRow, KeywordTables

CREATE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS keywords USING fts5(title, body, names, "
    "tokenize = \"unicode61 remove_diacritics 0 categories 'L* N* M* Co'\")",
    "CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5vocab(keywords, row)",
)
DROP = ("DROP TABLE IF EXISTS vocabulary", "DROP TABLE IF EXISTS keywords")
_IN_FILES = (
    "AND rowid IN (SELECT passages.id FROM passages JOIN articles ON article = articles.id "
    "WHERE file IN (SELECT value FROM json_each(?)))"
)


class Fts5Tables(KeywordTables):
    """As the port says."""

    creation, removal = CREATE, DROP

    def put(self, connection: Connection, rows: Sequence[KeywordRow]) -> None:
        """As the port says."""
        if rows:
            connection.exec_driver_sql(
                "INSERT INTO keywords (rowid, title, body, names) VALUES (?, ?, ?, ?)",
                [(r.id, r.title, r.body, r.names) for r in rows],
            )

    def remove(self, connection: Connection, ids: Sequence[int]) -> None:
        """As the port says."""
        if ids:
            connection.exec_driver_sql("DELETE FROM keywords WHERE rowid = ?", [(id_,) for id_ in ids])

    def count(self, connection: Connection) -> int:
        """As the port says."""
        return int(connection.exec_driver_sql("SELECT COUNT(*) FROM keywords_docsize").scalar_one())

    def fault(self, connection: Connection) -> str:
        """As the port says. The check writes nothing but needs the right to; sqlite3.Error if it cannot be made."""
        check = "INSERT INTO keywords (keywords, rank) VALUES ('integrity-check', 1)"
        driver = cast("sqlite3.Connection", connection.connection.dbapi_connection)
        try:
            sqlite3.Connection.cursor(driver, sqlite3.Cursor).execute(check)  # no damage of the catalogue: not guarded
        except sqlite3.Error as error:
            if not (is_damaged(error) or is_doubtful(error)):
                raise
            return f"it was damaged ({error})"
        return ""

    def document_frequency(self, connection: Connection, terms: Iterable[str]) -> dict[str, int]:
        """As the port says."""
        asked = list(terms)
        query = "SELECT term, doc FROM vocabulary WHERE term IN (SELECT value FROM json_each(?))"
        found = dict(map(tuple, connection.exec_driver_sql(query, (json.dumps(asked),)).all()))
        return {term: found.get(term, 0) for term in asked}

    def beginning_with(self, connection: Connection, words: Sequence[str], exact: Sequence[str], k: int) -> list[int]:
        """As the port says."""
        match = " OR ".join([*(f'"{word}"*' for word in words), *(f'"{term}"' for term in exact)])
        query = "SELECT rowid FROM keywords WHERE keywords MATCH ? LIMIT ?"
        return [id_ for (id_,) in connection.exec_driver_sql(query, (match, k)).all()]

    def rows(self, connection: Connection, ids: Sequence[int]) -> list[KeywordRow]:
        """As the port says."""
        query = "SELECT rowid, title, body, names FROM keywords WHERE rowid IN (SELECT value FROM json_each(?))"
        return [KeywordRow(*row) for row in connection.exec_driver_sql(query, (json.dumps(list(ids)),)).all()]

    def match(
        self, connection: Connection, terms: Mapping[str, int], k: int, files: Sequence[str] | None = None
    ) -> list[Found]:
        """As the port says."""
        within, values = ("", ()) if files is None else (_IN_FILES, (json.dumps(list(files)),))
        query = (
            f"SELECT rowid, -bm25(keywords, {TITLE_WEIGHT}, 1.0, {NAME_WEIGHT}) AS score FROM keywords "  # noqa: S608 - constants only
            f"WHERE keywords MATCH ? {within} ORDER BY score DESC LIMIT ?"
        )
        words = " OR ".join(f'"{term}"' for term in terms)
        found: list[Found] = []
        for limit in (4 * k, -1):  # more than k, to see where a tie that stands across the cut ends
            found = [Found(*row) for row in connection.exec_driver_sql(query, (words, *values, limit)).all()]
            if len(found) < limit or found[-1].score < found[k - 1].score:
                break
        return [f for f in found if f.score >= found[min(k, len(found)) - 1].score]

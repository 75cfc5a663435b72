"""The keyword index in PostgreSQL's full text, in the catalogue's schema.

A GIN index over `tsvector` finds the passages. PostgreSQL's own ranking knows neither how rare a word is nor how long a
passage, so that it only chooses `CANDIDATES` where very many match; these are scored by BM25, with FTS5's constants,
and rank as they do in SQLite.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, text

from rag.store.keyword_tables import NAME_WEIGHT, TITLE_WEIGHT, Found, KeywordRow, KeywordTables

CANDIDATES = 1_000
"""Passages, or ten times as many as are asked for, that are scored by BM25."""
K1, B = 1.2, 0.75
LEAST_IDF = 1e-6
LONGEST = 2_000
"""Bytes of a term; PostgreSQL takes no longer ones, which are not found then."""
POSITIONS = 16_383
"""PostgreSQL's highest position of a word in a text."""

CREATE = (
    """
    CREATE TABLE IF NOT EXISTS keywords (
        id BIGINT PRIMARY KEY,
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        names TEXT NOT NULL,
        words TSVECTOR NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS keywords_words ON keywords USING GIN (words)",
    "CREATE TABLE IF NOT EXISTS keyword_totals (passages BIGINT NOT NULL, tokens BIGINT NOT NULL)",
    "INSERT INTO keyword_totals SELECT 0, 0 WHERE NOT EXISTS (SELECT 1 FROM keyword_totals)",
)
DROP = ("DROP TABLE IF EXISTS keywords", "DROP TABLE IF EXISTS keyword_totals")
_PUT = text("INSERT INTO keywords VALUES (:id, :title, :body, :names, CAST(:words AS tsvector))")
_TOTALS = text("UPDATE keyword_totals SET passages = passages + :passages, tokens = tokens + :tokens")
_ROWS = text("SELECT id, title, body, names FROM keywords WHERE id = ANY(:ids)")
_REMOVE = text("DELETE FROM keywords WHERE id = ANY(:ids)")
_FREQUENCIES = text(
    "SELECT (SELECT COUNT(*) FROM keywords WHERE words @@ CAST(query AS tsquery)) "
    "FROM unnest(CAST(:queries AS text[])) WITH ORDINALITY AS asked (query, place) ORDER BY place"
)
_BEGINNING = text("SELECT id FROM keywords WHERE words @@ CAST(:query AS tsquery) LIMIT :k")
_RANK = """
    (SELECT SUM(rarity * ts_rank(ARRAY[0, 0.25, 0.5, 1]::real[], words, CAST(query AS tsquery)))
     FROM unnest(CAST(:queries AS text[]), CAST(:rarities AS float8[])) AS asked (query, rarity))
"""
_IN_FILES = """
    AND id IN (SELECT passages.id FROM passages JOIN articles ON article = articles.id WHERE file = ANY(:files))
"""
_MATCH = "SELECT id, title, body, names FROM keywords WHERE words @@ CAST(:any AS tsquery)"


class TsvectorTables(KeywordTables):
    """As the port says."""

    creation, removal = CREATE, DROP

    def put(self, connection: Connection, rows: Sequence[KeywordRow]) -> None:
        """As the port says."""
        if not rows:
            return
        values = [{"id": r.id, "title": r.title, "body": r.body, "names": r.names, "words": _vector(r)} for r in rows]
        connection.execute(_PUT, values)
        connection.execute(_TOTALS, {"passages": len(rows), "tokens": sum(map(_length, rows))})

    def remove(self, connection: Connection, ids: Sequence[int]) -> None:
        """As the port says."""
        gone = self.rows(connection, ids)
        if gone:
            connection.execute(_REMOVE, {"ids": list(ids)})
            connection.execute(_TOTALS, {"passages": -len(gone), "tokens": -sum(map(_length, gone))})

    def count(self, connection: Connection) -> int:
        """As the port says."""
        return int(connection.exec_driver_sql("SELECT COUNT(*) FROM keywords").scalar_one())

    def fault(self, connection: Connection) -> str:
        """As the port says: that the totals are those of the rows."""
        kept = connection.exec_driver_sql("SELECT passages, tokens FROM keyword_totals").all()
        there = (
            "SELECT COUNT(*), COALESCE(SUM(cardinality(regexp_split_to_array("
            "NULLIF(trim(title || ' ' || body || ' ' || names), ''), ' +'))), 0) FROM keywords"
        )
        return "" if kept == connection.exec_driver_sql(there).all() else "its totals are not those of its passages"

    def document_frequency(self, connection: Connection, terms: Iterable[str]) -> dict[str, int]:
        """As the port says."""
        asked = list(terms)
        found = connection.execute(_FREQUENCIES, {"queries": [_query([term]) for term in asked]}).scalars()
        return dict(zip(asked, found, strict=True))

    def beginning_with(self, connection: Connection, words: Sequence[str], exact: Sequence[str], k: int) -> list[int]:
        """As the port says."""
        parts = [*(f"{_quoted(word)}:*" for word in words if _fits(word)), _query(exact)]
        query = " | ".join(filter(None, parts))
        return list(connection.execute(_BEGINNING, {"query": query, "k": k}).scalars())

    def rows(self, connection: Connection, ids: Sequence[int]) -> list[KeywordRow]:
        """As the port says."""
        return [KeywordRow(*row) for row in connection.execute(_ROWS, {"ids": list(ids)}).all()]

    def match(
        self, connection: Connection, terms: Mapping[str, int], k: int, files: Sequence[str] | None = None
    ) -> list[Found]:
        """As the port says, where no more than `CANDIDATES` match; a passage beyond these may be missed."""
        totals = connection.exec_driver_sql("SELECT passages, tokens FROM keyword_totals").one()
        rarities = {term: _idf(totals[0], n) for term, n in terms.items()}
        values: dict[str, object] = {"any": _query(terms)}
        within, best = "", ""
        if files is not None:
            within, values["files"] = _IN_FILES, list(files)
        most = max(CANDIDATES, 10 * k)
        if sum(terms.values()) > most:
            best = f"ORDER BY {_RANK} DESC LIMIT :most"
            asked = {"queries": [_query([term]) for term in terms], "rarities": [rarities[term] for term in terms]}
            values |= {**asked, "most": most}
        query = text(f"{_MATCH} {within} {best}")
        rows = [KeywordRow(*row) for row in connection.execute(query, values).all()]
        average = totals[1] / max(1, totals[0])
        found = sorted((Found(row.id, bm25(row, rarities, average)) for row in rows), key=lambda f: -f.score)
        return [f for f in found if f.score >= found[min(k, len(found)) - 1].score]


def bm25(row: KeywordRow, rarities: Mapping[str, float], average: float) -> float:
    """The score of a passage for terms of these inverse document frequencies, as FTS5 has it.

    `average` is the mean number of terms in a passage.
    """
    counts: dict[str, float] = {}
    for column, weight in ((row.title, TITLE_WEIGHT), (row.body, 1.0), (row.names, NAME_WEIGHT)):
        for term in column.split():
            if term in rarities:
                counts[term] = counts.get(term, 0.0) + weight
    norm = K1 * (1 - B + B * _length(row) / average)
    return math.fsum(rarities[term] * n * (K1 + 1) / (n + norm) for term, n in counts.items())


def _idf(passages: int, frequency: int) -> float:
    idf = math.log((passages - frequency + 0.5) / (frequency + 0.5))
    return idf if idf > 0 else LEAST_IDF


def _length(row: KeywordRow) -> int:
    return len(row.title.split()) + len(row.body.split()) + len(row.names.split())


def _vector(row: KeywordRow) -> str:
    """A text that PostgreSQL reads as a tsvector: titles have the weight A, bodies B, names C."""
    weighted = [
        (term, w) for column, w in ((row.title, "A"), (row.body, "B"), (row.names, "C")) for term in column.split()
    ]
    return " ".join(
        f"{_quoted(term)}:{min(n, POSITIONS)}{weight}" for n, (term, weight) in enumerate(weighted, 1) if _fits(term)
    )


def _query(terms: Iterable[str]) -> str:
    """A text that PostgreSQL reads as a tsquery for any of the terms."""
    return " | ".join(_quoted(term) for term in terms if _fits(term))


def _fits(term: str) -> bool:
    return len(term.encode()) <= LONGEST


def _quoted(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"

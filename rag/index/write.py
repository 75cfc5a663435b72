"""One article into, or out of, the catalogue and its keyword index, in one transaction."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from rag.index import keywords
from rag.index.arrivals import arrival_of, put_arrival
from rag.index.catalogue import Catalogue
from rag.index.prepare import keyword_row
from rag.index.records import PreparedArticle
from rag.models.ports import Vectors

_INSERT_ARTICLE = (
    "INSERT INTO articles (file, source, digest, embedder, title, publisher, published, language, address, text) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class OldPassages:
    """The passages that an article had: their ids, and their keys in the vector index."""

    ids: tuple[int, ...] = ()
    keys: tuple[str, ...] = ()


def put_article(catalogue: Catalogue, prepared: PreparedArticle, *, sync: int = 0) -> tuple[str, ...]:
    """Add or replace an article, in the sync of this number. Returns the keys of the passages that are gone."""
    article, state = prepared.article, prepared.state
    with catalogue.transaction() as connection:
        arrival = arrival_of(connection, prepared, sync)
        old = _delete(connection, article.file)
        facts = (article.title, article.publisher, article.published, article.language, article.address, article.text)
        cursor = connection.execute(_INSERT_ARTICLE, (article.file, state.source, state.digest, state.embedder, *facts))
        id_ = cursor.lastrowid
        connection.executemany(
            "INSERT INTO sentences VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (id_, n, s.start, s.end, s.paragraph, s.kind, came)
                for n, (s, came) in enumerate(zip(prepared.sentences, arrival.sentences, strict=True))
            ],
        )
        put_arrival(connection, article.file, arrival)
        (last,) = connection.execute("SELECT COALESCE(MAX(id), 0) FROM passages").fetchone()
        numbered = list(enumerate(prepared.passages, start=last + 1))
        connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (n, id_, p.key, p.passage.start, p.passage.end, p.passage.first, p.passage.last, _blob(p.vector))
                for n, p in numbered
            ],
        )
        keywords.put(connection, [keyword_row(n, article, p.passage) for n, p in numbered])
    kept = {p.key for p in prepared.passages}
    return tuple(key for key in old.keys if key not in kept)


def _blob(vector: Vectors) -> bytes:
    return vector.astype("<f4").tobytes()


def remove_article(catalogue: Catalogue, file: str) -> tuple[str, ...]:
    """Remove an article. Returns the keys of the passages that are gone."""
    with catalogue.transaction() as connection:
        return _delete(connection, file).keys


def _delete(connection: sqlite3.Connection, file: str) -> OldPassages:
    article = connection.execute("SELECT id FROM articles WHERE file = ?", (file,)).fetchone()
    if article is None:
        return OldPassages()
    rows = connection.execute("SELECT id, key FROM passages WHERE article = ?", article).fetchall()
    old = OldPassages(tuple(id_ for id_, _ in rows), tuple(key for _, key in rows))
    keywords.remove(connection, old.ids)
    connection.execute("DELETE FROM articles WHERE id = ?", article)
    connection.execute("DELETE FROM arrivals WHERE file = ?", (file,))
    return old

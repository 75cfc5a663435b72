"""What was found out about single articles, kept in the catalogue: derived from them, found again where it is missing.

Each is a text, of one kind, of the article with one digest.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Mapping

from rag.store.catalogue import Catalogue
from rag.store.damage import cannot_write

FIRST = 5
"""The version of the schema that has the table."""
AT_ONCE = 500
"""Articles that one statement asks for."""
_SELECT = "SELECT article, value, digest FROM findings WHERE kind = ? AND layout = ? AND article IN ({})"


class KeptFindings:
    """Access to the findings of one kind, which `layout` tells from those that were found in another way."""

    def __init__(self, catalogue: Catalogue, kind: str, layout: str) -> None:
        self._catalogue = catalogue
        self._kind, self._layout = kind, layout

    def load(self, articles: Collection[str]) -> dict[str, str]:
        """What has been kept of these articles, given by their digests. What has decayed is not there."""
        (version,) = self._catalogue.connection.execute("PRAGMA user_version").fetchone()
        if version < FIRST:
            return {}
        wanted = sorted(set(articles))
        rows: list[tuple[str, str, str]] = []
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            rows += self._catalogue.rows(
                (str, str, str), _SELECT.format(", ".join("?" * len(some))), (*self._which, *some)
            )
        return {article: value for article, value, own in rows if own == _digest(article, value)}

    def keep(self, found: Mapping[str, str]) -> None:
        """Keep findings by the digests of their articles, in one transaction.

        Those of another layout, and of articles that are gone, are forgotten. Nothing is done if nothing can be
        written, which who only wants to read need not know.
        """
        if self._catalogue.read_only:
            return
        rows = [(*self._which, article, value, _digest(article, value)) for article, value in found.items()]
        try:
            with self._catalogue.transaction() as connection:
                connection.execute("DELETE FROM findings WHERE kind = ? AND layout <> ?", self._which)
                connection.execute(
                    "DELETE FROM findings WHERE kind = ? AND article NOT IN (SELECT digest FROM articles)",
                    (self._kind,),
                )
                connection.executemany(
                    "DELETE FROM findings WHERE kind = ? AND layout = ? AND article = ?", [row[:3] for row in rows]
                )
                connection.executemany(
                    "INSERT INTO findings (kind, layout, article, value, digest) VALUES (?, ?, ?, ?, ?)", rows
                )
        except sqlite3.OperationalError as error:
            if not cannot_write(error):
                raise

    @property
    def _which(self) -> tuple[str, str]:
        return self._kind, self._layout


def _digest(article: str, value: str) -> str:
    return hashlib.sha256(f"{article}\0{value}".encode()).hexdigest()

"""What was found out about single articles, kept in the catalogue: derived from them, found again where it is missing.

Each is a text, of one kind, of the article with one digest.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Mapping

from sqlalchemy import delete, or_, select

from rag.errors import DiskFull
from rag.store.catalogue import Catalogue
from rag.store.catalogue_tables import ARTICLES, FINDINGS
from rag.store.damage import cannot_write

FIRST = 5
"""The version of the schema that has the table."""
_F = FINDINGS.c


class KeptFindings:
    """Access to the findings of one kind, which `layout` tells from those that were found in another way."""

    def __init__(self, catalogue: Catalogue, kind: str, layout: str) -> None:
        self._catalogue = catalogue
        self._kind, self._layout = kind, layout

    def load(self, articles: Collection[str]) -> dict[str, str]:
        """What has been kept of these articles, given by their digests. What has decayed is not there."""
        if not articles or self._catalogue.version() < FIRST:
            return {}
        wanted = self._catalogue.among(_F.article, articles)
        of_these = select(_F.article, _F.value, _F.digest).where(
            _F.kind == self._kind, _F.layout == self._layout, wanted
        )
        rows = self._catalogue.rows((str, str, str), of_these)
        return {article: value for article, value, own in rows if own == _digest(article, value)}

    def keep(self, found: Mapping[str, str]) -> None:
        """Keep findings by the digests of their articles, in one transaction.

        Those of another layout, and of articles that are gone, are forgotten. Nothing is done if nothing can be
        written, which who only wants to read need not know.
        """
        if self._catalogue.read_only:
            return
        rows = [
            {
                "kind": self._kind,
                "layout": self._layout,
                "article": article,
                "value": value,
                "digest": _digest(article, value),
            }
            for article, value in found.items()
        ]
        old = or_(_F.layout != self._layout, _F.article.not_in(select(ARTICLES.c.digest)))
        try:
            with self._catalogue.transaction() as connection:
                connection.execute(delete(FINDINGS).where(_F.kind == self._kind, old))
                self._catalogue.put(connection, FINDINGS, *rows)
        except (sqlite3.OperationalError, DiskFull) as error:
            if not (isinstance(error, DiskFull) or cannot_write(error)):
                raise


def _digest(article: str, value: str) -> str:
    return hashlib.sha256(f"{article}\0{value}".encode()).hexdigest()

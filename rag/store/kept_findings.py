"""What was found out about single articles, kept in the catalogue: derived from them, found again where it is missing.

Each is a row of bytes, of one kind, of the article with one digest.
"""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files

from sqlalchemy import delete, or_, select

from rag.errors import DiskFull
from rag.store.catalogue import Catalogue
from rag.store.catalogue_tables import ARTICLES, FINDINGS
from rag.store.damage import cannot_write

FIRST = 5
"""The version of the schema that has the table."""
_F = FINDINGS.c


class KeptFindings:
    """Access to the findings of one kind, by the rules of some packages: what others have found is not there.

    `layout` is raised when the bytes are written in another way.
    """

    def __init__(self, catalogue: Catalogue, kind: str, layout: str, packages: tuple[str, ...]) -> None:
        self._catalogue = catalogue
        self._kind, self._layout = kind, f"{layout} {rules_of(packages)}"

    def load(self, articles: Collection[str]) -> dict[str, bytes]:
        """What has been kept of these articles, given by their digests. What has decayed is not there."""
        if not articles or self._catalogue.version() < FIRST:
            return {}
        wanted = self._catalogue.among(_F.article, articles)
        of_these = select(_F.article, _F.value, _F.digest).where(
            _F.kind == self._kind, _F.layout == self._layout, wanted
        )
        rows = self._catalogue.rows((str, str, str), of_these)
        found = ((article, _decoded(value)) for article, value, own in rows if own == _digest(article, value))
        return {article: value for article, value in found if value is not None}

    def keep(self, found: Mapping[str, bytes]) -> None:
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
            for article, value in ((one, base64.b64encode(own).decode()) for one, own in found.items())
        ]
        old = or_(_F.layout != self._layout, _F.article.not_in(select(ARTICLES.c.digest)))
        try:
            with self._catalogue.transaction() as connection:
                connection.execute(delete(FINDINGS).where(_F.kind == self._kind, old))
                self._catalogue.put(connection, FINDINGS, *rows)
        except (sqlite3.OperationalError, DiskFull) as error:
            if not (isinstance(error, DiskFull) or cannot_write(error)):
                raise


@cache
def rules_of(packages: tuple[str, ...]) -> str:
    """A hash of the rules and data in packages, so that a change to any of them needs no number to be raised."""
    found = hashlib.sha256()
    for package in packages:
        pending = [files(package)]
        while pending:
            for entry in sorted(pending.pop().iterdir(), key=lambda e: e.name):
                if entry.is_dir():
                    pending.append(entry)
                elif not entry.name.endswith(".pyc"):
                    found.update(entry.name.encode())
                    found.update(entry.read_bytes())
    return found.hexdigest()[:16]


def _decoded(value: str) -> bytes | None:
    """None for what was not written here, as in a stranger's catalogue."""
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        return None


def _digest(article: str, value: str) -> str:
    return hashlib.sha256(f"{article}\0{value}".encode()).hexdigest()

"""Stories as they were found last, kept in the catalogue: derived from its articles, found again where it is missing.

Each is a text, JSON in truth, with the articles that it was made of, by file name and digest.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from rag.errors import DiskFull
from rag.store.catalogue import Catalogue
from rag.store.catalogue_tables import ABOUT, STORIES
from rag.store.damage import cannot_write

_KEY = "stories"
FIRST = 3
"""The version of the schema that has the table."""


@dataclass(frozen=True, slots=True)
class KeptStory:
    """A story as text, and the digests of its articles by file name."""

    value: str
    articles: Mapping[str, str]


class KeptStories:
    """Access to the stories that are kept. What has decayed, or is nothing of ours, is not there."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def load(self, layout: str) -> tuple[int, dict[int, KeptStory]]:
        """How many articles there were when all were grouped at once, and what has been kept, by id.

        0 and nothing if nothing is kept in this layout.
        """
        known = self._catalogue.about(_KEY).split(" ")
        if self._catalogue.version() < FIRST or known[:1] != [layout] or not known[-1].isdecimal():
            return 0, {}
        rows = self._catalogue.rows((int, str, str, str), select(STORIES))
        sound = ((id_, value, _articles(made)) for id_, value, made, own in rows if own == _digest(value, made))
        return int(known[-1]), {id_: KeptStory(value, articles) for id_, value, articles in sound if articles}

    def change(self, layout: str, whole: int, gone: Collection[int] | None, new: Sequence[KeptStory]) -> list[int]:
        """Forget some, or all for None, and keep others, in one transaction; `whole` is as for `load`.

        Returns the ids of these; none if nothing can be written, which who only wants to read need not know.
        """
        if self._catalogue.read_only:
            return []
        ids = []
        try:
            with self._catalogue.transaction() as connection:
                if gone is None:
                    connection.execute(delete(STORIES))
                elif gone:
                    connection.execute(delete(STORIES).where(self._catalogue.among(STORIES.c.id, gone)))
                for story in new:
                    made = json.dumps(dict(story.articles))
                    row = {"value": story.value, "articles": made, "digest": _digest(story.value, made)}
                    ids.append(self._catalogue.insert(connection, STORIES, row))
                self._catalogue.put(connection, ABOUT, {"name": _KEY, "value": f"{layout} {whole}"})
        except (sqlite3.OperationalError, DiskFull) as error:
            if not (isinstance(error, DiskFull) or cannot_write(error)):
                raise
            return []
        return ids


def _articles(made: str) -> dict[str, str]:
    """The digests of a story's articles; none if they are nothing of ours."""
    try:
        articles = json.loads(made)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(articles, dict) or not all(isinstance(digest, str) for digest in articles.values()):
        return {}
    return articles


def _digest(value: str, made: str) -> str:
    return hashlib.sha256(f"{value}\0{made}".encode()).hexdigest()

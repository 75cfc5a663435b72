"""The catalogue's tables as they are read and written; `schema` makes them, or in PostgreSQL `postgres_schema`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text


class Blob(LargeBinary):
    """Bytes, left as the driver gives them: what has another type in a damaged catalogue is seen, not converted."""

    cache_ok = True

    def result_processor(self, dialect: Any, coltype: object) -> None:
        """Nothing is converted."""


METADATA = MetaData()


def _table(name: str, *columns: Column[Any]) -> Table:
    return Table(name, METADATA, *columns)


ABOUT = _table("about", Column("name", Text, primary_key=True), Column("value", Text))
FILES = _table("files", Column("name", Text, primary_key=True), Column("stamp", Text), Column("skipped", Text))
ARTICLES = _table(
    "articles",
    Column("id", Integer, primary_key=True),
    Column("file", Text),
    Column("source", Text),
    Column("digest", Text),
    Column("embedder", Text),
    Column("title", Text),
    Column("publisher", Text),
    Column("published", Text),
    Column("language", Text),
    Column("address", Text),
    Column("text", Text),
    Column("author", Text),
    Column("locators", Text),
)
SENTENCES = _table(
    "sentences",
    Column("article", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("start", Integer),
    Column("stop", Integer),
    Column("paragraph", Integer),
    Column("kind", Text),
    Column("sync", Integer),
)
PASSAGES = _table(
    "passages",
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("article", Integer),
    Column("key", Text),
    Column("start", Integer),
    Column("stop", Integer),
    Column("first", Integer),
    Column("last", Integer),
    Column("vector", Blob),
)
ARRIVALS = _table(
    "arrivals",
    Column("file", Text, primary_key=True),
    Column("words", Text),
    Column("added", Integer),
    Column("changed", Integer),
)
STORIES = _table(
    "stories",
    Column("id", Integer, primary_key=True),
    Column("value", Text),
    Column("articles", Text),
    Column("digest", Text),
)
FINDINGS = _table(
    "findings",
    Column("kind", Text, primary_key=True),
    Column("layout", Text, primary_key=True),
    Column("article", Text, primary_key=True),
    Column("value", Text),
    Column("digest", Text),
)

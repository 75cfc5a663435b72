"""The catalogue's schema as numbered steps. A step that has shipped is never edited: a later one changes it.

Whether a catalogue still has that form, and holds together.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from rag.store.database import NewerVersion

MIGRATIONS = (
    """
    CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

    CREATE TABLE files (
        name TEXT PRIMARY KEY,
        stamp TEXT NOT NULL,          -- size, times and inode, by which an untouched file is known
        skipped TEXT NOT NULL         -- JSON: records, or the whole file, that could not be read, and why
    ) WITHOUT ROWID;

    CREATE TABLE articles (
        id INTEGER PRIMARY KEY,
        file TEXT NOT NULL UNIQUE,
        source TEXT NOT NULL,         -- the name of the file that it was read from
        digest TEXT NOT NULL,         -- SHA-256 of the text and of what is known about it
        embedder TEXT NOT NULL,       -- whose vectors its passages have
        title TEXT NOT NULL,
        publisher TEXT NOT NULL,
        published TEXT NOT NULL,
        language TEXT NOT NULL,
        address TEXT NOT NULL,
        text TEXT NOT NULL
    );
    CREATE INDEX articles_source ON articles (source);

    CREATE TABLE sentences (
        article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
        number INTEGER NOT NULL,
        start INTEGER NOT NULL,
        stop INTEGER NOT NULL,
        paragraph INTEGER NOT NULL,
        kind TEXT NOT NULL,
        PRIMARY KEY (article, number)
    ) WITHOUT ROWID;

    CREATE TABLE passages (
        id INTEGER PRIMARY KEY,
        article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
        key TEXT NOT NULL UNIQUE,     -- content hash; the row's id in the vector index
        start INTEGER NOT NULL,
        stop INTEGER NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        vector BLOB NOT NULL          -- little-endian float32
    );
    CREATE INDEX passages_article ON passages (article);
    """,
    """
    CREATE TABLE arrivals (
        file TEXT PRIMARY KEY,        -- of an article; one without a row was there before this was remembered
        words TEXT NOT NULL,          -- SHA-256 of its text, by which it is known under a new name
        added INTEGER NOT NULL,       -- the number of the sync that brought the article
        changed INTEGER NOT NULL      -- the number of the sync that brought its text as it is
    ) WITHOUT ROWID;
    CREATE INDEX arrivals_words ON arrivals (words);
    CREATE INDEX arrivals_changed ON arrivals (changed);

    ALTER TABLE sentences ADD COLUMN sync INTEGER NOT NULL DEFAULT 0;  -- that brought the sentence to its article
    """,
    """
    CREATE TABLE stories (
        id INTEGER PRIMARY KEY,
        value TEXT NOT NULL,          -- JSON: the story, with the places that it quotes
        articles TEXT NOT NULL,       -- JSON: the digest of each of its articles, by file
        digest TEXT NOT NULL          -- SHA-256 of both
    );
    """,
    """
    ALTER TABLE articles ADD COLUMN author TEXT NOT NULL DEFAULT '';
    ALTER TABLE articles ADD COLUMN locators TEXT NOT NULL DEFAULT '[]';  -- JSON: starts and labels
    """,
    """
    CREATE TABLE findings (
        kind TEXT NOT NULL,           -- what was found out
        layout TEXT NOT NULL,         -- by which rules, and how it is written
        article TEXT NOT NULL,        -- the digest of the article about which it is
        value TEXT NOT NULL,
        digest TEXT NOT NULL,         -- SHA-256 of the article's digest and the value
        PRIMARY KEY (kind, layout, article)
    );
    """,
)

NEWEST = 9_999
"""No program ever writes a higher version: the file is damaged then."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date, each step in one transaction.

    Raises sqlite3.DatabaseError when the file is damaged, and NewerVersion.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if not 0 <= version <= NEWEST:
        raise sqlite3.DatabaseError(f"malformed: version {version}")
    if version > len(MIGRATIONS):
        raise NewerVersion(f"the catalogue has version {version}, this program knows {len(MIGRATIONS)}")
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number}; COMMIT;")


def fault_in(execute: Callable[[str], Any]) -> str:
    """What a check of the whole catalogue finds, which takes a second for some 100 MB; "" if it is sound.

    `execute` runs a statement on it. Raises sqlite3.Error where it cannot be checked.
    """
    (version,) = execute("PRAGMA user_version").fetchone()
    if version <= len(MIGRATIONS) and _tables(version) != set(execute(_TABLES)):
        return "a table is missing, or has another form"
    for (verdict,) in execute("PRAGMA integrity_check"):
        if verdict != "ok" and "FTS5" not in verdict:  # the keyword index derives from the rest
            return str(verdict)
    if execute("PRAGMA foreign_key_check").fetchone():
        return "a row belongs to an article that is not there"
    if execute(_STRAYS).fetchone():
        return "the keyword index holds passages that are not there"
    return ""


_TABLES = (
    "SELECT name, sql FROM sqlite_schema "
    "WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE 'keywords%' AND name != 'vocabulary'"
)
_STRAYS = (
    "SELECT 1 FROM keywords_docsize WHERE id NOT IN (SELECT id FROM passages) "
    "OR EXISTS (SELECT 1 FROM keywords, vocabulary WHERE 0)"
)


def _tables(version: int) -> set[tuple[str, str]]:
    """What `_TABLES` finds in a catalogue of this version, the keyword index apart."""
    connection = sqlite3.connect(":memory:")
    try:
        for script in MIGRATIONS[:version]:
            connection.executescript(script)
        return set(connection.execute(_TABLES))
    finally:
        connection.close()

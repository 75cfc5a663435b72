"""The port of what holds the keyword index: SQLite's FTS5 (`fts5`), or PostgreSQL's full text (`tsvector`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

LAYOUT = "1"
"""Raised when the index holds other things than before, so that it is filled again."""
TITLE_WEIGHT = 2.0
NAME_WEIGHT = 0.5


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


class KeywordTables(Protocol):
    """The index's tables. Each call works on the caller's connection, and in its transaction if there is one."""

    creation: tuple[str, ...]
    """Statements that make the tables where they are missing."""
    removal: tuple[str, ...]
    """Statements that drop the tables, damaged or not."""

    def create(self, connection: Connection) -> None:
        """Make the tables where they are missing."""
        for statement in self.creation:
            connection.exec_driver_sql(statement)

    def drop(self, connection: Connection) -> None:
        """Drop the tables, damaged or not."""
        for statement in self.removal:
            connection.exec_driver_sql(statement)

    def put(self, connection: Connection, rows: Sequence[KeywordRow]) -> None:
        """Index passages."""

    def remove(self, connection: Connection, ids: Sequence[int]) -> None:
        """Take passages out."""

    def count(self, connection: Connection) -> int:
        """The number of passages in the index. Raises LibraryDamaged when it is missing or damaged."""

    def fault(self, connection: Connection) -> str:
        """What a check of the whole index finds; "" if it is sound."""

    def document_frequency(self, connection: Connection, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages each of the terms stands; 0 for an unknown one."""

    def beginning_with(self, connection: Connection, words: Sequence[str], exact: Sequence[str], k: int) -> list[int]:
        """Up to `k` passages with a term that begins with one of `words`, or is one of `exact`."""

    def rows(self, connection: Connection, ids: Sequence[int]) -> list[KeywordRow]:
        """What the index holds of these passages, as far as they are there."""

    def match(
        self, connection: Connection, terms: Mapping[str, int], k: int, files: Sequence[str] | None = None
    ) -> list[Found]:
        """The passages with one of the terms, in these files, by BM25: the best `k`, and all that tie with the last.

        The terms come with the number of passages in which they stand.
        """

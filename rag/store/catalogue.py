"""The catalogue: one SQLite file with the articles, sentences, passages and vectors. All indexes derive from it.

A connection to the catalogue that another thread may close without harm: SQLite itself does not survive that.

The values that go into the catalogue and come out of it.
"""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from weakref import WeakSet

import numpy as np

from rag.embed.port import Vectors
from rag.errors import LibraryDamaged, LibraryError, LibraryMissing
from rag.render.locators import Locator
from rag.results.answers import OPENING, Article, ArticleMetadata, Passage, Sentence
from rag.store.article_digest import is_digest_of
from rag.store.damage import cannot_write, damaged, is_damaged, is_doubtful
from rag.store.schema import fault_in, migrate
from rag.store.transactions import all_or_nothing

CLOSED = "The library has been closed. Open it again to go on."


class GuardedCursor(sqlite3.Cursor):
    """A cursor that nobody closes while SQLite is at work for it."""

    def fetchone(self) -> Any:
        """Read a row."""
        with self._at_work():
            return super().fetchone()

    def fetchall(self) -> list[Any]:
        """Read all rows."""
        with self._at_work():
            return super().fetchall()

    def __next__(self) -> Any:
        with self._at_work():
            return super().__next__()

    def _at_work(self) -> AbstractContextManager[None]:
        assert isinstance(self.connection, GuardedConnection)
        return self.connection.at_work()


class GuardedConnection(sqlite3.Connection):
    """A connection of one thread that another may close between two calls. Raises LibraryError from then on.

    It raises LibraryDamaged, for SQLite's own errors, where the file is not what this program wrote.
    """

    def __init__(self, database: Path, *args: Any, **options: Any) -> None:
        super().__init__(database, *args, **options)
        self.path = database
        self._guard = threading.RLock()
        self._closed = False

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Nobody closes the connection meanwhile."""
        with self._guard:
            try:
                yield
            except (sqlite3.Error, UnicodeDecodeError) as error:
                if self._closed:
                    raise LibraryError(CLOSED) from error
                if fault := self._fault_behind(error):
                    raise damaged(self.path, fault) from error
                raise

    def _fault_behind(self, error: Exception) -> object:
        """What is wrong with the file, if that is why an error came."""
        if not is_doubtful(error):
            return error if is_damaged(error) else ""
        try:
            return error if fault_in(super().execute) else ""
        except (sqlite3.Error, UnicodeDecodeError) as another:
            return "" if cannot_write(another) else error

    def execute(self, statement: str, values: Any = (), /) -> GuardedCursor:
        """Run a statement."""
        with self.at_work():
            cursor = self.cursor(GuardedCursor)
            return cursor.execute(statement, values)

    def executemany(self, statement: str, rows: Iterable[Any], /) -> GuardedCursor:
        """Run a statement for each of some rows."""
        with self.at_work():
            cursor = self.cursor(GuardedCursor)
            return cursor.executemany(statement, rows)

    def close(self) -> None:
        """Break off what is under way, and close the connection."""
        if not self._closed:
            self._closed = True
            self.interrupt()
            with self._guard:
                with suppress(sqlite3.OperationalError):  # a reading that was not finished is interrupted for good
                    super().execute("SELECT 1")  # ends the interruption, or the log would be left unmerged
                super().close()


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as the last sync saw it. `skipped` is JSON."""

    stamp: str
    skipped: str


@dataclass(frozen=True, slots=True)
class ArticleState:
    """What decides whether an article has to be indexed again."""

    source: str
    digest: str
    embedder: str


@dataclass(frozen=True, slots=True)
class ArticleName:
    """What an article can be chosen by."""

    file: str
    source: str
    publisher: str
    published: str


@dataclass(frozen=True, slots=True)
class PreparedPassage:
    """A passage on its way into the catalogue."""

    key: str
    passage: Passage
    vector: Vectors


@dataclass(frozen=True, slots=True)
class PreparedArticle:
    """An article on its way into the catalogue."""

    article: Article
    state: ArticleState
    sentences: tuple[Sentence, ...]
    passages: tuple[PreparedPassage, ...]


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage in the catalogue, and the article and file that it belongs to."""

    id: int
    key: str
    article: int
    file: str
    passage: Passage


@dataclass(frozen=True, slots=True)
class FullPassage:
    """A passage with its whole article and its vector, from which the derived indexes are filled."""

    id: int
    key: str
    article: Article
    passage: Passage
    vector: Vectors


@dataclass(frozen=True, slots=True)
class StoredVectors:
    """Passage ids and their vectors, a row of `matrix` each."""

    ids: list[int]
    matrix: Vectors


ARTICLE_COLUMNS = "file, text, title, publisher, published, language, address, author"

LARGEST = 1e9
"""Above every component of an embedder's vectors: what is larger has decayed, and its square may be no number."""
_SURROGATES = re.compile("[\ud800-\udfff]")
"""Halves of surrogate pairs: no name that was stored holds any, and SQLite takes none."""

PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "foreign_keys = ON",
    "trusted_schema = OFF",  # triggers and views of a stranger's catalogue call nothing that has effects
    "cache_size = -32000",  # KiB
    "wal_autocheckpoint = 8000",  # pages
)


class _Held:
    """A thread's connection, closed when the thread ends: a server's threads come and go.

    `stamp` is that of a file whose changes the connection does not see, None for all others.
    """

    def __init__(self, connection: GuardedConnection, stamp: object) -> None:
        self.connection = connection
        self.stamp = stamp

    def __del__(self) -> None:
        self.connection.close()


class Catalogue:
    """Access to the catalogue file; one connection a thread, one writer at a time.

    Raises LibraryDamaged where the file, or a value in it, is not what was written; and sqlite3.Error where the disk is
    full or the file cannot be used, which the store translates.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._local = threading.local()
        self._held: WeakSet[_Held] = WeakSet()
        self._guard = threading.Lock()
        self._writing = threading.RLock()
        self._closed = False
        self._opened = False
        if not read_only:
            connection = self.connection
            with connection.at_work():
                migrate(connection)
        self._opened = True

    @property
    def connection(self) -> GuardedConnection:
        """This thread's connection."""
        held: _Held | None = getattr(self._local, "held", None)
        if self._closed:
            raise LibraryError(CLOSED)
        if held is None or (held.stamp is not None and held.stamp != self._stamp()):
            if self._opened and not self.path.exists():
                raise LibraryMissing(f"{self.path.parent} is gone: bring it back, or open the library again.")
            held = self._local.held = self._connect()
            with self._guard:
                self._held.add(held)
        return held.connection

    def _connect(self) -> _Held:
        try:
            return _Held(self._connection(self.path), None)
        except sqlite3.OperationalError as error:
            stamp = self._stamp()
            if not self.read_only or not cannot_write(error) or stamp[-1]:
                raise
        # Nobody writes, and no log can be made beside the file: it is read as if it never changed, until it does.
        return _Held(self._connection(f"{self.path.resolve().as_uri()}?immutable=1"), stamp)

    def _connection(self, database: Path | str) -> GuardedConnection:
        connection = sqlite3.connect(
            database,
            isolation_level=None,
            check_same_thread=False,
            timeout=30,
            factory=GuardedConnection,
            uri=isinstance(database, str),
        )
        connection.path = self.path
        try:
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            if self.read_only:
                connection.execute("PRAGMA query_only = ON")
                connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection

    def _stamp(self) -> tuple[int, ...]:
        """Differs when the file or its log has been written to; the last number is the size of the log."""
        facts = self.path.stat()
        log = self.path.with_name(f"{self.path.name}-wal")
        return facts.st_mtime_ns, facts.st_ino, log.stat().st_size if log.exists() else 0

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._guard:
            self._closed = True
            for held in list(self._held):
                held.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing."""
        with self._writing:
            connection = self.connection
            with all_or_nothing(connection):
                yield connection

    @contextmanager
    def changing_articles(self) -> Iterator[sqlite3.Connection]:
        """A transaction that raises `generation` by one, so that caches of what articles hold know they are old."""
        with self.transaction() as connection:
            yield connection
            connection.execute(
                "INSERT INTO about VALUES ('generation', '1') "
                "ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
            )

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Several readings of this thread see the catalogue at one moment, whatever another thread writes meanwhile."""
        connection = self.connection
        if connection.in_transaction:
            yield
            return
        connection.execute("BEGIN")
        try:
            yield
        finally:
            if self.connection.in_transaction:
                connection.execute("COMMIT")

    def damaged(self, reason: str) -> LibraryDamaged:
        """The error to raise for a value that is not what was written; the next opening mends it."""
        return damaged(self.path, reason)

    def rows(self, types: tuple[type, ...], statement: str, values: Any = ()) -> list[Any]:
        """All rows of a statement, whose columns have these types. Raises LibraryDamaged where one has another."""
        rows = self.connection.execute(statement, values).fetchall()
        if any(tuple(map(type, row)) != types for row in rows):
            raise self.damaged("a row holds values of another type")
        return rows

    def about(self, name: str) -> str:
        """A fact about the library as a whole; "" where none is kept."""
        row = self.connection.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def set_about(self, **values: str) -> None:
        """Keep facts about the library as a whole, in one transaction."""
        with self.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", values.items())

    # -- files -----------------------------------------------------------------------------------------------------

    def files(self) -> dict[str, FileState]:
        """Every file that a sync has dealt with, by name."""
        rows = self.rows((str, str, str), "SELECT name, stamp, skipped FROM files")
        return {name: FileState(stamp, skipped) for name, stamp, skipped in rows}

    def put_file(self, name: str, state: FileState) -> None:
        """Remember a file as dealt with."""
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", (name, state.stamp, state.skipped))

    def forget_file(self, name: str) -> None:
        """Forget a file; its articles are removed one by one before."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM files WHERE name = ?", (name,))

    # -- articles --------------------------------------------------------------------------------------------------

    def article_states(self) -> dict[str, ArticleState]:
        """What decides, for every article, whether it has to be indexed again."""
        rows = self.rows((str,) * 4, "SELECT file, source, digest, embedder FROM articles ORDER BY file")
        return {file: ArticleState(source, digest, embedder) for file, source, digest, embedder in rows}

    def articles(self) -> tuple[Article, ...]:
        """All articles, by file name."""
        return tuple(self._articles("ORDER BY file"))

    def article(self, file: str) -> Article | None:
        """One article by its file name; None if there is none."""
        if _SURROGATES.search(file):
            return None
        return next(iter(self._articles("WHERE file = ?", (file,))), None)

    def _articles(self, which: str, values: Any = ()) -> list[Article]:
        """Articles, each proved by its digest to be as it was read."""
        statement = f"SELECT {ARTICLE_COLUMNS}, locators, digest FROM articles {which}"  # noqa: S608 - constants
        articles = []
        for *facts, located, digest in self.rows((str,) * 10, statement, values):
            article = replace(Article(*facts), locators=self._locators(located))
            if not is_digest_of(article, digest):
                raise self.damaged(f"the article {article.file:.200} is not as it was read")
            articles.append(article)
        return articles

    def _locators(self, stored: str) -> tuple[Locator, ...]:
        try:
            return tuple(Locator(int(start), str(label)) for start, label in json.loads(stored))
        except (TypeError, ValueError, RecursionError) as error:
            raise self.damaged("the locators of an article are not as they were") from error

    def sentences(self, file: str) -> tuple[Sentence, ...]:
        """An article's sentences in reading order; none if there is no such article."""
        if _SURROGATES.search(file):
            return ()
        found = self.rows((int,), "SELECT id FROM articles WHERE file = ?", (file,))
        if not found:
            return ()
        query = "SELECT start, stop, paragraph, kind, number FROM sentences WHERE article = ? ORDER BY number"
        rows = self.rows((int, int, int, str, int), query, found[0])
        ((needed,),) = self.rows((int,), "SELECT COALESCE(MAX(last), 0) FROM passages WHERE article = ?", found[0])
        ends = [0, *(end for span in rows for end in span[:2])]
        if len(rows) < needed or ends != sorted(ends) or any(row[4] != n for n, row in enumerate(rows)):
            raise self.damaged(f"the sentences of {file:.200} are not as they were")
        return tuple(Sentence(*row[:4]) for row in rows)

    def names(self) -> list[ArticleName]:
        """What articles are chosen by: file, source, publisher and date, in the order of the file names."""
        rows = self.rows((str,) * 4, "SELECT file, source, publisher, published FROM articles ORDER BY file")
        return [ArticleName(*row) for row in rows]

    def source_of(self, file: str) -> str:
        """The name of the file that an article was read from; "" if there is no such article."""
        if _SURROGATES.search(file):
            return ""
        row = self.connection.execute("SELECT source FROM articles WHERE file = ?", (file,)).fetchone()
        return str(row[0]) if row else ""

    def articles_in(self, source: str) -> list[str]:
        """The names of the articles that were read from a file."""
        rows = self.rows((str,), "SELECT file FROM articles WHERE source = ? ORDER BY file", (source,))
        return [file for (file,) in rows]

    def metadata(self) -> tuple[ArticleMetadata, ...]:
        """What is known of each article beside its text, by file name."""
        rows = self.rows(
            (str,) * 8,
            "SELECT file, source, title, publisher, published, language, address, "
            "CASE title WHEN '' THEN substr(text, 1, ?) ELSE '' END FROM articles ORDER BY file",
            (OPENING,),
        )
        return tuple(ArticleMetadata(*row) for row in rows)

    def languages(self) -> tuple[str, ...]:
        """The languages of the articles, the most frequent first."""
        rows = self.rows(
            (str,),
            "SELECT language FROM articles WHERE language != '' GROUP BY language ORDER BY COUNT(*) DESC, language",
        )
        return tuple(language for (language,) in rows)

    def count(self, table: str) -> int:
        """The number of rows of one of the catalogue's tables."""
        if table not in {"articles", "files", "passages", "sentences"}:
            raise ValueError(f"no such table: {table}")
        (number,) = self.connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()  # noqa: S608 - checked above
        return int(number)

    # -- passages --------------------------------------------------------------------------------------------------

    def passages(self, ids: Sequence[int]) -> dict[int, StoredPassage]:
        """The passages with these ids, as far as they exist, in the order of file and place."""
        return {p.id: p for p in self._passages("passages.id", ids)}

    def passages_by_key(self, keys: Sequence[str]) -> dict[str, StoredPassage]:
        """The passages with these keys, as far as they exist, in the order of file and place."""
        return {p.key: p for p in self._passages("passages.key", keys)}

    def _passages(self, column: str, values: Sequence[int] | Sequence[str]) -> list[StoredPassage]:
        rows = self.rows(
            (int, str, int, str, int, int, int, int),
            "SELECT passages.id, key, article, file, start, stop, first, last "  # noqa: S608 - our own column names
            "FROM passages JOIN articles ON article = articles.id "
            f"WHERE {column} IN (SELECT value FROM json_each(?)) ORDER BY file, start",
            (json.dumps(list(values)),),
        )
        return [StoredPassage(id_, key, article, file, Passage(*span)) for id_, key, article, file, *span in rows]

    def count_passages(self, embedder: str) -> int:
        """The number of passages whose vectors are of this embedder."""
        query = "SELECT COUNT(*) FROM passages JOIN articles ON article = articles.id WHERE embedder = ?"
        return int(self.connection.execute(query, (embedder,)).fetchone()[0])

    def passage_keys(self, embedder: str) -> set[str]:
        """The keys of all passages whose vectors are of this embedder."""
        query = "SELECT key FROM passages JOIN articles ON article = articles.id WHERE embedder = ?"
        return {key for (key,) in self.rows((str,), query, (embedder,))}

    def passages_with_vectors(
        self, embedder: str | None = None, keys: Collection[str] | None = None
    ) -> Iterator[FullPassage]:
        """Every passage, or those of one embedder, or with one of these keys, with its article and vector.

        They come in the order of the file names.
        """
        query = "SELECT id, key, start, stop, first, last, vector FROM passages WHERE article = ? ORDER BY start"
        articles = self._articles_of_passages(keys)
        for id_, file, made_by in articles:
            article = self.article(file)
            if article is None or embedder not in (None, made_by):
                continue
            for *row, blob in self.rows((int, str, int, int, int, int, bytes), query, (id_,)):
                if keys is None or row[1] in keys:
                    (vector,) = self._matrix([blob])
                    yield FullPassage(row[0], row[1], article, Passage(*row[2:6]), vector)

    def _articles_of_passages(self, keys: Collection[str] | None) -> list[tuple[int, str, str]]:
        query, values = "SELECT id, file, embedder FROM articles", tuple[str, ...]()
        if keys is not None:
            query += " WHERE id IN (SELECT article FROM passages WHERE key IN (SELECT value FROM json_each(?)))"
            values = (json.dumps(list(keys)),)
        return self.rows((int, str, str), f"{query} ORDER BY file", values)

    def vectors(self, embedder: str, files: Sequence[str] | None = None) -> StoredVectors:
        """The vectors of this embedder: of all passages, or of those of some articles; in the order of file names."""
        query = "SELECT passages.id, vector FROM passages JOIN articles ON article = articles.id WHERE embedder = ?"
        values = [embedder]
        if files is not None:
            query += " AND file IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(list(files)))
        rows = self.rows((int, bytes), f"{query} ORDER BY file, start", values)
        if not rows:
            return StoredVectors([], np.zeros((0, 0), np.float32))
        return StoredVectors([id_ for id_, _ in rows], self._matrix([blob for _, blob in rows]))

    def vectors_of(self, ids: Sequence[int]) -> dict[int, Vectors]:
        """The vectors of these passages."""
        query = "SELECT id, vector FROM passages WHERE id IN (SELECT value FROM json_each(?))"
        rows = self.rows((int, bytes), query, (json.dumps(list(ids)),))
        return dict(zip((id_ for id_, _ in rows), self._matrix([blob for _, blob in rows]), strict=True))

    def _matrix(self, blobs: Sequence[bytes]) -> Vectors:
        if not blobs:
            return np.zeros((0, 0), np.float32)
        if len(set(map(len, blobs))) > 1 or not blobs[0] or len(blobs[0]) % 4:
            raise self.damaged("a vector has another length")
        matrix = np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(blobs), -1)
        if not -LARGEST < matrix.min() <= matrix.max() < LARGEST:  # nor where one is no number
            raise self.damaged("a vector holds what is no number")
        return matrix

"""The catalogue: articles, sentences, passages and vectors, in one database. All indexes derive from it.

The values that go into the catalogue and come out of it.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Select,
    Table,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.engine import Compiled
from sqlalchemy.pool import Pool
from sqlalchemy.sql.dml import Insert

from rag.embed.port import Vectors
from rag.errors import LibraryDamaged, LibraryError
from rag.render.locators import Locator
from rag.results.answers import OPENING, Article, ArticleMetadata, Passage, Sentence
from rag.store.article_digest import is_digest_of
from rag.store.catalogue_tables import ABOUT, ARTICLES, FILES, PASSAGES, SENTENCES
from rag.store.database import CLOSED, Database


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


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""Zero bytes and halves of surrogate pairs: no name that was stored holds any, and no database takes them."""

LARGEST = 1e9
"""Above every component of an embedder's vectors: what is larger has decayed, and its square may be no number."""
_A, _P, _S = ARTICLES.c, PASSAGES.c, SENTENCES.c
_OF_ARTICLES = PASSAGES.join(ARTICLES, _P.article == _A.id)
_FILE = _A.file == bindparam("file")
_ARTICLES = select(
    *(_A[name] for name in "file text title publisher published language address author locators digest".split())
)
_ABOUT = select(ABOUT.c.value).where(ABOUT.c.name == bindparam("name"))
_NEXT_GENERATION = text(
    "INSERT INTO about (name, value) VALUES ('generation', '1') ON CONFLICT (name) DO UPDATE "
    "SET value = CAST(CAST(about.value AS BIGINT) + 1 AS TEXT)"
)
_SENTENCES = (
    select(_S.start, _S.stop, _S.paragraph, _S.kind, _S.number)
    .where(_S.article == bindparam("article"))
    .order_by(_S.number)
)
_LAST_SENTENCE = select(func.coalesce(func.max(_P.last), 0)).where(_P.article == bindparam("article"))
_METADATA = select(
    *(_A[name] for name in "file source title publisher published language address".split()),
    case((_A.title == literal(""), func.substr(_A.text, 1, OPENING)), else_=literal("")),
).order_by(_A.file)
_PASSAGES_OF = (
    select(_P.id, _P.key, _P.start, _P.stop, _P.first, _P.last, _P.vector)
    .where(_P.article == bindparam("article"))
    .order_by(_P.start)
)
_STORED = (
    select(_P.id, _P.key, _P.article, _A.file, _P.start, _P.stop, _P.first, _P.last)
    .select_from(_OF_ARTICLES)
    .order_by(_A.file, _P.start)
)
_COUNTED = {table.name: select(func.count()).select_from(table) for table in (ARTICLES, FILES, PASSAGES, SENTENCES)}
_EMBEDDED = _A.embedder == bindparam("embedder")


class Catalogue:
    """Access to the catalogue in a database, by a pool of connections; one writer at a time.

    Raises LibraryDamaged where the catalogue, or a value in it, is not what was written; and sqlite3.Error where the
    disk is full or a file cannot be used, which the store translates. What fails at a server is a LibraryError.
    """

    def __init__(self, database: Database, *, read_only: bool = False, made: bool = False) -> None:
        """With `made` another process sees to the schema: no step of it is taken."""
        self.database = database
        self.read_only = read_only
        self._local = threading.local()
        self._writing = threading.RLock()
        self._closed = False
        self._left: list[Pool] = []
        self._insertions: dict[str, Compiled] = {}
        self._replacements: dict[str, Insert] = {}
        self._engine = database.connect(read_only=read_only)
        try:
            with database.told():
                if read_only or made:
                    self._engine.connect().close()
                else:
                    database.migrate(self._engine)
        except BaseException:
            database.close(self._engine)
            raise

    def begin_writing(self) -> None:
        """Write from now on, where it was only read: the missing steps of the schema are taken. Readings go on."""
        with self.database.told():
            engine = self.database.connect(read_only=False)
            try:
                self.database.migrate(engine)
            except BaseException:
                engine.dispose()
                raise
        before, self._engine, self.read_only = self._engine, engine, False
        self._left.append(before.pool)  # who reads just now gives its connection back to it
        before.dispose()

    def close(self) -> None:
        """Close the connections of all threads."""
        self._closed = True
        self.database.close(self._engine)
        for pool in self._left:
            pool.dispose()

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection; within a transaction or a snapshot of this thread, its own."""
        own: Connection | None = getattr(self._local, "connection", None)
        if self._closed:
            raise LibraryError(CLOSED)
        with self.database.told():
            if own is not None:
                yield own
            else:
                with self._engine.connect() as connection:
                    yield connection

    @contextmanager
    def _begun(self, *, writing: bool) -> Iterator[Connection]:
        with self.connected() as connection:
            self.database.begin(connection, writing=writing)
            self._local.connection = connection
            try:
                yield connection
                connection.commit()
            finally:
                self._local.connection = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All or nothing. Writers of other processes wait. Within `joined` it is part of that."""
        if getattr(self._local, "joined", False):
            yield self._local.connection
            return
        with self._writing, self._begun(writing=True) as connection:
            yield connection

    @contextmanager
    def joined(self) -> Iterator[Connection]:
        """All that this thread reads and writes within is one transaction, for which no other writer waits."""
        with self.connected() as connection:
            connection.exec_driver_sql("BEGIN")
            self._local.connection, self._local.joined = connection, True
            try:
                yield connection
                connection.commit()
            finally:
                self._local.connection, self._local.joined = None, False

    @contextmanager
    def changing_articles(self) -> Iterator[Connection]:
        """A transaction that raises `generation` by one, so that caches of what articles hold know they are old."""
        with self.transaction() as connection:
            yield connection
            connection.execute(_NEXT_GENERATION)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Several readings of this thread see the catalogue at one moment, whatever another thread writes meanwhile."""
        if getattr(self._local, "connection", None) is not None:
            yield
            return
        with self._begun(writing=False):
            yield

    def execute(self, statement: Executable, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a statement that reads."""
        with self.connected() as connection:
            return [*connection.execute(statement, values).all()]

    def put(self, connection: Connection, table: Table, *rows: Mapping[str, Any]) -> None:
        """Write rows, in the caller's transaction, replacing those of the same keys."""
        if rows:
            connection.execute(self._replacing(table), list(rows))

    def insert_many(self, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows, each with all columns in their order, in the caller's transaction, by the driver's own means."""
        if rows:
            if table.name not in self._insertions:
                self._insertions[table.name] = insert(table).compile(self._engine)
            statement = self._insertions[table.name]
            names = table.columns.keys()
            values = list(rows) if self._engine.dialect.positional else [dict(zip(names, r, strict=True)) for r in rows]
            connection.exec_driver_sql(str(statement), values)

    def _replacing(self, table: Table) -> Insert:
        if table.name not in self._replacements:
            new = self.database.insert(table)
            others = {c.name: new.excluded[c.name] for c in table.columns if not c.primary_key}
            self._replacements[table.name] = new.on_conflict_do_update(
                index_elements=list(table.primary_key), set_=others
            )
        return self._replacements[table.name]

    def insert(self, connection: Connection, table: Table, row: Mapping[str, Any]) -> int:
        """Write a row, in the caller's transaction; returns the id that it was given."""
        key = connection.execute(insert(table), row).inserted_primary_key
        assert key is not None
        return int(key[0])

    def version(self) -> int:
        """The number of the newest step of the schema; a reader may be beside an owner of an older version."""
        with self.connected() as connection:
            return self.database.version(connection)

    def among(self, column: ColumnElement[Any], values: Collection[int] | Collection[str]) -> ColumnElement[bool]:
        """Whether a column has one of some values, of which there may be many."""
        return self.database.among(column, list(values))  # type: ignore[arg-type]

    def damaged(self, reason: str) -> LibraryDamaged:
        """The error to raise for a value that is not what was written; the next opening mends it."""
        return self.database.damaged(reason)

    def rows(
        self, types: tuple[type, ...], statement: Select[Any], values: Mapping[str, Any] | None = None
    ) -> list[Any]:
        """All rows of a statement, whose columns have these types. Raises LibraryDamaged where one has another."""
        rows = self.execute(statement, values)
        if any(tuple(map(type, row)) != types for row in rows):
            raise self.damaged("a row holds values of another type")
        return list(rows)

    def about(self, name: str) -> str:
        """A fact about the library as a whole; "" where none is kept."""
        rows = self.execute(_ABOUT, {"name": name})
        return str(rows[0][0]) if rows else ""

    def set_about(self, **values: str) -> None:
        """Keep facts about the library as a whole, in one transaction."""
        with self.transaction() as connection:
            self.put(connection, ABOUT, *({"name": name, "value": value} for name, value in values.items()))

    # -- files -----------------------------------------------------------------------------------------------------

    def files(self, names: Collection[str] | None = None) -> dict[str, FileState]:
        """Every file that a sync has dealt with, or those of these names, by name."""
        query = select(FILES) if names is None else select(FILES).where(self.among(FILES.c.name, names))
        return {name: FileState(stamp, skipped) for name, stamp, skipped in self.rows((str, str, str), query)}

    def put_file(self, name: str, state: FileState) -> None:
        """Remember a file as dealt with."""
        with self.transaction() as connection:
            self.put(connection, FILES, {"name": name, "stamp": state.stamp, "skipped": state.skipped})

    def forget_file(self, name: str) -> None:
        """Forget a file; its articles are removed one by one before."""
        with self.transaction() as connection:
            connection.execute(delete(FILES).where(FILES.c.name == name))

    # -- articles --------------------------------------------------------------------------------------------------

    def article_states(self, sources: Collection[str] | None = None) -> dict[str, ArticleState]:
        """What decides, for every article, or for those of some files, whether it has to be indexed again."""
        query = select(_A.file, _A.source, _A.digest, _A.embedder).order_by(_A.file)
        rows = self.rows((str,) * 4, query if sources is None else query.where(self.among(_A.source, sources)))
        return {file: ArticleState(source, digest, embedder) for file, source, digest, embedder in rows}

    def digests(self, files: Collection[str]) -> dict[str, str]:
        """The digests of these articles, by file name."""
        return dict(self.rows((str, str), select(_A.file, _A.digest).where(self.among(_A.file, files))))

    def articles(self) -> tuple[Article, ...]:
        """All articles, by file name."""
        return tuple(self._proved(_ARTICLES.order_by(_A.file)))

    def article(self, file: str) -> Article | None:
        """One article by its file name; None if there is none."""
        if _UNSTORABLE.search(file):
            return None
        return next(iter(self._proved(_ARTICLES.where(_FILE), {"file": file})), None)

    def _proved(self, statement: Select[Any], values: Mapping[str, Any] | None = None) -> list[Article]:
        """Articles, each proved by its digest to be as it was read."""
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
        if _UNSTORABLE.search(file):
            return ()
        found = self.rows((int,), select(_A.id).where(_FILE), {"file": file})
        if not found:
            return ()
        own = {"article": found[0][0]}
        rows = self.rows((int, int, int, str, int), _SENTENCES, own)
        ((needed,),) = self.rows((int,), _LAST_SENTENCE, own)
        ends = [0, *(end for span in rows for end in span[:2])]
        if len(rows) < needed or ends != sorted(ends) or any(row[4] != n for n, row in enumerate(rows)):
            raise self.damaged(f"the sentences of {file:.200} are not as they were")
        return tuple(Sentence(*row[:4]) for row in rows)

    def names(self) -> list[ArticleName]:
        """What articles are chosen by: file, source, publisher and date, in the order of the file names."""
        rows = self.rows((str,) * 4, select(_A.file, _A.source, _A.publisher, _A.published).order_by(_A.file))
        return [ArticleName(*row) for row in rows]

    def source_of(self, file: str) -> str:
        """The name of the file that an article was read from; "" if there is no such article."""
        if _UNSTORABLE.search(file):
            return ""
        rows = self.execute(select(_A.source).where(_FILE), {"file": file})
        return str(rows[0][0]) if rows else ""

    def articles_in(self, source: str) -> list[str]:
        """The names of the articles that were read from a file."""
        rows = self.rows((str,), select(_A.file).where(_A.source == source).order_by(_A.file))
        return [file for (file,) in rows]

    def files_of(self, articles: Collection[int]) -> dict[int, str]:
        """The file names of articles by their ids, as far as they exist."""
        return dict(self.rows((int, str), select(_A.id, _A.file).where(self.among(_A.id, articles))))

    def metadata(self) -> tuple[ArticleMetadata, ...]:
        """What is known of each article beside its text, by file name."""
        return tuple(ArticleMetadata(*row) for row in self.rows((str,) * 8, _METADATA))

    def languages(self) -> tuple[str, ...]:
        """The languages of the articles, the most frequent first."""
        known = select(_A.language).where(_A.language != "").group_by(_A.language)
        rows = self.rows((str,), known.order_by(func.count().desc(), _A.language))
        return tuple(language for (language,) in rows)

    def count(self, table: str) -> int:
        """The number of rows of one of the catalogue's tables."""
        if table not in _COUNTED:
            raise ValueError(f"no such table: {table}")
        return int(self.execute(_COUNTED[table])[0][0])

    # -- passages --------------------------------------------------------------------------------------------------

    def passages(self, ids: Sequence[int]) -> dict[int, StoredPassage]:
        """The passages with these ids, as far as they exist, in the order of file and place."""
        return {p.id: p for p in self._stored(_P.id, ids)}

    def passages_by_key(self, keys: Sequence[str]) -> dict[str, StoredPassage]:
        """The passages with these keys, as far as they exist, in the order of file and place."""
        return {p.key: p for p in self._stored(_P.key, keys)}

    def _stored(self, column: ColumnElement[Any], values: Sequence[int] | Sequence[str]) -> list[StoredPassage]:
        rows = self.rows((int, str, int, str, int, int, int, int), _STORED.where(self.among(column, values)))
        return [StoredPassage(id_, key, article, file, Passage(*span)) for id_, key, article, file, *span in rows]

    def article_of_passages(self) -> dict[int, int]:
        """The id of the article that each passage belongs to, by its own id."""
        return dict(self.rows((int, int), select(_P.id, _P.article)))

    def count_passages(self, embedder: str) -> int:
        """The number of passages whose vectors are of this embedder."""
        query = select(func.count()).select_from(_OF_ARTICLES).where(_EMBEDDED)
        return int(self.execute(query, {"embedder": embedder})[0][0])

    def passage_keys(self, embedder: str) -> set[str]:
        """The keys of all passages whose vectors are of this embedder."""
        query = select(_P.key).select_from(_OF_ARTICLES).where(_EMBEDDED)
        return {key for (key,) in self.rows((str,), query, {"embedder": embedder})}

    def passages_with_vectors(
        self, embedder: str | None = None, keys: Collection[str] | None = None, files: Collection[str] | None = None
    ) -> Iterator[FullPassage]:
        """Every passage, or those of one embedder, with some keys, or of some articles, with its article and vector.

        They come in the order of the file names.
        """
        query = select(_A.id, _A.file, _A.embedder)
        if keys is not None:
            query = query.where(_A.id.in_(select(_P.article).where(self.among(_P.key, keys))))
        if files is not None:
            query = query.where(self.among(_A.file, files))
        for id_, file, made_by in self.rows((int, str, str), query.order_by(_A.file)):
            article = self.article(file)
            if article is None or embedder not in (None, made_by):
                continue
            for *row, blob in self.rows((int, str, int, int, int, int, bytes), _PASSAGES_OF, {"article": id_}):
                if keys is None or row[1] in keys:
                    (vector,) = self._matrix([blob])
                    yield FullPassage(row[0], row[1], article, Passage(*row[2:6]), vector)

    def vectors(self, embedder: str, files: Sequence[str] | None = None) -> StoredVectors:
        """The vectors of this embedder: of all passages, or of those of some articles; in the order of file names."""
        query = select(_P.id, _P.vector).select_from(_OF_ARTICLES).where(_EMBEDDED)
        if files is not None:
            query = query.where(self.among(_A.file, files))
        rows = self.rows((int, bytes), query.order_by(_A.file, _P.start), {"embedder": embedder})
        if not rows:
            return StoredVectors([], np.zeros((0, 0), np.float32))
        return StoredVectors([id_ for id_, _ in rows], self._matrix([blob for _, blob in rows]))

    def vectors_of(self, ids: Sequence[int]) -> dict[int, Vectors]:
        """The vectors of these passages."""
        rows = self.rows((int, bytes), select(_P.id, _P.vector).where(self.among(_P.id, ids)))
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

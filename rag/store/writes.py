"""One article into, or out of, the catalogue and its keyword index, in one transaction.

Which sync brought an article, its text, and each of its sentences: by that it is known what is new.

Syncs that bring something are numbered from 1. One that was stopped is gone on with by the next, under its number.

An article made ready for the catalogue: its sentences, passages, index terms, and vectors.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rag.embed.port import Embedder, Vectors
from rag.render.document import text_digest
from rag.results.answers import Article, Passage, Sentence
from rag.store import keyword_index
from rag.store.article_digest import article_digest
from rag.store.catalogue import ArticleState, Catalogue, PreparedArticle, PreparedPassage
from rag.store.keyword_index import KeywordRow
from rag.store.nodes import indexed_text, passage_key
from rag.text.injection import mark_injections
from rag.text.lexicon import MONTHS
from rag.text.name_keys import name_terms
from rag.text.passages import split_passages
from rag.text.sentences import split_sentences
from rag.text.terms import terms

_ENDED, _WHEN = "synced", "synced_at"
_NUMBER = re.compile(r"[0-9]{1,15}")
"""What is read as a number: a catalogue may come from a stranger."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """When an article came: the numbers of the syncs that brought it, its text, and each sentence; 0 if unknown.

    `words` is the SHA-256 of its text.
    """

    words: str
    added: int
    changed: int
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What the last sync brought that brought something that is still there.

    `when` is the time at which it ended, in ISO 8601, or ""; `added` and `changed` are the articles that it added, or
    whose text it changed, by file name; `sentences` are the places (file, start) of the sentences that these articles
    did not have before.
    """

    when: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    sentences: frozenset[tuple[str, int]]


def next_sync(catalogue: Catalogue) -> int:
    """The number of the next sync that brings something, or of the one that was stopped."""
    ended = catalogue.about(_ENDED)
    return int(ended) + 1 if _NUMBER.fullmatch(ended) else 1


def end_sync(catalogue: Catalogue, number: int) -> None:
    """Remember that a sync has come to its end, if it brought something."""
    if _last(catalogue.connection) == number:
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        catalogue.set_about(**{_ENDED: str(number), _WHEN: now})


def _last(connection: sqlite3.Connection) -> int:
    (number,) = connection.execute("SELECT COALESCE(MAX(changed), 0) FROM arrivals").fetchone()
    return int(number)


def arrival_of(catalogue: Catalogue, prepared: PreparedArticle, number: int) -> Arrival:
    """When an article comes that is about to be put by the sync of this number.

    What it had before, word for word, it keeps; so does one that was known, with the same text, under another name.
    """
    article = prepared.article
    words = text_digest(article.text)
    texts = [_folded(article.text[s.start : s.end]) for s in prepared.sentences]
    connection = catalogue.connection
    old = _text_of(connection, article.file)
    if old is None:
        twin = connection.execute("SELECT file FROM arrivals WHERE words = ? ORDER BY added", (words,)).fetchone()
        known = _known_sentences(catalogue, twin[0]) if twin else {}
        return Arrival(words, number, number, tuple(known.get(text, number) for text in texts))
    row = connection.execute("SELECT added, changed FROM arrivals WHERE file = ?", (article.file,)).fetchone()
    added, changed = row or (0, 0)
    known = _known_sentences(catalogue, article.file)
    sentences = tuple(known.get(text, number) for text in texts)
    return Arrival(words, added, changed if old == article.text else number, sentences)


def put_arrival(connection: sqlite3.Connection, file: str, arrival: Arrival) -> None:
    """Keep when an article came; its sentences are put with it."""
    row = (file, arrival.words, arrival.added, arrival.changed)
    connection.execute("INSERT OR REPLACE INTO arrivals VALUES (?, ?, ?, ?)", row)


def _text_of(connection: sqlite3.Connection, file: str) -> str | None:
    row = connection.execute("SELECT text FROM articles WHERE file = ?", (file,)).fetchone()
    return None if row is None else str(row[0])


def _known_sentences(catalogue: Catalogue, file: str) -> dict[str, int]:
    """The sentences of an article as it is, and the numbers of the syncs that brought them."""
    articles = catalogue.rows((int, str), "SELECT id, text FROM articles WHERE file = ?", (file,))
    query = "SELECT start, stop, sync FROM sentences WHERE article = ? ORDER BY sync DESC"
    return {
        _folded(text[start:stop]): sync
        for id_, text in articles
        for start, stop, sync in catalogue.rows((int, int, int), query, (id_,))
    }


def _folded(sentence: str) -> str:
    return " ".join(sentence.split())


def read_arrivals(catalogue: Catalogue) -> Arrivals:
    """What the last sync brought that brought anything; nothing if the library is older than this memory."""
    connection = catalogue.connection
    if connection.execute("PRAGMA user_version").fetchone()[0] < 2:  # a reader beside an owner of an older version
        return Arrivals("", (), (), frozenset())
    number = _last(connection)
    if not number:
        return Arrivals("", (), (), frozenset())
    rows = catalogue.rows((str, int), "SELECT file, added FROM arrivals WHERE changed = ? ORDER BY file", (number,))
    places = catalogue.rows(
        (str, int),
        "SELECT file, start FROM arrivals JOIN articles USING (file) JOIN sentences ON article = articles.id "
        "WHERE changed = ? AND sync = ?",
        (number, number),
    )
    return Arrivals(
        catalogue.about(_WHEN) if catalogue.about(_ENDED) == str(number) else "",
        tuple(file for file, added in rows if added == number),
        tuple(file for file, added in rows if added != number),
        frozenset((file, start) for file, start in places),
    )


@dataclass(frozen=True, slots=True)
class SplitArticle:
    """An article with its sentences and passages, not yet embedded."""

    article: Article
    source: str
    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]


def split_article(article: Article, source: str, embedder: Embedder) -> SplitArticle:
    """Cut an article into sentences, and into passages of a size that suits the embedder."""
    sentences = mark_injections(article.text, split_sentences(article.text, article.language))
    passages = split_passages(article.text, sentences, embedder.count_tokens, embedder.passage_tokens)
    return SplitArticle(article, source, sentences, passages)


def embed_articles(split: Sequence[SplitArticle], embedder: Embedder) -> list[PreparedArticle]:
    """Embed the passages of several articles at once. Raises ModelError as the embedder does."""
    texts = [indexed_text(s.article, p) for s in split for p in s.passages]
    vectors = iter(embedder.embed_passages(texts) if texts else ())
    prepared: list[PreparedArticle] = []
    for s in split:
        state = ArticleState(s.source, article_digest(s.article), embedder.name)
        passages = tuple(
            PreparedPassage(passage_key(s.article, p, embedder.name), p, next(vectors)) for p in s.passages
        )
        prepared.append(PreparedArticle(s.article, state, s.sentences, passages))
    return prepared


def keyword_row(id_: int, article: Article, passage: Passage) -> KeywordRow:
    """What the keyword index holds of a passage."""
    languages = (article.language or "en",)
    body = article.text[passage.start : passage.end]
    title = f"{article.title} {article.publisher} {_date_words(article.published)}"
    names = name_terms(f"{article.title} {body}")
    return KeywordRow(id_, *(" ".join(column) for column in (terms(title, languages), terms(body, languages), names)))


def _date_words(published: str) -> str:
    year, month, day = published[:4], published[5:7], published[8:10]
    if not (year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12):
        return published
    return f"{published[:10]} {int(day) if day.isdecimal() else ''} {MONTHS[int(month) - 1]} {year}"


_INSERT_ARTICLE = (
    "INSERT INTO articles (file, source, digest, embedder, title, publisher, published, language, address, author, "
    "text, locators) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def put_article(catalogue: Catalogue, prepared: PreparedArticle, *, sync: int = 0) -> tuple[str, ...]:
    """Add or replace an article, in the sync of this number. Returns the keys of the passages that are gone."""
    article, state = prepared.article, prepared.state
    with catalogue.changing_articles() as connection:
        arrival = arrival_of(catalogue, prepared, sync)
        old = _delete(connection, article.file)
        a = article
        facts = (a.title, a.publisher, a.published, a.language, a.address, a.author, a.text)
        located = json.dumps([[own.start, own.label] for own in a.locators], ensure_ascii=False)
        row = (a.file, state.source, state.digest, state.embedder, *facts, located)
        cursor = connection.execute(_INSERT_ARTICLE, row)
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
        keyword_index.put(connection, [keyword_row(n, article, p.passage) for n, p in numbered])
    kept = {p.key for p in prepared.passages}
    return tuple(key for key in old if key not in kept)


def _blob(vector: Vectors) -> bytes:
    return vector.astype("<f4").tobytes()


def remove_article(catalogue: Catalogue, file: str) -> tuple[str, ...]:
    """Remove an article. Returns the keys of the passages that are gone."""
    with catalogue.changing_articles() as connection:
        return _delete(connection, file)


def _delete(connection: sqlite3.Connection, file: str) -> tuple[str, ...]:
    """Take an article out, if it is there. Returns the keys that its passages have in the vector index."""
    article = connection.execute("SELECT id FROM articles WHERE file = ?", (file,)).fetchone()
    if article is None:
        return ()
    rows = connection.execute("SELECT id, key FROM passages WHERE article = ?", article).fetchall()
    keyword_index.remove(connection, [id_ for id_, _ in rows])
    connection.execute("DELETE FROM articles WHERE id = ?", article)
    connection.execute("DELETE FROM arrivals WHERE file = ?", (file,))
    return tuple(key for _, key in rows)

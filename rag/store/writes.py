"""One article into, or out of, the catalogue and its keyword index, in one transaction.

Which sync brought an article, its text, and each of its sentences: by that it is known what is new.

Syncs that bring something are numbered from 1. One that was stopped is gone on with by the next, under its number.

An article made ready for the catalogue: its sentences, passages, index terms, and vectors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, delete, func, select

from rag.embed.port import Embedder, Vectors
from rag.render.document import text_digest
from rag.results.answers import Article, Passage, Sentence
from rag.store.article_digest import article_digest
from rag.store.catalogue import ArticleState, Catalogue, PreparedArticle, PreparedPassage
from rag.store.catalogue_tables import ARRIVALS, ARTICLES, PASSAGES, SENTENCES
from rag.store.keyword_tables import KeywordRow
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
_P, _R, _S = PASSAGES.c, ARRIVALS.c, SENTENCES.c
_LAST = select(func.coalesce(func.max(_R.changed), 0))
_TEXT_OF = select(ARTICLES.c.text).where(ARTICLES.c.file == bindparam("file"))
_ID_OF = select(ARTICLES.c.id).where(ARTICLES.c.file == bindparam("file"))
_ARRIVAL_OF = select(_R.added, _R.changed).where(_R.file == bindparam("file"))
_TWIN_OF = select(_R.file).where(_R.words == bindparam("words")).order_by(_R.added, _R.file).limit(1)
_KEYS_OF = select(_P.id, _P.key).where(_P.article == bindparam("article"))
_HIGHEST = select(func.coalesce(func.max(_P.id), 0))


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
    if _last(catalogue) == number:
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        catalogue.set_about(**{_ENDED: str(number), _WHEN: now})


def _last(catalogue: Catalogue) -> int:
    return int(catalogue.execute(_LAST)[0][0])


def arrival_of(catalogue: Catalogue, prepared: PreparedArticle, number: int) -> Arrival:
    """When an article comes that is about to be put by the sync of this number.

    What it had before, word for word, it keeps; so does one that was known, with the same text, under another name.
    """
    article = prepared.article
    words = text_digest(article.text)
    texts = [_folded(article.text[s.start : s.end]) for s in prepared.sentences]
    old = catalogue.execute(_TEXT_OF, {"file": article.file})
    if not old:
        twins = catalogue.execute(_TWIN_OF, {"words": words})
        known = _known_sentences(catalogue, twins[0][0]) if twins else {}
        return Arrival(words, number, number, tuple(known.get(text, number) for text in texts))
    rows = catalogue.execute(_ARRIVAL_OF, {"file": article.file})
    added, changed = rows[0] if rows else (0, 0)
    known = _known_sentences(catalogue, article.file)
    sentences = tuple(known.get(text, number) for text in texts)
    return Arrival(words, added, changed if old[0][0] == article.text else number, sentences)


def _known_sentences(catalogue: Catalogue, file: str) -> dict[str, int]:
    """The sentences of an article as it is, and the numbers of the syncs that brought them."""
    articles = catalogue.rows((int, str), select(ARTICLES.c.id, ARTICLES.c.text).where(ARTICLES.c.file == file))
    came = select(_S.start, _S.stop, _S.sync).order_by(_S.sync.desc())
    return {
        _folded(text[start:stop]): sync
        for id_, text in articles
        for start, stop, sync in catalogue.rows((int, int, int), came.where(_S.article == id_))
    }


def _folded(sentence: str) -> str:
    return " ".join(sentence.split())


def read_arrivals(catalogue: Catalogue) -> Arrivals:
    """What the last sync brought that brought anything; nothing if the library is older than this memory."""
    if catalogue.version() < 2:  # a reader beside an owner of an older version
        return Arrivals("", (), (), frozenset())
    number = _last(catalogue)
    if not number:
        return Arrivals("", (), (), frozenset())
    rows = catalogue.rows((str, int), select(_R.file, _R.added).where(_R.changed == number).order_by(_R.file))
    places = catalogue.rows(
        (str, int),
        select(_R.file, _S.start)
        .select_from(ARRIVALS.join(ARTICLES, _R.file == ARTICLES.c.file).join(SENTENCES, _S.article == ARTICLES.c.id))
        .where(_R.changed == number, _S.sync == number),
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


def put_article(catalogue: Catalogue, prepared: PreparedArticle, *, sync: int = 0) -> tuple[str, ...]:
    """Add or replace an article, in the sync of this number. Returns the keys of the passages that are gone."""
    article = prepared.article
    with catalogue.changing_articles() as connection:
        arrival = arrival_of(catalogue, prepared, sync)
        old = _delete(catalogue, connection, article.file)
        id_ = catalogue.insert(connection, ARTICLES, _article_row(prepared))
        sentences = [
            (id_, n, s.start, s.end, s.paragraph, s.kind, came)
            for n, (s, came) in enumerate(zip(prepared.sentences, arrival.sentences, strict=True))
        ]
        catalogue.insert_many(connection, SENTENCES, sentences)
        came = {"words": arrival.words, "added": arrival.added, "changed": arrival.changed}
        catalogue.put(connection, ARRIVALS, {"file": article.file, **came})
        last = catalogue.execute(_HIGHEST)[0][0]
        numbered = list(enumerate(prepared.passages, start=last + 1))
        passages = [
            (n, id_, p.key, p.passage.start, p.passage.end, p.passage.first, p.passage.last, _blob(p.vector))
            for n, p in numbered
        ]
        catalogue.insert_many(connection, PASSAGES, passages)
        rows = [keyword_row(n, article, p.passage) for n, p in numbered]
        catalogue.database.keyword_tables.put(connection, rows)
    kept = {p.key for p in prepared.passages}
    return tuple(key for key in old if key not in kept)


def _article_row(prepared: PreparedArticle) -> dict[str, str]:
    a, state = prepared.article, prepared.state
    facts = ("file", "title", "publisher", "published", "language", "address", "author", "text")
    located = json.dumps([[own.start, own.label] for own in a.locators], ensure_ascii=False)
    made = {"source": state.source, "digest": state.digest, "embedder": state.embedder, "locators": located}
    return {**{name: getattr(a, name) for name in facts}, **made}


def _blob(vector: Vectors) -> bytes:
    return vector.astype("<f4").tobytes()


def remove_article(catalogue: Catalogue, file: str) -> tuple[str, ...]:
    """Remove an article. Returns the keys of the passages that are gone."""
    with catalogue.changing_articles() as connection:
        return _delete(catalogue, connection, file)


def _delete(catalogue: Catalogue, connection: Connection, file: str) -> tuple[str, ...]:
    """Take an article out, if it is there. Returns the keys that its passages have in the vector index."""
    found = catalogue.execute(_ID_OF, {"file": file})
    if not found:
        return ()
    own = found[0][0]
    rows = catalogue.execute(_KEYS_OF, {"article": own})
    catalogue.database.keyword_tables.remove(connection, [id_ for id_, _ in rows])
    connection.execute(delete(ARTICLES).where(ARTICLES.c.id == own))
    connection.execute(delete(ARRIVALS).where(_R.file == file))
    return tuple(key for _, key in rows)

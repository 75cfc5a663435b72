"""An article made ready for the catalogue: its sentences, passages, index terms, and vectors."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields

from rag.index.keywords import KeywordRow
from rag.index.names import name_terms
from rag.index.nodes import indexed_text, passage_key
from rag.index.records import ArticleState, PreparedArticle, PreparedPassage
from rag.index.terms import terms
from rag.models.ports import Embedder
from rag.reading.orders import mark_orders
from rag.reading.passages import split_passages
from rag.reading.sentences import split_sentences
from rag.types import Article, Passage, Sentence

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
PREPARATION = "3"
"""Raised when sentences, passages or index terms are made in another way, so that articles are prepared again."""


FACTS = tuple(f.name for f in fields(Article))


@dataclass(frozen=True, slots=True)
class SplitArticle:
    """An article with its sentences and passages, not yet embedded."""

    article: Article
    source: str
    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]


def article_digest(article: Article) -> str:
    """SHA-256 over all that is known of an article, and over the way in which it is prepared."""
    facts = (PREPARATION, *(str(getattr(article, name)) for name in FACTS))
    return hashlib.sha256("\0".join(facts).encode()).hexdigest()


def split_article(article: Article, source: str, embedder: Embedder) -> SplitArticle:
    """Cut an article into sentences, and into passages of a size that suits the embedder."""
    sentences = mark_orders(article.text, split_sentences(article.text, article.language))
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

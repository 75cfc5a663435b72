"""The values that go into the catalogue and come out of it."""

from __future__ import annotations

from dataclasses import dataclass

from rag.models.ports import Vectors
from rag.types import Article, Passage, Sentence


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

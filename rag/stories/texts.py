"""The articles of a library as this room reads them: sentences without boilerplate, and their vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.index.shelf import Shelved
from rag.index.store import Store
from rag.progress import UNWATCHED, Watch
from rag.stories.profiles import ArticleText
from rag.stories.types import Told

SHORTEST = 20
"""Characters; shorter sentences tell nothing that could be compared."""


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article and those of its sentences that tell something, in reading order."""

    file: str
    title: str
    publisher: str
    published: str
    language: str
    sentences: tuple[Told, ...]
    headings: tuple[Told, ...]

    @property
    def text(self) -> str:
        """What the article is compared by: its title, unless the text begins with it, its headings and sentences."""
        parts = sorted((*self.headings, *self.sentences), key=lambda t: t.start)
        body = "\n".join(p.text for p in parts)
        return body if body.startswith(self.title) else f"{self.title}\n{body}"


def read_articles(store: Store, files: Sequence[str] | None = None, watch: Watch = UNWATCHED) -> list[ReadArticle]:
    """Read all articles of a library, or these, in the order of their file names; unknown files are left out."""
    store.shelf.refresh()
    names = [name.file for name in store.catalogue.names()] if files is None else sorted(set(files))
    found = (store.shelf.get(name) for name in watch.each("reading articles", names))
    return [_read(shelved) for shelved in found if shelved is not None]


def _read(shelved: Shelved) -> ReadArticle:
    a = shelved.article
    places = [(s.kind, Told(a.file, s.start, s.end, shelved.text(s))) for s in shelved.sentences]
    sentences = tuple(told for kind, told in places if kind == "text" and len(told.text) >= SHORTEST)
    headings = tuple(told for kind, told in places if kind == "heading")
    return ReadArticle(a.file, a.title, a.publisher, a.published, a.language, sentences, headings)


def as_text(article: ReadArticle) -> ArticleText:
    """What of an article its likeness to others is measured by."""
    return ArticleText(article.file, article.text, article.language, article.published)

"""What is remembered of a file that was read, whoever has read it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rag.embed.port import Embedder
from rag.progress import Skipped
from rag.results.answers import Article
from rag.store.article_digest import article_digest
from rag.store.catalogue import ArticleState, FileState


def state_of(article: Article, source: str, embedder: Embedder) -> ArticleState:
    """What decides whether an article, read from the file `source`, has to be indexed again."""
    return ArticleState(source, article_digest(article), embedder.name)


def read_state(stamp: str, skipped: Sequence[Skipped]) -> FileState:
    """Of a file that could be read, but for some records."""
    return FileState(stamp, json.dumps([[s.file, s.reason] for s in skipped]))


def failed_state(name: str, stamp: str, reason: str, *, kept: bool) -> FileState:
    """Of a file that could not be read. `kept` says that there are articles of it, which were read earlier."""
    if kept:  # the next sync tries again, as the stamp is forgotten
        reason, stamp = f"{reason} (the version read earlier is kept)", ""
    return read_state(stamp, [Skipped(name, reason)])


def skipped_of(state: FileState) -> list[Skipped] | None:
    """What was skipped of a file; None if that is not what we wrote, as in a stranger's catalogue."""
    try:
        return [Skipped(str(file), str(reason)) for file, reason in json.loads(state.skipped)]
    except (TypeError, ValueError, RecursionError):
        return None

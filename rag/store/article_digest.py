"""The digest of an article, kept with it when it is read: by it an article that has changed, or decayed, is known."""

from __future__ import annotations

import hashlib
from dataclasses import fields

from rag.results.answers import Article

PREPARATION = "5"
"""Raised when sentences, passages or index terms are made in another way, so that articles are prepared again."""
FACTS = tuple(f.name for f in fields(Article) if f.name not in ("author", "locators"))
"""What every digest covers; what articles did not have from the beginning is covered where they have it."""


def article_digest(article: Article, preparation: str = PREPARATION) -> str:
    """SHA-256 over all that is known of an article, and over the way in which it is prepared."""
    located = [f"{own.start} {own.label}" for own in article.locators]
    facts = (preparation, *(str(getattr(article, name)) for name in FACTS), *filter(None, [article.author]), *located)
    return hashlib.sha256("\0".join(facts).encode()).hexdigest()


def is_digest_of(article: Article, digest: str) -> bool:
    """Whether the digest was made of just this article, by this version of the program or an earlier one."""
    return any(article_digest(article, str(number)) == digest for number in range(int(PREPARATION), 0, -1))

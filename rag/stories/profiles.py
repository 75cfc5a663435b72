"""What articles are compared by: their words, names, numbers and openings, as bags and as vectors."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.grounding.matching import Embed
from rag.grounding.rarity import rarity
from rag.index.names import name_terms
from rag.index.terms import terms
from rag.models.ports import Vectors
from rag.stories.bags import Bags, pack

OPENING = 60
"""Words at the head of an article, its title included, that tell what happened."""
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What of an article is compared: its words without boilerplate, its title first if the text lacks it."""

    file: str
    text: str
    language: str = ""
    published: str = ""


@dataclass(frozen=True)
class Profiles:
    """All articles as they are compared, a row each in every bag and matrix."""

    texts: tuple[ArticleText, ...]
    words: Bags
    names: Bags
    opening: Bags
    numbers: Bags
    opening_vectors: Vectors


def make_profiles(texts: Sequence[ArticleText], embed: Embed) -> Profiles:
    """Make profiles of articles. `embed` gives unit vectors of texts and must be quick."""
    openings = [" ".join(t.text.split()[:OPENING]) for t in texts]
    words = [terms(t.text, (t.language or "en",)) for t in texts]
    opening = [terms(o, (t.language or "en",)) for o, t in zip(openings, texts, strict=True)]
    return Profiles(
        tuple(texts),
        pack([Counter(w) for w in words], rarity),
        pack([Counter(name_terms(t.text)) for t in texts], rarity),
        pack([Counter(o) for o in opening], rarity),
        pack([dict.fromkeys(NUMBER.findall(t.text), 1) for t in texts], rarity),
        embed(openings),
    )

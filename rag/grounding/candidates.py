"""From retrieved passages to candidates: the sentences of the catalogue that an answer may quote."""

from __future__ import annotations

from collections.abc import Container, Sequence

from rag.grounding.evidence import Candidate, CandidateSentence
from rag.index.shelf import Shelf
from rag.search.retriever import Retrieved
from rag.types import Article, Sentence

MOST = 8
"""Passages that are weighed for one question."""

Place = tuple[str, int, int]


def gather(
    shelf: Shelf, retrieved: Sequence[Retrieved], *, most: int = MOST, told: Container[Place] = ()
) -> tuple[Candidate, ...]:
    """Make candidates of the first `most` passages that have a sentence to quote, in the order given.

    Headings and boilerplate are left out, and so are the sentences whose (file, start, end) was `told` before.
    """
    candidates: list[Candidate] = []
    for passage in retrieved:
        if len(candidates) == most:
            break
        shelved = shelf.get(passage.stored.file)
        if shelved is None:
            continue
        article, sentences = shelved.article, shelved.sentences
        chosen = _quotable(article, sentences, passage.stored.passage.first, passage.stored.passage.last, told)
        if chosen:
            candidates.append(_candidate(article, sentences, chosen))
    return tuple(candidates)


def _quotable(
    article: Article, sentences: Sequence[Sentence], first: int, last: int, told: Container[Place]
) -> tuple[CandidateSentence, ...]:
    return tuple(
        CandidateSentence(first + i, s.start, s.end, article.text[s.start : s.end])
        for i, s in enumerate(sentences[first:last])
        if s.kind == "text" and (article.file, s.start, s.end) not in told
    )


def _candidate(article: Article, sentences: Sequence[Sentence], chosen: tuple[CandidateSentence, ...]) -> Candidate:
    opening = next((s for s in sentences if s.kind == "text"), None)
    lead = article.text[opening.start : opening.end] if opening and opening.start != chosen[0].start else ""
    return Candidate(article.file, chosen, article.title, lead, article.language or "en")

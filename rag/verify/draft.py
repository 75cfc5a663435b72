"""A user's draft checked against a whole library: each sentence with the evidence that supports it.

For each sentence passages are retrieved, their sentences are the evidence, and the checker decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.progress import SILENT, Progress
from rag.results.answers import Citation
from rag.results.spans import CheckedSentence, Quote
from rag.retrieval.retriever import Retrieved, Retriever, spread
from rag.store.article_cache import ArticleCache
from rag.text.language import detect_language
from rag.text.sentences import split_sentences
from rag.text.tokens import tokens_of
from rag.verdicts import Fault
from rag.verify.check import Claim, Verdict
from rag.verify.checkers import Checker

PASSAGES = 8
"""Passages whose sentences are the evidence for one sentence of the text."""

ASKING = ("?", "？", "؟")
CLOSING = " \n\"'”’»」』)"
"""What may stand behind the sign that ends a sentence."""


@dataclass(frozen=True, slots=True)
class CheckedText:
    """The sentences of a text that were checked, and remarks for the reader."""

    sentences: tuple[CheckedSentence, ...]
    notes: tuple[str, ...] = ()


def check_text(
    text: str,
    retriever: Retriever,
    article_cache: ArticleCache,
    checker: Checker,
    *,
    files: Sequence[str] | None = None,
    progress: Progress = SILENT,
) -> CheckedText:
    """Check each sentence of a text against the articles `files`, or all.

    Questions, and sentences without telling words, are left out: they state nothing. Raises Cancelled once cancelled.
    """
    starts, claims, verdicts = [], [], []
    before = ""
    for sentence in progress.each("checking", split_sentences(text, detect_language(text))):
        words = text[sentence.start : sentence.end]
        if words.rstrip(CLOSING).endswith(ASKING) or not any(token.telling for token in tokens_of(words)):
            continue
        found = spread(retriever.retrieve(retriever.query(words), files), PASSAGES)
        places = _places(found, article_cache)
        starts.append(sentence.start)
        claims.append(Claim(words, tuple(places), before))
        verdicts.append(checker.check(claims[-1]))
        before = words
    review = checker.review(claims, verdicts)
    numbers: dict[tuple[str, int, int], int] = {}
    checked = [
        _checked(start, claim.sentence, verdict, tuple(_cite(claim.evidence[i], numbers) for i in verdict.evidence))
        for start, claim, verdict in zip(starts, claims, review.verdicts, strict=True)
    ]
    return CheckedText(tuple(checked), review.notes)


def _places(found: Sequence[Retrieved], article_cache: ArticleCache) -> list[Quote]:
    """The sentences of the passages, each once, in the order of the articles."""
    chosen: dict[tuple[str, int], Quote] = {}
    for retrieved in found:
        stored = retrieved.stored
        cached = article_cache.get(stored.file)
        if cached is None:
            continue
        for s in cached.sentences[stored.passage.first : stored.passage.last]:
            if s.kind in ("text", "heading"):
                chosen[stored.file, s.start] = Quote(stored.file, s.start, s.end, cached.text(s))
    return [chosen[key] for key in sorted(chosen)]


def _cite(place: Quote, numbers: dict[tuple[str, int, int], int]) -> Citation:
    number = numbers.setdefault((place.file, place.start, place.end), len(numbers) + 1)
    return Citation(number, place.file, place.start, place.end, place.text)


def _checked(start: int, words: str, verdict: Verdict, citations: tuple[Citation, ...]) -> CheckedSentence:
    faults = tuple(Fault(f.kind, start + f.start, start + f.end, f.reason, f.instead) for f in verdict.faults)
    return CheckedSentence(start, start + len(words), words, verdict.support, verdict.score, citations, faults)

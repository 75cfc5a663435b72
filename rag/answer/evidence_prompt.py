"""The evidence as a language model is given it: keyed sentences under their articles' names, fenced, as data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.answer.evidence import Evidence
from rag.llm.citation_marks import key_of
from rag.llm.prompts import fence_of, fenced
from rag.results.answers import Article, shorten
from rag.results.spans import Quote
from rag.store.article_cache import ArticleCache
from rag.text.injection import is_injection

LONGEST_NAME = 120
"""Characters of a title or a publisher."""


@dataclass(frozen=True, slots=True)
class EvidenceSentence:
    """A sentence that an answer may rest on, its key, and its value: how probably it is part of the answer."""

    key: str
    place: Quote
    value: float


@dataclass(frozen=True, slots=True)
class EvidenceBlock:
    """The text that goes into a prompt, its fence, the sentences in it, and how many did not fit."""

    text: str
    fence: str
    sentences: tuple[EvidenceSentence, ...]
    left_out: int


def key_sentences(weighed: Sequence[Evidence]) -> tuple[EvidenceSentence, ...]:
    """The sentences of weighed passages, each once and under a key, best article first and in reading order."""
    best: dict[str, float] = {}
    found: dict[tuple[str, int], EvidenceSentence] = {}
    keys: set[str] = set()
    for evidence in weighed:
        candidate = evidence.candidate
        best[candidate.file] = max(best.get(candidate.file, 0.0), evidence.probability)
        for sentence, probability in zip(candidate.sentences, evidence.sentences, strict=True):
            place = Quote(candidate.file, sentence.start, sentence.end, sentence.text)
            value = evidence.probability * (1 + float(probability)) / 2
            known = found.get((place.file, place.start))
            key = known.key if known else key_of(place.file, place.text, keys)
            keys.add(key)
            if known is None or value > known.value:
                found[place.file, place.start] = EvidenceSentence(key, place, value)
    return tuple(sorted(found.values(), key=lambda s: (-best[s.place.file], s.place.file, s.place.start)))


def make_block(
    sentences: Sequence[EvidenceSentence],
    article_cache: ArticleCache,
    budget: int,
    count: Callable[[Sequence[str]], list[int]],
) -> EvidenceBlock:
    """Write the sentences of the greatest value that fit into `budget` tokens, whole, in the order given."""
    heads = {file: _head(article_cache, file) for file in dict.fromkeys(s.place.file for s in sentences)}
    lines = {s.key: f"[{s.key}] {fenced(s.place.text)}" for s in sentences}
    texts = [*heads.values(), *lines.values()]
    cost = dict(zip([*heads, *lines], (n + 1 for n in count(texts)), strict=True))
    chosen: set[str] = set()
    for sentence in sorted(sentences, key=lambda s: -s.value):
        price = cost[sentence.key] + (0 if sentence.place.file in chosen else cost[sentence.place.file])
        if price <= budget:
            budget -= price
            chosen |= {sentence.key, sentence.place.file}
    kept = tuple(s for s in sentences if s.key in chosen)
    written: list[str] = []
    for file, head in heads.items():
        own = [lines[s.key] for s in kept if s.place.file == file]
        written.extend([head, *own, ""] if own else [])
    text = "\n".join(written).rstrip()
    return EvidenceBlock(text, fence_of(text), kept, len(sentences) - len(kept))


def _head(article_cache: ArticleCache, file: str) -> str:
    cached = article_cache.get(file)
    article = cached.article if cached else Article(file, "")
    names = (n for n in (article.title or file, article.publisher, article.published) if n and not is_injection(n))
    return f"Article: {' | '.join(shorten(fenced(name), LONGEST_NAME) for name in names)}"

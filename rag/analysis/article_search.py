"""Which articles bear on a subject: those that have its rarer words, and one sentence of each."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rag.analysis.read_articles import ReadArticle
from rag.progress import SILENT, Progress
from rag.results.listings import ArticleList, ListedArticle
from rag.results.spans import Quote
from rag.text.idf import rarity
from rag.text.name_keys import name_terms
from rag.text.terms import all_stop_words, terms, words

ENOUGH = 0.6
"""The share of a subject's words, weighed by their rarity, that an article on it has."""


def list_articles(articles: Sequence[ReadArticle], focus: str = "", progress: Progress = SILENT) -> ArticleList:
    """The articles that bear on a subject, those with most of its words first; all if it is "". Raises Cancelled."""
    if not focus.strip():
        return ArticleList("", tuple(_listed(a, a.sentences[:1]) for a in articles), len(articles))
    held = [_terms_of(a.text, a.language) for a in progress.each("reading articles", articles)]
    wanted = _wanted(focus, [a.language for a in articles])
    weights = {w: rarity(min(w), sum(bool(w & own) for own in held), len(held)) for w in wanted}
    weights = {w: weight for w, weight in weights.items() if any(w & own for own in held)}
    total = sum(rarity(min(w), 0, len(held)) if w not in weights else weights[w] for w in wanted)
    shares = [sum(weight for w, weight in weights.items() if w & own) / (total or 1.0) for own in held]
    found = sorted((i for i, share in enumerate(shares) if share >= ENOUGH), key=lambda i: -shares[i])
    return ArticleList(focus, tuple(_best(articles[i], list(weights)) for i in found), len(articles))


def _wanted(focus: str, languages: Collection[str]) -> list[frozenset[str]]:
    """The subject's telling words, each as all terms that it may be found by."""
    known = sorted({language or "en" for language in languages})
    found = {word: frozenset((*terms(word, known), *name_terms(word))) for word in focus.split()}
    telling = {word: own for word, own in found.items() if not set(words(word)) <= all_stop_words() and own}
    return list(dict.fromkeys((telling or found).values()))


def _terms_of(text: str, language: str) -> frozenset[str]:
    return frozenset((*terms(text, (language or "en",)), *name_terms(text)))


def _best(article: ReadArticle, wanted: Sequence[frozenset[str]]) -> ListedArticle:
    """The article with the first of those sentences that have most of the subject's words."""
    counts = [sum(bool(w & _terms_of(quote.text, article.language)) for w in wanted) for quote in article.sentences]
    return _listed(article, article.sentences[counts.index(max(counts)) :] if counts else ())


def _listed(article: ReadArticle, quotes: Sequence[Quote]) -> ListedArticle:
    place = quotes[0] if quotes else Quote(article.file, 0, 0, "")
    return ListedArticle(article.file, article.title, article.publisher, article.published, place)

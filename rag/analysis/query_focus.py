"""Query focus: how relevant facts are to a focus, by their own words and by the articles that state them.

An article on a subject states several facts about it. So a fact without a word of the focus is relevant if articles on
the focus state it and others do not; an article is on the focus if its sentences match it, or if it states many of the
best facts (relevance feedback over articles instead of words).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.analysis.near_duplicates import comparable_words, general_weight
from rag.analysis.read_articles import Rows
from rag.analysis.sentence_graph import SentenceGraph
from rag.text.idf import rarity
from rag.text.terms import WORD
from rag.text.word_similarity import Embed

Numbers = NDArray[np.float64]

OWN = 0.2
"""What a standard deviation of a fact's own relevance counts."""
COMPANY = 4.8
"""What the logarithm of the share of tellers that deal with the focus, over the usual share, counts."""
FEW_ARTICLES = 20
"""Company counts half among so many articles, and hardly at all among two or three."""
BEST = 2
"""Sentences of a fact, and of an article, whose relevance is its relevance."""
STEEP = 4.5
FOREMOST, A_FIFTH = 20, 5
"""An article deals with the focus with the probability 1 / (1 + exp(-STEEP (z / top - 1/2))), z being how many standard
deviations it stands above the mean, and top the mean of that over the foremost twenty articles, or over the foremost
fifth if that is less: in a library of many subjects only the few articles of the one deal with it."""
FEEDBACK = 1.5
"""What the number of best facts that an article tells counts beside its sentences' relevance."""
ROUNDS = 4
FIT_COSINE, FIT_WORDS = 0.12, 0.1
"""The cosine, and the share of the focus's word weight, of which the best sentence must have one."""
DOUBT = 2.0
"""The weight, in tellers, of the usual share against a fact's own."""
MANY = 12
"""Best facts that give feedback."""


@dataclass(frozen=True, slots=True)
class Relevance:
    """What a fact's own words and its articles count, in log odds, and the probability that an article is on the focus.

    `bears` says for each fact whether it bears on the focus at all. Without a focus a fact's own words count by how
    near they are to the whole of the articles, and all facts bear.
    """

    own: Numbers
    company: Numbers
    articles: Numbers
    bears: NDArray[np.bool_]


def relevance_of(
    graph: SentenceGraph, members: Sequence[Rows], tellers: Sequence[Rows], focus: str, embed: Embed
) -> Relevance:
    """Weigh facts by a focus. `embed` gives unit vectors and must be quick."""
    articles = int(graph.article.max()) + 1 if len(graph.article) else 0
    nothing = np.zeros(len(members))
    if not focus.strip() or not members:
        return Relevance(_centrality(graph, members), nothing, np.ones(articles), np.ones(len(members), bool))
    plain = sentence_relevance(graph, focus, embed)
    own = OWN * _standard(np.array([_best_mean(plain[m]) for m in members]))
    ends = np.searchsorted(graph.article, np.arange(articles + 1))
    at_first = _standard(np.array([_best_mean(plain[a:b]) for a, b in pairwise(ends)]))
    support = np.array([np.log(len(t)) * (len(t) > 2) - 2.0 * (len(t) < 3) for t in tellers]) * 0.6
    probability = _dealing(at_first)
    company = nothing
    for _ in range(ROUNDS):
        usual = probability.mean()
        share = np.array([(probability[t].sum() + DOUBT * usual) / (len(t) + DOUBT) for t in tellers])
        company = COMPANY * articles / (articles + FEW_ARTICLES) * np.log(share / usual)
        chosen = np.argsort(-(own + company + support), kind="stable")[:MANY]
        stating = np.zeros(articles)
        for i in chosen:
            stating[tellers[i]] += 1
        probability = _dealing(_standard(at_first + FEEDBACK * _standard(stating)))
    held = np.array([plain[m].max() for m in members])
    return Relevance(own, company, probability, (company > 0) | (held > np.median(plain) + plain.std()))


def _centrality(graph: SentenceGraph, members: Sequence[Rows]) -> Numbers:
    if not members:
        return np.zeros(0)
    central = graph.vectors @ graph.vectors.mean(axis=0)
    return OWN * _standard(np.array([float(central[m].mean()) for m in members]))


def sentence_relevance(graph: SentenceGraph, focus: str, embed: Embed) -> Numbers:
    """For each sentence the cosine with the focus, and the share of the focus's words that it holds, standardised."""
    words = graph.words
    holding = [comparable_words(quote.text) for quote in graph.places]
    asked = {w for word in WORD.findall(focus) for w in comparable_words(word)} | comparable_words(focus)
    frequency = {w: sum(w in held for held in holding) for w in asked}
    weights = {w: rarity(w, n, len(words)) for w, n in frequency.items() if n}
    lexical = np.array([sum(weight for w, weight in weights.items() if w in held) for held in holding])
    cosines = graph.vectors @ embed([focus])[0]
    return _standard(np.asarray(cosines, np.float64)) + _standard(lexical)


def bearing_sentences(graph: SentenceGraph, focus: str, embed: Embed) -> frozenset[int]:
    """The sentences that bear on a focus, by number; all if it is what most articles are about, or if none does."""
    every = frozenset(range(len(graph.places)))
    if not focus.strip() or not every:
        return every
    articles: dict[str, set[str]] = {w: set() for w in comparable_words(focus)}
    for quote in graph.places:
        for word in articles.keys() & comparable_words(quote.text):
            articles[word].add(quote.file)
    most = len({quote.file for quote in graph.places}) / 2
    if all(len(own) > most for own in articles.values()):
        return every
    relevance = sentence_relevance(graph, focus, embed)
    return frozenset(np.flatnonzero(relevance > np.median(relevance) + relevance.std()).tolist()) or every


def fits_nothing(graph: SentenceGraph, focus: str, embed: Embed) -> bool:
    """Whether no sentence shares a fair part of a focus's words, or is near it in meaning."""
    asked = {w for word in WORD.findall(focus) for w in comparable_words(word)} | comparable_words(focus)
    whole = sum(map(general_weight, asked))
    if not whole or not graph.places:
        return False
    if float((graph.vectors @ embed([focus])[0]).max()) >= FIT_COSINE:
        return False
    shared = (sum(map(general_weight, asked & comparable_words(quote.text))) for quote in graph.places)
    return max(shared) < FIT_WORDS * whole


def _standard(values: Numbers) -> Numbers:
    return np.asarray((values - values.mean()) / (values.std() + 1e-9), np.float64)


def _best_mean(values: Numbers) -> float:
    return float(np.sort(values)[-BEST:].mean()) if len(values) else 0.0


def _dealing(standard: Numbers) -> Numbers:
    foremost = max(1, min(FOREMOST, len(standard) // A_FIFTH))
    top = max(float(np.sort(standard)[-foremost:].mean()), 1e-6)
    return np.asarray(1 / (1 + np.exp(-STEEP * (standard / top - 0.5))), np.float64)

"""Evidence for an answer: whether a passage contains the answer to a question, and which of its sentences do.

Both are logistic regressions over the reader's output on the passage, the share of the question's words that it holds,
and cosines of their vectors; `tests/benchmarks/fit_answering.py` fits them (`answering.json`). No feature depends on
other passages or on the library's size, so a question gets the same score for the same article anywhere. Passages that
are not in English, which the reader cannot read, are scored by words and cosines alone.

Candidates are made from retrieved passages: the sentences of the catalogue that an answer may quote.
"""

from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from rag.answer.question import Question
from rag.answer.reader import UNREAD, Reader, Reading
from rag.results.answers import Article, Sentence
from rag.retrieval.retriever import Retrieved
from rag.store.article_cache import ArticleCache
from rag.text.tokens import words_of
from rag.text.word_similarity import Embed, Matrix, match_words

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CandidateSentence:
    """A sentence that may be quoted: its number in its article, its span [start, end), and its text."""

    index: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may hold the answer: sentences of one article, at least one. `language` is an ISO 639-1 code."""

    file: str
    sentences: tuple[CandidateSentence, ...]
    title: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Features:
    """The inputs of the regressions: `passage` of shape (p,), `sentences` (sentences, s).

    `read` says whether the reader's are among them.
    """

    passage: Values
    sentences: Values
    read: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """How probably a passage holds the answer, and for each of its sentences, how probably it is part of it then.

    `short` is what the reader takes for the short answer: the sentence and the span [start, end) in it, or None.
    """

    candidate: Candidate
    probability: float
    sentences: Values
    short: tuple[int, int, int] | None = None

    def short_in(self, sentence: int) -> str:
        """The short answer's words, if they stand in the sentence of this number; else ""."""
        if self.short is None or self.short[0] != sentence:
            return ""
        return self.candidate.sentences[sentence].text[self.short[1] : self.short[2]]


PASSAGE_FEATURES = ("words", "cosine")
SENTENCE_FEATURES = ("words", "cosine")
READER_PASSAGE_FEATURES = ("answerable", "span")
READER_SENTENCE_FEATURES = ("sentence", "in span")


@dataclass(frozen=True, slots=True)
class Regression:
    """A logistic regression."""

    intercept: float
    weights: Values

    def probability(self, features: Values) -> Values:
        """Probabilities of shape (n,) for features of shape (n, len(weights))."""
        result: Values = 1 / (1 + np.exp(-(self.intercept + features @ self.weights)))
        return result


@dataclass(frozen=True, slots=True)
class Scorer:
    """The two regressions. A passage is quoted from a probability of 0.5 on: the fit puts the intercept there."""

    passage: Regression
    sentence: Regression


@cache
def fitted() -> Mapping[bool, Scorer]:
    """The fitted numbers of `answering.json`: for passages that the reader has read, and for others."""
    fit = json.loads((files(__package__) / "answering.json").read_text("utf-8"))
    return {read: read_scorer(fit["with reader" if read else "without reader"]) for read in (True, False)}


def read_scorer(fit: Mapping[str, Mapping[str, float]]) -> Scorer:
    """A scorer from its numbers, as `answering.json` holds them: for each regression, features in order, intercept."""
    passage, sentence = (
        Regression(part["intercept"], np.array([v for name, v in part.items() if name != "intercept"]))
        for part in (fit["passage"], fit["sentence"])
    )
    return Scorer(passage, sentence)


def score_candidates(
    question: Question, candidates: Sequence[Candidate], embed: Embed, reader: Reader | None = None
) -> tuple[Evidence, ...]:
    """Score each candidate, in the order given. `embed` gives unit vectors of texts and must be quick.

    The weights were fitted with the embedded default's vectors, whatever embedder the library is searched with.
    To a question without words nothing is evidence.
    """
    if not question.words:
        return tuple(Evidence(c, 0.0, np.zeros(len(c.sentences))) for c in candidates)
    readings = read_candidates(question, candidates, reader)
    evidence = []
    measured = measure(question, candidates, embed, readings)
    for candidate, features, reading in zip(candidates, measured, readings, strict=True):
        scorer = fitted()[features.read]
        probability = float(scorer.passage.probability(features.passage[None])[0])
        sentences = scorer.sentence.probability(features.sentences)
        evidence.append(Evidence(candidate, probability, sentences, reading.span if reading else None))
    return tuple(evidence)


def read_candidates(question: Question, candidates: Sequence[Candidate], reader: Reader | None) -> list[Reading | None]:
    """What the reader makes of each candidate; None for one in another language than English, or without a reader."""
    readings: list[Reading | None] = [None] * len(candidates)
    if reader is not None:
        readable = [i for i, candidate in enumerate(candidates) if candidate.language == "en"]
        passages = [(candidates[i].title, [s.text for s in candidates[i].sentences]) for i in readable]
        for i, reading in zip(readable, reader.read(question.in_context or question.text, passages), strict=True):
            readings[i] = reading
    return readings


def measure(
    question: Question, candidates: Sequence[Candidate], embed: Embed, readings: Sequence[Reading | None]
) -> tuple[Features, ...]:
    """The features of each candidate for a question with words. It takes all at once, as that is quicker."""
    texts = [s.text for c in candidates for s in c.sentences]
    words = [words_of(s.text, c.language) for c in candidates for s in c.sentences]
    titles = [words_of(c.title, c.language) for c in candidates]
    matches = match_words(question.words, [*words, *titles], embed)
    vectors = embed([question.text, *texts])
    features = []
    first = 0
    for candidate, title, reading in zip(candidates, matches[len(words) :], readings, strict=True):
        rows = slice(first, first + len(candidate.sentences))
        shared = _shared_words(question, candidate, matches[rows], title, vectors[1:][rows], vectors[0])
        features.append(shared if reading is None else _with_reading(shared, reading))
        first = rows.stop
    return tuple(features)


def _with_reading(features: Features, reading: Reading) -> Features:
    scores = np.maximum(reading.sentences, UNREAD)
    in_span = np.zeros(len(scores))
    if reading.span is not None:
        in_span[reading.span[0]] = 1.0
    passage = np.concatenate([features.passage, [reading.answerable, max(reading.span_score, UNREAD)]])
    return Features(passage, np.column_stack([features.sentences, scores, in_span]), True)


def _shared_words(
    question: Question, candidate: Candidate, matches: Matrix, title: Matrix, vectors: Matrix, asked: Matrix
) -> Features:
    """The shares of the question's weight that the sentences hold, or the article's title, and the cosines with it."""
    weights = np.array([w.weight for w in question.words])
    lengths = np.array([s.end - s.start for s in candidate.sentences], float)
    whole = np.sqrt(lengths) @ vectors
    passage = [
        (np.maximum(matches, title >= 1) @ weights).max() / weights.sum(),
        float(whole @ asked) / max(float(np.linalg.norm(whole)), 1e-9),
    ]
    sentences = np.stack([matches @ weights / weights.sum(), vectors @ asked], axis=1)
    return Features(np.array(passage, float), sentences.astype(float), False)


MOST_PASSAGES = 12
"""Passages that are read for one question."""

Place = tuple[str, int, int]


def gather(
    article_cache: ArticleCache,
    retrieved: Sequence[Retrieved],
    *,
    most: int = MOST_PASSAGES,
    shown: Container[Place] = (),
) -> tuple[Candidate, ...]:
    """Make candidates of the first `most` passages that have a sentence to quote, in the order given.

    Headings and boilerplate are left out, and so are the sentences whose (file, start, end) was `shown` before.
    """
    candidates: list[Candidate] = []
    for passage in retrieved:
        if len(candidates) == most:
            break
        cached = article_cache.get(passage.stored.file)
        if cached is None:
            continue
        article, sentences = cached.article, cached.sentences
        chosen = _quotable(article, sentences, passage.stored.passage.first, passage.stored.passage.last, shown)
        if chosen:
            candidates.append(Candidate(article.file, chosen, article.title, article.language or "en"))
    return tuple(candidates)


def _quotable(
    article: Article, sentences: Sequence[Sentence], first: int, last: int, shown: Container[Place]
) -> tuple[CandidateSentence, ...]:
    return tuple(
        CandidateSentence(first + i, s.start, s.end, article.text[s.start : s.end])
        for i, s in enumerate(sentences[first:last])
        if s.kind == "text" and (article.file, s.start, s.end) not in shown
    )

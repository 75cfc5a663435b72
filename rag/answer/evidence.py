"""Evidence for an answer: whether a passage holds the answer to a question, and which of its sentences do.

Both are logistic models over a few plain signs, fitted by `tests/benchmarks/fit_answering.py`; the weights are in
`answering.json`. All signs are relative to the question, none to the length or place of the passage.

From retrieved passages to candidates: the sentences of the catalogue that an answer may quote.
"""

from __future__ import annotations

import json
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.answer.question import Question, kind_match
from rag.results.answers import Article, Sentence
from rag.retrieval.retriever import Retrieved
from rag.store.article_cache import Shelf
from rag.text.tokens import Word, words_of
from rag.text.word_similarity import Embed, Matrix, is_names, match_words

Values = NDArray[np.float64]

LEAD = 0.7
"""What a question's word counts that stands only in the article's first sentence, not in its title."""
NEIGHBOUR = 0.9
"""What a question's word counts that stands only in the sentence before or after."""
ELSEWHERE = 0.8
"""What a name counts that stands only elsewhere in the passage."""


@dataclass(frozen=True, slots=True)
class CandidateSentence:
    """A sentence that may be quoted: its number in its article, its span [start, end), and its text."""

    index: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may hold the answer: consecutive sentences of one article, at least one.

    `lead` is the article's first sentence, "" if the passage begins with it; `language` an ISO 639-1 code.
    """

    file: str
    sentences: tuple[CandidateSentence, ...]
    title: str = ""
    lead: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Signs:
    """The models' inputs: `passage` has the shape (len(PASSAGE_SIGNS),), `sentences` (n, len(SENTENCE_SIGNS))."""

    passage: Values
    sentences: Values


@dataclass(frozen=True, slots=True)
class Evidence:
    """How probably a passage holds the answer, and for each of its sentences, how probably it is part of it then."""

    candidate: Candidate
    probability: float
    sentences: Values


PASSAGE_SIGNS = ("context", "subject", "rarest", "relation", "kind", "order")
SENTENCE_SIGNS = ("words", "cosine", "kind", "behind", "subject")
BEHIND = SENTENCE_SIGNS.index("behind")
"""How far a sentence stays behind the best of all candidates."""


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic model."""

    intercept: float
    weights: Values

    def probability(self, signs: Values) -> Values:
        """Probabilities of shape (n,) for signs of shape (n, len(weights))."""
        result: Values = 1 / (1 + np.exp(-(self.intercept + signs @ self.weights)))
        return result


@dataclass(frozen=True, slots=True)
class Models:
    """The two fitted models, and the probability that a passage must reach to be quoted."""

    passage: Model
    sentence: Model
    bar: float


@cache
def fitted() -> Models:
    """Read the fitted numbers from `answering.json`."""
    fit = json.loads((files(__package__) / "answering.json").read_text("utf-8"))

    def model(name: str, signs: Sequence[str]) -> Model:
        weights = fit[name]["weights"]
        return Model(fit[name]["intercept"], np.array([weights[sign] for sign in signs]))

    return Models(model("passage", PASSAGE_SIGNS), model("sentence", SENTENCE_SIGNS), fit["bar"])


def weigh(question: Question, candidates: Sequence[Candidate], embed: Embed) -> tuple[Evidence, ...]:
    """Weigh each candidate, in the order given. `embed` gives unit vectors of texts and must be quick.

    The weights were fitted with the embedded default's vectors, whatever embedder the library is searched with.
    To a question without words nothing is evidence.
    """
    if not question.words:
        return tuple(Evidence(c, 0.0, np.zeros(len(c.sentences))) for c in candidates)
    models = fitted()
    return tuple(
        Evidence(
            candidate,
            float(models.passage.probability(signs.passage[None])[0]),
            models.sentence.probability(signs.sentences),
        )
        for candidate, signs in zip(candidates, read_signs(question, candidates, embed), strict=True)
    )


def read_signs(question: Question, candidates: Sequence[Candidate], embed: Embed) -> tuple[Signs, ...]:
    """Read the signs of each candidate for a question with words. It takes all at once, as that is quicker."""
    texts = [s.text for c in candidates for s in c.sentences]
    words = [words_of(s.text, c.language) for c in candidates for s in c.sentences]
    heads = [words_of(text, c.language) for c in candidates for text in (c.title, c.lead)]
    matches = match_words(question.words, [*words, *heads], embed)
    names = is_names(question.words, words)
    vectors = embed([question.text, *texts])
    signs = []
    first = 0
    for number, candidate in enumerate(candidates):
        rows = slice(first, first + len(candidate.sentences))
        title, lead = matches[len(words) + 2 * number :][:2]
        head = np.maximum(title >= 1, LEAD * (lead >= 1))
        body = vectors[1:][rows]
        signs.append(_signs(question, candidate, words[rows], matches[rows], head, names, body, vectors[0]))
        first = rows.stop
    best = max((s.sentences[:, BEHIND].max() for s in signs), default=0.0)
    for s in signs:
        s.sentences[:, BEHIND] = best - s.sentences[:, BEHIND]
    return tuple(signs)


def _signs(
    question: Question,
    candidate: Candidate,
    words: Sequence[Sequence[Word]],
    matches: Matrix,
    head: Matrix,
    names: NDArray[np.bool_],
    vectors: Matrix,
    asked: Matrix,
) -> Signs:
    weights = np.array([w.weight for w in question.words])
    around = np.maximum(matches, NEIGHBOUR * _neighbours(matches))
    in_context = np.maximum(around, head)
    context = _share(in_context, weights)
    covered = _share(matches, weights)
    missing = _share(matches, weights * (1 - head), covered)
    relation = _share(np.maximum(matches, 0), np.sqrt(weights) * ~names, covered)
    named = _share(np.maximum(in_context, ELSEWHERE * matches.max(axis=0)), weights * names, np.ones(len(words)))
    kinds = np.array([kind_match(question.expected, s.text) for s in candidate.sentences])
    cosines = (vectors @ asked).astype(float)
    lengths = np.array([s.end - s.start for s in candidate.sentences], float)
    subject = np.sqrt(lengths) @ vectors
    everywhere = np.maximum(matches.max(axis=0), head)
    passage = [
        context.max(),
        float(subject @ asked) / max(float(np.linalg.norm(subject)), 1e-9),
        everywhere[weights.argmax()],
        (relation * named).max(),
        kinds.max(),
        float(np.sort(_orders(question, words))[-3:].sum()) / 3,
    ]
    kind = kinds * missing
    sentences = [covered, cosines, kind, covered + 0.5 * cosines + 0.3 * kind, np.full(len(words), passage[1])]
    return Signs(np.array(passage, float), np.stack(sentences, axis=1))


def _share(matches: NDArray[np.floating], weights: Values, otherwise: Values | None = None) -> Values:
    """The share of the weight that each row matches; `otherwise` if there is hardly any weight."""
    total = weights.sum()
    if total < 0.02 and otherwise is not None:
        return otherwise
    shares: Values = matches @ weights / max(total, 1e-9)
    return shares


def _neighbours(rows: NDArray[np.floating]) -> Values:
    """For each row, the greater of the rows before and after; 0 beyond the ends."""
    edge = np.zeros((1, rows.shape[1]))
    return np.asarray(np.maximum(np.concatenate([edge, rows[:-1]]), np.concatenate([rows[1:], edge])), float)


def _orders(question: Question, words: Sequence[Sequence[Word]]) -> Values:
    """For each sentence, the share of the question's pairs of neighbouring words that are neighbours there too."""
    shares = []
    for sentence in words:
        stems = [w.stem for w in sentence if w.telling]
        shares.append(len(question.pairs.intersection(pairwise(stems))))
    return np.array(shares, float) / max(len(question.pairs), 1)


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

"""Salience: the probability that a fact belongs to a summary of its story, and that it is what happened.

Both by a fitted logistic regression. Features are relative to the story: the position of the fact in its articles, the
number of independent reports that state it or something similar or open with it, and the wording of its best quote.
`tests/benchmarks/fit_summary.py` fits `salience.json`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from rag.analysis.facts import FactBook, newness
from rag.analysis.near_duplicates import comparable_words, general_weight
from rag.analysis.read_articles import Rows
from rag.text.text_cache import text_cache

Numbers = NDArray[np.float64]

MEAN_FEATURES = ("like leads", "word frequency", "similar reports", "alike reports")
"""Features of sentences whose mean over all tellings is the fact's; those of `WORDING` are the best telling's."""
WORDING = ("length", "short", "long", "number", "first or second person", "question")
FEATURES = (
    "log reports", "single report", "lead", "position", "newness", "other year", *MEAN_FEATURES, *WORDING,
)  # fmt: skip
"""What `fact_features` gives, in the order of its columns."""
LEAD_DECAY = 2.0
"""Sentences after which a sentence's place at the head of an article counts 1/e."""
LEADS, REPORTS = 3, 60
"""Opening sentences of a report, and reports at most, that a sentence is compared with."""
ALIKE = 0.4
"""The likeness from which a sentence of another report tells something like it."""
SHORT, LONG = 9, 40
"""Words below and above which a sentence is short or long."""

_WORD = re.compile(r"\w+")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|dozens|hundred|thousand|million)s?\b"
)
_PERSON = re.compile(r"\b(?:I|we|you|my|our|your|me|us)\b")
_SAID = re.compile(r"[\"“][^\"“”]*[\"”]")


@dataclass(frozen=True)
class _Wording:
    """What a sentence's words alone tell."""

    words: frozenset[str]
    weight: float
    years: frozenset[str]
    values: tuple[float, ...]
    """The features of `WORDING`."""


def salience(book: FactBook) -> Numbers:
    """The log odds for each fact of a book that it belongs to a summary of its story."""
    return log_odds(fact_features(book), fitted("salience", FEATURES))


def log_odds(features: Numbers, weights: Numbers) -> Numbers:
    """What a logistic regression gives for rows of features; the last weight is the intercept."""
    return np.asarray(features @ weights[:-1] + weights[-1], np.float64)


@cache
def fitted(name: str, features: tuple[str, ...]) -> Numbers:
    """The fitted weights of a regression's features, and its intercept."""
    values: Mapping[str, float] = json.loads((files(__package__) / "salience.json").read_text("utf-8"))[name]
    return np.array([values[feature] for feature in (*features, "intercept")])


def fact_features(book: FactBook) -> Numbers:
    """The features of each fact, shape (facts, len(FEATURES))."""
    made = np.zeros((len(book.members), len(FEATURES)))
    if not len(made):
        return made
    sentences = _sentence_features(book)
    new = newness(book)
    column = {name: n for n, name in enumerate(FEATURES)}
    means = [column[name] for name in MEAN_FEATURES]
    worded = [column[name] for name in WORDING]
    for i, own in enumerate(book.members):
        lead, position, other_year = (sentences[name][own] for name in ("lead", "position", "other year"))
        reports = int(book.reports[i])
        made[i, :6] = (
            np.log(reports), reports == 1, (lead.max() + lead.mean()) / 2, position.mean(), new[i], other_year[0]
        )  # fmt: skip
        made[i, means] = [sentences[name][own].mean() for name in MEAN_FEATURES]
        made[i, worded] = [sentences[name][own[0]] for name in WORDING]
    return made


def _sentence_features(book: FactBook) -> dict[str, Numbers]:
    """Every feature of each sentence."""
    graph = book.graph
    count = len(graph.places)
    start = np.searchsorted(graph.article, np.arange(len(book.articles)))
    length = np.bincount(graph.article, minlength=len(book.articles))
    index = np.arange(count) - start[graph.article]
    wording = [_wording(t.text) for t in graph.places]
    found = {name: np.zeros(count) for name in FEATURES}
    found["lead"] = np.exp(-index / LEAD_DECAY)
    found["position"] = index / np.maximum(length[graph.article], 1)
    for n, name in enumerate(WORDING):
        found[name] = np.array([w.values[n] for w in wording])
    originals = [book.originals[article.file] for article in book.articles]
    for own in book.sentences_by_story:
        _add_story_features(book, own, originals, wording, found)
    return found


def _add_story_features(
    book: FactBook, own: Rows, originals: Sequence[str], wording: Sequence[_Wording], found: Mapping[str, Numbers]
) -> None:
    """What the sentences of one story get by comparison with each other."""
    graph = book.graph
    of_article: dict[int, set[str]] = {}
    for s in own.tolist():
        of_article.setdefault(int(graph.article[s]), set()).update(wording[s].words)
    articles = sorted(of_article)
    holding = Counter(word for words in of_article.values() for word in words)
    years = Counter(year for s in own.tolist() for year in wording[s].years)
    usual = {year for year, _ in years.most_common(1)} | {book.articles[a].published[:4] for a in articles}
    others = max(1, len({originals[a] for a in articles}) - 1)
    found["like leads"][own] = _like_leads(book, own, originals)
    for s in own.tolist():
        w = wording[s]
        found["word frequency"][s] = sum(general_weight(x) * holding[x] for x in w.words) / len(articles) / w.weight
        found["other year"][s] = bool(w.years - usual)
        best: dict[str, float] = {}
        for other, likeness in graph.similar[s]:
            report = originals[graph.article[other]]
            if report != originals[graph.article[s]]:
                best[report] = max(best.get(report, 0.0), likeness)
        found["similar reports"][s] = sum(best.values()) / others
        found["alike reports"][s] = sum(value >= ALIKE for value in best.values()) / others


def _like_leads(book: FactBook, own: Rows, originals: Sequence[str]) -> Numbers:
    """For each sentence of a story its likeness to the likest opening sentence of other reports, their mean."""
    graph = book.graph
    openings: dict[str, list[int]] = {}
    for a in np.unique(graph.article[own]).tolist():
        start = int(np.searchsorted(graph.article, a))
        opening = range(start, min(start + LEADS, int(np.searchsorted(graph.article, a, side="right"))))
        openings.setdefault(originals[a], []).extend(opening)
    reports = list(openings)[:: -(-len(openings) // REPORTS)]
    leads = np.array([s for report in reports for s in openings[report]], np.intp)
    starts = np.cumsum([0, *(len(openings[report]) for report in reports[:-1])])
    likest = np.array([np.maximum.reduceat(graph.likeness(s, leads), starts) for s in own.tolist()], np.float64)
    other = np.array([[report != originals[graph.article[s]] for report in reports] for s in own.tolist()])
    return np.asarray((likest * other).sum(axis=1) / np.maximum(other.sum(axis=1), 1), np.float64)


@text_cache(maxsize=65_536)
def _wording(text: str) -> _Wording:
    words = comparable_words(text)
    count = len(_WORD.findall(text))
    values = (
        np.log(max(count, 1)),
        count < SHORT,
        count > LONG,
        bool(_NUMBER.search(text)),
        bool(_PERSON.search(_SAID.sub("", text))),
        text.rstrip().endswith("?"),
    )
    return _Wording(
        words,
        sum(map(general_weight, words)) or 1e-6,
        frozenset(_YEAR.findall(text)),
        tuple(map(float, values)),
    )

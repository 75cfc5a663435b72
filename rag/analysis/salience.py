"""Salience: the probability that a fact belongs to a summary of its story, by a fitted logistic regression.

Features are relative to the story: the position of the fact in its articles, the number of independent reports that
state it or something similar, its similarity to the story as a whole, and the wording of its best quote.
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

MEAN_FEATURES = (
    "centrality",
    "word frequency",
    "similar reports",
    "reports from 0.3",
    "reports from 0.4",
    "background",
)
"""Features of sentences whose mean over all tellings is the fact's; those of `WORDING` are the best telling's."""
WORDING = (
    "title", "length", "short", "long", "number", "names", "quotation", "perfect", "first or second person", "question",
)  # fmt: skip
FEATURES = (
    "log reports", "single report", "lead", "position", "newness", "other year", *MEAN_FEATURES, *WORDING,
)  # fmt: skip
"""What `fact_features` gives, in the order of its columns."""
LEAD_DECAY = 2.0
"""Sentences after which a sentence's place at the head of an article counts 1/e."""
SIMILAR, MORE_SIMILAR = 0.3, 0.4
"""Likenesses from which a sentence of another report tells something like it."""
SHORT, LONG = 9, 40
"""Words below and above which a sentence is short or long."""
MOST_NAMES = 4

_WORD = re.compile(r"\w+")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_QUOTED = re.compile(r"[\"“”]|``|''")
_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|dozens|hundred|thousand|million)s?\b"
)
_NAME = re.compile(r"(?<=[\w,;:] )[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*")
_PERSON = re.compile(r"\b(?:I|we|you|my|our|your|me|us)\b")
_SAID = re.compile(r"[\"“][^\"“”]*[\"”]")
_BACKGROUND = re.compile(
    r"\b(?:ago|previous(?:ly)?|earlier (?:this|in)|last (?:year|month|summer|decade)|since|former|history|decades?"
    r"|founded|born|career|in (?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_PERFECT = re.compile(r"\bhad (?:\w+ )?(?:been|\w+ed)\b")


@dataclass(frozen=True)
class _Wording:
    """What a sentence's words alone tell."""

    words: frozenset[str]
    weight: float
    years: frozenset[str]
    background: float
    values: tuple[float, ...]
    """The features of `WORDING` but the first."""


def salience(book: FactBook) -> Numbers:
    """The log odds for each fact of a book that it belongs to a summary of its story."""
    fitted = _fitted()
    return np.asarray(fact_features(book) @ fitted[0] + fitted[1], np.float64)


@cache
def _fitted() -> tuple[Numbers, float]:
    values: Mapping[str, float] = json.loads((files(__package__) / "salience.json").read_text("utf-8"))
    return np.array([values.get(name, 0.0) for name in FEATURES]), values["intercept"]


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
    found["background"] = np.array([w.background for w in wording])
    for n, name in enumerate(WORDING[1:]):
        found[name] = np.array([w.values[n] for w in wording])
    for own in book.sentences_by_story:
        _add_story_features(book, own, wording, found)
    return found


def _add_story_features(book: FactBook, own: Rows, wording: Sequence[_Wording], found: Mapping[str, Numbers]) -> None:
    """What the sentences of one story get by comparison with each other."""
    graph = book.graph
    articles = sorted(set(graph.article[own].tolist()))
    holding = Counter[str]()
    for a in articles:
        holding.update(frozenset[str]().union(*(wording[s].words for s in own.tolist() if graph.article[s] == a)))
    titles = Counter(word for a in articles for word in comparable_words(book.articles[a].title))
    years = Counter(year for s in own.tolist() for year in wording[s].years)
    usual = {year for year, _ in years.most_common(1)} | {book.articles[a].published[:4] for a in articles}
    central = graph.vectors[own] @ graph.vectors[own].mean(axis=0)
    found["centrality"][own] = (central - central.mean()) / (central.std() + 1e-9)
    originals = [book.originals[book.articles[a].file] for a in range(len(book.articles))]
    others = max(1, len({originals[a] for a in articles}) - 1)
    for s in own.tolist():
        w = wording[s]
        found["word frequency"][s] = sum(general_weight(x) * holding[x] for x in w.words) / len(articles) / w.weight
        found["title"][s] = sum(general_weight(x) * titles[x] for x in w.words) / len(articles) / w.weight
        found["other year"][s] = bool(w.years - usual)
        best: dict[str, float] = {}
        for other, likeness in graph.similar[s]:
            report = originals[graph.article[other]]
            if report != originals[graph.article[s]]:
                best[report] = max(best.get(report, 0.0), likeness)
        found["similar reports"][s] = sum(best.values()) / others
        found["reports from 0.3"][s] = sum(value >= SIMILAR for value in best.values()) / others
        found["reports from 0.4"][s] = sum(value >= MORE_SIMILAR for value in best.values()) / others


@text_cache(maxsize=65_536)
def _wording(text: str) -> _Wording:
    words = comparable_words(text)
    count = len(_WORD.findall(text))
    values = (
        np.log(max(count, 1)),
        count < SHORT,
        count > LONG,
        bool(_NUMBER.search(text)),
        min(MOST_NAMES, len(_NAME.findall(text))),
        bool(_QUOTED.search(text)),
        bool(_PERFECT.search(text)),
        bool(_PERSON.search(_SAID.sub("", text))),
        text.rstrip().endswith("?"),
    )
    return _Wording(
        words,
        sum(map(general_weight, words)) or 1e-6,
        frozenset(_YEAR.findall(text)),
        float(bool(_BACKGROUND.search(text))),
        tuple(map(float, values)),
    )

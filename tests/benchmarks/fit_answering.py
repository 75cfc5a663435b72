"""Fit the numbers of the quoting writer, rag/answer/answering.json, and tell how well they do on what was left out.

    python -m tests.benchmarks.fit_answering --data ../shared/benchmarks [--reader FILE.onnx] [--keep FILE] [--write]

It learns from the questions of desk (over the articles of their own event and over all) and of answering, on which the
reader was not trained. Folds are by event and by article. `--keep` keeps the candidates with what the reader made of
them, as reading takes minutes.
"""

from __future__ import annotations

import argparse
import json
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from rag import Library
from rag.answer.evidence import (
    PASSAGE_FEATURES,
    READER_PASSAGE_FEATURES,
    READER_SENTENCE_FEATURES,
    SENTENCE_FEATURES,
    Candidate,
    CandidateSentence,
    Evidence,
    Features,
    gather,
    measure,
    read_candidates,
    read_scorer,
)
from rag.answer.question import Question, read_question, subject
from rag.answer.quoting import QuotedSentence, extent_of, quote_evidence
from rag.answer.reader import Reader, load_reader, open_reader
from rag.embed.wordllama import load_wordllama
from rag.retrieval.retriever import Retriever
from rag.text.idf import rarity
from tests.benchmarks import answering, desk
from tests.benchmarks.common import read_lines

PACKAGE = Path(__file__).parents[2] / "rag" / "answer"
FOLDS = 7
CUTS = 3
"""Ways to cut the folds."""
STRENGTH = 0.3
"""Inverse of the penalty on squared weights of standardised features."""
FIRST = 3.0
"""What the first passage of a question counts in the fit: it is the one that is quoted most."""
THRESHOLDS = np.arange(0.1, 0.8, 0.02)
NEARBY = 2
"""Thresholds to either side of one that must do well too."""
Fit = dict[str, dict[str, float]]


@dataclass
class Asked:
    """A question, its candidates with their features, and what it should get."""

    set: str
    fold: str
    item: dict[str, Any]
    question: Question
    candidates: tuple[Candidate, ...]
    read: tuple[Features, ...]
    unread: tuple[Features, ...]

    @property
    def answerable(self) -> bool:
        return bool(self.item["answerable"])

    @cached_property
    def right(self) -> list[list[bool]]:
        """For each candidate, whether each of its sentences is part of the answer."""
        return [[self.answerable and self.answers(c.file, s) for s in c.sentences] for c in self.candidates]

    def answers(self, file: str, sentence: CandidateSentence) -> bool:
        """Whether a sentence is part of the answer."""
        if self.set == "answering":
            return 2 * len(_characters(self.item, file) & set(range(sentence.start, sentence.end))) > (
                sentence.end - sentence.start
            )
        return any(hits(file, sentence, place) for group in self.item["groups"] for place in group)

    def utility(self, quotes: Sequence[QuotedSentence]) -> float:
        """As the sets' scorers count: right refusals, F1 of characters (answering) or of places and pieces (desk)."""
        if not quotes or not self.answerable:
            return float(not quotes and not self.answerable)
        if self.set == "answering":
            wanted = set(range(0)).union(*(range(*span) for span in self.item["gold_spans"]))
            right = [_characters(self.item, q.file) & set(range(q.sentence.start, q.sentence.end)) for q in quotes]
            cited = sum(q.sentence.end - q.sentence.start for q in quotes)
            return 2 * len(set().union(*right)) / (len(wanted) + cited)
        pieces = {n for n, group in enumerate(self.item["groups"]) for q in quotes if _any_hit(q, group)}
        right_places = [any(_any_hit(q, group) for group in self.item["groups"]) for q in quotes]
        beside = sum(
            not ok and _any_hit(q, self.item.get("neutral", ())) for q, ok in zip(quotes, right_places, strict=True)
        )
        precision = sum(right_places) / max(len(quotes) - beside, 1)
        recall = len(pieces) / len(self.item["groups"])
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _characters(item: Mapping[str, Any], file: str) -> set[int]:
    if file.partition("#")[2] != item["doc_id"]:
        return set()
    return set(range(0)).union(*(range(*span) for span in item["gold_spans"] or ()))


def hits(file: str, sentence: CandidateSentence, place: Mapping[str, Any]) -> bool:
    shared = min(sentence.end, place["end"]) - max(sentence.start, place["start"])
    shorter = min(sentence.end - sentence.start, place["end"] - place["start"])
    return desk.doc_of(file) == place["doc"] and 2 * shared >= shorter


def _any_hit(quote: QuotedSentence, places: Sequence[Mapping[str, Any]]) -> bool:
    return any(hits(quote.file, quote.sentence, place) for place in places)


def load(data: Path, reader: Reader) -> list[Asked]:
    """Ask all questions: the slow part."""
    asked: list[Asked] = []
    for which in desk.WHICH:
        for library, items in desk.libraries(data / "desk", which):
            plain = [
                i for i in items if i["type"] == "question" and (which == "own" or i.get("names_event") is not False)
            ]
            asked += [ask(library, f"desk, {which}", item["library"]["own"], item, reader) for item in plain]
    with answering.library_of(data / "answering") as library:
        for item in read_lines(data / "answering" / "questions.jsonl.gz"):
            asked.append(ask(library, "answering", item["doc_id"], item, reader))
    return asked


def ask(library: Library, name: str, fold: str, item: dict[str, Any], reader: Reader) -> Asked:
    store, embed = library._store, load_wordllama().embed_passages
    retriever = Retriever(store, library._embedder)
    wanted = subject(item["question"])
    found = retriever.retrieve(retriever.query(wanted))
    question = read_question(wanted, lambda stem: rarity(stem, 0, 0), store.article_cache.languages())
    candidates = gather(store.article_cache, found)
    read = measure(question, candidates, embed, read_candidates(question, candidates, reader))
    unread = measure(question, candidates, embed, [None] * len(candidates))
    return Asked(name, fold, item, question, candidates, read, unread)


def fit(asked: Sequence[Asked], which: Callable[[Asked], Sequence[Features]]) -> Fit:
    """Fit both regressions: on all passages, and on the sentences of the passages that hold the answer."""
    passages, held, weights, sentences, gold = [], [], [], [], []
    for one in asked:
        for rank, (right, features) in enumerate(zip(one.right, which(one), strict=True)):
            passages.append(features.passage)
            held.append(any(right))
            weights.append(1.0 if rank else FIRST)
            if any(right):
                sentences.append(features.sentences)
                gold += right
    read = len(passages[0]) > len(PASSAGE_FEATURES)
    names = (*PASSAGE_FEATURES, *READER_PASSAGE_FEATURES) if read else PASSAGE_FEATURES
    sentence_names = (*SENTENCE_FEATURES, *READER_SENTENCE_FEATURES) if read else SENTENCE_FEATURES
    return {
        "passage": _regression(names, np.array(passages), held, weights),
        "sentence": _regression(sentence_names, np.concatenate(sentences), gold, [1.0] * len(gold)),
    }


def _regression(
    names: Sequence[str], features: np.ndarray, truth: Sequence[bool], weights: Sequence[float]
) -> dict[str, float]:
    scaler = StandardScaler().fit(features)
    fitted = LogisticRegression(C=STRENGTH).fit(scaler.transform(features), truth, sample_weight=weights)
    slopes = fitted.coef_[0] / scaler.scale_
    numbers = dict(zip(names, (round(float(w), 4) for w in slopes), strict=True))
    return numbers | {"intercept": round(float(fitted.intercept_[0] - slopes @ scaler.mean_), 4)}


def evidence_of(one: Asked, fit: Fit, which: Callable[[Asked], Sequence[Features]]) -> list[Evidence]:
    scorer = read_scorer(fit)
    return [
        Evidence(c, float(scorer.passage.probability(f.passage[None])[0]), scorer.sentence.probability(f.sentences))
        for c, f in zip(one.candidates, which(one), strict=True)
    ]


def utilities(one: Asked, fit: Fit, which: Callable[[Asked], Sequence[Features]]) -> np.ndarray:
    """The utility of the answer at each threshold."""
    answer = quote_evidence(evidence_of(one, fit, which), extent=extent_of(one.item["question"]), threshold=0.0)
    quoted, refused = one.utility(answer.quotes), one.utility(())
    return np.array([quoted if answer.probability >= t and answer.quotes else refused for t in THRESHOLDS])


def best_threshold(values: Mapping[str, list[np.ndarray]]) -> int:
    """The threshold with the best mean of the sets' mean utilities, taken over it and those `NEARBY`."""
    means = np.mean([np.mean(rows, axis=0) for rows in values.values()], axis=0)
    around = np.pad(means, NEARBY, mode="edge")
    return int(np.lib.stride_tricks.sliding_window_view(around, 2 * NEARBY + 1).mean(axis=1).argmax())


def cross_validate(
    asked: Sequence[Asked], which: Callable[[Asked], Sequence[Features]], seed: int = 0
) -> dict[str, float]:
    """The utility of each set, each question answered with numbers and a threshold chosen on other folds."""
    names = sorted({one.fold for one in asked})
    np.random.default_rng(seed).shuffle(names)
    fold = {name: i % FOLDS for i, name in enumerate(names)}
    values: dict[str, list[float]] = {}
    for number in range(FOLDS):
        train = [one for one in asked if fold[one.fold] != number]
        numbers = fit(train, which)
        chosen = best_threshold(_by_set(train, numbers, which))
        for one in asked:
            if fold[one.fold] == number:
                values.setdefault(one.set, []).append(float(utilities(one, numbers, which)[chosen]))
    return {name: round(float(np.mean(rows)), 3) for name, rows in values.items()}


def mean_by_folds(asked: Sequence[Asked], which: Callable[[Asked], Sequence[Features]]) -> dict[str, float]:
    """The mean utility of each set over several ways to cut the folds, which chance alone moves by 0.01."""
    cuts = [cross_validate(asked, which, seed) for seed in range(CUTS)]
    return {name: round(float(np.mean([cut[name] for cut in cuts])), 3) for name in cuts[0]}


def _by_set(
    asked: Sequence[Asked], fit: Fit, which: Callable[[Asked], Sequence[Features]]
) -> dict[str, list[np.ndarray]]:
    values: dict[str, list[np.ndarray]] = {}
    for one in asked:
        values.setdefault(one.set, []).append(utilities(one, fit, which))
    return values


def with_threshold(asked: Sequence[Asked], which: Callable[[Asked], Sequence[Features]]) -> Fit:
    """The fit on everything, its passage intercept moved so that the best threshold is 0.5."""
    numbers = fit(asked, which)
    threshold = float(THRESHOLDS[best_threshold(_by_set(asked, numbers, which))])
    numbers["passage"]["intercept"] = round(numbers["passage"]["intercept"] - np.log(threshold / (1 - threshold)), 4)
    return numbers


def rows(options: argparse.Namespace) -> Iterator[list[Asked]]:
    kept: Path | None = options.keep
    if kept is not None and kept.exists():
        yield pickle.loads(kept.read_bytes())
        return
    asked = load(options.data, open_reader(options.reader) if options.reader else load_reader())
    if kept is not None:
        kept.write_bytes(pickle.dumps(asked))
    yield asked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of all benchmarks")
    parser.add_argument("--keep", type=Path, help="a file that keeps what was read")
    parser.add_argument("--write", action="store_true", help="put the numbers into the package")
    parser.add_argument("--reader", type=Path, help="another network than the package's")
    options = parser.parse_args()
    asked = next(rows(options))
    content: dict[str, Any] = {"fitted by": "tests/benchmarks/fit_answering.py"}
    for name, which in (("with reader", lambda one: one.read), ("without reader", lambda one: one.unread)):
        print(name, "utility by folds:", mean_by_folds(asked, which))
        content[name] = with_threshold(asked, which)
        print(json.dumps(content[name]))
    if options.write:
        (PACKAGE / "answering.json").write_text(json.dumps(content, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()

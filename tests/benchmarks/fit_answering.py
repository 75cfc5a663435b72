"""Fit the numbers of the quoting writer: rag/grounding/answering.json and common_words.json.

    python -m tests.benchmarks.fit_answering --data ../shared/benchmarks [--write]

It learns from the questions of the answering benchmark and from news_questions.tsv beside this file: questions asked
by us of the articles of the events and summhay benchmarks and of seeds/, each with a pattern of what answers it, or
none if the articles do not say. It prints how well a fit on nine tenths of the questions does on the last tenth.

`common_words.json` estimates how many general English passages hold a word from the length of its static vector:
frequent words have short vectors. The line through the frequencies in the benchmark articles is fixed here.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.answer.evidence import PASSAGE_SIGNS, SENTENCE_SIGNS, Candidate, Evidence, Signs, gather, read_signs
from rag.answer.question import read_question
from rag.answer.quoting import Quotation, quote_evidence
from rag.embed.wordllama import load_wordllama
from rag.results.answers import Article
from rag.retrieval.retriever import Retriever
from rag.store.chroma import Row
from rag.store.nodes import to_row
from rag.store.store import Store
from rag.store.writes import embed_articles, put_article, split_article
from rag.text.idf import rarity
from rag.text.terms import stemmer

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "rag" / "grounding"
TOP = 3
FOLDS, REPEATS = 10, 5
PASSAGE_PENALTY, SENTENCE_PENALTY = 10.0, 50.0


@dataclass
class Asked:
    """A question with its candidates' signs; `gold` holds the characters of the answer in article `file`."""

    question: str
    group: str
    answerable: bool
    candidates: tuple[Candidate, ...]
    signs: tuple[Signs, ...]
    file: str = ""
    gold: frozenset[int] = frozenset()
    pattern: str = ""


def read_lines(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def ask_all(articles: Sequence[Article], questions: Sequence[Asked]) -> None:
    """Index the articles and read the signs of the best passages for each question."""
    embedder = load_wordllama()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder), embedder.name)
        with store.index.writing() as writer:
            for one in embed_articles([split_article(a, a.file, embedder) for a in articles], embedder):
                put_article(store.catalogue, one)
                writer.put([Row(p.key, p.vector, to_row(one.article, p.passage, p.key)) for p in one.passages])
            writer.wait()
        retriever = Retriever(store, embedder)
        passages = store.catalogue.count("passages")
        for asked in questions:
            query = retriever.query(asked.question)

            def idf(stem: str) -> float:
                return rarity(stem, store.keywords.document_frequency([stem])[stem], passages)

            question = read_question(asked.question, idf)
            asked.candidates = gather(store.shelf, retriever.retrieve(query))
            asked.signs = read_signs(question, asked.candidates, embedder.embed_passages)
        store.close()


def load(data: Path) -> list[Asked]:
    documents = read_lines(data / "answering" / "documents.jsonl.gz")
    asked = [
        Asked(q["question"], q["doc_id"], q["answerable"], (), (), q["doc_id"], _characters(q["gold_spans"] or []))
        for q in read_lines(data / "answering" / "questions.jsonl.gz")
    ]
    ask_all([Article(d["doc_id"], d["text"], d["title"], language="en") for d in documents], asked)
    return asked + load_news(data)


def load_news(data: Path) -> list[Asked]:
    libraries: dict[str, list[Article]] = {"events": [], "seeds": []}
    for d in read_lines(data / "events" / "documents.jsonl.gz"):
        libraries["events"].append(Article(d["doc_id"], d["text"], language="en"))
    for d in read_lines(data / "summhay" / "documents.jsonl.gz"):
        libraries.setdefault(d["topic"], []).append(Article(d["doc_id"], d["text"], language="en"))
    for path in sorted((HERE.parents[1] / "seeds").glob("*.txt")):
        libraries["seeds"].append(Article(path.name, path.read_text("utf-8"), language="en"))
    rows = [line.split("\t") for line in (HERE / "news_questions.tsv").read_text("utf-8").splitlines()[1:]]
    everything = []
    for library, articles in libraries.items():
        asked = [Asked(q, f"{library} {q}", bool(p), (), (), pattern=p) for name, q, p in rows if name == library]
        ask_all(articles, asked)
        everything += asked
    return everything


def _characters(spans: Sequence[Sequence[int]]) -> frozenset[int]:
    return frozenset(i for start, end in spans for i in range(start, end))


def is_gold(asked: Asked, candidate: Candidate) -> np.ndarray:
    """Which of a candidate's sentences answer: by more than half of their characters, or by the pattern."""
    if not asked.answerable or (asked.file and candidate.file != asked.file):
        return np.zeros(len(candidate.sentences))
    if not asked.file:
        return np.array([bool(re.search(asked.pattern, s.text)) for s in candidate.sentences])
    return np.array([len(asked.gold & set(range(s.start, s.end))) * 2 > s.end - s.start for s in candidate.sentences])


@dataclass
class Fit:
    intercept: float
    weights: np.ndarray

    def __call__(self, signs: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-(self.intercept + signs @ self.weights)))


def fit_logistic(signs: np.ndarray, truth: np.ndarray, penalty: float) -> Fit:
    """Logistic regression by Newton's method; `penalty` / 2 times the squared weights of the standardised signs."""
    mean, scale = signs.mean(axis=0), signs.std(axis=0) + 1e-9
    x = np.column_stack([np.ones(len(signs)), (signs - mean) / scale])
    ridge = penalty * np.diag([0.0, *np.ones(signs.shape[1])])
    w = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ w))
        step = np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]) + ridge, x.T @ (truth - p) - ridge @ w)
        w += step
        if np.abs(step).max() < 1e-10:
            break
    return Fit(float(w[0] - (w[1:] * mean / scale).sum()), w[1:] / scale)


@dataclass
class Fits:
    passage: Fit
    sentence: Fit


def fit(asked: Sequence[Asked]) -> Fits:
    """Fit both models: passages on each question's first one, sentences on the passages that hold the answer."""
    passages, answers, sentences, gold = [], [], [], []
    for a in asked:
        if not a.candidates:
            continue
        first = int(np.argmax([s.passage[0] + s.passage[1] for s in a.signs[:TOP]])) if a.pattern or not a.file else 0
        passages.append(a.signs[first].passage)
        answers.append(bool(a.pattern) if not a.file else is_gold(a, a.candidates[first]).any())
        for candidate, signs in list(zip(a.candidates, a.signs, strict=True))[: None if a.file else TOP]:
            truth = is_gold(a, candidate)
            if truth.any() and (a.file or truth.mean() < 0.5):  # else the pattern says too little
                sentences.append(signs.sentences)
                gold.append(truth)
    return Fits(
        fit_logistic(np.array(passages), np.array(answers, float), PASSAGE_PENALTY),
        fit_logistic(np.concatenate(sentences), np.concatenate(gold).astype(float), SENTENCE_PENALTY),
    )


def folds(asked: Sequence[Asked], seed: int) -> np.ndarray:
    groups = sorted({a.group for a in asked})
    np.random.default_rng(seed).shuffle(groups)
    fold = {group: i % FOLDS for i, group in enumerate(groups)}
    return np.array([fold[a.group] for a in asked])


def cross_validate(asked: Sequence[Asked], bar: float) -> str:
    """Answer each question with numbers fitted on the others: means over `REPEATS`, and their spread."""
    rows: dict[str, list[float]] = {}
    for seed in range(REPEATS):
        fold = folds(asked, seed)
        fitted = [fit([a for a, f in zip(asked, fold, strict=True) if f != n]) for n in range(FOLDS)]
        answers = [answer(a, fitted[f], bar) for a, f in zip(asked, fold, strict=True)]
        for name, value in figures(asked, answers).items():
            rows.setdefault(name, []).append(value)
    shown = (f"{name} {np.mean(v):.3f}±{np.std(v):.3f}" for name, v in rows.items())
    return f"bar {bar:.2f}  " + "  ".join(shown)


def answer(asked: Asked, fits: Fits, bar: float) -> Quotation:
    evidence = [
        Evidence(c, float(fits.passage(s.passage[None])[0]), fits.sentence(s.sentences))
        for c, s in zip(asked.candidates, asked.signs, strict=True)
    ]
    return quote_evidence(evidence, bar=bar)


def figures(asked: Sequence[Asked], answers: Sequence[Quotation]) -> dict[str, float]:
    """The five figures of the answering benchmark's scorer, then how the news questions fare."""
    rows: dict[str, list[float]] = {}
    for a, quotation in zip(asked, answers, strict=True):
        refused = not quotation.quotes
        kind = "benchmark" if a.file else "seeds" if a.group.startswith("seeds") else "news"
        if not a.answerable:
            rows.setdefault(f"{kind} refused rightly", []).append(refused)
        elif kind == "benchmark":
            rows.setdefault("span F1", []).append(span_f1(a, quotation))
            rows.setdefault("article", []).append(not refused and quotation.quotes[0].file == a.file)
            rows.setdefault("refused wrongly", []).append(refused)
        else:
            right = any(re.search(a.pattern, q.sentence.text) for q in quotation.quotes)
            rows.setdefault(f"{kind} answered", []).append(not refused)
            rows.setdefault(f"{kind} answered rightly", []).append(right)
            rows.setdefault(f"{kind} sentences", []).extend([] if refused else [len(quotation.quotes)])
        if kind == "benchmark":
            rows.setdefault("utility", []).append(span_f1(a, quotation) if a.answerable else refused)
            rows.setdefault("sentences", []).extend([] if refused else [len(quotation.quotes)])
    return {name: float(np.mean(values)) for name, values in rows.items()}


def span_f1(asked: Asked, quotation: Quotation) -> float:
    mine = [q.sentence for q in quotation.quotes if q.file == asked.file]
    cited = _characters([(s.start, s.end) for s in mine])
    other = sum(q.sentence.end - q.sentence.start for q in quotation.quotes if q.file != asked.file)
    return 2 * len(asked.gold & cited) / (len(asked.gold) + len(cited) + other)


def common_words() -> dict[str, float]:
    """Estimate the share of general passages that hold a word, for each whole word among the static vectors."""
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    from rag.embed.wordllama import _package_folder

    folder = _package_folder("wordllama")
    vocabulary = Tokenizer.from_file(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json")).get_vocab()
    lengths = np.linalg.norm(
        load_file(folder / "weights" / "l2_supercat_256.safetensors")["embedding.weight"].astype(float), axis=1
    )
    stem = stemmer("en")
    shares: dict[str, float] = {}
    for token, id_ in sorted(vocabulary.items()):
        word = token.removeprefix("▁")
        if token != word and re.fullmatch("[a-z]{2,}", word) and lengths[id_] < 19:
            shares[stem(word)] = shares.get(stem(word), 0) + math.exp(-2.2 - 0.16 * lengths[id_])
    return {word: round(min(0.9, share), 4) for word, share in sorted(shares.items()) if share >= 0.012}


def write(fits: Fits, bar: float) -> None:
    def numbers(fitted: Fit, signs: Sequence[str]) -> dict[str, object]:
        weights = {sign: round(float(w), 4) for sign, w in zip(signs, fitted.weights, strict=True)}
        return {"intercept": round(fitted.intercept, 4), "weights": weights}

    content = {
        "fitted by": "tests/benchmarks/fit_answering.py",
        "bar": bar,
        "passage": numbers(fits.passage, PASSAGE_SIGNS),
        "sentence": numbers(fits.sentence, SENTENCE_SIGNS),
    }
    (PACKAGE / "answering.json").write_text(json.dumps(content, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of all benchmarks")
    parser.add_argument("--bar", type=float, default=0.5, help="the probability from which a question is answered")
    parser.add_argument("--write", action="store_true", help="put the numbers into the package")
    options = parser.parse_args()
    if options.write:
        words = ",\n".join(f'"{word}": {share}' for word, share in common_words().items())
        (PACKAGE / "common_words.json").write_text(f"{{\n{words}\n}}\n", "utf-8")
    everything = load(options.data)
    fits = fit(everything)
    if options.write:
        write(fits, options.bar)
    for bar in (options.bar - 0.05, options.bar, options.bar + 0.05, options.bar + 0.1):
        print(cross_validate(everything, bar))

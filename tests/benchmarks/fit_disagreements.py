"""Fit the weights by which two sentences are found to disagree: rag/verify/differing.json.

    python -m tests.benchmarks.fit_disagreements --data ../shared/benchmarks [--write]

It learns from story pairs with planted changes (`planted`) of half of the events; what the other sentences of the two
reports seem to differ in is taken for false. Printed is what the weights find on the other half.
"""

from __future__ import annotations

import argparse
import difflib
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from rag.analysis.disagreements import counterparts
from rag.analysis.facts import make_fact_book
from rag.analysis.read_articles import SHORTEST_SENTENCE, ReadArticle
from rag.embed.wordllama import load_wordllama
from rag.results.spans import Quote
from rag.text.sentences import split_sentences
from rag.verify.differences import FEATURES, Difference, find_differences
from tests.benchmarks.common import read_lines
from tests.benchmarks.planted import KINDS, Pair, Planted, by_event, make_pairs

TARGET = Path(__file__).parents[2] / "rag" / "verify" / "differing.json"
EACH = 150
PENALTY = 1.0
CONTROL = 3.0
"""What a difference that is found in a true rewording counts, where one of other sentences counts 1."""


@dataclass(frozen=True)
class Candidate:
    difference: Difference
    planted: Planted | None
    """The pair of sentences, if it was planted or is its control."""
    right: bool


def articles(data: Path) -> dict[str, dict[str, str]]:
    """The texts of the events and summhay sets by event."""
    events = by_event(read_lines(data / "events" / "documents.jsonl.gz"), "event")
    return events | by_event(read_lines(data / "summhay" / "documents.jsonl.gz"), "topic")


def half(event: str) -> str:
    return "fit" if zlib.crc32(event.encode()) % 2 == 0 else "test"


def read(file: str, text: str) -> ReadArticle:
    spans = [s for s in split_sentences(text, "en") if s.kind == "text" and s.end - s.start >= SHORTEST_SENTENCE]
    return ReadArticle(
        file, "", "", "", "en", tuple(Quote(file, s.start, s.end, text[s.start : s.end]) for s in spans), ()
    )


def candidates(pairs: Sequence[Pair]) -> Iterator[Candidate]:
    embed = load_wordllama().embed_passages
    for pair in pairs:
        planted = {(p.here, p.there): p for p in pair.planted}
        book = make_fact_book([read("a", pair.first), read("b", pair.second)], embed)
        for i, j in counterparts(book):
            here, there = book.graph.places[i].text, book.graph.places[j].text
            own = planted.get((here, there))
            for d in find_differences(here, there, embed, threshold=0.0):
                yield Candidate(d, own, bool(own and own.kind and _touches(own, d)))


def _touches(planted: Planted, d: Difference) -> bool:
    """Whether a difference lies where the sentence was changed."""
    blocks = difflib.SequenceMatcher(None, planted.unchanged, planted.there, autojunk=False).get_opcodes()
    return any(a <= d.there.end and d.there.start <= b for tag, _, _, a, b in blocks if tag != "equal")


def features(found: Sequence[Candidate]) -> np.ndarray:
    return np.array([[c.difference.features.get(name, 0.0) for name in FEATURES] for c in found])


def fit(found: Sequence[Candidate]) -> dict[str, float]:
    weight = [CONTROL if c.planted and not c.right else 1.0 for c in found]
    model = LogisticRegression(C=PENALTY, fit_intercept=False, max_iter=5000)
    model.fit(features(found), [c.right for c in found], sample_weight=weight)
    return {name: round(float(w), 3) for name, w in zip(FEATURES, model.coef_[0], strict=True)}


def show(found: Sequence[Candidate], pairs: Sequence[Pair], weights: dict[str, float], bar: float) -> None:
    scores = 1 / (1 + np.exp(-features(found) @ np.array([weights[name] for name in FEATURES])))
    hit = {id(c.planted) for c, s in zip(found, scores, strict=True) if s >= bar and c.planted}
    all_, yes = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for p in (p for pair in pairs for p in pair.planted):
        all_[p.way, p.kind] += 1
        yes[p.way, p.kind] += id(p) in hit
    for way in ("reworded", "told twice"):
        print(
            f"  {way:11}",
            *(f"{k or 'FALSE'} {yes[way, k] / max(1, all_[way, k]):.2f}/{all_[way, k]}" for k in (*KINDS, "")),
        )
    kinds = [k for k in all_ if k[1]]
    changed = sum(yes[k] for k in kinds) / sum(all_[k] for k in kinds)
    elsewhere = sum(s >= bar and c.planted is None for c, s in zip(found, scores, strict=True))
    control = sum(v for k, v in yes.items() if not k[1]) / sum(v for k, v in all_.items() if not k[1])
    print(f"  bar {bar}: found {changed:.3f}, false {control:.3f}; {elsewhere} elsewhere in {len(pairs)} pairs")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of all benchmarks")
    parser.add_argument("--bar", type=float, default=0.3, help="the score from which two sentences disagree")
    parser.add_argument("--write", action="store_true", help="put the weights into the package")
    options = parser.parse_args()
    texts = articles(options.data)
    pairs = {h: make_pairs({e: own for e, own in texts.items() if half(e) == h}, EACH) for h in ("fit", "test")}
    found = {h: list(candidates(own)) for h, own in pairs.items()}
    weights = fit(found["fit"])
    print(json.dumps(weights, indent=1))
    for h in ("fit", "test"):
        print(h, len(found[h]), "candidates")
        for bar in (0.15, 0.2, 0.3, 0.4, 0.5):
            show(found[h], pairs[h], weights, bar)
    if options.write:
        TARGET.write_text(
            json.dumps({"threshold": options.bar, **fit([*found["fit"], *found["test"]])}, indent=2) + "\n", "utf-8"
        )


if __name__ == "__main__":
    main()

"""Is this sentence supported by this evidence? 988 claims (WiCE, SummEdits), and sentences made false by us.

Baseline of the same run is word overlap: the share of the claim's words that the evidence holds. The checker's numbers
were fitted on these very claims, so the row "fitted" says little; "cross-validated" is what to expect of new articles:
each claim judged with numbers fitted without its article. After the scorer's figures come, for each kind of fault, how
many of 100 sentences of the other sets' articles were caught, and how many true rewordings were refused; only articles
that the checker was not fitted on. Last come claims written by hand as a language model would put them, half of them
true and half nearly so, over groups of passages (`training/news_claims.jsonl.xz`), on which nothing was fitted.
"""

from __future__ import annotations

import json
import lzma
import math
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

import training
from rag.embed.wordllama import load_wordllama
from rag.results.spans import Quote
from rag.text.terms import words
from rag.verify.check import Claim, Verdict, check_sentence
from rag.verify.checkers import RuleChecker
from rag.verify.features import check_model
from tests.benchmarks.common import SHARED, Prediction, keep, read_lines, score, table
from tests.verify.perturb import SETS, Case, evidence_of, paraphrases, perturbations, whole
from training.news_examples import read_groups

CLAIMS = Path(training.__file__).with_name("news_claims.jsonl.xz")


def run(data: Path, *, as_json: bool, write: Path | None = None) -> None:
    ours, overlap, seconds = judge_all(read_lines(data / "claims.jsonl.gz"))
    root = data.parent if (data.parent / SETS[0]).is_dir() else SHARED
    made = {"word overlap": overlap, "readacross, fitted": ours}
    if data == root / "grounding":
        made["readacross, cross-validated"] = cross_validated(root)
    keep(write, made)
    results = {name: score("grounding", own, data) for name, own in made.items()}
    result = results["readacross, fitted"]
    for name in result:
        print(name)
        print(table({system: own[name] for system, own in results.items()}))
    seconds.sort()
    mean, slow = 1000 * sum(seconds) / len(seconds), 1000 * seconds[len(seconds) * 95 // 100]
    print(f"{mean:.1f} ms of processor time a sentence, 95 in 100 within {slow:.1f} ms")
    if root.is_dir():
        result["perturbed"] = _perturbed(root)
    result["written"] = _written()
    if as_json:
        print(json.dumps(result))


def predict(data: Path) -> list[Prediction]:
    return judge_all(read_lines(data / "claims.jsonl.gz"))[0]


def judge_all(claims: Sequence[dict[str, Any]]) -> tuple[list[Prediction], list[Prediction], list[float]]:
    """Our verdicts on the claims, those of word overlap, and the seconds that each of ours took."""
    embed = load_wordllama().embed_passages
    check_sentence("Warm the tables of words up.", ["The tables of words are warm."], embed)
    ours, overlap, seconds = [], [], []
    for claim in claims:
        evidence = evidence_of(claim)
        begun = time.process_time()
        verdict = check_sentence(claim["claim"], evidence, embed, context=whole(evidence))
        seconds.append(time.process_time() - begun)
        ours.append({"id": claim["id"], "score": verdict.score, "supported": verdict.support == "supported"})
        share = _overlap(claim["claim"], evidence)
        overlap.append({"id": claim["id"], "score": share, "supported": share >= 0.75})
    return ours, overlap, seconds


def cross_validated(root: Path) -> list[Prediction]:
    """Judge each claim with numbers that were fitted without its article."""
    from tests.benchmarks.fit_grounding import calibrate, cross_validate, load

    bar = check_model().threshold
    claims = load(root, ("fit",))
    (sums,) = cross_validate(claims, (0,))
    platt = calibrate(claims, sums)
    scores = [1 / (1 + math.exp(-platt.slope * total - platt.shift)) for total in sums]
    scores = [min(s, bar / 2) if c.plain else s for c, s in zip(claims, scores, strict=True)]
    return [{"id": c.id, "score": s, "supported": s >= bar} for c, s in zip(claims, scores, strict=True) if c.id]


def _overlap(claim: str, evidence: Sequence[str]) -> float:
    said = set(words(claim))
    return len(said & {w for sentence in evidence for w in words(sentence)}) / max(len(said), 1)


def _perturbed(root: Path) -> dict[str, float]:
    embed = load_wordllama().embed_passages

    def judge(case: Case) -> Verdict:
        return check_sentence(case.sentence, case.evidence, embed, context=whole(case.evidence))

    false, true = perturbations(root), paraphrases(root)
    caught = {
        k: [judge(c).support != "supported" for c in false if c.kind == k] for k in dict.fromkeys(c.kind for c in false)
    }
    refused = {
        k: [judge(c).support != "supported" for c in true if c.kind == k] for k in dict.fromkeys(c.kind for c in true)
    }
    for title, kinds in (("caught", caught), ("refused though true", refused)):
        print(f"{title}: " + ", ".join(f"{k} {sum(v)}/{len(v)}" for k, v in kinds.items()))
    shares = [sum(map(sum, kinds.values())) / sum(map(len, kinds.values())) for kinds in (caught, refused)]
    print(f"caught {shares[0]:.3f} of the false ones, refused {shares[1]:.3f} of the true ones")
    return {"caught": round(shares[0], 3), "refused": round(shares[1], 3)}


def _written() -> dict[str, float]:
    """The share of true and of false claims, written freely, that is called supported; and the AUROC of the score."""
    checker = RuleChecker(load_wordllama().embed_passages)
    truth, scores, supported = [], [], []
    for claim, true in written_claims():
        verdict = checker.check(claim)
        truth.append(true)
        scores.append(verdict.score)
        supported.append(verdict.support == "supported")
    right = np.array(truth)
    figures = {
        "auroc": float(roc_auc_score(right, scores)),
        "true supported": float(np.array(supported)[right].mean()),
        "false supported": float(np.array(supported)[~right].mean()),
    }
    print("written freely: " + ", ".join(f"{name} {value:.3f}" for name, value in figures.items()))
    return {name: round(value, 3) for name, value in figures.items()}


def written_claims() -> Iterator[tuple[Claim, bool]]:
    """The claims over the groups whose reports were written for this project, each with whether it is true."""
    groups = list(read_groups())
    with lzma.open(CLAIMS, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            passages = groups[row["group"]]["passages"]
            if isinstance(passages[0], str):
                continue
            evidence = tuple(q for n, passage in enumerate(passages) for q in _quotes(str(n), passage["s"]))
            yield from ((Claim(c["c"], evidence), c["l"] == 0) for c in row["claims"])


def _quotes(file: str, sentences: Sequence[str]) -> Iterator[Quote]:
    start = 0
    for sentence in sentences:
        yield Quote(file, start, start + len(sentence), sentence)
        start += len(sentence) + 1

"""What each group of the checker's rules is worth: one group is switched off at a time, and all figures told again.

    python -m tests.benchmarks.ablation [--data ROOT] [--write FOLDER]

First the rules on a sentence and its evidence, and the features: the model is fitted again without the group, and set
beside the full checker of the same run. Claims of the grounding set and generated sentences are judged by folds over
articles, generated sentences of the half "test" and people's answers by a fit on the rest; the spread is that of other
folds and seeds. Then the rules on whole articles (`ablation_policy`) and those on two sentences (`ablation_pairs`).
`--write` keeps the features of all claims there, so that a second run takes seconds a group; remove a group's file
after a change of its rules.
"""

from __future__ import annotations

import argparse
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
from sklearn.metrics import roc_auc_score

from rag.embed.wordllama import load_wordllama
from rag.verify import alignment, check, factuality, faults, roles
from rag.verify.features import CHECK_FEATURES
from rag.verify.subject_mismatch import Subjects
from tests.benchmarks import ablation_pairs, ablation_policy
from tests.benchmarks.common import SHARED, table
from tests.benchmarks.fit_grounding import Claim, Example, calibrate, cross_validate, examined, examples, fit
from tests.benchmarks.good_writers import claims_of_people

SEEDS = 4
"""Repeats of the full checker with other folds and seeds, whose standard deviation is the spread."""
THRESHOLD = 0.6
LOST = 0.03
"""What a kind of falsehood must be caught less for it to be named."""
Switch = Callable[[], AbstractContextManager[object]]


def _off(owner: object, name: str, gives: object = ()) -> Switch:
    return lambda: patch.object(owner, name, lambda *_: gives)


WORDS: dict[str, Switch] = {
    "synonyms": _off(alignment, "relatives", {}),
    "opposites in the alignment": _off(alignment, "opposite", False),
    "company of words": lambda: patch.object(alignment, "_company", lambda _w, _i, matches, _l: np.ones_like(matches)),
}
"""What switches a part of the alignment off."""
RULES: dict[str, Switch] = {
    "": nullcontext,
    "speakers": _off(roles._Comparison, "speaker", (None, None)),
    "agents": _off(roles._Comparison, "agent", (None, None)),
    "subjects": _off(check, "compare_subjects", Subjects()),
    "pronouns": _off(roles._Comparison, "_follows", False),
    "denied or supposed clauses": _off(factuality._Stances, "embedded"),
    "a dropped not": _off(factuality._Stances, "undenied"),
    "intentions": _off(factuality._Stances, "meant"),
    "doubts": _off(factuality._Stances, "doubted"),
    "on one's word": _off(factuality._Stances, "on_word"),
    "speakers astray": _off(faults._Finder, "astray"),
    "misplaced words": _off(faults._Finder, "misplaced"),
    "words that turn": _off(faults._Finder, "turned"),
}
"""What switches a group of rules off; "" is the full checker."""
FEATURES: dict[str, tuple[str, ...]] = {
    "order": ("in order", "replaced", "inserted", "moved", "moved names", "turned", "dropped", "least replaced"),
    "least words": tuple(f for f in CHECK_FEATURES if "least" in f and f != "least replaced"),
    "placed": ("in company", "pairs", "ill placed", "greatest loss placed"),
    "explained": ("synonyms", "share explained", "vague", "nowhere"),
    "counted faults": tuple(f for f in CHECK_FEATURES if f.endswith("faults")),
}
"""The features of a group."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED, help="the folder of all benchmarks")
    parser.add_argument("--write", type=Path, help="keep the features of all claims in this folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        states = read_states(options.data, options.write or Path(folder))
    full = [measure(states[""], seed) for seed in range(SEEDS)]
    rows = {"full": full[0], "spread": {k: round(float(np.std([f[k] for f in full])), 3) for k in full[0]}}
    left = {name: own for name, own in states.items() if name}
    left |= {f"features {name}": [_without(c, own) for c in states[""]] for name, own in FEATURES.items()}
    for name, claims in left.items():
        rows[name] = measure(claims, 0)
        print(_line(name, rows), flush=True)
    print(table({name: {k: v for k, v in row.items() if k[:1] != "-"} for name, row in rows.items()}))
    print(table(ablation_policy.measure(options.data)))
    print(table(ablation_pairs.measure(options.data / "storyfacts")))


def _line(name: str, rows: dict[str, dict[str, float]]) -> str:
    """What a figure gains or loses beyond its spread without a group, and the kinds that are caught less."""
    full, spread, own = rows["full"], rows["spread"], rows[name]
    moved = [f"{k} {own[k] - full[k]:+.3f}" for k in own if k[:1] != "-" and abs(own[k] - full[k]) > 2 * spread[k]]
    lost = [f"{k[1:]} {own[k] - full[k]:+.2f}" for k in own if k[:1] == "-" and abs(own[k] - full[k]) > LOST]
    return f"without {name}: {', '.join(moved) or 'nothing'}; caught {', '.join(lost) or 'as before'}"


def read_states(root: Path, cache: Path) -> dict[str, list[Claim]]:
    """All claims as each group's absence leaves them; those that the cache lacks are examined in one pass."""
    cache.mkdir(parents=True, exist_ok=True)
    files = {name: cache / f"{name or 'full'}.pickle" for name in (*RULES, *WORDS)}
    missing = [name for name, file in files.items() if not file.is_file()]
    made: dict[str, list[Claim]] = {name: [] for name in missing}
    for example in (*examples(root), *of_people(root / "answering")) if missing else ():
        for name, claim in zip(missing, _states(example, missing), strict=True):
            made[name] += [claim] if claim else []
    for name, claims in made.items():
        files[name].write_bytes(pickle.dumps(claims))
    return {name: pickle.loads(file.read_bytes()) for name, file in files.items()}


def of_people(data: Path) -> Iterable[Example]:
    """The sentences of people's answers that are not in their article word for word."""
    for claim in (claim for answer in claims_of_people(data) for claim in answer):
        evidence = tuple(quote.text for quote in claim.evidence)
        if check.check_sentence(claim.sentence, evidence, load_wordllama().embed_passages).score < 1:
            yield Example("people", True, claim.evidence[0].file, "people", claim.sentence, evidence)


def _states(example: Example, names: Sequence[str]) -> Iterator[Claim | None]:
    embed = load_wordllama().embed_passages
    aligned = alignment.align(example.sentence, example.evidence, embed)
    for name in names:
        if name in WORDS:
            with WORDS[name]():
                yield examined(example)
        else:
            with patch.object(check, "align", lambda *_: aligned), RULES[name]():
                yield examined(example)


def _without(claim: Claim, columns: Sequence[str]) -> Claim:
    features = claim.features.copy()
    features[[CHECK_FEATURES.index(c) for c in columns]] = 0
    return replace(claim, features=features)


def measure(claims: Sequence[Claim], seed: int) -> dict[str, float]:
    """All figures of a checker that is fitted to these claims; "-kind" is the share of a falsehood that is caught."""
    learnt = [c for c in claims if c.name in ("wice", "summedits", "fit")]
    held = [c for c in claims if c.name in ("test", "people")]
    (sums,) = cross_validate(learnt, (seed,))
    platt = calibrate(learnt, sums)
    model = fit(learnt, seed)
    scores = 1 / (1 + np.exp(-platt.slope * np.concatenate([sums, model.sums(held)]) - platt.shift))
    every = [*learnt, *held]
    supported = (scores >= THRESHOLD) & ~np.array([c.plain for c in every])
    true, names, kinds = (np.array(own) for own in zip(*((c.supported, c.name, c.kind) for c in every), strict=True))
    row: dict[str, float] = {}
    for name in ("wice", "summedits"):
        own = names == name
        row[f"{name} auroc"] = roc_auc_score(true[own], scores[own])
        row[f"{name} balanced"] = (supported[own & true].mean() + (~supported[own & ~true]).mean()) / 2
    made = (names == "fit") | (names == "test")
    row["caught"], row["refused"] = (~supported[made & ~true]).mean(), (~supported[made & true]).mean()
    row["people"] = supported[names == "people"].mean()
    row |= {f"-{kind}": (~supported[made & (kinds == kind)]).mean() for kind in dict.fromkeys(kinds[made & ~true])}
    return {k: round(float(v), 3) for k, v in row.items()}


if __name__ == "__main__":
    main()

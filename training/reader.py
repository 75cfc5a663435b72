"""Train and measure the reader: `python -m training.reader --data FOLDER --out FILE …`.

The data folder holds `*.xz` (JSON lines: `q` question, `t` title, `s` sentences of the passage, `a` answerable,
`g` numbers of the answering sentences, `sp` [sentence, start, end] of the short answer or null, `src` source),
`base.pt` (the encoder) and `tokenizer.json`. One passage in fifty, chosen by a hash of its first sentence, is held out.

`--tuning FILE` adapts a trained network to questions of one kind, in lines of the same form: each pass takes them, and
`--others` times as many others, so that what was learnt before is kept.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import time
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from training.reader_network import ReaderNetwork, load_network, save_network

CLS, SEP, MARK = 101, 102, 2
QUESTION, TITLE, LENGTH = 96, 24, 288
"""Tokens that a question with those before it, a title and a whole input have at most."""
SETS = ("human", "human2", "synth")
HELD_OUT = 50
TOGETHER = 12
"""Passages of one question in one batch at most."""


@dataclass(frozen=True, slots=True)
class Example:
    """One input in tokens: `marks` are the places of the sentences' markers, `span` the short answer's tokens."""

    question: str
    ids: np.ndarray
    types: np.ndarray
    marks: np.ndarray
    answering: np.ndarray
    answerable: bool
    span: tuple[int, int]
    source: str


def read_examples(data: Path, sets: Sequence[str] = SETS) -> tuple[list[Example], list[Example]]:
    """The examples to train on, and those held out."""
    tokenizer = Tokenizer.from_file(str(data / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    train: list[Example] = []
    held: list[Example] = []
    for name in sets:
        with lzma.open(data / f"{name}.xz", "rt", encoding="utf-8") as lines:
            rows = [row for row in map(json.loads, lines) if len(row["q"]) > 3 and row["s"]]
        for row in rows:
            example = _encode(tokenizer, row)
            if example is not None:
                (train if zlib.crc32(row["s"][0].encode()) % HELD_OUT else held).append(example)
    return train, held


def read_tuning(data: Path, paths: Sequence[Path]) -> list[Example]:
    """The examples of files of JSON lines."""
    tokenizer = Tokenizer.from_file(str(data / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    rows = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
    return [example for row in rows if (example := _encode(tokenizer, row)) is not None]


def one_pass(
    examples: Sequence[Example], tuning: Sequence[Example], others: float, rng: random.Random
) -> list[Example]:
    """All examples; or those to tune with, and `others` times as many others."""
    if not tuning:
        return list(examples)
    return [*tuning, *rng.sample(list(examples), min(len(examples), round(others * len(tuning))))]


def _encode(tokenizer: Tokenizer, row: dict[str, Any]) -> Example | None:
    """None if the answer lies beyond the tokens that fit."""
    texts = [row["q"], row["t"] or "", *row["s"]]
    question, title, *sentences = tokenizer.encode_batch(texts, add_special_tokens=False)
    ids, marks = [CLS, *question.ids[:QUESTION], SEP], []
    body = len(ids)
    ids += title.ids[:TITLE]
    for sentence in sentences:
        room = LENGTH - len(ids) - 2
        if len(sentence.ids) > room and marks:
            break
        marks.append(len(ids))
        ids += [MARK, *sentence.ids[:room]]
    ids.append(SEP)
    answering = [n for n in row["g"] if n < len(marks)]
    if row["a"] and not answering:
        return None
    return Example(
        row["q"],
        np.array(ids),
        np.array([0] * body + [1] * (len(ids) - body)),
        np.array(marks),
        np.array([float(n in answering) for n in range(len(marks))], np.float32),
        bool(row["a"]),
        _span(row["sp"], sentences, marks, len(ids)),
        row["src"].split("-")[0] + ("+" if row["a"] else "-"),
    )


def _span(short: list[int] | None, sentences: Sequence[Encoding], marks: list[int], end: int) -> tuple[int, int]:
    """First and last token of the short answer, (-1, -1) if there is none."""
    if not short or short[0] >= len(marks):
        return -1, -1
    sentence, first, last = short
    at = [marks[sentence] + 1 + n for n, (a, b) in enumerate(sentences[sentence].offsets) if a < last and b > first]
    return (at[0], at[-1]) if at and at[-1] < end - 1 else (-1, -1)


def batches(examples: Sequence[Example], tokens: int, rng: random.Random) -> Iterator[list[Example]]:
    """All examples once, at random, in batches of like length that hold about `tokens` tokens.

    Passages of one question stand in one batch, one behind the other.
    """
    asked: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        asked[example.question].append(example)
    order = [same[n : n + TOGETHER] for same in asked.values() for n in range(0, len(same), TOGETHER)]
    rng.shuffle(order)
    ready: list[list[Example]] = []
    for start in range(0, len(order), 1000):
        batch: list[Example] = []
        for same in sorted(order[start : start + 1000], key=_longest):
            if batch and (len(batch) + len(same)) * _longest(same) > tokens:
                ready.append(batch)
                batch = []
            batch.extend(same)
        ready.append(batch)
    rng.shuffle(ready)
    yield from ready


def _longest(examples: Sequence[Example]) -> int:
    return max(len(example.ids) for example in examples)


def _inputs(batch: Sequence[Example]) -> tuple[Tensor, Tensor, Tensor]:
    length = -(-max(len(e.ids) for e in batch) // 8) * 8
    ids, types, mask = (torch.zeros(len(batch), length, dtype=torch.long) for _ in range(3))
    for row, example in enumerate(batch):
        size = len(example.ids)
        ids[row, :size], types[row, :size] = torch.from_numpy(example.ids), torch.from_numpy(example.types)
        mask[row, :size] = 1
    return ids, types, mask


def loss_of(network: ReaderNetwork, batch: Sequence[Example], ranking: float) -> Tensor:
    """Cross-entropy of the three heads: answerable + sentences (doubled where answerable) + half of the span's.

    And of the right sentences among those of all passages of their question, or of none of them, which scores 0
    (as the null score of Devlin et al. 2019, section 4.3); a sentence scores its own logit and its passage's.
    """
    ids, types, mask = _inputs(batch)
    with torch.autocast("cpu", torch.bfloat16):
        answerable, sentence, span = (out.float() for out in network(ids, types, mask))
    target = torch.tensor([float(e.answerable) for e in batch])
    loss = F.binary_cross_entropy_with_logits(answerable, target)
    rows = torch.cat([torch.full((len(e.marks),), n) for n, e in enumerate(batch)])
    marks = torch.from_numpy(np.concatenate([e.marks for e in batch]))
    weight = torch.tensor([(2.0 if e.answerable else 0.5) / len(e.marks) for e in batch for _ in e.marks])
    wanted = torch.from_numpy(np.concatenate([e.answering for e in batch]))
    each = F.binary_cross_entropy_with_logits(sentence[rows, marks], wanted, reduction="none")
    loss = loss + (each * weight).sum() / len(batch)
    among = torch.tensor([0, *(a.question != b.question for a, b in pairwise(batch))]).cumsum(0)[rows]
    scores = answerable[rows] + sentence[rows, marks]
    for number in range(int(among[-1]) + 1):
        own, right = scores[among == number], wanted[among == number] > 0
        best = torch.logsumexp(own[right], 0) if right.any() else scores.new_zeros(())
        loss = loss + ranking * (torch.logsumexp(F.pad(own, (0, 1)), 0) - best) / (int(among[-1]) + 1)
    with_span = [n for n, e in enumerate(batch) if e.span[0] >= 0]
    if with_span:
        outside = torch.ones(len(batch), ids.shape[1], dtype=torch.bool)
        for row, example in enumerate(batch):
            outside[row, example.marks[0] : len(example.ids)] = False
        logits = span.masked_fill(outside[..., None], -1e4)[with_span]
        ends = torch.tensor([batch[n].span for n in with_span])
        loss = loss + 0.25 * (F.cross_entropy(logits[..., 0], ends[:, 0]) + F.cross_entropy(logits[..., 1], ends[:, 1]))
    return loss


@torch.no_grad()
def measure(network: ReaderNetwork, held: Sequence[Example]) -> dict[str, float]:
    """AUROC of answerable, and how often the best sentence of an answerable passage with several answers, by source.

    And over the passages of one question: AUROC of the best sentence's score for whether one of them answers, and
    how often the best sentence of all is right where one does.
    """
    network.eval()
    scores: dict[str, list[tuple[bool, float]]] = defaultdict(list)
    right: dict[str, list[bool]] = defaultdict(list)
    best: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    answered: set[str] = set()
    for batch in batches(held, 8000, random.Random(0)):
        with torch.autocast("cpu", torch.bfloat16):
            answerable, sentence, _ = (out.float() for out in network(*_inputs(batch)))
        for row, example in enumerate(batch):
            source = example.source[:-1]
            logits = sentence[row][example.marks]
            hit = bool(example.answering[int(logits.argmax())])
            scores[source].append((example.answerable, float(answerable[row])))
            best[example.question].append((float(answerable[row] + logits.max()), hit))
            if example.answerable:
                answered.add(example.question)
                if len(example.marks) > 1:
                    right[source].append(hit)
    network.train()
    figures = {f"auroc {name}": _auroc(pairs) for name, pairs in sorted(scores.items())}
    figures["auroc"] = _auroc([pair for pairs in scores.values() for pair in pairs])
    figures |= {f"sentence {name}": float(np.mean(hits)) for name, hits in sorted(right.items())}
    figures["sentence"] = float(np.mean([hit for hits in right.values() for hit in hits]))
    figures["question auroc"] = _auroc([(q in answered, max(found)[0]) for q, found in best.items()])
    figures["question sentence"] = float(np.mean([max(found)[1] for q, found in best.items() if q in answered]))
    return figures


def _auroc(pairs: Sequence[tuple[bool, float]]) -> float:
    """Chance that an answerable one scores above one that is not (Mann and Whitney 1947)."""
    labels = np.array([label for label, _ in pairs])
    ranks = np.argsort(np.argsort([score for _, score in pairs])) + 1.0
    positives, negatives = labels.sum(), (~labels).sum()
    if not positives or not negatives:
        return float("nan")
    return float((ranks[labels].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def train(arguments: argparse.Namespace) -> None:
    """AdamW, linear warm-up and decay; a checkpoint every `--save` seconds, from which the same command goes on."""
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    rng = random.Random(arguments.seed)
    examples, held = read_examples(arguments.data, arguments.sets)
    tuning = read_tuning(arguments.data, arguments.tuning)
    if arguments.held:
        held = read_tuning(arguments.data, arguments.held)
    out: Path = arguments.out
    network = load_network(arguments.data / "base.pt", arguments.start, arguments.layers)
    parameters = [p for p in network.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": 0.01},
        {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=arguments.rate, betas=(0.9, 0.98))
    total, seen, step, spent = arguments.examples, 0, 0, 0.0
    state = out.with_suffix(".state")
    if state.exists():
        kept = torch.load(state)
        network.load_state_dict(kept["network"])
        optimizer.load_state_dict(kept["optimizer"])
        seen, step, spent = kept["seen"], kept["step"], kept["spent"]
        rng.seed(arguments.seed + seen)
    began = saved = time.monotonic()
    losses: list[float] = []
    network.train()
    print(f"{len(examples)} examples, {len(held)} held out; {seen} seen", flush=True)
    while seen < total:
        for batch in batches(one_pass(examples, tuning, arguments.others, rng), arguments.tokens, rng):
            done = max(seen / total, (spent + time.monotonic() - began) / arguments.seconds)
            rate = arguments.rate * min(1.0, (step + 1) / 200) * max(0.0, 1 - done)
            for group in optimizer.param_groups:
                group["lr"] = rate
            loss = loss_of(network, batch, arguments.ranking)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            seen, step = seen + len(batch), step + 1
            losses.append(loss.item())
            if step % 100 == 0:
                each = seen / (time.monotonic() - began)
                print(f"{seen} seen, loss {np.mean(losses[-100:]):.3f}, {each:.1f} a second", flush=True)
            if time.monotonic() - saved > arguments.save:
                save_network(network, out)
                weights = {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
                so_far = {"seen": seen, "step": step, "spent": spent + time.monotonic() - began}
                torch.save(weights | so_far, state)
                saved = time.monotonic()
            if step % arguments.measure == 0:
                figures = measure(network, held)
                print(seen, json.dumps({k: round(v, 3) for k, v in figures.items()}), flush=True)
            if done >= 1:
                seen = total
                break
    save_network(network, out)
    state.unlink(missing_ok=True)
    print(json.dumps({k: round(v, 3) for k, v in measure(network, held).items()}))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m training.reader", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="the weights, as a .pt file")
    parser.add_argument("--start", type=Path, help="weights to go on from; the encoder's alone by default")
    parser.add_argument("--sets", nargs="+", default=list(SETS))
    parser.add_argument("--tuning", nargs="*", type=Path, default=[], help="examples of the kind to adapt to")
    parser.add_argument("--others", type=float, default=1.0, help="other examples for each of those to adapt to")
    parser.add_argument("--ranking", type=float, default=1.0, help="weight of the loss over a question's passages")
    parser.add_argument("--held", nargs="*", type=Path, default=[], help="what to measure on instead")
    parser.add_argument("--examples", type=int, default=300_000, help="how many are seen, repeats counted")
    parser.add_argument("--seconds", type=float, default=1e9, help="time that training takes at most")
    parser.add_argument("--tokens", type=int, default=4000, help="tokens in a batch")
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--save", type=float, default=180.0, help="seconds between checkpoints")
    parser.add_argument("--measure", type=int, default=800, help="steps between two measurements on what is held out")
    train(parser.parse_args())


if __name__ == "__main__":
    main()

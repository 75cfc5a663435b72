"""Fit what tells requests from questions: `python -m training.intent --data FOLDER [--folds]`.

The requests are made from the wordings of `requests.txt` and the subjects of `subjects.txt`. The questions, which are
no requests, are those of the reader's training set and of the benchmarks below FOLDER (`reader/human*.xz`, and
`benchmarks/*/questions.jsonl*` without requests, which `--without-benchmarks` leaves out to measure on them). With
`--folds` no weights are written: each wording and each question is told by weights that were fitted without it, and
what goes wrong is counted.
"""

from __future__ import annotations

import argparse
import gzip
import json
import lzma
import random
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from rag.answer.intent import BUCKETS, INTENTS, WEIGHTS, features_of, may_be_request, tokens_of
from rag.text.terms import all_stop_words, fold

HERE = Path(__file__).parent
PER_WORDING = 150
"""Lines made of a wording, at most."""
QUESTIONS = 12_000
"""Questions of the reader's training set that are taken."""
FOLDS = 5
STRENGTH = 60.0
CHOICE = re.compile(r"\{([^{}]*)\}|\(([^()]*)\)")
MARKS = re.compile(r"[{}()|]|<[tpd]>")
SLOT = re.compile(r"<([tpd])>")
CYRILLIC = str.maketrans(
    {"a": "а", "b": "б", "v": "в", "g": "г", "d": "д", "đ": "ђ", "e": "е", "ž": "ж", "z": "з", "i": "и", "j": "ј",
     "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "r": "р", "s": "с", "t": "т", "ć": "ћ", "u": "у",
     "f": "ф", "h": "х", "c": "ц", "č": "ч", "š": "ш"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wording:
    """One line of `requests.txt`."""

    intent: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line to learn from, and the group that is held out together with it."""

    text: str
    intent: str
    language: str
    group: int


def read_wordings() -> list[Wording]:
    """All wordings."""
    found, head = [], ("", "")
    for line in (HERE / "requests.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            intent, language = line.strip("[]").split()
            head = intent, language
        elif line and not line.startswith("#"):
            found.append(Wording(*head, line))
    return found


def read_subjects() -> dict[tuple[str, str], list[str]]:
    """What can stand for each slot in each language."""
    found: dict[tuple[str, str], list[str]] = {}
    head = ("", "")
    for line in (HERE / "subjects.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            slot, language = line.strip("[]").split()
            head = slot, language
        elif line and not line.startswith("#"):
            found[head] = line.split("|")
    return found


def spell_out(wording: str, rng: random.Random, most: int) -> list[str]:
    """The wording with its choices made, in up to so many ways."""
    parts, at = [], 0
    for m in CHOICE.finditer(wording):
        options = m[1].split("|") if m[1] is not None else [*m[2].split("|"), *([] if m[2].endswith("|") else [""])]
        parts += [[wording[at : m.start()]], options]
        at = m.end()
    parts.append([wording[at:]])
    size = int(np.prod([len(options) for options in parts]))
    if size <= most:
        return ["".join(chosen) for chosen in product(*parts)]
    return ["".join(rng.choice(options) for options in parts) for _ in range(most)]


def make_lines(rng: random.Random, questions: Sequence[str]) -> list[Line]:
    """Lines of all wordings, with subjects, some with slips of the pen."""
    subjects = read_subjects()
    lines = []
    for group, wording in enumerate(read_wordings()):
        for text in spell_out(wording.text, rng, PER_WORDING):
            filled = SLOT.sub(lambda m, w=wording: subject(m[1], w.language, subjects, questions, rng), text)
            filled = " ".join(filled.split())
            if rng.random() < 0.1:
                filled = slip(filled, rng)
            if rng.random() < 0.15 and wording.intent != "answer":
                filled = shorten(filled, rng)
            if rng.random() < 0.3:
                filled += rng.choice(".?!")
            if wording.language == "sr" and rng.random() < 0.5:
                filled = in_cyrillic(filled)
            lines.append(Line(filled, wording.intent, wording.language, group))
    return lines


def subject(
    slot: str,
    language: str,
    subjects: dict[tuple[str, str], list[str]],
    questions: Sequence[str],
    rng: random.Random,
) -> str:
    """A subject from the lists, or the end of a question: any words can be a subject."""
    if slot == "t" and rng.random() < (0.5 if language == "en" else 0.15):
        words = rng.choice(questions).rstrip("?. ").split()
        return " ".join(words[-rng.randint(1, 5) :])
    chosen = rng.choice(subjects.get((slot, language)) or subjects[slot, "en"])
    first, _, rest = chosen.partition(" ")
    bare = bool(rest) and first.lower() in {"the", "die", "der", "das", "la", "le", "el"} and rng.random() < 0.3
    return rest if bare else chosen


def slip(text: str, rng: random.Random) -> str:
    """The text with a letter left out, doubled, or in the place of its neighbour."""
    i = rng.randrange(max(1, len(text) - 2))
    before, here, after, rest = text[:i], text[i : i + 1], text[i + 1 : i + 2], text[i + 2 :]
    return before + rng.choice((after, here + here + after, after + here)) + rest


def shorten(text: str, rng: random.Random) -> str:
    """The text without one of its small words, as people type in haste."""
    words = text.split()
    small = [i for i, word in enumerate(words) if fold(word) in all_stop_words()]
    if len(words) > 3 and small:
        del words[rng.choice(small)]
    return " ".join(words)


def in_cyrillic(text: str) -> str:
    """Serbian in its other script."""
    for latin, letter in (("lj", "љ"), ("nj", "њ"), ("dž", "џ")):
        text = text.replace(latin, letter)
    return text.lower().translate(CYRILLIC)


def read_questions(data: Path) -> tuple[list[str], list[str]]:
    """Questions of the reader's training set, and those of the benchmarks."""
    asked: list[str] = []
    for path in sorted((data / "reader").glob("human*.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as rows:
            asked += [json.loads(row)["q"] for row in rows]
    asked = sorted({q for q in asked if len(q) > 3}, key=lambda q: zlib.crc32(q.encode()))
    known: list[str] = []
    for path in sorted((data / "benchmarks").glob("*/questions.jsonl*")):
        with gzip.open(path, "rt", "utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as rows:
            known += [item["question"] for row in rows if (item := json.loads(row)).get("type") != "request"]
    return asked[:QUESTIONS], list(dict.fromkeys(known))


def matrix(lines: Sequence[str], known: Collection[str]) -> csr_matrix:
    """A row a line: each of its features, with lines of any length as long as one another."""
    rows, columns, values = [], [], []
    for i, line in enumerate(lines):
        found = features_of(line, known)
        rows += [i] * len(found)
        columns += found
        values += [1 / np.sqrt(max(len(found), 1))] * len(found)
    return csr_matrix((values, (rows, columns)), shape=(len(lines), BUCKETS))


def fit(x: csr_matrix, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The weights, a row for each feature and a column for each intent, and the bias of each."""
    model = LogisticRegression(C=STRENGTH, max_iter=200).fit(x, y)
    return model.coef_.T, model.intercept_


def probabilities(x: csr_matrix, weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """A row a line, a column an intent."""
    odds = x @ weights + bias
    likely = np.exp(odds - odds.max(axis=1, keepdims=True))
    return likely / likely.sum(axis=1, keepdims=True)


def words_of(wordings: Iterable[Wording]) -> set[str]:
    """The words of wordings around their subjects."""
    texts = [text for w in wordings for text in MARKS.split(w.text)]
    texts += [in_cyrillic(text) for w in wordings if w.language == "sr" for text in MARKS.split(w.text)]
    return {word for text in texts for word in tokens_of(text)}


def save(weights: np.ndarray, bias: np.ndarray, path: Path) -> None:
    """Write the weights, a byte each, with the words of requests."""
    scale = np.abs(weights).max() / 127
    wordings = read_wordings()
    requests = [w for w in wordings if w.intent != "answer"]
    np.savez_compressed(
        path,
        weights=np.round(weights / scale).astype(np.int8),
        scale=np.float32(scale),
        bias=bias.astype(np.float32),
        known=np.array(sorted(words_of(wordings))),
        frame=np.array(sorted(words_of(requests))),
        nouns=np.array(sorted(words_of([w for w in requests if w.language == "de"]))),
    )


def report(lines: Sequence[Line], chances: np.ndarray) -> None:
    """What is told rightly, and what is taken for a request wrongly, at several bars."""
    truth = np.array([INTENTS.index(line.intent) for line in lines])
    best = chances.argmax(axis=1)
    answer = INTENTS.index("answer")
    groups: dict[str, list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        groups[f"{line.language}, {'question' if line.intent == 'answer' else 'request'}"].append(i)
        if line.intent != "answer":
            groups[f"all, {line.intent}"].append(i)
    for bar in (0.5, 0.6, 0.7, 0.8, 0.9):
        chances[[not may_be_request(line.text) for line in lines]] = np.eye(len(INTENTS))[answer]
        said = np.where(1 - chances[:, answer] >= bar, 1 + chances[:, 1:].argmax(axis=1), answer)
        rights = {name: round(float((said[own] == truth[own]).mean()), 4) for name, own in sorted(groups.items())}
        print(bar, rights)
    for i in np.argsort(-(1 - chances[:, answer]), kind="stable"):
        if truth[i] == answer and lines[i].language.startswith("asked") and best[i] != answer:
            print(f"{1 - chances[i, answer]:.2f} {INTENTS[best[i]]}: {lines[i].text}")
    missed = Counter(
        (line.group, line.intent, INTENTS[said])
        for line, said, true in zip(lines, best, truth, strict=True)
        if true not in (answer, said)
    )
    wordings = read_wordings()
    for (group, intent, taken), n in missed.most_common(40):
        print(f"{n} {intent} taken for {taken}: {wordings[group].text}")


def main() -> None:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--folds", action="store_true")
    parser.add_argument("--without-benchmarks", action="store_true")
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    rng = random.Random(0)
    asked, known = read_questions(options.data)
    lines = make_lines(rng, asked)
    lines += [Line(q, "answer", "asked", -1 - i) for i, q in enumerate(asked)]
    if not options.without_benchmarks:
        lines += [Line(q, "answer", "asked of benchmarks", -1 - i) for i, q in enumerate(known)]
    texts, y = [line.text for line in lines], np.array([INTENTS.index(line.intent) for line in lines])
    wordings = read_wordings()
    print(len(lines), Counter(line.intent for line in lines))
    if not options.folds:
        save(*fit(matrix(texts, words_of(wordings)), y), options.output)
        return
    fold_of = np.array([zlib.crc32(str(line.group).encode()) % FOLDS for line in lines])
    chances = np.zeros((len(lines), len(INTENTS)))
    for number in range(FOLDS):
        held = fold_of == number
        groups = {line.group for line, out in zip(lines, held, strict=True) if not out}
        x = matrix(texts, words_of([w for i, w in enumerate(wordings) if i in groups]))
        chances[held] = probabilities(x[held], *fit(x[~held], y[~held]))
    report(lines, chances)


if __name__ == "__main__":
    main()

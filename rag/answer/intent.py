"""The intent of a typed line: a question, or a request such as "Summarise the articles", and its subject.

The intent is classified by a logistic regression over word and subword n-grams that `training/intent.py` fits. The
subject of a request is the line without the words that make it a request.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from rag.results.answers import Intent
from rag.text.language import detect_language
from rag.text.terms import WORD, all_stop_words, fold
from rag.text.time.expressions import find_dates

INTENTS: tuple[Intent, ...] = get_args(Intent)
WEIGHTS = Path(__file__).with_name("intent.npz")
BUCKETS = 1 << 14
"""Features are told apart by a hash of so many values."""
SURE = 0.7
"""The probability from which a line is taken for a request: a question that is mistaken for one is not answered."""
OTHER = "~"
"""What stands for words that no wording of a request or question has."""
PART = 4
"""Letters of a part of a word that is a feature."""
WORDS_READ = 40
"""Words of a line that are looked at."""
NUMBERS = {word: n for n, word in enumerate("one two three four five six seven eight nine ten".split(), start=1)}
POINTS = re.compile(
    rf"\b(?:in|with|the)?\s*(?:top\s+)?(?P<number>\d{{1,2}}|{'|'.join(NUMBERS)})\s+(?:\w+\s+)?"
    r"(?:points?|bullets?|sentences?|facts|takeaways|Punkten?|Sätzen?|phrases|puntos|frases|punti|пункт\w*|tačaka)\b",
    re.IGNORECASE,
)
TOKEN = re.compile(r"[^\W_]+")
BEGINS = re.compile(r"(?:^|[.?!:]\s)[\s¿¡\"'«„“]*$")
SINCE = re.compile(r"\b(?:since|from|after)\s+(?:the\s+)?$", re.IGNORECASE)
UNTIL = re.compile(r"\b(?:until|till|before|up to)\s+(?:the\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for, and of what: `focus` is the subject in the line's own words, "" for all.

    `points` is the number of points that is wanted, 0 if the line names none; `since` and `until` are ISO 8601 days.
    """

    intent: Intent
    focus: str = ""
    points: int = 0
    since: str = ""
    until: str = ""


def read_request(line: str, today: str = "", publishers: Collection[str] = ()) -> Request:
    """Read a typed line; a plain question has the intent "answer".

    `today`, an ISO 8601 day, is what "Monday" means. "What does the Courier report?" asks for the articles of one of
    the `publishers`.
    """
    intent = intent_of(line)
    if intent == "answer":
        named = _asks_of_publisher(line, publishers)
        return Request("articles", named) if named else Request(intent)
    counted = POINTS.search(line)
    rest, since, until = _without_days(POINTS.sub(" ", line), today)
    number = counted["number"].lower() if counted else "0"
    return Request(intent, focus_of(rest), NUMBERS.get(number) or int(number), since, until)


def intent_of(line: str) -> Intent:
    """What a line asks for."""
    if not may_be_request(line):
        return "answer"
    probabilities = _model().probabilities(line)
    best = 1 + int(probabilities[1:].argmax())
    return INTENTS[best] if 1 - probabilities[0] >= SURE else "answer"


def _asks_of_publisher(line: str, publishers: Collection[str]) -> str:
    """The publisher in a line that has nothing else but words of requests, one of them no stop word; "" for none."""
    for publisher in publishers:
        found = re.search(rf"(?<!\w){re.escape(publisher)}(?!\w)", line, re.IGNORECASE) if publisher else None
        if found:
            rest = set(tokens_of(f"{line[: found.start()]} {line[found.end() :]}"))
            if rest <= _model().frame and rest - all_stop_words():
                return publisher
    return ""


def may_be_request(line: str) -> bool:
    """Whether a line with a subject also has a word, no stop word, in which requests are put."""
    model, words = _model(), set(tokens_of(line))
    return words <= model.frame or bool((words & model.frame) - all_stop_words())


def focus_of(line: str) -> str:
    """The subject of a request: the line without the words of requests before and after it."""
    found = list(WORD.finditer(line))
    while found and _frames(line, found[-1]):
        found.pop()
    while found and _frames(line, found[0]):
        found.pop(0)
    return line[found[0].start() : found[-1].end()] if found else ""


def _frames(line: str, word: re.Match[str]) -> bool:
    """Whether a word is one in which requests are put. With a capital it is a name, unless it is a German noun."""
    model = _model()
    named = word.group()[0].isupper() and not BEGINS.search(line[: word.start()])
    return set(tokens_of(word.group())) <= (model.nouns if named else model.frame)


def _without_days(line: str, today: str) -> tuple[str, str, str]:
    """The line without "since Monday" and "until May", and the days that these name. English alone is read."""
    since = until = ""
    for expression in reversed(find_dates(line, today) if detect_language(line) in {"", "en"} else ()):
        before = line[: expression.start]
        if not expression.first:
            continue
        if begins := SINCE.search(before):
            since, line = expression.first, f"{line[: begins.start()]}{line[expression.end :]}"
        elif ends := UNTIL.search(before):
            until, line = expression.last, f"{line[: ends.start()]}{line[expression.end :]}"
    return line, since, until


# -- the classifier --------------------------------------------------------------------------------------------------


def tokens_of(line: str) -> list[str]:
    """The folded words of a line, "what's" as two, with one figure for each number."""
    return [re.sub(r"\d+", "0", fold(w)) for w in TOKEN.findall(line)]


def features_of(line: str, known: Collection[str]) -> list[int]:
    """The features of a line, each as a number below `BUCKETS`.

    They are its runs of one to four words, with one sign for words that are not `known`, and the parts of those.
    """
    return sorted({zlib.crc32(f.encode("utf-8", "replace")) % BUCKETS for f in _features(line, known)})


def _features(line: str, known: Collection[str]) -> Iterator[str]:
    words = tokens_of(line)[:WORDS_READ]
    signs = ["^", *(w if w in known else OTHER for w in words), "$"]
    plain = [w for i, w in enumerate(signs) if w != OTHER or signs[i - 1] != OTHER]
    for size in (1, 2, 3, 4):
        yield from (" ".join(plain[i : i + size]) for i in range(len(plain) - size + 1))
    for word in (w for w in words if w not in known):
        padded = f"{word}_"
        yield from (f"#{padded[i : i + PART]}" for i in range(len(padded) - PART + 1))
    yield f"?{line.rstrip().endswith('?')}"


@dataclass(frozen=True, slots=True)
class _Model:
    """The weight of each feature (rows) for each intent (columns), and the words in which requests are put."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    known: frozenset[str]
    frame: frozenset[str]
    nouns: frozenset[str]

    def probabilities(self, line: str) -> NDArray[np.float32]:
        return probabilities_of(features_of(line, self.known), self.weights, self.bias)


def probabilities_of(
    features: Sequence[int], weights: NDArray[np.float32], bias: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The probability of each intent."""
    odds = bias + weights[list(features)].sum(axis=0) / np.sqrt(max(len(features), 1))
    likely = np.exp(odds - odds.max())
    return np.asarray(likely / likely.sum(), np.float32)


@cache
def _model() -> _Model:
    with np.load(WEIGHTS) as file:
        weights = file["weights"].astype(np.float32) * file["scale"]
        known, frame, nouns = (frozenset(map(str, file[name])) for name in ("known", "frame", "nouns"))
        return _Model(weights, file["bias"].astype(np.float32), known, frame, nouns)

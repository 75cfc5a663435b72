"""Sentences of real articles, made false in one place or said otherwise, with a fixed seed.

`perturbations` changes one thing of a sentence so that its article no longer says it; `paraphrases` says what the
article says in other words, in fewer, or two sentences in one. Articles come from the benchmark sets; a crc of its
name puts each into the half that the checker is fitted on or the half that it is tested on.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rag.text.sentences import split_sentences
from rag.verify.roles import Context
from tests.benchmarks.common import read_lines
from tests.verify.falsehoods import FALSE, Article, Maker
from tests.verify.rewordings import TRUE
from tests.verify.sayings import FALSE_SAYINGS, TRUE_SAYINGS


@cache
def split(text: str) -> tuple[str, ...]:
    """The sentences of an article."""
    return tuple(text[s.start : s.end] for s in split_sentences(text, "en"))


def evidence_of(claim: Mapping[str, Any]) -> tuple[str, ...]:
    """The sentences of the evidence of a claim of the grounding set: sentences already, or one whole article."""
    return tuple(s for text in claim["evidence"] for s in (split(text) if "\n" in text else (text,)))


def whole(evidence: Sequence[str]) -> Context:
    """What stands around a claim whose evidence is a whole article."""
    return Context(follows=frozenset(range(1, len(evidence))))


SETS = ("summhay", "events", "answering")
LONGEST = 60
"""Sentences of an article that are read."""
LOOKS = 12
"""Of these, how many are tried; of rare kinds, all."""
RARE = frozenset(FALSE_SAYINGS) | frozenset(TRUE_SAYINGS) | {"conflation", "subject", "join", "name again"}


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, the sentences of the article it came from, and how it was made."""

    kind: str
    true: bool
    sentence: str
    evidence: tuple[str, ...]
    original: str
    article: str


@cache
def articles(data: Path, half: str) -> tuple[Article, ...]:
    """The articles of a half, "fit" or "test"."""
    found = []
    for name in SETS:
        for record in read_lines(data / name / "documents.jsonl.gz"):
            key = f"{name}/{record['doc_id']}"
            if (zlib.crc32(key.encode()) % 2 == 0) == (half == "fit"):
                text = record["text"]
                sentences = [text[s.start : s.end] for s in split_sentences(text, "en") if s.kind == "text"]
                if len(sentences) >= 4:
                    found.append(Article(key, tuple(sentences[:LONGEST]), text))
    return tuple(found)


def perturbations(data: Path, half: str = "test", each: int = 100, seed: int = 7) -> list[Case]:
    """Sentences made false, `each` of every kind, or as many as there are."""
    return make_cases(data, half, each, seed, FALSE | FALSE_SAYINGS, true=False)


def paraphrases(data: Path, half: str = "test", each: int = 100, seed: int = 11) -> list[Case]:
    """True sentences in other words, at most `each` of every kind."""
    return make_cases(data, half, each, seed, TRUE | TRUE_SAYINGS, true=True)


def make_cases(data: Path, half: str, each: int, seed: int, makers: dict[str, Maker], *, true: bool) -> list[Case]:
    cases = []
    for kind, make in makers.items():
        made = 0
        looks = LONGEST if kind in RARE else LOOKS
        rng, seen = random.Random(f"{seed} {kind}"), set()
        for article, number in _places(articles(data, half), rng, looks):
            sentence = article.sentences[number]
            if not 40 <= len(sentence) <= 300 or "\n" in sentence or not sentence[0].isupper():
                continue
            other = make(article, number, rng)
            if other not in ("", sentence) and other not in seen:
                seen.add(other)
                cases.append(Case(kind, true, other, article.sentences, sentence, article.key))
                made += 1
                if made == each:
                    break
    return cases


def _places(found: Sequence[Article], rng: random.Random, looks: int) -> Iterator[tuple[Article, int]]:
    """Sentences in random order, at most two of one article for each kind."""
    for _ in range(2):
        order = list(found)
        rng.shuffle(order)
        for article in order:
            numbers = list(range(len(article.sentences)))
            rng.shuffle(numbers)
            for number in numbers[:looks]:
                yield article, number

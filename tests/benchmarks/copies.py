"""Copies found in a generated set: news articles cut, extended, reworded, reordered, respelt, merged, with boilerplate.

Originals are two articles of each event of the events benchmark that share hardly any word sequences, so that like
events and independent reports of one event are what must be kept apart. Prints, for each kind of copy, how many were
found, and the precision over all pairs of articles taken for near duplicates.
"""

from __future__ import annotations

import json
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from rag import Library, Settings
from rag.text.sentences import split_sentences
from rag.text.terms import terms
from tests.benchmarks.common import Prediction, read_lines, write_lines

Sentences = list[str]
LEAST = 6
"""Sentences of an original."""
INDEPENDENT = 0.05
"""The share of word triples that two originals of one event may have in common."""

_SYNONYMS = """
said:stated says:states told:informed announced:declared reported:disclosed officials:authorities police:officers
killed:slain died:perished injured:hurt attack:assault bombing:blast fire:blaze arrested:detained accused:charged
suspect:alleged company:firm companies:firms buy:purchase bought:purchased deal:agreement agreed:consented
began:started begin:start ended:finished help:assist helped:assisted asked:requested wanted:wished need:require
needed:required show:demonstrate showed:demonstrated large:big huge:enormous small:little quickly:rapidly
immediately:instantly also:additionally but:however because:since about:around nearly:almost many:numerous
several:various leader:head chief:boss president:leader minister:official lawyer:attorney court:tribunal jail:prison
sentenced:condemned game:match team:side won:triumphed win:victory lost:defeated star:celebrity film:movie
movie:picture show:programme house:home car:vehicle cars:vehicles doctor:physician hospital:clinic money:cash
problem:difficulty problems:difficulties workers:employees children:kids people:persons country:nation city:town
government:administration war:conflict soldiers:troops weapons:arms important:significant new:fresh old:former
good:fine bad:poor hit:struck quake:tremor earthquake:temblor shook:rattled damage:destruction released:issued
launch:introduction launched:introduced update:upgrade
"""
SYNONYMS = dict(pair.split(":") for pair in _SYNONYMS.split())
SPELLINGS = (("y", "i"), ("ck", "k"), ("ph", "f"), ("ll", "l"), ("tt", "t"), ("ss", "s"), ("ee", "i"), ("ou", "u"))
BOILERPLATE = (
    "Sign up for our newsletter and never miss a story.",
    "Follow us on Facebook and Twitter for the latest updates.",
    "Read more: the ten most read articles of the week.",
    "All rights reserved. This material may not be published or redistributed.",
)


def run(data: Path, *, as_json: bool) -> None:
    made = make_copies(data)
    began = time.perf_counter()
    result = measure(find_originals(made.texts), made.sources, made.kinds)
    for kind, (found, all_) in result.items():
        print(f"{kind:14} {found / max(all_, 1):.3f}  ({found} of {all_})")
    print(f"{len(made.texts)} articles, {time.perf_counter() - began:.1f} s with sync")
    if as_json:
        print(json.dumps({kind: round(found / max(all_, 1), 3) for kind, (found, all_) in result.items()}))


def predict(data: Path) -> list[Prediction]:
    """Every voice of the generated set, as its articles in their order."""
    return [{"articles": list(voice)} for voice in find_originals(make_copies(data).texts)]


@dataclass(frozen=True, slots=True)
class Copies:
    """The articles of the generated set, the originals that each is made of, and the kind of each copy."""

    texts: dict[str, str]
    sources: dict[str, set[str]]
    kinds: dict[str, str]


def make_copies(data: Path) -> Copies:
    chance = random.Random(11)
    originals = choose_originals(read_lines(data / "events" / "documents.jsonl.gz"))
    fillers = [s for sentences in originals.values() for s in sentences[-2:]]
    texts = {name: "\n".join(sentences) for name, sentences in originals.items()}
    sources: dict[str, set[str]] = {name: {name} for name in originals}
    kinds: dict[str, str] = {}
    names = list(originals)
    for number, name in enumerate(names):
        other = names[(number + 7) % len(names)]
        for kind, change in make_changes(chance, fillers, originals[other]).items():
            copy = f"{name}-{kind}"
            texts[copy] = "\n".join(change(originals[name]))
            sources[copy] = {name, other} if kind == "merged" else {name}
            kinds[copy] = kind
    return Copies(texts, sources, kinds)


def choose_originals(documents: list[dict[str, str]]) -> dict[str, Sentences]:
    by_event: dict[str, dict[str, Sentences]] = defaultdict(dict)
    for d in documents:
        text = d["text"]
        sentences = [text[s.start : s.end] for s in split_sentences(text, "en") if s.kind == "text"]
        if LEAST <= len(sentences) <= 40:
            by_event[d["event"]][d["doc_id"]] = sentences
    chosen: dict[str, Sentences] = {}
    for own in by_event.values():
        pairs = [(common_triples(own[a], own[b]), a, b) for a, b in combinations(sorted(own), 2)]
        for share, a, b in sorted(pairs)[:1]:
            if share <= INDEPENDENT:
                chosen |= {a: own[a], b: own[b]}
    return chosen


def common_triples(a: Sentences, b: Sentences) -> float:
    x, y = (set(zip(t, t[1:], t[2:], strict=False)) for t in (terms(" ".join(s)) for s in (a, b)))
    return len(x & y) / max(1, min(len(x), len(y)))


def make_changes(
    chance: random.Random, fillers: Sentences, other: Sentences
) -> dict[str, Callable[[Sentences], Sentences]]:
    return {
        "cut": lambda s: s[: max(4, len(s) * 2 // 5)],
        "extended": lambda s: [*s, *chance.sample(fillers, max(3, len(s) // 2))],
        "reworded": lambda s: [reword(x, chance) for x in s],
        "reordered": lambda s: chance.sample(s, len(s)),
        "boilerplate": lambda s: [BOILERPLATE[0], *s, *BOILERPLATE[1:]],
        "respelt": lambda s: [respell(x) for x in s],
        "cut, reworded": lambda s: [respell(reword(x, chance)) for x in s[: max(4, len(s) // 2)]],
        "merged": lambda s: [*s[: max(4, len(s) * 3 // 5)], *other[: max(4, len(other) * 3 // 5)]],
    }


def reword(sentence: str, chance: random.Random) -> str:
    """Synonyms, and every tenth other lower-case word left out."""
    words = []
    for word in sentence.split():
        plain = word.strip(".,;:!?\"'")
        if plain in SYNONYMS:
            words.append(word.replace(plain, SYNONYMS[plain]))
        elif not (plain.islower() and chance.random() < 0.1):
            words.append(word)
    head = re.match(r"((?:On|In|At|After|Before) [^,]{3,30}), (.+?)([.!?]?)$", " ".join(words))
    return f"{head[2]} {head[1][0].lower()}{head[1][1:]}{head[3]}" if head else " ".join(words)


def respell(sentence: str) -> str:
    def change(found: re.Match[str]) -> str:
        name = found.group()
        for old, new in SPELLINGS:
            if old in name[1:]:
                return name[0] + name[1:].replace(old, new, 1)
        return name

    return re.sub(r"(?<=[a-z,] )[A-Z][a-z]{4,}", change, sentence)


def find_originals(texts: dict[str, str]) -> list[tuple[str, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        write_lines(Path(folder) / "a.jsonl", [{"id": name, "text": text} for name, text in texts.items()])
        with Library(folder, settings=Settings()) as library:
            library.sync()
            stories = library.stories()
    return [tuple(f.partition("#")[2] for f in group.files) for story in stories for group in story.groups]


def measure(
    originals: list[tuple[str, ...]], sources: dict[str, set[str]], kinds: dict[str, str]
) -> dict[str, tuple[int, int]]:
    voice = {name: n for n, own in enumerate(originals) for name in own}
    found, all_ = Counter[str](), Counter(kinds.values())
    for copy, kind in kinds.items():
        found[kind] += any(voice[copy] == voice[source] for source in sources[copy])
    right = wrong = 0
    for own in originals:
        for a, b in combinations(own, 2):
            if sources[a] & sources[b]:
                right += 1
            else:
                wrong += 1
    table = {kind: (found[kind], all_[kind]) for kind in all_}
    return table | {"recall": (found.total(), all_.total()), "precision": (right, right + wrong)}

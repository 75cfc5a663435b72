"""Copies: articles of one voice, the same report whole or shortened, extended, reworded or translated.

Two articles are copies if most of the shorter one stands, sentence by sentence, in the other (copies share too few
word sequences to be found by these: Silcock et al. 2022, NEWS-COPY). Each copy belongs to one original only, the one
that holds most of it: an article put together from two others does not make these one voice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.grounding.matching import Embed
from rag.progress import UNWATCHED, Watch
from rag.stories.alignment import STANDS, Alignment, Sentences, align, describe
from rag.stories.bags import Bags
from rag.stories.credits import Credit, find_credits, is_agency, named_in_dateline
from rag.stories.likeness import Pairs
from rag.stories.texts import ReadArticle
from rag.stories.types import Copy, CopyGroup, Extent, Wording

BAR = 0.5
"""The share of the shorter article that must stand in the other."""
SHORT, SHORT_BAR = 15.0, 0.9
"""An article that weighs less than about twenty telling words is a copy only if this share of it stands there."""
HOPEFUL = 0.45
"""The share of an article's word weight that must be shared before its sentences are aligned."""
NEAR = 0.93
"""The mean likeness of aligned sentences from which a copy is hardly reworded."""
WHOLE = 0.85
"""The share of an article that must be told for it to be told as a whole."""


@dataclass(frozen=True)
class CopyPair:
    """Two articles of one voice, by number: `first` < `second`."""

    first: int
    second: int
    alignment: Alignment

    @property
    def share(self) -> float:
        """How much of the shorter one stands in the other."""
        return max(self.alignment.share, self.alignment.back_share)

    @property
    def other_share(self) -> float:
        """How much of the longer one stands in the shorter."""
        return min(self.alignment.share, self.alignment.back_share)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of two articles is probably the original, and why."""

    original: int
    reason: str


def find_copy_pairs(
    articles: Sequence[ReadArticle], words: Bags, pairs: Pairs, embed: Embed, watch: Watch = UNWATCHED
) -> list[CopyPair]:
    """Find the pairs of articles of one voice among these pairs."""
    described: dict[int, Sentences] = {}
    vocabulary: dict[str, int] = {}

    def sentences(i: int) -> Sentences:
        if i not in described:
            texts = [t.text for t in articles[i].sentences]
            described[i] = describe(texts, embed(texts), vocabulary)
        return described[i]

    found: list[CopyPair] = []
    hopeful = _hopeful(words, pairs)
    likely = list(zip(pairs.first[hopeful].tolist(), pairs.second[hopeful].tolist(), strict=True))
    for i, j in watch.each("looking for copies", likely):
        if articles[i].sentences and articles[j].sentences:
            pair = CopyPair(i, j, align(sentences(i), sentences(j)))
            weight = min(sentences(i).weights.sum(), sentences(j).weights.sum())
            if pair.share >= (BAR if weight >= SHORT else SHORT_BAR):
                found.append(pair)
    return found


def _hopeful(words: Bags, pairs: Pairs) -> NDArray[np.bool_]:
    """Which pairs share enough words for it to be worth while aligning their sentences."""
    starts = np.searchsorted(pairs.first, np.arange(len(words) + 1))
    shared = [words.shared(i, pairs.second[a:b]) for i, (a, b) in enumerate(pairwise(starts))]
    return np.asarray(np.concatenate(shared) >= HOPEFUL, np.bool_)


def group_copies(articles: Sequence[ReadArticle], members: Sequence[int], pairs: Sequence[CopyPair]) -> list[CopyGroup]:
    """Group some articles, by number, into voices. `pairs` are all copy pairs; those with others are passed over."""
    inside = set(members)
    sources: dict[int, tuple[float, float, int]] = {}
    by_pair: dict[tuple[int, int], CopyPair] = {}
    for pair in pairs:
        if not (pair.first in inside and pair.second in inside):
            continue
        original = choose_original(articles, pair).original
        copy = pair.second if original == pair.first else pair.first
        by_pair[pair.first, pair.second] = pair
        sources[copy] = max(sources.get(copy, (0.0, 0.0, 0)), (round(pair.share, 1), pair.other_share, -original))
    voices: dict[int, list[int]] = {}
    for i in sorted(members):
        voices.setdefault(_root(i, sources), []).append(i)
    return [_voice(articles, root, [i for i in own if i != root], by_pair) for root, own in sorted(voices.items())]


def _root(i: int, sources: dict[int, tuple[float, float, int]]) -> int:
    """The article that has no source, at the end of the chain; a chain that closes ends at its lowest number."""
    seen: list[int] = []
    while i in sources and i not in seen:
        seen.append(i)
        i = -sources[i][2]
    return min(seen[seen.index(i) :]) if i in seen else i


def _voice(
    articles: Sequence[ReadArticle], root: int, others: Sequence[int], by_pair: dict[tuple[int, int], CopyPair]
) -> CopyGroup:
    """A copy of a copy is described by what it has of the copy, if nothing links it with the original."""
    copies: list[Copy] = []
    reason = ""
    for i in others:
        pair = by_pair.get((min(i, root), max(i, root)))
        if pair is None:
            pair = max((p for p in by_pair.values() if i in (p.first, p.second)), key=lambda p: p.share)
            copies.append(_describe_copy(articles, pair, i))
            continue
        copies.append(_describe_copy(articles, pair, i))
        reason = reason or choose_original(articles, pair).reason
    return CopyGroup(articles[root].file, tuple(sorted(copies, key=lambda c: c.file)), reason)


def _describe_copy(articles: Sequence[ReadArticle], pair: CopyPair, copy: int) -> Copy:
    a = pair.alignment
    copied, kept = (a.share, a.back_share) if copy == pair.first else (a.back_share, a.share)
    own, their = (pair.first, pair.second) if copy == pair.first else (pair.second, pair.first)
    values = a.likeness if copy == pair.first else a.back_likeness
    aligned = values[values >= STANDS]
    texts = [" ".join(t.text for t in articles[i].sentences).split() for i in (own, their)]
    wording: Wording = "reworded"
    if texts[0] == texts[1]:
        wording = "exact"
    elif aligned.size and float(aligned.mean()) >= NEAR:
        wording = "near"
    extent: Extent = "shortened" if kept < WHOLE and kept <= copied else "extended" if copied < WHOLE else "whole"
    added = tuple(c.told for c in added_credits(articles[own], articles[their]))
    return Copy(articles[own].file, wording, extent, round(pair.share, 3), added)


def added_credits(copy: ReadArticle, original: ReadArticle) -> list[Credit]:
    """The crediting words of a copy that name somebody, or an agency, whom the original does not credit."""
    known = {c.told.text.casefold() for c in find_credits(original.sentences)}
    names = " ".join(t.text for t in original.sentences)
    return [
        c
        for c in find_credits(copy.sentences)
        if c.told.text.casefold() not in known and (is_agency(c.name) or c.name not in names)
    ]


def choose_original(articles: Sequence[ReadArticle], pair: CopyPair) -> Choice:
    """Choose by publication date, by who credits an agency, and by completeness, in this order."""
    i, j = pair.first, pair.second
    a, b = articles[i], articles[j]
    day, other_day = a.published[:10], b.published[:10]
    if day and other_day and day != other_day:
        early, late = (i, j) if day < other_day else (j, i)
        earlier, later = articles[early].published[:10], articles[late].published[:10]
        return Choice(early, f"published on {earlier}, before {articles[late].file} ({later})")
    credit, other_credit = _agency(a, b), _agency(b, a)
    if bool(credit) != bool(other_credit):
        told, source = (i, j) if credit else (j, i)
        return Choice(source, f"{articles[told].file} credits {credit or other_credit} for what both tell")
    line, other_line = named_in_dateline(a.text), named_in_dateline(b.text)
    if bool(line) != bool(other_line):
        return Choice(i if line else j, f"it is marked as a report of {line or other_line}")
    length, other_length = (sum(len(t.text) for t in x.sentences) for x in (a, b))
    if length != other_length:
        return Choice(i if length > other_length else j, "the most complete of the copies")
    return Choice(i, "the first by file name; nothing else tells the copies apart")


def _agency(article: ReadArticle, other: ReadArticle) -> str:
    """The agency that an article credits where the other does not."""
    return next((c.name for c in added_credits(article, other) if is_agency(c.name)), "")

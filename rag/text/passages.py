"""Passages: runs of whole sentences, sized in tokens for the embedder, that prefer to end where a paragraph ends."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from rag.results.answers import Passage, Sentence

BROKEN_PARAGRAPH = 0.15
"""Cost of ending a passage inside a paragraph, in squared shares of an unfilled passage."""
LONELY_HEADING = 0.5
"""Cost of ending a passage on a heading, whose text would stand in the next passage."""


def split_passages(
    text: str,
    sentences: Sequence[Sentence],
    count_tokens: Callable[[Sequence[str]], list[int]],
    size: int,
) -> tuple[Passage, ...]:
    """Cut the sentences of `text` into passages of at most `size` tokens; only a longer sentence makes a longer one.

    Every sentence lies in exactly one passage. The cut is the cheapest of all: each passage costs the square of the
    share of `size` that it leaves empty, as in the line breaking of Knuth and Plass (1981), and more if it ends
    inside a paragraph or on a heading; so passages come out even and no short tail is left over. `count_tokens` is
    asked once. Raises ValueError if `size` is not positive.
    """
    if size < 1:
        raise ValueError(f"size must be at least 1 token, not {size}")
    if not sentences:
        return ()
    tokens = [max(1, n) for n in count_tokens([text[s.start : s.end] for s in sentences])]
    cuts = _cheapest_cuts(tokens, _end_costs(sentences), size)
    return tuple(
        Passage(sentences[first].start, sentences[last - 1].end, first, last)
        for first, last in itertools.pairwise(cuts)
    )


def _end_costs(sentences: Sequence[Sentence]) -> list[float]:
    """What it costs to end a passage after each sentence."""
    costs = [0.0] * len(sentences)
    for i, (sentence, following) in enumerate(itertools.pairwise(sentences)):
        if sentence.paragraph == following.paragraph:
            costs[i] = BROKEN_PARAGRAPH
        elif sentence.kind == "heading":
            costs[i] = LONELY_HEADING
    return costs


def _cheapest_cuts(tokens: Sequence[int], end_costs: Sequence[float], size: int) -> list[int]:
    """The numbers of the sentences at which passages begin, and the count of all, by dynamic programming."""
    best = [0.0]
    begins = [0]
    for last in range(1, len(tokens) + 1):
        first = last - 1
        filled = tokens[first]
        least, begin = best[first] + max(0.0, 1 - filled / size) ** 2, first
        while first and filled + tokens[first - 1] <= size:
            first -= 1
            filled += tokens[first]
            cost = best[first] + (1 - filled / size) ** 2
            if cost < least:
                least, begin = cost, first
        best.append(least + end_costs[last - 1])
        begins.append(begin)
    cuts = [len(tokens)]
    while cuts[-1]:
        cuts.append(begins[cuts[-1]])
    return cuts[::-1]

"""Stories: articles about one event, apart from articles about a like event, with their copies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.analysis.clustering import Edge, average_linkage
from rag.analysis.near_duplicates import CopyPair, find_copy_pairs, group_copies
from rag.analysis.read_articles import ReadArticle, as_text, make_profiles
from rag.analysis.similarity import ABSENT, Pairs, compare_articles, pair_odds
from rag.progress import SILENT, Progress
from rag.results.answers import shorten
from rag.results.spans import Quote
from rag.results.stories import Story
from rag.text.word_similarity import Embed

LEADING = 3
"""Sentences at the head of an article among which its gist is looked for."""
TITLE_WIDTH = 100
"""Characters of a title made of a sentence."""


def stories_of(
    articles: Sequence[ReadArticle],
    embed: Embed,
    progress: Progress = SILENT,
    groups: Sequence[Sequence[int]] | None = None,
) -> tuple[Story, ...]:
    """Group articles into stories, or take these `groups` of their numbers: the largest first, then by the first file.

    `embed` gives unit vectors of texts and must be quick: the embedded default's, with which the rule was fitted. Time
    grows with the number of articles and of their neighbours, and not with that of all pairs.
    """
    if not articles:
        return ()
    profiles = make_profiles((as_text(a) for a in articles), embed)
    pairs = compare_articles(profiles, progress)
    copies = find_copy_pairs(articles, profiles.words, pairs, embed, progress)
    del profiles
    if groups is None:
        groups = _grouped(articles, pairs, copies)
    stories = [
        _story(articles, group, own, embed) for group, own in zip(groups, _by_group(groups, copies), strict=True)
    ]
    return tuple(sorted(stories, key=lambda s: (-len(s.files), s.files[0])))


def _grouped(articles: Sequence[ReadArticle], pairs: Pairs, copies: Sequence[CopyPair]) -> list[list[int]]:
    odds = pair_odds(pairs, [a.published for a in articles])
    one_voice = {(c.first, c.second) for c in copies}
    scored = zip(pairs.first.tolist(), pairs.second.tolist(), odds.tolist(), strict=True)
    weighed = (Edge(i, j, -ABSENT if (i, j) in one_voice else w) for i, j, w in scored)
    return average_linkage(len(articles), (edge for edge in weighed if edge.weight > ABSENT), 0.0, ABSENT)


def _by_group(groups: Sequence[Sequence[int]], copies: Sequence[CopyPair]) -> list[list[CopyPair]]:
    """For each group of articles the pairs within it."""
    group_of = {i: n for n, group in enumerate(groups) for i in group}
    own: list[list[CopyPair]] = [[] for _ in groups]
    for pair in copies:
        n = group_of.get(pair.first)
        if n is not None and n == group_of.get(pair.second):
            own[n].append(pair)
    return own


def _story(articles: Sequence[ReadArticle], members: Sequence[int], copies: Sequence[CopyPair], embed: Embed) -> Story:
    """An article without sentences gives a story of its own, with an empty gist."""
    groups = tuple(group_copies(articles, members, copies))
    originals = [i for i in members if articles[i].file in {g.original for g in groups}]
    leads = [(i, quote) for i in originals for quote in articles[i].sentences[:LEADING]]
    if not leads:
        first = articles[members[0]]
        return Story(first.title or first.file, Quote(first.file, 0, 0, ""), groups)
    gist = leads[_most_central(leads, embed)]
    titled = [i for i in originals if articles[i].title] or [gist[0]]
    vectors = embed([articles[i].title or articles[i].sentences[0].text for i in titled])
    title = articles[titled[int((vectors @ vectors.mean(axis=0)).argmax())]]
    return Story(title.title or shorten(gist[1].text, TITLE_WIDTH), gist[1], groups)


def _most_central(leads: Sequence[tuple[int, Quote]], embed: Embed) -> int:
    """The sentence nearest to all; of an article's sentences rather the first ones."""
    vectors = embed([quote.text for _, quote in leads])
    central = vectors @ vectors.mean(axis=0)
    seen: dict[int, int] = {}
    places: list[int] = []
    for i, _ in leads:
        places.append(seen.setdefault(i, 0))
        seen[i] += 1
    score: NDArray[np.float32] = central * np.power(0.9, places, dtype=np.float32)
    return int(score.argmax())

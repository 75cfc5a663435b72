"""What a summary is written from, as a language model is given it: keyed matters, in batches that fit its window."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.grounding.marks import key_of
from rag.models.language import LanguageModel, Message
from rag.reading.orders import is_order
from rag.stories.facts import FactBook
from rag.stories.texts import ReadArticle
from rag.stories.types import Fact, Told
from rag.types import counted, shorten
from rag.writing import prompts
from rag.writing.evidence_block import LONGEST_NAME, fence_of, fenced
from rag.writing.prompt_budget import ANSWER_SHARE, ESTIMATE, SPARE

TELLINGS = 3
"""Sentences of a fact that a model is given, each of another article."""
LONGEST_TELLING = 600
"""Characters of a sentence that a model is given."""
POINT_TOKENS = 70
"""Tokens of a written point, with its keys, mostly less."""
COUNT = re.compile(r"\W*[\d,]+ reports?\W*")
"""The count of reports at the head of a matter."""
MOST_POINTS = 24
"""Points that are asked for at once."""


@dataclass(frozen=True, slots=True)
class Matter:
    """Something to tell: its text under a key, the facts that it is about, and the places that it is checked by.

    `places` pairs each place with its fact's number in the book.
    """

    key: str
    text: str
    places: tuple[tuple[int, Told], ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Matters that a model is given at once, and the number of points that it is asked for."""

    matters: tuple[Matter, ...]
    points: int
    every: bool = False
    """Whether each matter is to have its point."""


def matters_of(book: FactBook, facts: Mapping[int, Fact]) -> tuple[Matter, ...]:
    """Facts, by number, as matters, in the order given: of each the best tellings, with publisher and date."""
    articles = {a.file: a for a in book.articles}
    keys: set[str] = set()
    made = []
    for number, fact in facts.items():
        unique = {" ".join(t.text.split()): t for t in reversed(fact.told)}
        told = [t for t in fact.told if unique[" ".join(t.text.split())] is t][:TELLINGS]
        key = key_of(told[0].file, told[0].text, keys)
        keys.add(key)
        lines = [f"- {_head(articles[t.file])}{fenced(shorten(t.text, LONGEST_TELLING))}" for t in told]
        head = f"[{key}] {counted(fact.reports, 'report')}"
        made.append(Matter(key, "\n".join([head, *lines]), tuple((number, t) for t in told)))
    return tuple(made)


def is_count(sentence: str) -> bool:
    """Whether a sentence is but the count of reports of a matter, copied: it tells nothing."""
    return COUNT.fullmatch(sentence) is not None


def _head(article: ReadArticle) -> str:
    names = [
        shorten(fenced(n), LONGEST_NAME) for n in (article.publisher, article.published[:10]) if n and not is_order(n)
    ]
    return f"{', '.join(names)}: " if names else ""


def rewritten(matters: Sequence[Matter], text: str) -> Matter:
    """Several matters as the one that a sentence tells."""
    first = matters[0]
    return Matter(first.key, f"[{first.key}]\n- {fenced(text)}", tuple(p for m in matters for p in m.places))


def in_one_batch(matters: Sequence[Matter], points: int, model: LanguageModel, focus: str) -> Batch | None:
    """All matters in one batch for so many points, if they fit into the model's window."""
    fitting, _ = _fill(matters, len(matters), model, focus)
    fits = len(fitting) == 1 and len(fitting[0]) == len(matters) and points <= points_at_once(model)
    return Batch(tuple(matters), points) if fits else None


def in_batches(matters: Sequence[Matter], model: LanguageModel, focus: str) -> tuple[list[Batch], int]:
    """Batches in which every matter gets its point, and how many matters are too long for the model's window."""
    groups, left_out = _fill(matters, points_at_once(model), model, focus)
    return [Batch(group, len(group), every=True) for group in groups], left_out


def in_shares(matters: Sequence[Matter], points: int, model: LanguageModel, focus: str) -> list[Batch]:
    """Batches that share the points among them."""
    most = max(1, points_at_once(model) * len(matters) // max(1, points))
    groups, _ = _fill(matters, most, model, focus)
    total = sum(map(len, groups))
    ends = [0]
    for group in groups:
        ends.append(ends[-1] + len(group))
    shares = [points * b // total - points * a // total for a, b in pairwise(ends)]
    return [Batch(group, share) for group, share in zip(groups, shares, strict=True) if share]


def points_at_once(model: LanguageModel) -> int:
    """How many points the model is asked for at once: as many as its window has room for."""
    return max(1, min(MOST_POINTS, int(model.context_window * ESTIMATE * ANSWER_SHARE) // POINT_TOKENS))


def _fill(
    matters: Sequence[Matter], most: int, model: LanguageModel, focus: str
) -> tuple[list[tuple[Matter, ...]], int]:
    """Groups of at most `most` matters, in order, each fitting into the window, and how many matters fit nowhere."""
    frame = sum(model.count_tokens([m.text for m in prompt_of(Batch((), most), focus)]))
    answer = POINT_TOKENS * min(most, points_at_once(model))
    budget = int(model.context_window * ESTIMATE) - frame - answer - SPARE
    groups: list[list[Matter]] = []
    left = left_out = 0
    for matter, cost in zip(matters, model.count_tokens([f"{m.text}\n\n" for m in matters]), strict=True):
        if cost > budget:
            left_out += 1
        elif groups and cost <= left and len(groups[-1]) < most:
            groups[-1].append(matter)
            left -= cost
        else:
            groups.append([matter])
            left = budget - cost
    return [tuple(g) for g in groups], left_out


def prompt_of(batch: Batch, focus: str) -> list[Message]:
    """What the model is asked."""
    text = "\n\n".join(m.text for m in batch.matters)
    fence = fence_of(text)
    points = prompts.EVERY_MATTER if batch.every else prompts.AT_MOST.format(points=batch.points)
    asked = prompts.FOCUS.format(focus=focus) if focus.strip() else ""
    return [
        Message("system", prompts.SUMMARY.format(fence=fence, points=points)),
        Message("user", prompts.MATTERS.format(fence=fence, matters=text, focus=asked)),
    ]

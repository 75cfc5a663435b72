"""The whole summary: the facts that most independent reports tell, in their best telling or as a model writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.analysis.fact_cache import FactShelf
from rag.analysis.facts import FactBook, rank_facts
from rag.analysis.query_focus import Relevance, relevance_of
from rag.analysis.summary_writer import SummaryTask, SummaryWriter
from rag.errors import ModelError, NothingToRead
from rag.progress import UNWATCHED, Watch
from rag.results.findings import Fact, Point, Receipt, SetAside, Summary
from rag.text.word_similarity import Embed
from rag.verify.trust import TooLittleHolds

REPEATS = 0.52
"""The likeness from which a fact only repeats one that is told already."""
FEEDBACK = 1.5
"""Best facts that give feedback to the focus, for each point."""
LEAST_FEEDBACK = 4
SPARE = 2
"""Facts that a model is given for each point, so that it can join what belongs together."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Facts chosen for a summary by their numbers in the book, in a sensible order, and the weights of all facts.

    `points` holds each as a quoted point, `foremost` those that make up the summary; the others are there to be joined
    with them.
    """

    points: Mapping[int, Point]
    foremost: frozenset[int]
    relevance: Relevance


def summarise(
    shelf: FactShelf,
    *,
    files: Sequence[str] | None = None,
    focus: str = "",
    points: int = 8,
    writer: SummaryWriter | None = None,
    watch: Watch = UNWATCHED,
) -> Summary:
    """Summarise a library, or some files, in at most so many points; with a focus, only what bears on it.

    Every article is read. Each point cites all articles that tell it. With a `writer`, a language model writes the
    points; where it fails, or what it writes does not hold, the facts are quoted, and the notes say why. Raises
    NothingToRead if there is no article, and Cancelled if the watch says so.
    """
    book = shelf.book(files, watch)
    if not book.articles:
        raise NothingToRead("There is no article to summarise: put articles into the folder and sync.")
    return summarise_book(book, shelf.embed, focus=focus, points=points, writer=writer, watch=watch)


def summarise_book(
    book: FactBook,
    embed: Embed,
    *,
    focus: str = "",
    points: int = 8,
    writer: SummaryWriter | None = None,
    watch: Watch = UNWATCHED,
) -> Summary:
    """Summarise facts that have been collected; one book serves many focuses."""
    choice = choose_facts(book, embed, focus, points, SPARE if writer else 1)
    name, notes = "quoting", tuple[str, ...]()
    made = tuple(p for i, p in choice.points.items() if i in choice.foremost)
    if writer is not None and made:
        try:
            made, notes = _written(book, choice, writer, focus, points, watch)
            name = writer.name
        except (ModelError, TooLittleHolds) as error:
            notes = (f"{error} The articles' own sentences are quoted instead.",)
    return Summary(focus, made, _receipt(book, made, choice.relevance, focus), writer=name, notes=notes)


def choose_facts(book: FactBook, embed: Embed, focus: str, points: int, spare: int = 1) -> Choice:
    """The best facts for so many points, or `spare` times as many."""
    feedback = max(LEAST_FEEDBACK, int(FEEDBACK * points))
    relevance = relevance_of(book.graph, book.members, book.tellers, focus, embed, feedback)
    scores = rank_facts(book, relevance)
    best = _choose(book, scores, relevance, spare * points)
    made = {i: _point(book, i, scores[i]) for i in _in_order(book, best)}
    return Choice(made, frozenset(best[:points]), relevance)


def _written(
    book: FactBook, choice: Choice, writer: SummaryWriter, focus: str, points: int, watch: Watch
) -> tuple[tuple[Point, ...], tuple[str, ...]]:
    """A model's points, the best if there are too many; the foremost facts that none of them tells are quoted.

    Points that hold only in part do not count: they stand beside the others, at most as many as those.
    """
    facts = {i: Fact(p.told, p.score, p.reports) for i, p in choice.points.items()}
    written = writer.write(SummaryTask(book, facts, points, focus), watch)
    by_score = sorted(written.points, key=lambda p: -p[0].score)
    quotes = [(choice.points[i], frozenset((i,))) for i in sorted(choice.foremost, key=lambda i: -facts[i].score)]
    told: set[int] = set()
    held = _untold((p for p in by_score if p[0].support == "supported"), told, points)
    doubtful = _untold((p for p in by_score if p[0].support != "supported"), set(told), points)
    quoted = _untold(quotes, told, points - len(held))
    notes = written.notes
    if quoted:
        total = len(held) + len(quoted)
        notes = (*notes, f"{len(quoted)} of {total} points are quoted: nothing that was written and holds tells them.")
    rank = {number: place for place, number in enumerate(facts)}
    made = sorted([*held, *doubtful, *quoted], key=lambda p: min(rank[i] for i in p[1]))
    return tuple(point for point, _ in made), notes


def _untold(
    points: Iterable[tuple[Point, frozenset[int]]], told: set[int], most: int
) -> list[tuple[Point, frozenset[int]]]:
    """Of points with their facts the first that tell something new; their facts are `told` then."""
    new: list[tuple[Point, frozenset[int]]] = []
    for point, facts in points:
        if len(new) < most and not facts <= told:
            told |= facts
            new.append((point, facts))
    return new


def _choose(book: FactBook, scores: NDArray[np.float64], relevance: Relevance, points: int) -> list[int]:
    """The best facts that bear on the focus, none of which repeats another."""
    chosen: list[int] = []
    for i in np.argsort(-scores, kind="stable").tolist():
        if len(chosen) == points:
            break
        if not relevance.bears[i]:
            continue
        others = np.array([book.members[c][0] for c in chosen], np.intp)
        if not len(others) or book.graph.likeness(int(book.members[i][0]), others).max() < REPEATS:
            chosen.append(i)
    return chosen


def _in_order(book: FactBook, chosen: Sequence[int]) -> list[int]:
    """The best story's points first; within a story as its articles tell them, by mean position in them."""
    story = {file: n for n, s in enumerate(book.stories) for file in s.files}
    length = np.bincount(book.graph.article, minlength=len(book.articles))
    first = np.searchsorted(book.graph.article, np.arange(len(book.articles)))

    def story_of(i: int) -> int:
        counts = np.bincount([story[book.articles[int(a)].file] for a in book.tellers[i]])
        return int(counts.argmax())

    rank: dict[int, int] = {}
    for i in chosen:
        rank.setdefault(story_of(i), len(rank))

    def position(i: int) -> float:
        own = book.members[i]
        article = book.graph.article[own]
        return float(np.mean((own - first[article]) / length[article]))

    return sorted(chosen, key=lambda i: (rank[story_of(i)], position(i)))


def _point(book: FactBook, i: int, score: float) -> Point:
    fact = book.fact(i, float(1 / (1 + np.exp(-score))))
    return Point(" ".join(fact.text.split()), fact.told, fact.reports, fact.score)


def _receipt(book: FactBook, points: Sequence[Point], relevance: Relevance, focus: str) -> Receipt:
    used = {file for point in points for file in point.files}
    copy_of = {c.file: g.original for s in book.stories for g in s.groups for c in g.copies}
    usual = float(relevance.articles.mean()) if len(relevance.articles) else 0.0
    aside: list[SetAside] = []
    for n, article in enumerate(book.articles):
        if article.file in used:
            continue
        if article.file in copy_of:
            aside.append(SetAside(article.file, "copy", f"the same report as {copy_of[article.file]}"))
        elif focus.strip() and (n >= len(relevance.articles) or relevance.articles[n] < usual):
            aside.append(SetAside(article.file, "off the subject", f"little in it bears on “{focus.strip()}”"))
        else:
            aside.append(
                SetAside(article.file, "less told", "what it tells, fewer articles tell than the points above")
            )
    read = tuple(a.file for a in book.articles)
    return Receipt(read, tuple(file for file in read if file in used), tuple(aside))

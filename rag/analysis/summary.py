"""The whole summary: the facts that most independent reports tell, in their best telling or as a model writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rag.analysis.fact_cache import FactCache
from rag.analysis.facts import FactBook, rank_facts
from rag.analysis.query_focus import Relevance, fits_nothing, relevance_of
from rag.analysis.read_articles import Rows
from rag.analysis.selection import Selection, select_diverse
from rag.analysis.summary_writer import SummaryTask, SummaryWriter
from rag.errors import ModelError, NothingToRead, QuestionError
from rag.progress import SILENT, Progress
from rag.results.answers import shorten
from rag.results.summaries import Point, Receipt, SetAside, Summary
from rag.text.time.expressions import dates_by_publication
from rag.text.word_similarity import Embed
from rag.verify.trust import TooLittleHolds

Scores = NDArray[np.float64]

SUBJECTS, TITLE_WIDTH = 3, 80
"""Subjects that are named when nothing bears on a focus, and the characters of each."""
SPARE = 3
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
    cache: FactCache,
    *,
    files: Sequence[str] | None = None,
    focus: str = "",
    points: int = 8,
    writer: SummaryWriter | None = None,
    progress: Progress = SILENT,
) -> Summary:
    """Summarise a library, or some files, in at most so many points; with a focus, only what bears on it.

    Every article is read; in a library of many stories those that there is room for, as `FactCache.foremost` says. Each
    point cites all articles that tell it. With a `writer`, a language model writes the points; where it fails, or what
    it writes does not hold, the facts are quoted, and the notes say why. Raises NothingToRead if there is no article,
    QuestionError if nothing bears on the focus, and Cancelled once cancelled.
    """
    scope = cache.foremost(files, points, focus, progress)
    book = cache.book(scope.files, progress)
    if not book.articles:
        raise NothingToRead("There is no article to summarise: put articles into the folder and sync.")
    summary = summarise_book(book, cache.embed, focus=focus, points=points, writer=writer, progress=progress)
    return replace(summary, receipt=_with_beyond(summary.receipt, scope.beyond, focus.strip()))


def summarise_book(
    book: FactBook,
    embed: Embed,
    *,
    focus: str = "",
    points: int = 8,
    writer: SummaryWriter | None = None,
    progress: Progress = SILENT,
    selection: Selection | None = None,
) -> Summary:
    """Summarise facts that have been collected; one book serves many focuses."""
    if focus.strip() and fits_nothing(book.graph, focus, embed):
        nearest = "; ".join(_nearest_subjects(book, embed, focus))
        raise QuestionError(
            "Nothing in these articles bears on “{focus}”. They tell of: {nearest}.",
            focus=focus.strip(),
            nearest=nearest,
        )
    choice = choose_facts(book, embed, focus, points, SPARE if writer else 1, selection)
    name, notes = "quoting", tuple[str, ...]()
    made = tuple(p for i, p in choice.points.items() if i in choice.foremost)
    if writer is not None and made:
        try:
            made, notes = _written(book, choice, writer, focus, points, progress)
            name = writer.name
        except (ModelError, TooLittleHolds) as error:
            notes = (f"{error} The articles' own sentences are quoted instead.",)
    return Summary(focus, made, _receipt(book, made, choice.relevance, focus), writer=name, notes=notes)


def _nearest_subjects(book: FactBook, embed: Embed, focus: str) -> list[str]:
    """The titles of the stories nearest to a focus."""
    titles = list(dict.fromkeys(shorten(story.title, TITLE_WIDTH) for story in book.stories))
    cosines = embed(titles) @ embed([focus])[0]
    return [titles[n] for n in np.argsort(-cosines, kind="stable")[:SUBJECTS].tolist()]


def choose_facts(
    book: FactBook, embed: Embed, focus: str, points: int, spare: int = 1, selection: Selection | None = None
) -> Choice:
    """The best facts for so many points, without a focus those of a `selection`.

    A writer gets `spare` times as many; those beyond the points may be like others, and need not be readable alone.
    """
    relevance = relevance_of(book.graph, book.members, book.tellers, focus, embed)
    bearing = np.flatnonzero(relevance.bears)
    if focus.strip():
        scores = rank_facts(book, relevance)
        best = _select(book, scores, _alone(book, bearing), points)
    else:
        selection = selection or Selection(book)
        scores = selection.scores
        best = _from_stories(book, selection, points)
    if spare > 1:
        more = _select(book, scores, bearing, spare * points)
        best += [i for i in more if i not in best][: spare * points - len(best)]
    made = {i: _point(book, i, float(scores[i])) for i in _in_order(book, best)}
    return Choice(made, frozenset(best[:points]), relevance)


def _written(
    book: FactBook, choice: Choice, writer: SummaryWriter, focus: str, points: int, progress: Progress
) -> tuple[tuple[Point, ...], tuple[str, ...]]:
    """A model's points, the best if there are too many; the foremost facts that none of them tells are quoted.

    Points that hold only in part do not count: they stand beside the others, at most as many as those.
    """
    written = writer.write(SummaryTask(book, choice.points, points, focus), progress)
    by_score = sorted(written.points, key=lambda p: -p[0].score)
    foremost = sorted(choice.foremost, key=lambda i: -choice.points[i].score)
    quotes = [(choice.points[i], frozenset((i,))) for i in foremost]
    stated: set[int] = set()
    held = _unstated((p for p in by_score if p[0].support == "supported"), stated, points)
    doubtful = _unstated((p for p in by_score if p[0].support != "supported"), set(stated), points)
    quoted = _unstated(quotes, stated, points - len(held))
    notes = written.notes
    if quoted:
        total = len(held) + len(quoted)
        notes = (*notes, f"{len(quoted)} of {total} points are quoted: nothing that was written and holds tells them.")
    rank = {number: place for place, number in enumerate(choice.points)}
    made = sorted([*held, *doubtful, *quoted], key=lambda p: min(rank[i] for i in p[1]))
    return tuple(point for point, _ in made), notes


def _unstated(
    points: Iterable[tuple[Point, frozenset[int]]], stated: set[int], most: int
) -> list[tuple[Point, frozenset[int]]]:
    """Of points with their facts the first that tell something new; their facts are added to `stated`."""
    new: list[tuple[Point, frozenset[int]]] = []
    for point, facts in points:
        if len(new) < most and not facts <= stated:
            stated |= facts
            new.append((point, facts))
    return new


def _alone(book: FactBook, facts: Rows) -> Rows:
    """Those of some facts that can be read alone; all if none can."""
    alone = facts[~book.dependent[facts]]
    return alone if len(alone) else facts


def _select(book: FactBook, scores: Scores, facts: Rows, points: int) -> list[int]:
    """The best of some facts, none of which repeats another."""
    sentences = [int(book.members[i][0]) for i in facts]
    return [int(facts[n]) for n in select_diverse(book.graph, sentences, scores[facts].tolist(), points)]


def _from_stories(book: FactBook, selection: Selection, points: int) -> list[int]:
    """The best facts of every story: each large one's main fact before any second one, then more by its reports."""
    turns = []
    for n, story in enumerate(book.stories):
        own = selection.choose(_alone(book, np.flatnonzero(book.story_of_fact == n)), points)
        turns += [
            (rank > 0 or story.reports == 1, -story.reports / (rank + 1), n, rank, fact)
            for rank, fact in enumerate(own)
        ]
    return [fact for *_, fact in sorted(turns)[:points]]


def _in_order(book: FactBook, chosen: Sequence[int]) -> list[int]:
    """Stories in the order in which they were chosen; of each the best fact, then the others by their place."""
    length = np.bincount(book.graph.article, minlength=len(book.articles))
    start = np.searchsorted(book.graph.article, np.arange(len(book.articles)))
    stories: dict[int, list[int]] = {}
    for i in chosen:
        stories.setdefault(int(book.story_of_fact[i]), []).append(i)

    def position(i: int) -> float:
        own = book.members[i]
        article = book.graph.article[own]
        return float(np.mean((own - start[article]) / length[article]))

    return [i for own in stories.values() for i in (own[0], *sorted(own[1:], key=position))]


def _point(book: FactBook, i: int, score: float) -> Point:
    fact = book.fact(i, float(1 / (1 + np.exp(-score))))
    text = " ".join(fact.text.split())
    article = book.articles[int(book.graph.article[book.members[i][0]])]
    dates = dates_by_publication(text, article.published, article.language)
    story = book.stories[int(book.story_of_fact[i])].title
    return Point(text, fact.quotes, fact.reports, fact.score, story=story, dates=dates)


def _with_beyond(receipt: Receipt, beyond: Sequence[str], focus: str) -> Receipt:
    """A receipt that also tells of the articles of stories for which there was no room."""
    if focus:
        aside = [SetAside(f, "off the subject", f"Left out: its story has less to do with “{focus}”") for f in beyond]
    else:
        aside = [SetAside(f, "less told", "Left out: its story has fewer reports") for f in beyond]
    read = tuple(sorted((*receipt.read, *beyond))) if beyond else receipt.read
    return replace(receipt, read=read, set_aside=(*receipt.set_aside, *aside))


def _receipt(book: FactBook, points: Sequence[Point], relevance: Relevance, focus: str) -> Receipt:
    used = {file for point in points for file in point.files}
    copy_of = {c.file: g.original for s in book.stories for g in s.groups for c in g.copies}
    usual = float(relevance.articles.mean()) if len(relevance.articles) else 0.0
    aside: list[SetAside] = []
    for n, article in enumerate(book.articles):
        if article.file in used:
            continue
        if original := copy_of.get(article.file):
            aside.append(SetAside(article.file, "copy", f"a copy of {original}", original))
        elif focus.strip() and (n >= len(relevance.articles) or relevance.articles[n] < usual):
            aside.append(SetAside(article.file, "off the subject", f"little in it bears on “{focus.strip()}”"))
        else:
            aside.append(SetAside(article.file, "less told", "Left out: reported by fewer articles"))
    read = tuple(a.file for a in book.articles)
    return Receipt(read, tuple(file for file in read if file in used), tuple(aside))

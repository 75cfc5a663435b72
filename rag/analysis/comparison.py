"""The reports of a story side by side: a row for each fact, a column for each independent report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from rag.analysis.disagreements import find_all, gather, variants_shown
from rag.analysis.fact_cache import FactCache
from rag.analysis.facts import FactBook
from rag.analysis.query_focus import bearing_sentences
from rag.errors import NothingToRead
from rag.progress import SILENT, Progress
from rag.results.comparisons import Cell, Comparison, OtherWords, Report, Row
from rag.results.spans import Quote
from rag.results.stories import CopyGroup
from rag.text.word_similarity import Embed
from rag.verify.word_choice import WordPair, other_words

MOST_DISAGREEMENTS = 10
WORDED = 6
"""Tellings of a fact that are compared with its first one for the choice of words."""


def compare(
    facts: FactCache, *, files: Sequence[str] | None = None, focus: str = "", progress: Progress = SILENT
) -> Comparison:
    """Compare the articles of the library, or some of them, in what bears on a focus, if one is given.

    A focus that is the subject of the articles as a whole, or that nothing bears on, leaves nothing out. Raises
    NothingToRead if there is no article.
    """
    book = facts.book(files, progress)
    if not book.articles:
        raise NothingToRead("There is no article to compare: put articles into the folder and sync.")
    return compare_book(book, facts.embed, progress, focus)


def compare_book(book: FactBook, embed: Embed, progress: Progress = SILENT, focus: str = "") -> Comparison:
    """Compare the articles of a book of facts. `embed` gives unit vectors of texts and must be quick."""
    table = _Table(book)
    bearing = bearing_sentences(book.graph, focus, embed)
    found = [f for f in find_all(book, embed, progress) if bearing >= {f.first, f.second}]
    variants = [v for v in variants_shown(book, progress) if bearing.issuperset(v.sentences)]
    across = [f for f in found if table.column(f.first) != table.column(f.second)]
    within = [f for f in found if table.column(f.first) == table.column(f.second)]
    apart = [v for v in variants if table.column(v.first[0].sentence) != table.column(v.second[0].sentence)]
    copied = [v for v in variants if v not in apart]
    rows = table.rows({(f.first, f.second) for f in across} | {v.sentences for v in apart}, embed, bearing)
    disagreed, changed = ((across, apart), (within, copied)) if table.by_report else (([], []), (found, variants))
    every = len(table.reports)
    return Comparison(
        book.stories[0].title,
        table.reports,
        table.groups,
        "report" if table.by_report else "article",
        tuple(r for r in rows if r.reports == every > 1),
        tuple(r for r in rows if 1 < r.reports < every),
        tuple(r for r in rows if r.reports == 1),
        gather(book, *disagreed)[:MOST_DISAGREEMENTS],
        gather(book, *changed)[:MOST_DISAGREEMENTS],
        focus=focus,
    )


class _Table:
    """The columns of a comparison, and which sentence belongs to which."""

    def __init__(self, book: FactBook) -> None:
        self._book = book
        self.groups = tuple(group for story in book.stories for group in story.groups)
        self.by_report = len(self.groups) > 1 or len(book.articles) == 1
        articles = {a.file: a for a in book.articles}
        groups = self.groups if self.by_report else tuple(CopyGroup(a.file) for a in book.articles)
        reports = [Report(g.files, (a := articles[g.original]).title, a.publisher, a.published) for g in groups]
        self.reports = tuple(sorted(reports, key=lambda r: (r.published or "9", r.file)))
        column = {file: n for n, report in enumerate(self.reports) for file in report.files}
        self._columns = [column[a.file] for a in book.articles]

    def column(self, sentence: int) -> int:
        """The column of a sentence, by its number in the book."""
        return self._columns[int(self._book.graph.article[sentence])]

    @cached_property
    def _first(self) -> dict[str, int]:
        """The number of the first sentence of each article."""
        first: dict[str, int] = {}
        for number, quote in enumerate(self._book.graph.places):
            first.setdefault(quote.file, number)
        return first

    def rows(self, differing_pairs: Iterable[tuple[int, int]], embed: Embed, bearing: frozenset[int]) -> list[Row]:
        """The facts told by some `bearing` sentence that no report gives otherwise.

        Those of most reports come first, then in reading order.
        """
        contrary = {frozenset(pair) for pair in differing_pairs}
        differing = frozenset(s for pair in contrary for s in pair)
        made: list[tuple[int, float, Row]] = []
        for members in self._book.members:
            own: list[int] = members.tolist()
            if bearing.isdisjoint(own):
                continue
            columns = {self.column(s) for s in own}
            disputed = differing.intersection(own)
            if (disputed and len(columns) == 1) or any(pair <= disputed for pair in contrary):
                continue
            row = self._row(own, embed)
            made.append((-row.reports, self._place(own), row))
        return [row for *_, row in sorted(made, key=lambda m: m[:2])]

    def _place(self, members: Sequence[int]) -> float:
        """How far on in their articles sentences stand on average, in sentences."""
        places = self._book.graph.places
        return sum(s - self._first[places[s].file] for s in members) / len(members)

    def _row(self, members: Sequence[int], embed: Embed) -> Row:
        places = self._book.graph.places
        own: list[list[Quote]] = [[] for _ in self.reports]
        for s in members:
            own[self.column(s)].append(places[s])
        originals = {r.file for r in self.reports}
        cells = []
        for quotes in own:
            quotes.sort(key=lambda t: t.file not in originals)
            cells.append(Cell(quotes[0], tuple(quotes[1:])) if quotes else None)
        return Row(tuple(cells), tuple(_wording([q for quotes in own for q in quotes], embed)))


def _wording(quotes: Sequence[Quote], embed: Embed) -> Iterator[OtherWords]:
    """Words of weight in which the other tellings differ from the first one; each choice of words once."""
    seen: set[tuple[str, str]] = set()
    for other in quotes[1 : WORDED + 1]:
        for pair in other_words(quotes[0].text, other.text, embed):
            words = _place_words(quotes[0], other, pair)
            choice = (words.first.text.lower(), words.second.text.lower())
            if choice not in seen:
                seen.add(choice)
                yield words


def _place_words(first: Quote, second: Quote, pair: WordPair) -> OtherWords:
    spans = ((first, pair.here), (second, pair.there))
    a, b = (Quote(t.file, t.start + span.start, t.start + span.end, t.text[span.start : span.end]) for t, span in spans)
    return OtherWords(a, b)

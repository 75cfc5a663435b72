"""A finding: what one or more articles state, with the quotes that state it. And how quotes are numbered in print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from rag.render.document import Numbering
from rag.results.deprecated import renamed
from rag.results.spans import Quote

QUOTES_PRINTED = 3
"""Quotes of a finding that are printed; the values and the exports hold all."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one or more articles state. `quotes` has every place that states it, the best first.

    `text` is the best quote, unless a model worded it. `reports` counts the independent reports among the articles, and
    `score` in [0, 1] is how much it matters.

    >>> told = Finding.of((Quote("b.txt", 0, 8, "24 died."), Quote("a.txt", 9, 17, "24 died.")), reports=1, score=0.5)
    >>> told.text, told.files
    ('24 died.', ('a.txt', 'b.txt'))
    """

    text: str
    quotes: tuple[Quote, ...]
    reports: int
    score: float

    told = renamed("told", "quotes")

    @classmethod
    def of(cls, quotes: tuple[Quote, ...], reports: int, score: float) -> Self:
        """The finding in the words of its best quote."""
        return cls(quotes[0].text, quotes, reports, score)

    @property
    def files(self) -> tuple[str, ...]:
        """The articles that state it, by file name."""
        return tuple(sorted({q.file for q in self.quotes}))


def number_quotes(findings: Iterable[Sequence[Quote]]) -> dict[Quote, int]:
    """A number for each quote that is printed, from 1, in their order; each finding comes as its quotes."""
    printed = dict.fromkeys(q for quotes in findings for q in quotes[:QUOTES_PRINTED])
    return {quote: number for number, quote in enumerate(printed, start=1)}


def sources(numbers: Mapping[Quote, int]) -> list[str]:
    """The list of numbered quotes."""
    return ["Sources:", *(f"  [{n}] {q.file} {q.start}-{q.end}: “{q.text}”" for q, n in numbers.items())]


def marked(quotes: Sequence[Quote], numbers: Mapping[Quote, int]) -> str:
    """The best quote on one line with its marks, and the number of the quotes that are not printed."""
    more = f" and {len(quotes) - QUOTES_PRINTED} more" if len(quotes) > QUOTES_PRINTED else ""
    return f"{one_line(quotes[0])} {''.join(f'[{numbers[q]}]' for q in quotes[:QUOTES_PRINTED])}{more}"


def marks_of(quotes: Iterable[Quote]) -> tuple[tuple[str, int], ...]:
    """The file and the number of each quote, counted from 1 by first use."""
    return tuple((quote.file, number) for number, quote in enumerate(dict.fromkeys(quotes), start=1))


def quoted(quotes: Iterable[Quote], numbering: Numbering) -> tuple[int, ...]:
    """The marks of these quotes in a document."""
    return tuple(numbering.mark(q.file, q.start, q.end, q.text) for q in quotes)


def one_line(quote: Quote) -> str:
    """The words of a quote without its line breaks."""
    return " ".join(quote.text.split())

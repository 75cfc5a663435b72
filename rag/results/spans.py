"""Quotes and checked sentences: spans of a text in characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.results.answers import Citation
from rag.verdicts import Fault, Support

DifferenceKind = Literal["number", "date", "name", "place", "attribution", "denial", "opposite", "roles", "subject"]


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """The sentence text[start:end] of a pasted text, its verdict and score in [0, 1], and what speaks for and against.

    `citations` are the exact spans that it rests on, the best first, numbered from 1 over the whole text; for what is
    not supported, the nearest evidence. The places of `faults` are characters of the pasted text.

    >>> sentence = library.check("Rutte approved the transfer of Dutch F-35 jets to Ukraine.")[0]
    >>> sentence.support
    'partly'
    >>> sentence.text[sentence.faults[0].start : sentence.faults[0].end]
    '35'
    """

    start: int
    end: int
    text: str
    support: Support
    score: float
    citations: tuple[Citation, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """A place where something is told: the article's text[start:end] == text.

    >>> quote = library.summarise(points=1).points[0].quotes[0]
    >>> library.article(quote.file).text[quote.start : quote.end] == quote.text
    True
    """

    file: str
    start: int
    end: int
    text: str

"""Places in articles as marks: in print of a fact the first few and the number of the others, in exports all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rag.exports.document import Numbering
from rag.stories.types import Told

SHOWN = 3
"""Places of a fact whose words are printed; the values and the exports hold all."""


def number_places(facts: Iterable[Sequence[Told]]) -> dict[Told, int]:
    """A number for each place that is printed, from 1, in their order; each fact comes as its places."""
    return {place: n for n, place in enumerate(dict.fromkeys(t for told in facts for t in told[:SHOWN]), start=1)}


def sources(numbers: Mapping[Told, int]) -> list[str]:
    """The list of numbered places."""
    return ["Sources:", *(f"  [{n}] {t.file} {t.start}-{t.end}: “{t.text}”" for t, n in numbers.items())]


def marked(told: Sequence[Told], numbers: Mapping[Told, int]) -> str:
    """The best telling on one line with its marks, and the number of the places that are not printed."""
    more = f" and {len(told) - SHOWN} more" if len(told) > SHOWN else ""
    return f"{' '.join(told[0].text.split())} {''.join(f'[{numbers[t]}]' for t in told[:SHOWN])}{more}"


def quoted(told: Sequence[Told], numbering: Numbering) -> tuple[int, ...]:
    """The marks of all places in a document."""
    return tuple(numbering.mark(t.file, t.start, t.end, t.text) for t in told)

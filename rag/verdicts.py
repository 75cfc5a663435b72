"""A verdict on a sentence: whether the articles support it, what is wrong with it and where, and how that is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Support = Literal["supported", "partly", "not found"]
FaultKind = Literal[
    "number", "date", "name", "attribution", "denial", "certainty", "bound", "opposite", "roles", "other", "not found"
]
WORDS: dict[Support, str] = {
    "supported": "supported",
    "partly": "only partly supported",
    "not found": "not found in the articles",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the span [start, end) of a sentence, in characters. `instead` is what the evidence has.

    >>> Fault("number", 0, 2, "the articles give another number", instead="24").instead
    '24'
    """

    kind: FaultKind
    start: int
    end: int
    reason: str
    instead: str = ""


def reasons_of(faults: Iterable[Fault]) -> str:
    """Why a sentence is not supported, in plain English, each reason once; or ""."""
    return "; ".join(dict.fromkeys(fault.reason for fault in faults))


def doubtful(supports: Iterable[Support]) -> str:
    """How many sentences are not supported, each verdict counted apart; "" if all are."""
    found = list(supports)
    counts = [(found.count(support), WORDS[support]) for support in WORDS if support != "supported"]
    return ", ".join(f"{count} {words}" for count, words in counts if count)


def left_out(supports: Sequence[Support], thing: str) -> tuple[str, ...]:
    """The note on sentences, or on another `thing`, left out because they are not supported; none if all are."""
    doubts = doubtful(supports)
    things = thing if len(supports) == 1 else f"{thing}s"
    return (f"Left out of {len(supports)} {things}: {doubts}.",) if doubts else ()

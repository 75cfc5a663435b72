"""How a verdict looks: a sign and words, which are read without colour, and the places in question underlined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag import Fault
from ui.markup import attributes, escape, own

SIGNS = {"supported": "✓", "partly": "!", "not found": "✕"}
WORDS = {
    "supported": "Supported",
    "partly": "Only partly supported",
    "not found": "Not found in the articles",
}


def kind(support: str) -> str:
    """The class of what got this verdict."""
    return support.replace(" ", "-")


def words(text: str, faults: Sequence[Fault]) -> str:
    """A sentence, its writing direction kept to itself, with the places underlined that are in doubt."""
    parts, at = [], 0
    for fault in sorted(faults, key=lambda f: f.start):
        if at <= fault.start < fault.end <= len(text):
            reason = attributes({"title": fault.reason})
            fine, doubted = escape(text[at : fault.start]), escape(text[fault.start : fault.end])
            parts.append(f'{fine}<span class="fault"{reason}>{doubted}</span>')
            at = fault.end
    return f"<bdi>{''.join([*parts, escape(text[at:])])}</bdi>"


def verdict(support: str, faults: Iterable[Fault], after: str = "") -> str:
    """The verdict on a sentence, with its reasons, and what is to stand after them, in HTML."""
    reasons = "; ".join(dict.fromkeys(fault.reason for fault in faults))
    why = f': <span class="why">{own(reasons)}</span>' if reasons else ""
    return f'<span class="verdict">{sign(support)}<span class="doubt">{WORDS[support]}</span>{why}{after}</span>'


def sign(support: str) -> str:
    """The sign of a verdict; the words beside it say the same."""
    return f'<span class="sign" aria-hidden="true">{SIGNS[support]}</span>'


def counts_of(supports: Iterable[str]) -> str:
    """How many sentences are in doubt, such as "2 only partly supported"; "" if none is."""
    found = list(supports)
    counts = ((found.count(support), said.lower()) for support, said in WORDS.items() if support != "supported")
    return ", ".join(f"{count} {said}" for count, said in counts if count)

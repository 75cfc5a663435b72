"""The buttons that stand for citations: each opens its article at the exact words, with the others marked lightly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rag import Citation
from ui.markup import attributes
from ui.places import Place, opening, place_of

PREVIEW = 280
"""Characters of a quotation shown when a citation is pointed at, and of a nearest passage."""


def places_of(citations: Iterable[Citation]) -> dict[str, list[Place]]:
    """The places that are cited, each once, by file."""
    places: dict[str, list[Place]] = {}
    for citation in citations:
        known = places.setdefault(citation.file, [])
        if (place := place_of(citation)) not in known:
            known.append(place)
    return places


def cite(citation: Citation, identity: str, places: Mapping[str, Sequence[Place]]) -> str:
    """The button of one citation; `identity` must be the only one of its kind on the page."""
    facts = {
        "id": identity,
        "aria-label": f"Citation {citation.number}: {citation.file}",
        "title": f"{citation.file}\n“{preview(citation.quote)}”",
    }
    place = opening(citation.file, place_of(citation), places[citation.file])
    return f'<button type="button" class="cite"{attributes(facts)}{place}>{citation.number}</button>'


def preview(text: str) -> str:
    """A text on one line, cut at a word."""
    line = " ".join(text.split())
    return line if len(line) <= PREVIEW else f"{line[: PREVIEW - 1].rsplit(' ', 1)[0]}…"

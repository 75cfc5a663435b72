"""Reader of plain text files."""

from __future__ import annotations

from rag.reading.draft import Draft, Drafts
from rag.reading.encodings import decode


def read_plain(data: bytes) -> Drafts:
    """The text as it stands."""
    return Drafts((Draft(decode(data)),))

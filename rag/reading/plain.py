"""Reader of plain text files."""

from __future__ import annotations

from rag.reading.cleaning import clean_text
from rag.reading.draft import Drafts
from rag.reading.encodings import decode
from rag.reading.headers import facts_of_lines


def read_plain(data: bytes) -> Drafts:
    """Read the text as it stands, and the facts that its first lines state. Raises ArticleError if it is no text."""
    return Drafts((facts_of_lines(clean_text(decode(data))),))

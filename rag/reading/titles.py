"""Titles that programs write by themselves say nothing of an article."""

from __future__ import annotations

import re

_MADE_UP = re.compile(
    r"""(?:microsoft\s+(?:word|powerpoint|excel)\s*-.*|untitled.*|document\s*\d*|dokument\s*\d*|doc\s*\d+|new\s+.*document
    |(?:presentation|slide|title|layout|word\s+document|print|pdf)\s*\d*|unknown|none|null|.*\.(?:docx?|pdf|indd|qxd|rtf|odt|txt|tex|pages|html?))""",
    re.IGNORECASE | re.VERBOSE,
)


def real_title(stated: str) -> str:
    """Give a title stated by a file's properties; "" if a program made it up ("Microsoft Word - x.doc")."""
    title = " ".join(stated.split())
    return "" if _MADE_UP.fullmatch(title) or not any(c.isalpha() for c in title) else title

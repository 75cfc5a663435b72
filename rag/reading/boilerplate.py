"""Lines that stand around an article and say nothing of its subject: share bars, sign-ups, "Bonus video:"."""

from __future__ import annotations

import re

_LABEL = r"(?:bonus video|read (?:more|also|next|the full (?:story|article))|see also|related(?: (?:articles?|stories|topics|content))?|watch(?: (?:also|live|now|the video))?|video|advertisement|sponsored(?: content)?)"
_LINES = re.compile(
    rf"{_LABEL}\s*[:|…]?|advertisement\s*:.*|read (?:more|also)\s*:.*|©.*|copyright (?:©|\(c\)|\d{{4}}).*",
    re.IGNORECASE,
)


def is_boilerplate(sentence: str) -> bool:
    """Whether a sentence or line is boilerplate. It errs on the side of news."""
    return _LINES.fullmatch(sentence) is not None

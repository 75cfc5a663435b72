"""What the first and last lines of a plain text say about it: headline, agency, date."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.ingest.dates import iso_date
from rag.ingest.fields import ADDRESS, LANGUAGE, PUBLISHED, PUBLISHER, TITLE, draft_of_fields
from rag.ingest.raw_article import Draft
from rag.text.boilerplate import is_boilerplate

LONGEST_HEADLINE = 200
"""Characters."""
_FIRST_LINES = 10
_LAST_LINES = 4
_PAIR = re.compile(r"[\s*_#]*([A-Za-z][A-Za-z _-]{1,20}?)[*_]*\s*:[*_]*\s+(\S.*)")
_NAMES = frozenset((*TITLE, *PUBLISHER, *PUBLISHED, *LANGUAGE, *ADDRESS)) - {"time", "media", "name", "site", "created"}
_STATES_DATE = re.compile(
    r"(?:first |originally )?(?:published|posted|released|veröffentlicht|publié|publicado|pubblicato|objavljeno"
    r"|опубликовано|опубліковано|objavio|datum|date|data|fecha|дата)\b(?: on| at| le| el| am)?\s*:?\s*(.{4,60})",
    re.IGNORECASE,
)
_ONLY_DATE = re.compile(
    r"\W*(?:[^\W\d]{2,12}\.?,?\s+)?(?:\d{1,2}(?:st|nd|rd|th|\.)?\s+(?:de\s+)?[^\W\d]{3,12}\.?,?\s+(?:de\s+)?\d{4}"
    r"|[^\W\d]{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}|\d{4}-\d\d-\d\d|\d{1,2}\.\s?\d{1,2}\.\s?\d{4}\.?)"
    r"(?:[\s,|T-]+(?:last updated )?(?:at\s)?\d{1,2}[:.]\s?\d{2}.{0,12})?\W*"
)
_DATELINE = re.compile(
    r"[A-Z][\w .,'’/-]{1,60}?(?:,\s[A-Z][a-z]{2,8}\.?\s\d{1,2}(?:,?\s\d{4})?)?\s*"
    r"\((Reuters|AP|AFP|dpa|DPA|EFE|ANSA|TASS|Xinhua|Bloomberg|UPI|PA|CNN|BBC|Interfax|Ukrinform|Beta|Tanjug|Hina"
    r"|Associated Press|RFE/RL)\)\s*[-–—]"
)
_CLOSED = re.compile(r"""[.,;:…。][\"'”’»)\]]*\Z""")


def facts_of_lines(text: str) -> Draft:
    """Give the facts that a text's own lines state, beside the text itself, which keeps these lines."""
    lines = [line for raw in text[:20_000].split("\n") if (line := raw.strip())][: _FIRST_LINES + 1]
    last = [line for raw in text[-2_000:].split("\n") if (line := raw.strip())][-_LAST_LINES:]
    pairs = _stated_pairs(lines)
    stated = draft_of_fields({**pairs, "text": "-"}) if pairs else Draft("")
    dateline = next((m for line in lines[:4] if (m := _DATELINE.match(line))), None)
    return Draft(
        text=text,
        title=stated.title or _headline(lines),
        publisher=stated.publisher or (dateline.group(1) if dateline else ""),
        published=stated.published or _header_date(lines[:_FIRST_LINES], last, dateline.group() if dateline else ""),
        language=stated.language,
        address=stated.address,
    )


def _stated_pairs(lines: Sequence[str]) -> dict[str, str]:
    """The lines "Title: …", "Source: …" and the like at the head of the text, up to the first other long line."""
    pairs: dict[str, str] = {}
    for line in lines:
        match = _PAIR.fullmatch(line)
        name = match.group(1).strip().lower().replace(" ", "_").replace("-", "_") if match else ""
        if match and name in _NAMES and len(line) <= LONGEST_HEADLINE:
            pairs.setdefault(name, match.group(2))
        elif len(line) > LONGEST_HEADLINE:
            break
    return pairs


def _headline(lines: Sequence[str]) -> str:
    """The first line, if it looks like a headline over a text."""
    lines = lines[1:] if lines and _ONLY_DATE.fullmatch(lines[0]) else lines
    if len(lines) < 2:
        return ""
    first = lines[0].lstrip("#*_ ").rstrip("#*_ ")
    follows = any(len(line) > len(first) and line[-1] in ".!?”\"'’»)…。" for line in lines[1:6])
    looks = (
        8 <= len(first) <= LONGEST_HEADLINE
        and (" " in first or len(first.encode()) > 2 * len(first))
        and not _CLOSED.search(first)
        and not first[0].islower()
        and not _PAIR.fullmatch(first)
        and not _ONLY_DATE.fullmatch(first)
        and not _DATELINE.match(first)
        and not is_boilerplate(first, alone=True)
    )
    return first if looks and follows else ""


def _header_date(first: Sequence[str], last: Sequence[str], dateline: str) -> str:
    """A date that a line states to be the publication's, or that stands alone in a line at the head."""
    for line in (*first, *last):
        match = _STATES_DATE.match(line.lstrip("*_ ("))
        if match and (found := iso_date(match.group(1))):
            return found
    for line in first:
        if len(line) <= 60 and _ONLY_DATE.fullmatch(line) and (found := iso_date(line.strip("()[] ,|"))):
            return found
    return iso_date(dateline)

"""What the first and last lines of a plain text say about it: headline, agency, date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.ingest.dates import header_date, is_update, lone_date
from rag.ingest.fields import ADDRESS, AUTHOR, LANGUAGE, PUBLISHED, PUBLISHER, TITLE, facts_of_pairs
from rag.ingest.raw_article import Draft
from rag.text.boilerplate import is_boilerplate
from rag.text.lexicon import DAYS

LONGEST_HEADLINE = 200
"""Characters."""
_FIRST_LINES = 10
_LAST_LINES = 4
_PAIR = re.compile(r"[\s*_#]*([A-Za-z][A-Za-z _-]{1,20}?)[*_]*\s*:[*_]*\s+(\S.*)")
_NAMES = frozenset((*TITLE, *PUBLISHER, *PUBLISHED, *LANGUAGE, *ADDRESS, *AUTHOR)) - {
    "time",
    "media",
    "name",
    "site",
    "created",
    "contributor",
}
_LABELS = frozenset((*TITLE, *PUBLISHER, *PUBLISHED, *LANGUAGE, *ADDRESS)) | frozenset(
    "author by byline caption category copyright credit image keywords photo picture section summary tags video".split()
)
"""What stands before a colon in a line that is no headline."""
_SOURCE_LINE = re.compile(
    r"([^,|·•–—\n]{2,60}?)\s*(?:[,|·•–—]|\s-)\s+(.{6,40})|(.{6,40}?)\s*(?:[|·•–—]|\s-)\s+([^,|·•–—\n]{2,60})"
)
_BYLINE = re.compile(
    r"(?:By|BY|Von|VON|Par|PAR|Por|POR|Di|Door|Tekst|Text|Words)(?::\s*|\s+)"
    r"((?:[^\W\d_a-zà-ÿ][\w.'’-]+,?\s+|(?:[^\W\d_a-z]\.|and|und|et|y|e|en|och|de|van|von|der|da|del|di|la|le|al|bin|&)\s+){0,9}"
    r"[^\W\d_a-zà-ÿ][\w.'’-]+)(?:\s*[,|·•–—]\s*[^.!?]{2,60})?"
)
"""A line that names the writers, and perhaps what they are or where they write."""
_MOST_WORDS_OF_A_NAME = 6
_DATELINE = re.compile(
    r"[A-Z][\w .,'’/-]{1,60}?(?:,\s[A-Z][a-z]{2,8}\.?\s\d{1,2}(?:,?\s\d{4})?)?\s*"
    r"\((Reuters|AP|AFP|dpa|DPA|EFE|ANSA|TASS|Xinhua|Bloomberg|UPI|PA|CNN|BBC|Interfax|Ukrinform|Beta|Tanjug|Hina"
    r"|Associated Press|RFE/RL)\)\s*[-–—]"
)
_STOPS = ".!?”\"'’»)…。！？।॥؟۔።։"
_STOPLESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Letters of Thai, Lao, Burmese and Khmer, whose sentences end with a blank or with nothing."""
_CLOSED = re.compile(r"""[.,;:…。][\"'”’»)\]]*\Z""")


def facts_of_lines(text: str) -> Draft:
    """Give the facts that a text's own lines state, beside the text itself, which keeps these lines."""
    lines = [line for raw in text[:20_000].split("\n") if (line := raw.strip())][: _FIRST_LINES + 1]
    last = [line for raw in text[-2_000:].split("\n") if (line := raw.strip())][-_LAST_LINES:]
    stated = facts_of_pairs(_stated_pairs(lines))
    dateline = next((m for line in lines[:4] if (m := _DATELINE.match(line))), None)
    source, dated = _source_line(lines[1:4])
    return replace(
        stated,
        text=text,
        title=stated.title or _headline(lines),
        publisher=stated.publisher or source or (dateline.group(1) if dateline else ""),
        published=stated.published
        or header_date(lines[:_FIRST_LINES], last, dateline.group() if dateline else "")
        or dated,
        author=stated.author or next((m.group(1) for line in lines[:6] if (m := _BYLINE.fullmatch(line))), ""),
    )


def _stated_pairs(lines: Sequence[str]) -> dict[str, str]:
    """The lines "Title: …", "Source: …" and the like at the head of the text, up to the first other long line."""
    pairs: dict[str, str] = {}
    for line in lines:
        match = _PAIR.fullmatch(line)
        if match and _label(match) in _NAMES and len(line) <= LONGEST_HEADLINE:
            pairs.setdefault(_label(match), match.group(2))
        elif len(line) > LONGEST_HEADLINE:
            break
    return pairs


def _label(match: re.Match[str]) -> str:
    return match.group(1).strip().lower().replace(" ", "_").replace("-", "_")


def _headline(lines: Sequence[str]) -> str:
    """The first line, if it looks like a headline over a text."""
    lines = lines[1:] if lines and lone_date(lines[0]) else lines
    if len(lines) < 2:
        return ""
    first = lines[0].lstrip("#*_ ").rstrip("#*_ ")
    follows = any(len(line) > len(first) and (line[-1] in _STOPS or _STOPLESS.match(line)) for line in lines[1:6])
    looks = (
        8 <= len(first) <= LONGEST_HEADLINE
        and (" " in first or len(first.encode()) > 2 * len(first))
        and not _CLOSED.search(first)
        and not first[0].islower()
        and not ((labelled := _PAIR.fullmatch(first)) and _label(labelled) in _LABELS)
        and not lone_date(first)
        and not _DATELINE.match(first)
        and not is_boilerplate(first, alone=True)
    )
    return first if looks and follows else ""


def _source_line(lines: Sequence[str]) -> tuple[str, str]:
    """Publisher and date of a line that names both, below a headline: "The Linden Courier, 5 March 2024"."""
    for line in lines:
        match = _SOURCE_LINE.fullmatch(line) if len(line) <= 100 else None
        if match:
            name, stated = (match.group(1), match.group(2)) if match.group(1) else (match.group(4), match.group(3))
            found = lone_date(stated)
            if found and not any(c.isdigit() for c in name) and len(name.split()) <= _MOST_WORDS_OF_A_NAME:
                named = name.strip(" *_")
                unnamed = is_update(named) or named.lower() in DAYS or named.lower().startswith("by ")
                return ("" if unnamed else named), found
    return "", ""

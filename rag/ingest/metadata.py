"""Records of news dumps and front matter: the usual names of their fields.

What the first and last lines of a plain text say about it: headline, agency, date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rag.errors import ArticleError
from rag.ingest.dates import iso_date
from rag.ingest.html import visible_text
from rag.ingest.raw_article import Draft
from rag.text.boilerplate import is_boilerplate
from rag.text.language import language_code

TEXT = (
    "text", "body", "content", "maintext", "main_text", "full_text", "fulltext", "article_text", "article_body",
    "articlebody", "body_text", "plain_text", "raw_text", "article", "story", "cleaned_text", "document", "html",
    "body_html", "content_html", "paragraphs", "sentences", "description", "summary", "abstract", "lead",
)  # fmt: skip
"""Names of the field with the text, the fittest first. Names are compared in lower case, with "_" for blanks."""
TITLE = ("title", "headline", "head_line", "heading", "article_title", "name", "subject")
PUBLISHER = (
    "publisher", "source", "outlet", "site", "site_name", "sitename", "source_name", "publication", "newspaper",
    "media", "provider", "news_source", "source_domain", "domain", "medium", "website",
)  # fmt: skip
PUBLISHED = (
    "published", "date", "published_at", "publishedat", "date_publish", "date_published", "datepublished", "pub_date",
    "pubdate", "publish_date", "publishdate", "publication_date", "published_date", "publisheddate", "published_time",
    "published_on", "publishedon", "datetime", "timestamp", "time", "created_at", "created",
)  # fmt: skip
LANGUAGE = ("language", "lang", "language_code", "locale")
ADDRESS = (
    "url",
    "link",
    "address",
    "uri",
    "web_url",
    "weburl",
    "article_url",
    "source_url",
    "permalink",
    "canonical_url",
)
RECORD = ("id", "doc_id", "docid", "document_id", "article_id", "articleid", "guid", "uuid", "_id", "uid", "key")

_TAGS = re.compile(
    r"</(?:p|div|span|a|b|i|strong|em|ul|li|h\d|del|s|strike|font|style|template|noscript|section|article|td)>|"
    r"<br\s*/?>",
    re.IGNORECASE,
)


def draft_of_fields(record: Mapping[str, Any], number: int = 0) -> Draft:
    """Turn one record into a draft. Raises ArticleError if it has no text under a usual name."""
    fields = {str(name).strip().lower().replace(" ", "_").replace("-", "_"): value for name, value in record.items()}
    text = _first(fields, TEXT, joiner="\n")
    if not text:
        raise ArticleError(f"no text: expected it in a field named {', '.join(TEXT[:4])} or the like")
    if _TAGS.search(text):
        text = visible_text(text)
    return Draft(
        text=text,
        title=_first(fields, TITLE),
        publisher=_first(fields, PUBLISHER),
        published=_date(fields),
        language=language_code(_first(fields, LANGUAGE)),
        address=_first(fields, ADDRESS),
        record=_first(fields, RECORD),
        number=number,
    )


def _date(fields: Mapping[str, Any]) -> str:
    dates = (iso_date(_plain(fields[name])) for name in PUBLISHED if name in fields)
    return next(filter(None, dates), "")


def _first(fields: Mapping[str, Any], names: Iterable[str], joiner: str = ", ") -> str:
    return next((v for n in names if n in fields and (v := _plain(fields[n], joiner)).strip()), "")


def _plain(value: Any, joiner: str = ", ") -> str:
    """A field as text: a number as it is written, the name of an object, the parts of a list joined."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        return next((_plain(value[k]) for k in ("name", "title", "text", "$oid", "$date", "#text") if k in value), "")
    if isinstance(value, list):
        return joiner.join(filter(None, (_plain(part, joiner) for part in value)))
    return ""


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

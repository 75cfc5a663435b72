"""Records of news dumps and front matter: the usual names of their fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from rag.errors import ArticleError
from rag.reading.dates import iso_date
from rag.reading.draft import Draft
from rag.reading.languages import language_code
from rag.reading.markup import visible_text

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

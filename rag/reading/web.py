"""Reader of saved web pages."""

from __future__ import annotations

import logging
import re

from rag.errors import ArticleError
from rag.reading.cleaning import tidy_composed
from rag.reading.dates import iso_date
from rag.reading.draft import Draft, Drafts
from rag.reading.encodings import decode
from rag.reading.languages import language_code
from rag.reading.markup import PageFacts, page_facts, stripped_text, visible_text, without_hidden

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_DEEPEST = 256
"""Elements inside one another; a deeper page is made to make tree walkers fail, and its tags are just cut out."""
_TAG = re.compile(r"<(/?)(div|span|table|ul|ol|b|i|em|font|blockquote|section)\b", re.IGNORECASE)
_MOST_TAGS = 50_000
"""Longer pages are no single articles, and would take minutes to search for one; all their text is read."""
_LEAST_SHARE = 0.2
"""If the article found is a smaller part of the page's text, it was not found."""


def read_web_page(data: bytes) -> Drafts:
    """Read the article of a page without menus and comments. Raises ArticleError if the page has no text."""
    declared = _CHARSET.search(data, 0, 4096)
    html = decode(data, declared.group(1).decode("ascii", "replace") if declared else "").replace("\0", "\ufffd")
    deep = _is_too_deep(html)
    facts = PageFacts() if deep else page_facts(html)
    text = tidy_composed(stripped_text(html) if deep else _main_text(html))
    if not text.strip():
        raise ArticleError("is a page without text: save the page again once it has loaded, or as .txt")
    return Drafts(
        (
            Draft(
                text=text,
                title=facts.title,
                publisher=facts.publisher,
                published=iso_date(facts.published),
                language=language_code(facts.language),
                address=facts.address,
            ),
        )
    )


def _main_text(html: str) -> str:
    everything = visible_text(html)
    if html.count("<") > _MOST_TAGS:
        return everything
    main = _extracted(without_hidden(html))
    return main if len(main) >= _LEAST_SHARE * len(everything) else everything


def _is_too_deep(html: str) -> bool:
    """Whether tags are nested so deeply that tree walkers would fail."""
    depth = 0
    for tag in _TAG.finditer(html):
        depth += -1 if tag.group(1) else 1
        if depth > _DEEPEST:
            return True
    return False


def _extracted(html: str) -> str:
    """The main text by trafilatura (Barbaresi 2021), which works on the given string alone; "" if it finds none."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        return trafilatura.extract(html, include_comments=False, include_tables=True, fast=True) or ""
    except (RecursionError, ValueError, AttributeError, TypeError):  # pages that its rules did not foresee
        return ""

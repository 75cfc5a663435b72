"""What a web page says about its article: in JSON-LD, in meta elements, and to its reader."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rag.ingest.dates import header_date, is_update, iso_date, lone_date
from rag.ingest.html_text import visible_text
from rag.ingest.raw_article import Draft
from rag.text.language import language_code


def page_facts(html: str) -> Draft:
    """Give the facts that a page states in JSON-LD, meta elements or to its reader, as a draft without a text."""
    tree = LexborHTMLParser(html)
    meta = _meta(tree)
    linked = _linked_data(tree)
    publisher = meta.get("og:site_name") or _name(linked.get("publisher")) or meta.get("application-name", "")
    heading = tree.css_first("h1")
    page_title = tree.css_first("title")
    return Draft(
        text="",
        title=_text(linked.get("headline"))
        or meta.get("og:title")
        or meta.get("twitter:title")
        or (_without_publisher(page_title.text(), publisher) if page_title else "")
        or (heading.text() if heading else ""),
        publisher=publisher or meta.get("dc.publisher") or meta.get("publisher", ""),
        published=next(filter(None, map(iso_date, _stated_dates(linked, meta, tree))), "") or _visible_date(tree),
        language=language_code(
            _attribute(tree, "html", "lang") or meta.get("content-language") or meta.get("og:locale", "")
        ),
        address=_attribute(tree, "link[rel=canonical]", "href") or meta.get("og:url", ""),
        author=_author(linked, meta, tree),
    )


_DATE_NAMES = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished", "date",
    "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "pubdate",
    "publishdate", "publish-date", "publication_date", "publication-date", "sailthru.date", "parsely-pub-date",
    "article.published", "article.created", "citation_publication_date", "og:published_time", "datecreated",
    "cxenseparse:recs:publishtime", "iso-8601-publish-date", "og:pubdate", "publish_date",
)  # fmt: skip
_DATED = (
    "time, [class*=date i], [class*=publish i], [class*=time i], [class*=posted i], [id*=date i], [class*=byline i]"
)
_HEAD_LINES = 40
_LONGEST_DATED = 120
"""Characters of an element that tells a date."""


def _stated_dates(linked: dict[str, Any], meta: dict[str, str], tree: LexborHTMLParser) -> Iterator[str]:
    """The dates of publication that a page states for programs, the surest first."""
    yield _text(linked.get("datePublished"))
    yield from (meta[name] for name in _DATE_NAMES if name in meta)
    for selector in ("[itemprop=datePublished]", "time[pubdate]", "article time[datetime]", "time[datetime]"):
        for node in tree.css(selector):
            around = f"{node.attributes.get('class') or ''} {node.attributes.get('itemprop') or ''} {_label(node)}"
            if not re.search("updat|modif", around, re.IGNORECASE) and not is_update(around):
                yield (node.attributes.get("datetime") or "").strip() or node.text(deep=True)[:_LONGEST_DATED]


_AUTHOR_NAMES = (
    "author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "citation_author", "byl",
    "article:author_name", "article:author", "twitter:creator:name",
)  # fmt: skip
_LONGEST_BYLINE = 100
"""Characters."""


def _author(linked: dict[str, Any], meta: dict[str, str], tree: LexborHTMLParser) -> str:
    """The names of the writers, as programs or readers are told them; an address is no name."""
    stated = linked.get("author")
    names = [_name(one) for one in (stated if isinstance(stated, list) else [stated]) if one]
    seen = tree.css_first("[itemprop=author] [itemprop=name], [itemprop=author], [rel=author], [class*=byline i]")
    visible = " ".join(seen.text(deep=True, separator=" ").split()) if seen is not None else ""
    named = (", ".join(filter(None, names)), *(meta.get(name, "") for name in _AUTHOR_NAMES), visible)
    return next((n for n in named if n and len(n) <= _LONGEST_BYLINE and "//" not in n), "")


def _label(node: LexborNode) -> str:
    """The words just before an element, within its parent."""
    before = node.prev
    return (before.text_content or "")[-30:] if before is not None and before.tag == "-text" else ""


def _visible_date(tree: LexborHTMLParser) -> str:
    """The date that a reader sees at the head of the article, in an element for dates or beside its heading."""
    for node in tree.css(_DATED)[:_HEAD_LINES]:
        words = " ".join(node.text(deep=True, separator=" ").split())
        if len(words) <= _LONGEST_DATED and (found := header_date([words])):
            return found
    lines = [line for line in visible_text(tree.html or "").split("\n")[:_HEAD_LINES] if len(line) <= _LONGEST_DATED]
    stated = next(filter(None, (header_date([line]) for line in lines if not lone_date(line))), "")
    heading = tree.css_first("h1")
    title = " ".join(heading.text().split()) if heading else ""
    at = lines.index(title) if title in lines else -1
    return stated or (header_date(lines[max(0, at - 2) : at + 4]) if at >= 0 else "")


def _meta(tree: LexborHTMLParser) -> dict[str, str]:
    """The first content of each meta element, by its lower-case name."""
    found: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
        name = (name or attributes.get("http-equiv") or "").lower()
        content = (attributes.get("content") or "").strip()
        if name and content:
            found.setdefault(name, content)
    return found


def _linked_data(tree: LexborHTMLParser) -> dict[str, Any]:
    """The first JSON-LD object that describes an article."""
    for node in tree.css("script[type='application/ld+json']"):
        try:
            data = json.loads(node.text(), strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _items(data):
            kinds = item.get("@type")
            kinds = kinds if isinstance(kinds, list) else [kinds]
            if any(isinstance(k, str) and (k.endswith(("Article", "BlogPosting")) or k == "Report") for k in kinds):
                return item
    return {}


def _items(data: Any) -> Iterator[dict[str, Any]]:
    for item in data if isinstance(data, list) else [data]:
        if isinstance(item, dict):
            yield item
            graph = item.get("@graph")
            if isinstance(graph, list):
                yield from (part for part in graph if isinstance(part, dict))


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _name(value: Any) -> str:
    value = value[0] if isinstance(value, list) and value else value
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str:
    node = tree.css_first(selector)
    return (node.attributes.get(name) or "").strip() if node else ""


def _without_publisher(title: str, publisher: str) -> str:
    """The page's title without the publisher's name that many pages append."""
    head, mark, tail = re.sub(r"\s+", " ", title).strip().rpartition(" | ")
    if not mark:
        head, mark, tail = title.strip().rpartition(" - ")
    names = (tail.strip().casefold(), publisher.casefold())
    return head.strip() if mark and publisher and names[0] == names[1] else title.strip()

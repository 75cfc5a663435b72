"""Reader of saved web pages.

HTML: its visible text, and what it says about itself. Nothing is fetched and nothing is run.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rag.errors import ArticleError
from rag.ingest.clean import decode, tidy_composed
from rag.ingest.dates import iso_date
from rag.ingest.html_hidden import HIDDEN, mark_hidden
from rag.ingest.raw_article import Draft, Drafts
from rag.text.language import language_code

_SILENT = (
    "script, style, noscript, template, svg, iframe, object, form, nav, aside, footer, button, select, "
    "canvas, audio, video, head, dialog"
)
_BLOCKS = frozenset(
    ("address", "article", "blockquote", "body", "br", "center", "dd", "details", "div", "dl", "dt", "figcaption",
     "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre", "section",
     "summary", "table", "tr", "ul")
)  # fmt: skip
_CELLS = frozenset(("td", "th"))
_SILENT_PARTS = re.compile(
    r"<(script|style|template|noscript|noframes|textarea|del|s|strike)\b(?!-).*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|"
    r"<(\w+)\b[^<>]{0,500}?\s(?:hidden\b|aria-hidden\s*=\s*[\"']?true|style\s*=[^<>]{0,500}?(?:display\s*:\s*none|"
    r"visibility\s*:\s*hidden|"
    r"font-size\s*:\s*0|opacity\s*:\s*0[;\"']))[^<>]*>.*?(?:</\2\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_ANY_TAG = re.compile(r"<[^<>]*>")
_BLANKS = re.compile(r"[ \t\n\r\f\v]+")


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page states about its article; "" for what it does not state."""

    title: str = ""
    publisher: str = ""
    published: str = ""
    language: str = ""
    address: str = ""


def visible_text(html: str) -> str:
    """Give the text of a piece of HTML, one block a line, without scripts, menus, forms and hidden parts."""
    tree = LexborHTMLParser(html)
    _cut(tree, f"{_SILENT}, {HIDDEN}")
    lines = (_BLANKS.sub(" ", line).strip() for line in "".join(_pieces(tree)).split("\n"))
    return "\n".join(line for line in lines if line)


def without_hidden(html: str) -> str:
    """Give the HTML without the elements that a reader does not see."""
    tree = LexborHTMLParser(html)
    return tree.html or "" if _cut(tree, HIDDEN) else html


def _cut(tree: LexborHTMLParser, selector: str) -> bool:
    """Take what a selector names, and what styles hide, out of a page. Whether any was."""
    changed = mark_hidden(tree)
    found = [node for node in tree.css(selector) if node.tag not in ("body", "html")]
    for node in reversed(found):  # what lies inside another goes before it
        node.decompose()
    return changed or bool(found)


def _pieces(tree: LexborHTMLParser) -> Iterator[str]:
    """The text nodes in order, with a line end where a block begins; their own line ends are blanks."""
    if tree.body is None:
        return
    for node in tree.body.traverse(include_text=True):
        if node.tag == "-text":
            yield (node.text_content or "").replace("\n", " ")
            if _ends_block(node):
                yield "\n"
        elif node.tag in _BLOCKS:
            yield "\n"
        elif node.tag in _CELLS:
            yield " "


def _ends_block(node: LexborNode) -> bool:
    """Whether a text node is the last of its block, so that what follows begins a new line."""
    while node.next is None and node.parent is not None:
        node = node.parent
        if node.tag in _BLOCKS:
            return True
    return False


def stripped_text(html: str) -> str:
    """Give the text of HTML that is too deeply nested for `visible_text`, by cutting out all that looks like a tag."""
    text = _SILENT_PARTS.sub(" ", html)
    lines = (_BLANKS.sub(" ", line).strip() for line in _ANY_TAG.sub("\n", text).split("\n"))
    return unescape("\n".join(line for line in lines if line))


def page_facts(html: str) -> PageFacts:
    """Give title, publisher, date, language and address that a page states in JSON-LD, meta elements or itself."""
    tree = LexborHTMLParser(html)
    meta = _meta(tree)
    linked = _linked_data(tree)
    publisher = meta.get("og:site_name") or _name(linked.get("publisher")) or meta.get("application-name", "")
    heading = tree.css_first("h1")
    page_title = tree.css_first("title")
    return PageFacts(
        title=_text(linked.get("headline"))
        or meta.get("og:title")
        or meta.get("twitter:title")
        or (_without_publisher(page_title.text(), publisher) if page_title else "")
        or (heading.text() if heading else ""),
        publisher=publisher or meta.get("dc.publisher") or meta.get("publisher", ""),
        published=_text(linked.get("datePublished")) or _stated_date(meta, tree),
        language=_attribute(tree, "html", "lang") or meta.get("content-language") or meta.get("og:locale", ""),
        address=_attribute(tree, "link[rel=canonical]", "href") or meta.get("og:url", ""),
    )


_DATE_NAMES = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date.issued", "dcterms.created",
    "dc.date", "dcterms.date", "pubdate", "publishdate", "publish-date", "publication_date", "sailthru.date",
    "parsely-pub-date", "article.published", "citation_publication_date", "og:published_time",
)  # fmt: skip


def _stated_date(meta: dict[str, str], tree: LexborHTMLParser) -> str:
    for name in _DATE_NAMES:
        if meta.get(name):
            return meta[name]
    for selector in ("time[itemprop=datePublished]", "time[pubdate]", "article time[datetime]", "time[datetime]"):
        stated = _attribute(tree, selector, "datetime")
        if stated:
            return stated
    return ""


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
            if any(isinstance(k, str) and (k.endswith("Article") or k in ("BlogPosting", "Report")) for k in kinds):
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

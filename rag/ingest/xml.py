"""Reader of XML: feeds (RSS, Atom), wikis, agencies, and articles in any other vocabulary by their shape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from rag.errors import ArticleError
from rag.ingest.clean import decode
from rag.ingest.dumps import collected
from rag.ingest.news_xml import read_news_xml
from rag.ingest.packed import attribute, local, parse_xml
from rag.ingest.raw_article import Drafts
from rag.ingest.web import read_web_page
from rag.ingest.wiki import read_wiki

_ITEMS = ("item", "entry", "article", "story", "document", "doc", "record", "row", "post", "news", "newsItem")
_PARAGRAPHS = ("p", "P", "para", "paragraph")
_DEEPEST = 60
_PAGE = re.compile(rb"(?:\xef\xbb\xbf|<\?xml[^>]*>|<!--.*?-->|<!doctype[^>]*>|\s)*<html", re.IGNORECASE | re.DOTALL)


def read_xml(data: bytes) -> Drafts:
    """Read the entries of a feed, or the articles of other XML. Raises ArticleError if it holds none."""
    if _PAGE.match(data[:2000]):
        return read_web_page(data)
    try:
        root = parse_xml(data)
    except (ParseError, ValueError, LookupError):
        try:  # with a wrong declaration, or a damaged byte
            root = parse_xml(_undeclared(decode(data)))
        except (ParseError, ValueError, LookupError) as error:
            raise ArticleError(
                "is no valid XML ({error}): export it again, or save its text as .txt", error=str(error)[:80]
            ) from error
    if local(root) == "mediawiki":
        return read_wiki(root)
    if (news := read_news_xml(root)) is not None:
        return news
    drafts = collected({local(root): _value(root)})
    publisher = _feed_title(root)
    return replace(drafts, drafts=tuple(replace(d, publisher=d.publisher or publisher) for d in drafts.drafts))


def _undeclared(text: str) -> bytes:
    text = text.lstrip("\ufeff \t\r\n")
    if text.startswith("<?xml"):
        text = text.partition("?>")[2]
    return text.encode("utf-8", "replace")


def _feed_title(root: Element) -> str:
    """The name of a feed, which is that of its publisher."""
    if local(root) not in ("rss", "RDF", "feed"):
        return ""
    channel = next((child for child in root if local(child) == "channel"), root)
    return next((" ".join("".join(child.itertext()).split()) for child in channel if local(child) == "title"), "")


def _value(element: Element, depth: int = 0) -> Any:
    """An element as JSON would have it: words, or an object with its attributes and children.

    Elements of paragraphs, and those with words between their children, are words; names of items are always lists.
    """
    children = [child for child in element if local(child)]
    if depth > _DEEPEST or not children:
        return (element.text or "").strip() or attribute(element, "href") or attribute(element, "content")
    if any(local(child) in _PARAGRAPHS for child in children) or _is_mixed(element):
        return "\n".join(_paragraphs(element))
    found: dict[str, Any] = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
    for child in children:
        name, value = local(child), _value(child, depth + 1)
        if name in _ITEMS and isinstance(value, dict):
            found.setdefault(name, [])
            if isinstance(found[name], list):
                found[name].append(value)
        elif name == "link" and attribute(child, "rel", "alternate") != "alternate":
            continue
        elif name not in found or not found[name]:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        elif isinstance(value, dict):
            found[name] = [found[name], value]
    return found


def _is_mixed(element: Element) -> bool:
    words = [element.text, *(child.tail for child in element)]
    return any(part and part.strip() for part in words)


def _paragraphs(element: Element) -> Iterator[str]:
    for child in [element] if _is_mixed(element) else element:
        yield from filter(None, [" ".join("".join(child.itertext()).split())])

"""Reader of the news agencies' XML: NITF and NewsML, in which an article's facts lie far from its text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

from rag.ingest.dates import iso_date
from rag.ingest.packed import attribute, first, local, text_of
from rag.ingest.raw_article import Draft, Drafts
from rag.text.language import language_code

_ITEMS = ("nitf", "newsItem", "NewsItem")
_BODIES = ("body.content", "contentSet", "DataContent", "ContentItem", "body")
_PARAGRAPHS = ("p", "hl2", "h2", "h3", "li", "td")
_TITLES = ("hl1", "headline", "HeadLine", "hedline", "NewsLine", "title")
_PUBLISHERS = (
    "provider",
    "Provider",
    "copyrightHolder",
    "CopyrightHolder",
    "doc.copyright",
    "distributor",
    "creditline",
)
_DATES = ("date.issue", "contentCreated", "firstCreated", "FirstCreated", "versionCreated", "DateLine", "story.date")


def read_news_xml(root: Element) -> Drafts | None:
    """The articles of a document of an agency, an item within another left out; None if it has none with text."""
    items = [item for item in root.iter() if local(item) in _ITEMS]
    inner = {id(e) for item in items for e in item.iter() if e is not item}
    drafts = [draft for item in items if id(item) not in inner and (draft := _draft(item)).text]
    if len(drafts) < 2:
        return Drafts(tuple(drafts)) if drafts else None
    return Drafts(tuple(replace(d, record=str(n), number=n) for n, d in enumerate(drafts, 1)))


def _draft(item: Element) -> Draft:
    body = next((found for name in _BODIES if (found := first(item, name)) is not None), None)
    return Draft(
        text="\n".join(_paragraphs(body)) if body is not None else "",
        title=next(filter(None, (text_of(item, name) for name in _TITLES)), ""),
        publisher=next(filter(None, (_stated(item, name) for name in _PUBLISHERS)), ""),
        published=next(filter(None, (iso_date(_stated(item, name)) for name in _DATES)), ""),
        language=language_code(attribute(item, "lang")),
        author=next(filter(None, (text_of(item, name) for name in ("byline", "by", "ByLine", "bytag"))), ""),
    )


def _paragraphs(body: Element) -> Iterator[str]:
    inner = [e for e in body.iter() if local(e) in _PARAGRAPHS]
    yield from filter(None, (" ".join("".join(_own_text(e)).split()) for e in inner or [body]))


def _own_text(paragraph: Element) -> Iterator[str]:
    """The text of a paragraph, without that of paragraphs within it."""
    yield paragraph.text or ""
    for element in paragraph:
        if local(element) not in _PARAGRAPHS:
            yield from _own_text(element)
        yield element.tail or ""


def _stated(item: Element, name: str) -> str:
    """The words of an element, or what its attributes say in their place."""
    found = first(item, name)
    if found is None:
        return ""
    values = (attribute(found, key) for key in ("norm", "literal", "holder", "FormalName"))
    return text_of(found, "name") or " ".join("".join(found.itertext()).split()) or next(filter(None, values), "")

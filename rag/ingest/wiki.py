"""Reader of MediaWiki's exports (.xml), such as those of Wikinews: each page is an article, without its markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.etree.ElementTree import Element

from rag.errors import ArticleError, Phrase
from rag.ingest.budget import current_budget
from rag.ingest.dates import find_date, iso_date
from rag.ingest.packed import attribute, first, local, text_of
from rag.ingest.raw_article import Draft, Drafts
from rag.progress import Skipped
from rag.text.language import language_code

if TYPE_CHECKING:
    from mwparserfromhell.nodes import Node
    from mwparserfromhell.wikicode import Wikicode

_LONGEST_PAGE = 2_000_000
"""Characters; MediaWiki itself takes no longer pages."""
_UNREAD = "ref", "gallery", "table", "math", "syntaxhighlight", "timeline"
_DATE_NAMES = re.compile(r"(?:date|datum|fecha|data|дата|byline|publi\w*)\b", re.IGNORECASE)
_NOT_TEXT = re.compile(r"__[A-Z]+__|^- *$", re.MULTILINE)
_BROKEN = re.compile(r"(?<!\n)\n(?!\n|- )")
"""The end of a line within a paragraph."""
_LIST_MARK = re.compile(r"^(?!#\w)([*#:;]+)[ \t]*", re.MULTILINE)


def read_wiki(root: Element) -> Drafts:
    """Read the articles of an export. Pages of other kinds, such as talk, are told. Raises ArticleError for none."""
    site, base = text_of(root, "sitename"), text_of(root, "base").rpartition("/")[0]
    spaces = {
        (e.text or "").strip().lower() for e in root.iter() if local(e) == "namespace" and attribute(e, "key") != "0"
    }
    language = language_code(attribute(root, "lang"))
    budget = current_budget()
    drafts: list[Draft] = []
    skipped: list[Skipped] = []
    others = 0
    for number, page in enumerate((e for e in root if local(e) == "page"), 1):
        budget.check()
        title, source = text_of(page, "title"), first(page, "text")
        if text_of(page, "ns") not in ("", "0") or first(page, "redirect") is not None:
            others += 1
            continue
        code = (source.text or "") if source is not None else ""
        if len(code) > _LONGEST_PAGE or _is_unclosed(code):
            skipped.append(
                Skipped(str(number), Phrase("is too long for a page of a wiki, or its markup is not closed"))
            )
            continue
        text, published = _read(code, spaces | {"file", "image", "category"})
        address = f"{base}/{quote(title.replace(' ', '_'))}" if base else ""
        drafts.append(Draft(text, title, site, published, language, address, str(number), number))
    if others:
        skipped.append(
            Skipped("", Phrase("holds {n} pages that are no articles, such as talk and redirections", n=others))
        )
    if not any(draft.text for draft in drafts):
        raise ArticleError("is an export of a wiki without an article: export pages with text")
    return Drafts(tuple(draft for draft in drafts if draft.text), tuple(skipped))


def _is_unclosed(code: str) -> bool:
    """Whether so much markup is open at once that the parser, which tries each part again, would not come to an end."""
    depth = 0
    for mark in _NESTING.finditer(code):
        depth += 1 if mark.group(1) else -1
        if depth > _DEEPEST:
            return True
        depth = max(depth, 0)
    return False


_NESTING = re.compile(
    r"(\{\{|\[\[|\[https?:|\{\||<(?!/|!|br|li|p\b|hr|dd|dt|t[dhr]\b|\w+[^<>]{0,200}/>)[a-z])|\}\}|\]\]?|\|\}|</",
    re.IGNORECASE,
)
_DEEPEST = 1000


def _read(code: str, spaces: set[str]) -> tuple[str, str]:
    """The words of a page, a block a line, and the date that a template states."""
    import mwparserfromhell

    parsed = mwparserfromhell.parse(_LIST_MARK.sub(_mark, code), skip_style_tags=True)
    published = next(filter(None, map(_dated, parsed.filter_templates(recursive=False))), "")
    for link in parsed.filter_wikilinks():
        space = str(link.title).partition(":")
        if space[1] and space[0].strip().lower() in spaces:
            _remove(parsed, link)
    for tag in parsed.filter_tags(matches=lambda tag: str(tag.tag).strip().lower() in _UNREAD):
        _remove(parsed, tag)
    text = "\n".join(_sections(parsed))
    return "\n".join(line.strip() for line in text.split("\n") if line.strip()), published


def _mark(found: re.Match[str]) -> str:
    """What stands before an item of a list; indents have no mark."""
    return "- " if found.group(1)[-1] in "*#" else ""


def _remove(parsed: Wikicode, node: Node) -> None:
    with suppress(ValueError):  # what lay in another is gone with it
        parsed.remove(node)


def _dated(template: object) -> str:
    name = str(getattr(template, "name", "")).strip()
    if not _DATE_NAMES.match(name):
        return ""
    values = (str(parameter.value).strip() for parameter in getattr(template, "params", ()))
    return next(
        filter(None, (iso_date(v) or (d.iso if (d := find_date(v)) else "") for v in values if len(v) < 60)), ""
    )


def _sections(parsed: Wikicode) -> Iterator[str]:
    """The sections that have words, each below its heading."""
    for section in parsed.get_sections(flat=True, include_lead=True, include_headings=True):
        headings = section.filter_headings()
        head = str(headings[0].title.strip_code()).strip() if headings else ""
        for heading in headings:
            section.remove(heading)
        words = str(section.strip_code(normalize=True, collapse=True)).replace("'''", "").replace("''", "")
        words = _BROKEN.sub(" ", _NOT_TEXT.sub("", words).strip())
        if any(c.isalnum() for c in words):
            yield f"{head}\n{words}" if head else words

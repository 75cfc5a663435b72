"""Exports of Europresse: web pages with an element for each article, and the same as plain lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rag.ingest.dates import find_date
from rag.ingest.html_text import visible_text
from rag.ingest.raw_article import Draft

_HEADER = re.compile(r".*\b\d[\d  ]*\s(?:mots|words|palabras|parole|wörter)\b.*", re.IGNORECASE)
_END = re.compile(r"\s*news[·.]\d{8}[·.][\w·.-]+\s*", re.IGNORECASE)
_NOTICE = re.compile(r"(?:©|certificat émis|cet article est paru|tous droits réservés).*", re.IGNORECASE)
_LONGEST_BYLINE = 80
"""Characters of a line of names."""


def pages_of_europresse(tree: LexborHTMLParser) -> tuple[Draft, ...]:
    """The articles of a page that Europresse exported; none if it is no such page."""
    found = (article for article in tree.css("article") if article.css_first(".titreArticle, .rdp__articletitle"))
    return tuple(_draft(article, number) for number, article in enumerate(found, 1))


def _draft(article: LexborNode, number: int) -> Draft:
    dated = find_date(_words(article, ".DocHeader"))
    body = article.css_first(".docOcurrContainer") or article.css_first("section")
    return Draft(
        text=visible_text((body.html if body is not None else "") or ""),
        title=_words(article, ".titreArticleVisu, .rdp__articletitle, .titreArticle"),
        publisher=_words(article, ".DocPublicationName, .rdp__DocPublicationName"),
        published=dated.iso if dated else "",
        author=_words(article, ".rdp__bylines, .docAuthors, .sm-margin-bottomNews"),
        record=str(number),
        number=number,
    )


def _words(article: LexborNode, selector: str) -> str:
    node = article.css_first(selector)
    return " ".join(node.text(deep=True, separator=" ").split()) if node is not None else ""


def lines_of_europresse(lines: Sequence[str]) -> Iterator[Draft]:
    """The articles of an export's lines, of which each ends with its number "news·20240305·LC·0001"."""
    part: list[str] = []
    for line in lines:
        if not line.lstrip()[:5].lower().startswith("news") or not _END.fullmatch(line):
            part.append(line.strip())
            continue
        yield from _article(part)
        part = []


def _article(lines: Sequence[str]) -> Iterator[Draft]:
    """One article: publisher, then date and length, then title and writers, then the text, then the notices."""
    header = next((n for n, line in enumerate(lines) if _HEADER.fullmatch(line) and find_date(line)), None)
    if header is None:
        return
    dated = find_date(lines[header])
    before = [line for line in lines[:header] if line]
    rest = list(lines[header + 1 :])
    while rest and not rest[0]:
        rest.pop(0)
    blank = next((n for n, line in enumerate(rest) if not line), len(rest))
    block = rest[:blank]
    named = len(block) > 1 and len(block[-1]) <= _LONGEST_BYLINE and len(block[-1].split()) <= 8
    end = next((n for n, line in enumerate(rest) if n > blank and _NOTICE.fullmatch(line)), len(rest))
    yield Draft(
        text="\n".join(rest[blank:end]).strip(),
        title=" ".join(block[:-1] if named else block),
        publisher=before[-1] if before else "",
        published=dated.iso if dated else "",
        author=block[-1] if named else "",
    )

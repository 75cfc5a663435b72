"""Reader of saved web pages."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from html import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rag.errors import ArticleError
from rag.ingest.barriers import is_barrier
from rag.ingest.clean import decode, tidy_composed
from rag.ingest.europresse import pages_of_europresse
from rag.ingest.exports import split_export
from rag.ingest.html_hidden import HIDDEN
from rag.ingest.html_text import cut, stripped_text, visible_text
from rag.ingest.page_facts import page_facts
from rag.ingest.raw_article import Draft, Drafts
from rag.ingest.tables import table_lines

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
    if "titreArticle" in html and not deep and (exported := pages_of_europresse(LexborHTMLParser(html))):
        return Drafts(exported)
    facts = Draft("") if deep else page_facts(html)
    text = tidy_composed(stripped_text(html) if deep else _main_text(html))
    if not text.strip():
        raise ArticleError("is a page without text: save the page again once it has loaded, or as .txt")
    if is_barrier(facts.title, text):
        raise ArticleError("is no article but a page that kept its reader out: open it in a browser and save it again")
    return Drafts((replace(facts, text=text),))


def _main_text(html: str) -> str:
    """The words of the article: the longest that trafilatura finds in three ways, or all of a page with little text."""
    everything = tidy_composed(visible_text(html))
    if html.count("<") > _MOST_TAGS:
        return everything
    if split_export(everything):
        return everything
    tree = LexborHTMLParser(html)
    cut(tree, HIDDEN)
    log = _live_blog(tree)
    if log:
        return log
    _cut_comments(tree)
    _rows_as_paragraphs(tree)
    main = _extracted(tree.html or "")
    if len(main) >= _SHORT or len(main) >= _LEAST_SHARE * len(everything):
        return main
    rest = visible_text(tree.html or "")
    return rest or everything


_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|disqus|kommentare?|commentaires?|comentarios|commenti|reacties|kommentarer|komentarze"
    r"|komentari|комментарии)(?:$|[\s_-](?!free))",
    re.IGNORECASE,
)


def _cut_comments(tree: LexborHTMLParser) -> None:
    """Take out what readers wrote below the article."""
    for node in tree.css("[id], [class]"):
        named = f"{node.attributes.get('id') or ''} {node.attributes.get('class') or ''}"
        if (
            node.tag in ("section", "div", "ul", "ol", "aside")
            and _COMMENTS.search(named)
            and not node.css("h1, article h2")
        ):
            node.decompose()


def _live_blog(tree: LexborHTMLParser) -> str:
    """The text of a live blog, of which each entry has a time; "" if the page is none."""
    entries: dict[int, list[LexborNode]] = {}
    for time in tree.css("time"):
        entry = time.parent
        while entry is not None and entry.tag not in _ENTRIES:
            entry = entry.parent
        if entry is not None and entry.parent is not None and len(entry.text(deep=True)) > _SHORT // 2:
            entries.setdefault(entry.parent.mem_id, []).append(entry)
    found = max(entries.values(), key=len, default=[])
    if len(found) < 3 or found[0].parent is None:
        return ""
    heading = tree.css_first("h1")
    text = visible_text(found[0].parent.html or "")
    title = " ".join(heading.text().split()) if heading else ""
    return text if title in text else f"{title}\n{text}"


_ENTRIES = ("article", "section", "li", "div")


def _rows_as_paragraphs(tree: LexborHTMLParser) -> None:
    """Put a paragraph for each row, with the heads of its columns, in the place of each table of data."""
    for table in reversed(tree.css("table")):
        if len(table.css("table")) > 1:
            continue
        rows = [[cell.text(deep=True) for cell in row.css("td, th")] for row in table.css("tr")]
        if len(rows) < 2 or max(map(len, rows)) < 2:
            continue
        lines = "".join(f"<p>{escape(line)}</p>" for line in table_lines(rows))
        made = LexborHTMLParser(f"<div>{lines}</div>").css_first("div")
        if made is not None:
            table.insert_before(made)
            table.decompose()


def _is_too_deep(html: str) -> bool:
    """Whether tags are nested so deeply that tree walkers would fail."""
    depth = 0
    for tag in _TAG.finditer(html):
        depth += -1 if tag.group(1) else 1
        if depth > _DEEPEST:
            return True
    return False


logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # else its warnings are printed


def _extracted(html: str) -> str:
    """The longest text by trafilatura (Barbaresi 2021), which works on the given string alone; "" if it finds none."""
    import trafilatura

    found = [""]
    for fast, recall in ((True, False), (False, False), (False, True)):
        try:
            text = trafilatura.extract(
                html, include_comments=False, include_tables=True, fast=fast, favor_recall=recall
            )
            found.append(text or "")
        except (RecursionError, ValueError, AttributeError, TypeError):  # pages that its rules did not foresee
            continue
        if html.count("<") > _MANY_TAGS:
            break
    return max(found, key=len)


_MANY_TAGS = 10_000
"""Of larger pages the article is searched once, the fast way."""
_SHORT = 100
"""Characters of an article that need not be compared with the rest of the page."""

"""Reader of Markdown: the text as a reader sees it, one block a line, and what front matter says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.ingest.clean import clean_text, decode, tidy_composed
from rag.ingest.fields import facts_of_pairs
from rag.ingest.html_text import visible_text
from rag.ingest.metadata import facts_of_lines
from rag.ingest.plain import read_plain
from rag.ingest.raw_article import Drafts
from rag.ingest.tables import table_lines

if TYPE_CHECKING:
    from markdown_it.token import Token


_FRONT = re.compile(r"(---|\+\+\+)[ \t]*\n(.*?\n)(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_WORDS = re.compile(r"\w+")
_PAIR = re.compile(r"([A-Za-z][\w -]*)\s*[:=]\s*(.*)")


_LONGEST = 2_000_000
_MOST_BRACKETS = 50_000
"""Characters, and those that may open links; what has more would take longer than ten seconds, and is plain text."""


def read_markdown(data: bytes) -> Drafts:
    """Read a Markdown file: its title is the front matter's, or the first heading's."""
    from markdown_it import MarkdownIt

    source = clean_text(decode(data))
    if len(source) > _LONGEST or source.count("[") > _MOST_BRACKETS:
        return read_plain(data)
    front = _FRONT.match(source)
    fields = dict(_pairs(front.group(2))) if front else {}
    parser = MarkdownIt("commonmark", {"maxNesting": 50}).enable(["table", "strikethrough"])
    tokens = _with_rows(parser.parse(source[front.end() :] if front else source))
    if len(parts := _parts(tokens)) > 1:
        drafts = (replace(facts_of_lines(tidy_composed(_text(part))), title=_first_heading(part)) for part in parts)
        return Drafts(tuple(replace(d, record=str(n), number=n) for n, d in enumerate(drafts, 1)))
    stated = facts_of_pairs(fields)
    text = tidy_composed(_text(tokens))
    return Drafts((replace(stated, text=text, title=stated.title or _first_heading(tokens)),))


def _parts(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """The articles of a digest: between rules across the page, with headings of one level and texts of some length."""
    edges = [-1, *(n for n, token in enumerate(tokens) if token.type == "hr" and token.level == 0), len(tokens)]
    parts = [tokens[a + 1 : b] for a, b in pairwise(edges) if b - a > 1]
    headings = {part[0].tag if part[0].type == "heading_open" else "" for part in parts}
    long = (sum(len(token.content) for token in part) > _LEAST_PART for part in parts)
    return parts if len(headings) == 1 and headings <= {"h1", "h2"} and all(long) else []


_LEAST_PART = 100
"""Characters of an article of a digest."""


def _pairs(front: str) -> Iterator[tuple[str, str]]:
    """The top-level "key: value" lines of front matter; nested ones and lists are left out."""
    for line in front.splitlines():
        pair = _PAIR.fullmatch(line)
        if pair:
            yield pair.group(1), pair.group(2).strip().strip("\"'")


def _first_heading(tokens: Sequence[Token]) -> str:
    for token, inline in pairwise(tokens):
        if token.type == "heading_open" and token.tag in ("h1", "h2"):
            return "".join(_inline(inline.children or ()))
    return ""


def _with_rows(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with one for each table, which has the lines of its rows."""
    from markdown_it.token import Token

    kept: list[Token] = []
    rows: list[list[str]] | None = None
    for token in tokens:
        if token.type == "table_open":
            rows = []
        elif token.type == "table_close" and rows is not None:
            kept.append(Token(_TABLE, "", 0, content="\n".join(table_lines(rows))))
            rows = None
        elif rows is None:
            kept.append(token)
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append(_cell(token))
    return kept


_TABLE = "table_rows"
_CODE = ("fence", "code_block")


def _cell(token: Token) -> str:
    """The words of a cell without what its tags hide."""
    if any(child.type == "html_inline" for child in token.children or ()):
        return visible_text("".join(_tagged(token)))
    return "".join(_inline(_kept(token)))


def _tagged(token: Token) -> Iterator[str]:
    """The words of a block with the HTML tags among them."""
    return (c.content if c.type == "html_inline" else escape("".join(_inline([c]))) for c in _kept(token))


def _text(tokens: Sequence[Token]) -> str:
    """One line for each block, without what HTML tags hide, be it of another block."""
    lines = "\n".join(_lines(tokens))
    if not any(t.type == "html_block" or any(c.type == "html_inline" for c in t.children or ()) for t in tokens):
        return lines
    shown = visible_text("".join(_html(tokens)))
    return lines if _WORDS.findall(lines) == _WORDS.findall(shown) else shown


def _html(tokens: Sequence[Token]) -> Iterator[str]:
    """The blocks as HTML, with the tags that stand among them."""
    marks = ""
    for token in tokens:
        if token.type == "list_item_open":
            marks += _mark(token)
        elif token.type == "html_block":
            yield token.content
        elif token.type == "inline":
            yield f"<p>{marks}{''.join(_tagged(token))}</p>"
            marks = ""
        elif token.type in (*_CODE, _TABLE):
            yield "".join(f"<p>{escape(line)}</p>" for line in token.content.splitlines())


def _lines(tokens: Sequence[Token]) -> Iterator[str]:
    """One line for each block, with the marks of list items before it.

    A command of one line belongs to the line that announces it with a colon.
    """
    marks: list[str] = []
    announced = ""
    for token in tokens:
        if token.type == "list_item_open":
            marks.append(_mark(token))
            continue
        words = _words(token).strip("\n")
        if not words.strip():
            continue
        if announced and token.type in _CODE and "\n" not in words:
            words, announced = f"{announced} {words.strip()}", ""
        elif announced:
            yield announced
            announced = ""
        if token.type == "inline":
            words, marks = "".join(marks) + words, []
            if words.rstrip().endswith((":", "：")):
                announced = words.rstrip()
                continue
        yield words
    if announced:
        yield announced


def _words(token: Token) -> str:
    if token.type == "inline":
        return "".join(_inline(_kept(token)))
    if token.type == "html_block":
        return visible_text(token.content)
    return token.content if token.type in (*_CODE, _TABLE) else ""


def _mark(item: Token) -> str:
    """What stands before a list item: its number, or a stroke."""
    return f"{item.info}{item.markup} " if item.info else "- "


def _kept(inline: Token) -> Iterator[Token]:
    """The parts of a block that are not struck out."""
    struck = 0
    for child in inline.children or ():
        struck += (child.type == "s_open") - (child.type == "s_close")
        if not struck and child.type != "s_close":
            yield child


def _inline(children: Iterable[Token]) -> Iterator[str]:
    """The visible words of a block; pictures and HTML tags have none."""
    for child in children:
        if child.type in ("text", "code_inline"):
            yield child.content
        elif child.type == "softbreak":
            yield " "
        elif child.type == "hardbreak":
            yield "\n"

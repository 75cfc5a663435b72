"""Reader of Markdown: the text as a reader sees it, one block a line, and what front matter says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from rag.reading.cleaning import clean_text, tidy_composed
from rag.reading.dates import iso_date
from rag.reading.draft import Draft, Drafts
from rag.reading.encodings import decode
from rag.reading.fields import draft_of_fields
from rag.reading.markup import visible_text

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"(---|\+\+\+)[ \t]*\n(.*?\n)(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_PAIR = re.compile(r"([A-Za-z][\w -]*)\s*[:=]\s*(.*)")


def read_markdown(data: bytes) -> Drafts:
    """Read a Markdown file: its title is the front matter's, or the first heading's."""
    from markdown_it import MarkdownIt

    source = clean_text(decode(data))
    front = _FRONT.match(source)
    fields = dict(_pairs(front.group(2))) if front else {}
    parser = MarkdownIt("commonmark", {"maxNesting": 50}).enable("table")
    tokens = parser.parse(source[front.end() :] if front else source)
    stated = draft_of_fields({**fields, "text": "-"}) if fields else Draft("")
    return Drafts(
        (
            Draft(
                text=tidy_composed("\n".join(_lines(tokens))),
                title=stated.title or _first_heading(tokens),
                publisher=stated.publisher,
                published=iso_date(stated.published),
                language=stated.language,
                address=stated.address,
            ),
        )
    )


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


def _lines(tokens: Sequence[Token]) -> Iterator[str]:
    """One line for each block, with the marks of list items before it."""
    marks: list[str] = []
    cells: list[str] = []
    for before, token in pairwise(chain(tokens[:1], tokens)):
        if token.type == "list_item_open":
            marks.append(f"{token.info}{token.markup} " if token.info else "- ")
        elif token.type == "tr_close":
            yield " | ".join(cells)
            cells = []
        elif token.type == "inline":
            words = "".join(_inline(token.children or ()))
            if before.type in ("td_open", "th_open"):
                cells.append(words)
            elif words.strip():
                yield "".join(marks) + words
                marks = []
        elif token.type in ("fence", "code_block", "html_block"):
            words = visible_text(token.content) if token.type == "html_block" else token.content.rstrip("\n")
            yield from filter(None, [words])


def _inline(children: Sequence[Token]) -> Iterator[str]:
    """The visible words of a block; pictures and HTML tags have none."""
    for child in children:
        if child.type in ("text", "code_inline"):
            yield child.content
        elif child.type == "softbreak":
            yield " "
        elif child.type == "hardbreak":
            yield "\n"

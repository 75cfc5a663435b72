"""HTML: the text that its reader sees. Nothing is fetched and nothing is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rag.ingest.html_hidden import HIDDEN, mark_hidden

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


def visible_text(html: str) -> str:
    """Give the text of a piece of HTML, one block a line, without scripts, menus, forms and hidden parts."""
    tree = LexborHTMLParser(html)
    cut(tree, f"{_SILENT}, {HIDDEN}")
    lines = (_BLANKS.sub(" ", line).strip() for line in "".join(_pieces(tree)).split("\n"))
    return "\n".join(line for line in lines if line)


def cut(tree: LexborHTMLParser, selector: str) -> bool:
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

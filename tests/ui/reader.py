"""Reads HTML as a browser would, as far as our pages need it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

TAGS = re.compile(
    "a|article|aside|bdi|button|code|details|div|figcaption|figure|h[1234]|header|img|input|li|main|mark|nav|option|p|progress|q|section|"
    "select|span|strong|summary|table|tbody|td|th|thead|tr|ul"
)
ATTRIBUTES = re.compile(
    r"(?:alt|aria-\w+|checked|data-\w+|class|dir|disabled|download|href|id|lang|loading|max|open|rel|role|scope|selected|src|tabindex|"
    r"target|title|type|value)"
)

HOSTILE = (
    "<script>document.title = 'taken'</script>",
    "<img src=http://outside.invalid/a.png onerror=\"document.title='taken'\">",
    "![picture](http://outside.invalid/b.png) [link](javascript:alert(1)) <http://outside.invalid>",
    "</p></button></article></script><svg onload=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "' autofocus onfocus='alert(1)",
    "$$\\frac{1}{2}$$ \\(x\\) $y$ `code` ```block``` **bold** _em_ ~~gone~~ | a | b |",
    "{{constructor.constructor('alert(1)')()}} ${alert(1)} `${alert(1)}` <%= 1 %> @children",
    "&lt;b&gt; &amp;amp; &#60;script&#62; &NotEqualTilde;",
    "<!-- a comment --> <![CDATA[ x ]]> <?php echo 1 ?>",
    "javascript:alert(1) data:text/html,<script>alert(1)</script>",
    "\u202eright to left\u202c \u2066isolated \u200b\ufeff zero width",
    "nul \x00 bell \x07 escape \x1b[31m half \ud800 and \udfff",
    "# heading\n- item\n> quote\n1. one\n---\n<details><summary>x</summary></details>",
)


@dataclass(slots=True)
class Element:
    """One element: its attributes, and all the text inside it."""

    tag: str
    facts: Mapping[str, str]
    text: str = ""
    inside: tuple[str, ...] = ()

    def has(self, name: str) -> bool:
        return name in self.facts.get("class", "").split()


@dataclass(slots=True)
class Read:
    """What was read: elements in order, and whether every element was closed where it should be."""

    elements: list[Element] = field(default_factory=list)
    well_formed: bool = True

    def all(self, tag: str, name: str = "") -> list[Element]:
        return [e for e in self.elements if e.tag == tag and (not name or e.has(name))]

    def by_id(self, identity: str) -> Element:
        (found,) = [e for e in self.elements if e.facts.get("id") == identity]
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.read = Read()
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {k: v or "" for k, v in attrs}, inside=tuple(e.tag for e in self._open))
        self.read.elements.append(element)
        if tag not in {"img", "input"}:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop().tag != tag:
            self.read.well_formed = False

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def handle_comment(self, data: str) -> None:
        self.read.well_formed = False

    def handle_decl(self, decl: str) -> None:
        self.read.well_formed = False

    def handle_pi(self, data: str) -> None:
        self.read.well_formed = False

    def unknown_decl(self, data: str) -> None:
        self.read.well_formed = False

    def ended(self) -> Read:
        self.close()
        self.read.well_formed = self.read.well_formed and not self._open
        return self.read


def read_html(html: str) -> Read:
    """The elements of our HTML."""
    reader = _Reader()
    reader.feed(html)
    return reader.ended()


def only_ours(html: str) -> Read:
    """The same, once it is sure that there are only elements and attributes that the page itself writes."""
    read = read_html(html)
    assert read.well_formed, html
    assert all(TAGS.fullmatch(e.tag) for e in read.elements)
    for element in read.elements:
        assert all(ATTRIBUTES.fullmatch(name) for name in element.facts), element
        if "src" in element.facts:
            assert re.match(r"library/page\?file=[\w%.~+-]*&page=\d+(&mark=\d+-\d+)*$", element.facts["src"]), element
        if "href" in element.facts:
            assert re.match(r"https?://|library/original\?file=[\w%.~-]*$", element.facts["href"]), element
            assert element.facts.get("rel") == "noopener noreferrer" or "download" in element.facts
    return read

"""What a page keeps from its readers: by its elements, by their styles, and in the colour of the ground."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from rag.reading.colours import BLACK, WHITE, Colour, colour_of, looks_alike
from rag.reading.stylesheets import style_rules, style_values

HIDDEN = (
    "[hidden], [aria-hidden=true], template, noscript, noframes, textarea, datalist, dialog:not([open]), del, s, strike"
)
"""Elements that are not seen, or struck out."""

_FAR = re.compile(r"-\d{3,}|(?<![\d.])\d{4,}")
_ASIDE = ("left", "top", "right", "bottom", "text-indent", "margin-left", "margin-top", "margin", "inset")
_NOTHING = {
    "display": re.compile(r"none\Z"),
    "content-visibility": re.compile(r"hidden\Z"),
    "opacity": re.compile(r"(?:0|0?\.0\d*)%?\Z"),
    "filter": re.compile(r".*opacity\(0?\.?0*%?\)"),
    "clip": re.compile(r"rect\(0|rect\(1px,1px"),
    "clip-path": re.compile(r"(?:inset\((?:50|100)%|circle\(0|polygon\(0(?:px|%)?0)"),
    "transform": re.compile(r".*(?:scale[xyz3d]*\(0*\.?0*[,)]|translate[xyz3d]*\([^)]*-\d{3,})"),
    "scale": re.compile(r"0*\.?0+\Z"),
    "zoom": re.compile(r"0*\.?0+%?\Z"),
    "mso-hide": re.compile(r"all\Z"),
    "text-decoration": re.compile(r".*line-through"),
    "text-decoration-line": re.compile(r".*line-through"),
    "width": re.compile(r"0(?:px)?\Z"),
    "height": re.compile(r"0(?:px)?\Z"),
    "max-width": re.compile(r"0(?:px)?\Z"),
    "max-height": re.compile(r"0(?:px)?\Z"),
}
"""Values by which an element and all within it are not seen, or struck out."""
_SMALLEST = {"px": 2.0, "pt": 2.0, "em": 0.2, "rem": 0.2, "%": 20.0, "": 2.0}
"""Sizes of letters that nobody reads, up to which they are taken for hidden, by their unit."""
_SIZE = re.compile(r"(\d+\.?\d*|\.\d+)(px|pt|r?em|%|)(?![a-z])")
_PAGE = ("html", "body")
_CODE = ("script", "style", "title", "noscript", "template")


@dataclass(frozen=True, slots=True)
class _Look:
    """How the words of an element look: what it hands down to the elements within."""

    seen: bool = True
    sized: bool = True
    ink: Colour | None = BLACK
    ground: Colour | None = WHITE


def mark_hidden(tree: LexborHTMLParser) -> bool:
    """Give the elements that styles hide the attribute "hidden", and take out words that nobody can make out.

    Whether any were taken out.
    """
    styles = _styles(tree)
    if not styles or tree.root is None:
        return False
    looks: dict[int, _Look] = {}
    read: list[LexborNode] = []
    pale: list[LexborNode] = []
    unseen: list[LexborNode] = []
    for node in tree.root.traverse(include_text=True):
        look = looks.get(node.parent.mem_id, _Look()) if node.parent is not None else _Look()
        if node.tag == "-text":
            same = looks_alike(look.ink, look.ground)
            (unseen if not (look.seen and look.sized) else pale if same else read).append(node)
        elif node.is_element_node:
            looks[node.mem_id] = _mark_element(node, styles.get(node.mem_id, {}), look)
    if _length(pale) <= _length(read):  # else the ground has another colour, which a sheet elsewhere gives
        unseen += pale
    for node in unseen:
        node.decompose()
    return bool(unseen)


def _mark_element(node: LexborNode, values: Mapping[str, str], parent: _Look) -> _Look:
    """Mark an element as hidden if its values say so, and give its look."""
    if node.tag in _PAGE:  # scripts show a page that is hidden as a whole
        values = {name: values[name] for name in values if "color" in name or "background" in name}
    if _is_nothing(values):
        node.attrs["hidden"] = ""
    return _look(values, parent) if values else parent


def _length(words: Iterable[LexborNode]) -> int:
    return sum(len(node.text_content or "") for node in words if node.parent and node.parent.tag not in _CODE)


def _styles(tree: LexborHTMLParser) -> dict[int, dict[str, str]]:
    """The values that hold for each element: those of sheets, of old attributes, and of its own style."""
    found: dict[int, dict[str, str]] = {}
    rules = [rule for sheet in tree.css("style") if not _is_unused(sheet) for rule in style_rules(sheet.text())]
    rules.sort(key=lambda rule: rule.weight)
    own = [(node, node.attributes) for node in tree.css("[style], font, [bgcolor], [text]")]
    for node, attributes in own:
        old = {
            "color": attributes.get("color") or attributes.get("text"),
            "background-color": attributes.get("bgcolor"),
        }
        found.setdefault(node.mem_id, {}).update({k: "".join(v.lower().split()) for k, v in old.items() if v})
    for rule in rules:
        if not rule.weight[0]:
            _apply(tree, rule.selector, rule.values, found)
    for node, attributes in own:
        found[node.mem_id].update(style_values(attributes.get("style") or ""))
    for rule in rules:
        if rule.weight[0]:
            _apply(tree, rule.selector, rule.values, found)
    for node, attributes in own:
        found[node.mem_id].update(style_values(attributes.get("style") or "", important=True))
    return found


def _apply(tree: LexborHTMLParser, selector: str, values: Mapping[str, str], found: dict[int, dict[str, str]]) -> None:
    try:
        nodes = tree.css(selector)
    except SelectolaxError:  # what the parser does not know, such as "::before", names no element
        return
    for node in nodes:
        found.setdefault(node.mem_id, {}).update(values)


def _is_unused(sheet: LexborNode) -> bool:
    """Whether a sheet is for print, or for browsers without scripts."""
    media = (sheet.attributes.get("media") or "").lower()
    return "print" in media or (sheet.parent is not None and sheet.parent.tag == "noscript")


def _is_nothing(values: Mapping[str, str]) -> bool:
    """Whether an element of this style takes no place that a reader sees, or is struck out."""
    return any(name in values and pattern.match(values[name]) for name, pattern in _NOTHING.items()) or any(
        name in values and _FAR.search(values[name]) for name in _ASIDE
    )


def _look(values: Mapping[str, str], parent: _Look) -> _Look:
    look = parent
    if "visibility" in values:
        look = replace(look, seen=values["visibility"] not in ("hidden", "collapse"))
    size = _SIZE.match(values.get("font-size", "")) or _SIZE.search(values.get("font", ""))
    if size:
        look = replace(look, sized=float(size[1]) > _SMALLEST[size[2]])
    ground = values.get("background-color", values.get("background"))
    if ground is not None and ground not in _HANDED_DOWN:
        colour = None if _PICTURE.search(ground) else colour_of(ground)
        look = look if colour is not None and colour.clear else replace(look, ground=colour)
    ink = values.get("-webkit-text-fill-color", values.get("color"))
    if ink is not None and ink not in _HANDED_DOWN and "text" not in (values.get(name) for name in _CUT_OUT):
        look = replace(look, ink=colour_of(ink))
    return look


_HANDED_DOWN = ("inherit", "currentcolor", "unset", "revert", "initial", "none", "")
_PICTURE = re.compile(r"url\(|gradient\(|var\(")
_CUT_OUT = ("background-clip", "-webkit-background-clip")
"""Where the ground shines through the letters."""

"""Hidden text of a web page: by its elements, by style sheets and style attributes, and by colours.

Style sheets within the page are applied in the order of their specificity. Text in the colour of its background is
hidden too.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

_NAMES = {
    "white": "ffffff", "snow": "fffafa", "ivory": "fffff0", "ghostwhite": "f8f8ff", "whitesmoke": "f5f5f5",
    "floralwhite": "fffaf0", "mintcream": "f5fffa", "azure": "f0ffff", "black": "000000", "silver": "c0c0c0",
    "gray": "808080", "grey": "808080", "red": "ff0000", "maroon": "800000", "yellow": "ffff00", "olive": "808000",
    "lime": "00ff00", "green": "008000", "aqua": "00ffff", "cyan": "00ffff", "teal": "008080", "blue": "0000ff",
    "navy": "000080", "fuchsia": "ff00ff", "magenta": "ff00ff", "purple": "800080", "orange": "ffa500",
}  # fmt: skip
_HEX = re.compile(r"#([0-9a-f]{3,8})(?![0-9a-f])")
_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^()]*)\)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
_CLEAREST = 0.1
"""Opacity up to which a colour is not seen."""
_NEAREST = 12
"""Steps of 255 in each part, up to which two colours look alike."""


@dataclass(frozen=True, slots=True)
class Colour:
    """Red, green and blue from 0 to 255, and whether it lets all through."""

    red: int
    green: int
    blue: int
    clear: bool = False


BLACK, WHITE = Colour(0, 0, 0), Colour(255, 255, 255)


def colour_of(value: str) -> Colour | None:
    """The colour that a style's value names, in lower case without blanks; None if it names none that is known."""
    code, function = _HEX.search(value), _FUNCTION.search(value)
    if code:
        return _of_code(code[1])
    if function:
        return _of_parts(function[1], function[2])
    if value == "transparent":
        return Colour(0, 0, 0, clear=True)
    return _of_code(_NAMES[value]) if value in _NAMES else None


def _of_code(code: str) -> Colour:
    digits = code if len(code) in (6, 8) else "".join(digit * 2 for digit in code[:4])
    red, green, blue, opacity = (int(digits[i : i + 2] or "ff", 16) for i in (0, 2, 4, 6))
    return Colour(red, green, blue, clear=opacity <= 255 * _CLEAREST)


def _of_parts(kind: str, inside: str) -> Colour | None:
    """The colour of "rgb(…)" or "hsl(…)"; blanks between the parts are gone, so that only commas and "/" part them."""
    parts = [_NUMBER.match(part) for part in re.split("[,/]", inside)]
    numbers = [float(part[0]) for part in parts if part]
    if len(numbers) < 3:
        return None
    clear = len(numbers) > 3 and numbers[3] / (100 if inside.endswith("%") else 1) <= _CLEAREST
    if kind == "hsl":
        light = colorsys.hls_to_rgb(numbers[0] / 360, min(numbers[2], 100) / 100, min(numbers[1], 100) / 100)
        red, green, blue = (round(255 * part) for part in light)
    else:
        red, green, blue = (round(number) for number in numbers[:3])
    return Colour(red, green, blue, clear)


def looks_alike(ink: Colour | None, ground: Colour | None) -> bool:
    """Whether nobody would tell words of one colour from a ground of the other; False if one is unknown."""
    if ink is None or ink.clear or ground is None:
        return ink is not None and ink.clear
    pairs = ((ink.red, ground.red), (ink.green, ground.green), (ink.blue, ground.blue))
    return all(abs(a - b) <= _NEAREST for a, b in pairs)


_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_BRACE = re.compile(r"([{}])")
_COMMA = re.compile(r",(?![^()\[\]]*[)\]])")
_ESCAPE = re.compile(r"\\([0-9a-f]{1,6})\s?", re.IGNORECASE)
_BLANK_BETWEEN = re.compile(r"(?<=[\d%.])\s+(?=[\d.-])")
_FEATURE = re.compile(r"\(([^()]*)\)")
_LEAST_WIDTH = re.compile(r"min-width:(\d+)(?:px)?\Z")
_SCREEN = 1000
"""Pixels of width that every screen of a desk has."""
_MOST_RULES, _DEEPEST = 5000, 20
"""Of longer sheets, and of those nested more deeply, the rest is not looked at: no page may keep a reader waiting."""


@dataclass(frozen=True, slots=True)
class StyleRule:
    """What a selector's elements look like: values by property, in lower case, with commas between numbers."""

    selector: str
    values: Mapping[str, str]
    weight: tuple[int, int, int, int]


def style_values(declarations: str, *, important: bool = False) -> dict[str, str]:
    """The values of "property: value; …", of those marked as important, or of the others."""
    found: dict[str, str] = {}
    plain_text = _ESCAPE.sub(lambda code: chr(min(int(code[1], 16), 0xFFFF)), _COMMENT.sub("", declarations))
    for declaration in _BLANK_BETWEEN.sub(",", plain_text).lower().split(";"):
        name, colon, value = "".join(declaration.split()).partition(":")
        plain, mark, _ = value.partition("!important")
        if colon and bool(mark) is important:
            found[name] = plain
    return found


def style_rules(sheet: str) -> list[StyleRule]:
    """The rules of one sheet that hold on a screen, the weightiest last."""
    rules: list[StyleRule] = []
    for selectors, declarations in _blocks(_COMMENT.sub("", sheet)):
        for important in (False, True):
            values = style_values(declarations, important=important)
            parts = _COMMA.split(selectors) if values else ()
            rules += (StyleRule(part.strip(), values, (int(important), *_weight(part))) for part in parts)
        if len(rules) > _MOST_RULES:
            break
    return sorted(rules, key=lambda rule: rule.weight)


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations, those within "@media" and the like too, if they hold on a screen."""
    around: list[str] = []
    before = ""
    for part in _BRACE.split(sheet):
        if len(around) > _DEEPEST:
            return
        if part == "{":
            around.append(before)
        elif part == "}":
            around = around[:-1]
        else:
            before = part.rpartition(";")[2].strip()
            if around and not around[-1].startswith("@") and all(map(_holds, around[:-1])):
                yield around[-1], part


def _holds(around: str) -> bool:
    """Whether the rules within an at-rule hold on a wide screen."""
    name, _, condition = around.lower().partition(" ")
    if name == "@media":
        return any(map(_on_screen, condition.split(",")))
    return name.startswith(("@layer", "@supports", "@scope"))


def _on_screen(query: str) -> bool:
    features = ["".join(feature.split()) for feature in _FEATURE.findall(query)]
    widths = [_LEAST_WIDTH.match(feature) for feature in features]
    return "print" not in query and all(width is not None and int(width[1]) <= _SCREEN for width in widths)


def _weight(selector: str) -> tuple[int, int, int]:
    """How specific a selector is: its ids, its classes and attributes, its elements."""
    classes = len(re.findall(r"\.[\w-]|\[|(?<!:):[\w-]", selector))
    return selector.count("#"), classes, len(re.findall(r"(?:^|[\s>+~])[a-z]", selector.lower()))


HIDDEN = (
    "[hidden], [aria-hidden=true], template, noscript, noframes, textarea, datalist, dialog:not([open]), del, s, strike"
)
"""Elements that are not seen, or struck out."""

_FAR = re.compile(r"-\d{3,}|(?<![\d.])\d{4,}")
_VERY_FAR = re.compile(r"(?<![\d.])\d{4,}(?<!1\d{3})")
_OF_SCREEN = re.compile(r"(?:calc|min|max|clamp)\(.*(?:vw|vh|%)")
_PLACES = ("left", "top", "right", "bottom", "inset")
"""What says nothing of an element that is not positioned."""
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
    if _hides_most(tree, styles):
        styles = {key: {n: v for n, v in values.items() if n not in _REVEALED} for key, values in styles.items()}
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


_REVEALED = ("opacity", "visibility", "display", "content-visibility", "transform", "filter", "clip-path", "max-height")
"""Properties by which scripts show a page, or parts of it, once it has loaded."""


def _hides_most(tree: LexborHTMLParser, styles: Mapping[int, Mapping[str, str]]) -> bool:
    """Whether these properties hide most words of a page, which then is the article that a script was to show."""
    hiding = {
        key
        for key, values in styles.items()
        if values.get("visibility") == "hidden" or _is_nothing({n: values[n] for n in _REVEALED if n in values})
    }
    if not hiding or tree.body is None:
        return False
    shown: list[LexborNode] = []
    hidden: list[LexborNode] = []
    within: set[int] = set()
    for node in tree.body.traverse(include_text=True):
        inside = node.parent is not None and node.parent.mem_id in within
        if node.tag == "-text":
            (hidden if inside else shown).append(node)
        elif inside or node.mem_id in hiding:
            within.add(node.mem_id)
    return _length(hidden) > _length(shown)


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
    if any(name in values and pattern.match(values[name]) for name, pattern in _NOTHING.items()):
        return True
    placed = values.get("position", "static") not in ("static", "inherit", "initial", "unset", "revert")
    return any(_is_far(values[name]) for name in _ASIDE if name in values and (placed or name not in _PLACES))


def _is_far(value: str) -> bool:
    """Whether a length leads off the screen; one that is reckoned from the screen's width only if it is very long."""
    return bool((_VERY_FAR if _OF_SCREEN.search(value) else _FAR).search(value))


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

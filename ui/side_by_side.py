"""Two articles beside each other, where several tell the same or differ. Pure functions from values to HTML.

A button carries the articles that tell one thing, each with its cited places; what it opens shows two of them at a
time, each with its own words marked, and lets the reader choose which two.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag import Article, Citation, Sentence
from ui.article_view import CHANGED, marked_text, notice, part_around
from ui.html import attributes, escape, own
from ui.places import Place, Request, opening, parsed, place_of
from ui.translation import N_, counted, day, tr

MOST = 12
"""Articles that can be chosen from."""
MOST_PLACES = 20
"""Places of one article that a button carries."""
SIDES, LABELS = ("first", "second"), (N_("The first article"), N_("The second article"))


@dataclass(frozen=True, slots=True)
class Pair:
    """What a browser asks to see: the articles to choose from, and the indices of the two that are shown."""

    told: tuple[Request, ...]
    shown: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: an article with the place to mark, or why it cannot be opened."""

    wanted: Request
    article: Article | None = None
    sentences: Sequence[Sentence] = ()
    trouble: str = ""


def beside(citations: Iterable[Citation], identity: str, name_of: Callable[[str], str] = str) -> str:
    """The button that opens the cited articles side by side; "" if there are not two of them.

    `identity` must be the only one of its kind on the page.
    """
    places: dict[str, list[str]] = {}
    for citation in citations:
        places.setdefault(citation.file, []).append(str(place_of(citation)))
    if len(places) < len(SIDES):
        return ""
    told = [[file, *dict.fromkeys(own[:MOST_PLACES])] for file, own in list(places.items())[:MOST]]
    first, second = (name_of(file) for file in list(places)[: len(SIDES)])
    label = tr("Side by side: {first} and {second}", first=first, second=second)
    if len(places) > len(SIDES):
        label += f" {counted(len(places), '(of {n} article)', '(of {n} articles)')}"
    facts = {
        "id": identity,
        "aria-label": label,
        "title": tr("Open two of the articles side by side"),
        "data-told": json.dumps(told),
    }
    return f'<button type="button" class="beside"{attributes(facts)}><span>{tr("Side by side")}</span></button>'


def pair(data: object) -> Pair | None:
    """What a browser asks to see; None if it makes no sense."""
    if not isinstance(data, Mapping):
        return None
    try:
        told = json.loads(str(data.get("told")))
    except (ValueError, RecursionError):
        return None
    requests = tuple(filter(None, map(_request, told[:MOST]))) if isinstance(told, list) else ()
    shown = tuple(_index(data.get(side), n) for n, side in enumerate(SIDES))
    if len(shown) != len(SIDES) or max(shown) >= len(requests) or shown[0] == shown[1]:
        return None
    return Pair(requests, (shown[0], shown[1]))


def _request(entry: object) -> Request | None:
    """An article and its places: the first is the one to mark; it may be the start of a sentence instead."""
    if not isinstance(entry, list) or not entry or not all(isinstance(word, str) for word in entry):
        return None
    file, *words = entry
    places = [place for word in words[:MOST_PLACES] if (place := parsed(word))]
    if places:
        return Request(file, places[0], tuple(places[1:]))
    at = words[0] if words and re.fullmatch(r"[0-9]{1,9}", words[0]) else ""
    return Request(file, at=int(at or 0), sentence=bool(at))


def _index(given: object, otherwise: int) -> int:
    return int(str(given)) if re.fullmatch(r"[0-9]{1,2}", str(given)) else otherwise


def pair_view(wanted: Pair, sides: Sequence[Side], opened: int, name_of: Callable[[str], str] = str) -> str:
    """Two articles side by side as HTML: what stands in the page's dialog. `opened` differs each time."""
    names = [name_of(request.file) for request in wanted.told]
    told = json.dumps([[r.file, *map(str, filter(None, (r.place, *r.others)))] for r in wanted.told])
    facts = {"data-opened": str(opened), "data-told": told}
    shown = "".join(_side(side, n, wanted, names) for n, side in enumerate(sides))
    return (
        f'<div class="pair"{attributes(facts)}><header class="pair-bar">'
        f'<h2 id="pair-title" tabindex="-1">{tr("Side by side")}</h2>'
        f'<button type="button" class="quiet" data-act="pair">{tr("Copy link")}</button>'
        f'<button type="button" class="quiet" data-close="pair">{tr("Close")}</button></header>'
        f'<div class="sides">{shown}</div></div>'
    )


def nothing_beside(message: str, opened: int) -> str:
    """What the dialog says when there is nothing to show."""
    return (
        f'<div class="pair" data-opened="{opened}"><header class="pair-bar"><h2 id="pair-title" tabindex="-1">'
        f"{tr('Side by side')}</h2>"
        f'<button type="button" class="quiet" data-close="pair">{tr("Close")}</button></header>'
        f"{notice(message)}</div>"
    )


def _side(side: Side, number: int, wanted: Pair, names: Sequence[str]) -> str:
    name, request = f"side-{number}", side.wanted
    facts = {"data-file": request.file, "data-at": str(request.place or request.at or "")}
    return (
        f'<section class="side" aria-labelledby="{name}-title"{attributes(facts)}>'
        f"{_choice(number, wanted.shown, names)}{_head(side, name, names[wanted.shown[number]])}"
        f"{_text(side, name)}</section>"
    )


def _choice(number: int, shown: tuple[int, int], names: Sequence[str]) -> str:
    """The choice of the article that stands here, if there are more than two."""
    if len(names) <= len(SIDES):
        return ""
    chosen = [attributes({"selected": "selected" if n == shown[number] else ""}) for n in range(len(names))]
    options = "".join(f'<option value="{n}"{chosen[n]}>{escape(name)}</option>' for n, name in enumerate(names))
    facts = attributes({"aria-label": tr(LABELS[number]), "data-side": str(number)})
    return f"<select{facts}>{options}</select>"


def _head(side: Side, name: str, title: str) -> str:
    if side.article is None:
        return f'<header><h3 id="{name}-title" dir="auto">{escape(title)}</h3></header>'
    article, place = side.article, side.wanted.place
    facts = " · ".join(own(fact) for fact in (article.publisher, day(article.published)) if fact)
    places: Sequence[Place] = [place] if place else []
    alone = opening(article.file, place, [*places, *side.wanted.others], side.wanted.at)
    label = attributes({"aria-label": tr("Open {title} alone", title=title)})
    return (
        f'<header><h3 id="{name}-title" dir="auto"{attributes({"lang": article.language})}>{escape(title)}</h3>'
        f'<p class="facts">{facts} <button type="button" class="quiet" data-alone="yes"'
        f"{label}{alone}>{tr('Open alone')}</button></p></header>"
    )


def _text(side: Side, name: str) -> str:
    if side.article is None:
        return notice(side.trouble)
    article, wanted = side.article, side.wanted
    place = wanted.place if wanted.place and wanted.place.holds_in(article.text) else None
    others = [p for p in wanted.others if p.holds_in(article.text)]
    part = part_around(article.text, place.start if place else wanted.at)
    whole = part.start == 0 and part.end == len(article.text)
    part_alone = tr("A part of the article is shown: open it alone to read all of it.")
    told = (notice(tr(CHANGED)) if wanted.place and not place else "") + (
        "" if whole else f'<p class="remark">{part_alone}</p>'
    )
    facts = attributes({"aria-labelledby": f"{name}-title"})
    text = marked_text(article, part, place, others, side.sentences, f"{name}-")
    return f'{told}<div class="side-text" role="group" tabindex="0"{facts}>{text}</div>'

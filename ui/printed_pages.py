"""The pages of a PDF as they are printed, beside the text that was read from it. Pure functions from values to HTML."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from urllib.parse import urlencode

from rag import Article
from ui.html import attributes
from ui.places import Place
from ui.translation import tr

MOST_MARKS = 20
"""Places that are marked on one page."""
PAGE = "p. "


def printed_pages(article: Article, places: Sequence[Place]) -> str:
    """A part to open, with a picture of each page, fetched once it is in sight; "" if the article is of no PDF.

    `places` are marked, and the page on which the first of them begins is the one that is shown first.
    """
    pages = {number: spans for number, spans in _spans(article).items() if number}
    if not pages or not article.file.partition("#")[0].casefold().endswith(".pdf"):
        return ""
    first = next((n for n, spans in pages.items() if places and _overlaps(places[0], spans)), 0)
    pictures = "".join(_picture(article.file, n, places, pages.get(n, [])) for n in range(1, max(pages) + 1))
    start = attributes({"data-first": f"printed-{first}" if first else ""})
    return (
        f'<details class="printed"{start}><summary>{tr("Pages as printed")}</summary>'
        f'<div role="group" aria-label="{tr("Pages as printed")}" tabindex="0">{pictures}</div></details>'
    )


def _spans(article: Article) -> dict[int, list[tuple[int, int]]]:
    """The spans [start, end) of an article's text that stand on each page; a page's notes come after all pages."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for own, after in zip_longest(article.locators, article.locators[1:]):
        number = own.label.removeprefix(PAGE)
        spans.setdefault(int(number) if number.isdecimal() else 0, []).append(
            (own.start, after.start if after else len(article.text))
        )
    return spans


def _overlaps(place: Place, spans: Sequence[tuple[int, int]]) -> bool:
    return any(place.start < end and place.end > start for start, end in spans)


def _picture(file: str, number: int, places: Sequence[Place], spans: Sequence[tuple[int, int]]) -> str:
    marked = [p for p in places if _overlaps(p, spans)][:MOST_MARKS]
    query = [("file", file), ("page", number), *(("mark", f"{p.start}-{p.end}") for p in marked)]
    facts = {
        "loading": "lazy",
        "alt": tr("Page {n}, with the cited words marked", n=number) if marked else tr("Page {n}", n=number),
        "src": f"library/page?{urlencode(query, errors='replace')}",
    }
    return f'<figure id="printed-{number}"><img{attributes(facts)}><figcaption>{PAGE}{number}</figcaption></figure>'

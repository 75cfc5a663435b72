"""The article pane: one article's text with its cited places marked. Pure functions from values to HTML.

The text shown is exactly the article's: the marks of one place hold, joined, the words text[start:end], and all that
is shown of the text is, joined, text[part.start:part.end]. Line breaks between paragraphs are kept, out of sight.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import quote, urlsplit

from rag import Article, Sentence
from ui.html import UNSHOWABLE, attributes, escape, own
from ui.places import Place, Request, opening
from ui.printed_pages import printed_pages
from ui.translation import N_, day, language_name, tr

PART = 60_000
"""Characters of an article shown at once."""
LINE = re.compile(r"[^\n]+\n*|\n+")
CHANGED = N_("The article has changed since this answer was given, so the cited words are not marked. Ask again.")


@dataclass(frozen=True, slots=True)
class Part:
    """The span [start, end) of an article that is shown."""

    start: int
    end: int


def part_around(text: str, at: int) -> Part:
    """The part of a text in which the character `at` lies; parts begin and end between paragraphs where they can."""
    starts = [0]
    while starts[-1] + PART < len(text):
        cut = text.rfind("\n", starts[-1] + PART // 2, starts[-1] + PART) + 1
        starts.append(cut or starts[-1] + PART)
    index = max(i for i, start in enumerate(starts) if start <= max(at, 0))
    return Part(starts[index], [*starts[1:], len(text)][index])


def article_pane(
    article: Article, wanted: Request, opened: int, sentences: Sequence[Sentence] = (), *, may_remove: bool = True
) -> str:
    """An article as HTML, with the wanted place marked, and the others more lightly.

    `opened` differs each time something is opened, so that the page notices; `sentences` tell what is a heading.
    """
    place = wanted.place if wanted.place and wanted.place.holds_in(article.text) else None
    others = tuple(p for p in wanted.others if p.holds_in(article.text))
    part = part_around(article.text, place.start if place else wanted.at)
    places = (*([place] if place else []), *(p for p in others if p != place))
    return (
        f'<article class="article" data-opened="{opened}"'
        f"{attributes({'data-file': article.file, 'data-at': str(wanted.place or wanted.at or '')})}>"
        f"{_bar(_ways() + _jumps(article, places, place))}{_head(article, may_remove=may_remove)}"
        f"{notice(tr(CHANGED)) if wanted.place and not place else ''}{printed_pages(article, places)}"
        f"{_turn(article, part.start - 1, tr('Earlier part of this article')) if part.start else ''}"
        f"{marked_text(article, part, place, others, sentences)}"
        f"{_turn(article, part.end, tr('Later part of this article')) if part.end < len(article.text) else ''}"
        "</article>"
    )


def marked_text(
    article: Article,
    part: Part,
    place: Place | None,
    others: Sequence[Place],
    sentences: Sequence[Sentence],
    identity: str = "",
) -> str:
    """A part of an article's text, with its places marked; `identity` sets its ids apart from others on the page."""
    facts = attributes({"id": f"{identity}article-text", "lang": article.language, "dir": "auto"})
    paragraphs = _paragraphs(article, part, place, others, sentences, f"{identity}cited")
    return f'<div class="text"{facts}>{"".join(paragraphs)}</div>'


def missing_pane(message: str, opened: int) -> str:
    """What the pane says when an article cannot be opened."""
    return (
        f'<article class="article" data-opened="{opened}">{_bar()}<header class="article-head">'
        f'<h2 id="article-title" tabindex="-1">{tr("This article cannot be opened")}</h2></header>'
        f"{notice(message)}</article>"
    )


def _head(article: Article, *, may_remove: bool) -> str:
    facts = (article.author, article.publisher, day(article.published), language_name(article.language))
    shown = " · ".join(own(fact) for fact in facts if fact)
    return (
        '<header class="article-head"><h2 id="article-title" tabindex="-1" dir="auto"'
        f"{attributes({'lang': article.language})}>{escape(article.name)}</h2>"
        f'<p class="facts">{shown}</p>{_acts(article, may_remove=may_remove)}</header>'
    )


def _ways() -> str:
    """Ways from citation to citation of the conversation or the room beside the article, and the link to this place."""
    back, on = tr("Previous citation"), tr("Next citation")
    return (
        f'<span class="ways"><button type="button" class="quiet" data-act="back" aria-label="{back}" '
        f'title="{back} (k)">‹</button><button type="button" class="quiet" data-act="on" '
        f'aria-label="{on}" title="{on} (j)">›</button>'
        f'<button type="button" class="quiet" data-act="article">{tr("Copy link")}</button></span>'
    )


def _acts(article: Article, *, may_remove: bool) -> str:
    """What can be done with an article: open the file that it was read from, or where it comes from, or remove it."""
    address = own(article.address) if article.address else ""
    if address and (where := web_address(article.address)):
        host = f" ({own(urlsplit(where).netloc)})"
        address = (
            f'<a{attributes({"href": where})} target="_blank" rel="noopener noreferrer">'
            f"{tr('Open the web page')}{host}</a>"
        )
    original = attributes(
        {"title": article.file, "href": f"library/original?file={quote(article.file, safe='', errors='replace')}"}
    )
    facts = attributes({"data-do": "remove", "data-name": article.file})
    label = tr("Remove the whole file") if "#" in article.file else tr("Remove")
    remove = f'<button type="button" class="quiet"{facts}>{label}</button>' if may_remove else ""
    return f'<p class="article-acts"><a{original} download>{tr("Open original")}</a>{address}{remove}</p>'


def web_address(address: str) -> str:
    """An address that a link may lead to; "" for any other than of the web."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return ""
    plain = parts.scheme in {"http", "https"} and host and not parts.username and not UNSHOWABLE.search(address)
    return address if plain and not any(c.isspace() for c in address) else ""


def _bar(jumps: str = "") -> str:
    return (
        f'<p class="article-bar"><button type="button" class="quiet" data-close="list">← {tr("All articles")}</button>'
        f'<button type="button" class="quiet narrow" data-close="sheet">{tr("Close")}</button>{jumps}</p>'
    )


def _jumps(article: Article, places: Sequence[Place], current: Place | None) -> str:
    numbered = sorted({p.number: p for p in places if p.number}.values(), key=lambda p: p.start)
    if len(numbered) < 2:
        return ""
    buttons = "".join(
        f'<button type="button" class="cite" aria-label="{tr("Citation {n} in this article", n=p.number)}"'
        f"{attributes({'aria-current': 'true' if p == current else ''})}"
        f"{opening(article.file, p, numbered)}>{p.number}</button>"
        for p in numbered
    )
    return f'<span class="jumps"><span>{tr("Cited here:")}</span> {buttons}</span>'


def _turn(article: Article, at: int, label: str) -> str:
    return (
        f'<p class="turn-page"><button type="button" class="quiet"{opening(article.file, at=at)}>{label}</button></p>'
    )


def notice(message: str) -> str:
    """A remark that stands out from the text."""
    return f'<p class="notice" role="note">{escape(message)}</p>'


def _paragraphs(
    article: Article,
    part: Part,
    place: Place | None,
    others: Sequence[Place],
    sentences: Sequence[Sentence],
    identity: str,
) -> Iterator[str]:
    text = article.text
    labels = {own.start: own.label for own in article.locators}
    marked = tuple(p for p in (*([place] if place else []), *others) if p.end > part.start and p.start < part.end)
    kinds = {s.start: s.kind for s in sentences}
    for line in LINE.finditer(text, part.start, part.end):
        shown = line.group().rstrip("\n")
        body = _run(text, Part(line.start(), line.start() + len(shown)), place, marked, identity)
        gap = _run(text, Part(line.start() + len(shown), line.end()), place, marked, identity)
        begin = line.start() + len(shown) - len(shown.lstrip())
        classes = {"class": kinds.get(begin, "text") if kinds.get(begin, "text") != "text" else ""}
        unseen = f'<span class="gap">{gap}</span>' if gap else ""
        begun = ", ".join(labels[at] for at in range(line.start(), line.end()) if at in labels)
        facts = attributes({**classes, "data-locator": begun})
        yield f"<p{facts}>{body}{unseen}</p>"


def _run(text: str, run: Part, place: Place | None, marked: Sequence[Place], identity: str) -> str:
    """The text of a run within one paragraph, cut where marks begin and end."""
    inside = [p for p in marked if p.start < run.end and p.end > run.start]
    edges = {run.start, run.end, *(e for p in inside for e in (p.start, p.end) if run.start < e < run.end)}
    cuts = sorted(edges)
    pieces = []
    for start, end in pairwise(cuts):
        over = [p for p in inside if p.start <= start and p.end >= end]
        words = escape(text[start:end])
        pieces.append(_mark(words, start, place, over, identity) if over else words)
    return "".join(pieces)


def _mark(words: str, start: int, place: Place | None, over: Sequence[Place], identity: str) -> str:
    main = place is not None and place in over
    begun = sorted({p.number for p in over if p.start == start and p.number})
    facts = {
        "class": "cited" if main else "also",
        "id": identity if main and place is not None and place.start == start else "",
        "tabindex": "-1" if main and place is not None and place.start == start else "",
        "data-numbers": " ".join(map(str, begun)),
    }
    return f"<mark{attributes(facts)}>{words}</mark>"

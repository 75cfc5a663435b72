"""A result across articles as its room or the chat shows it: names with ways on, a timeline drawn as well."""

from __future__ import annotations

from rag import Answer, Exportable, Items, Line, Names, Timeline
from ui.answer_html import NameOf, notes_below
from ui.document_html import DocumentView
from ui.html import attributes, escape, own
from ui.result_words import translated
from ui.timeline_svg import timeline_svg
from ui.translation import N_, counted, tr

CITED = 3
"""Places of one name that are cited: the list of articles leads to the others."""
ROOMS_OF = {
    "summary": ("summary", N_("Summary")),
    "compare": ("comparison", N_("Compare")),
    "timeline": ("timeline", N_("Timeline")),
    "new": ("new", N_("New")),
    "stories": ("stories", N_("Stories")),
    "people": ("names", N_("Names")),
}
"""The name and the label of the room where a kind of request can be made with more choice."""
KINDS = {"person": N_("person"), "organisation": N_("organisation"), "place": N_("place")}
"""What the kinds of names are called."""


def result_view(result: Exportable, identity: str, name_of: NameOf = str, *, narrows: bool = False) -> str:
    """A result as HTML. `narrows` says whether its names can narrow the list of articles where it stands."""
    view = DocumentView(result.document(unsupported=True), identity, name_of)
    if isinstance(result, Names):
        return _names(result, view, narrows=narrows)
    return view.html(timeline_svg(result.events) if isinstance(result, Timeline) else "")


def served_body(answer: Answer, result: Exportable, turn: int, name_of: NameOf = str) -> str:
    """What a request asked for, as in its room, with the way there."""
    view = result_view(result, f"r-{turn}", name_of)
    name, label = ROOMS_OF.get(answer.intent, ("", ""))
    facts = attributes({"class": "to-room", "data-room": name, "data-focus": str(getattr(result, "focus", ""))})
    way = (
        f'<p class="remark"><button type="button"{facts}>{tr("Open in {room}", room=tr(label))}</button></p>'
        if name
        else ""
    )
    return f'<div class="answer served">{notes_below(answer.notes)}{view}</div>{way}'


def _names(names: Names, view: DocumentView, *, narrows: bool) -> str:
    """Each name with its spellings, the first place that names it, and buttons to what else there is of it."""
    blocks = view.document.sections[0].blocks
    marks = [line.marks[:CITED] for block in blocks if isinstance(block, Items) for line in block.lines]
    rows = []
    for name, numbers in zip(names.names, marks, strict=True):
        count, quote = len(name.files), Line(" ".join(name.quotes[0].text.split()), numbers)
        shows = counted(count, "Show {n} article", "Show {n} articles")
        spellings = ", ".join(map(own, name.spellings))
        also = f" · {tr(KINDS[name.kind])}" + (f" · {tr('also {names}', names=spellings)}" if spellings else "")
        named = counted(count, "Show {n} article with {name}", "Show {n} articles with {name}", name=name.name)
        facts = {"data-named": name.name, "aria-label": named}
        show = f'<button type="button" class="quiet" data-sheet="open"{attributes(facts)}>{shows}</button>'
        focus = attributes({"data-room": "summary", "data-focus": name.name})
        rows.append(
            f'<li><h4>{own(name.name)} <span class="facts">{escape(translated(name.reach))}{also}</span></h4>'
            f'{view.holder("p", (quote,))}<p class="choices">'
            f'{show if narrows else ""}<button type="button" class="quiet"{focus}>'
            f"{tr('What is said of {name}?', name=own(name.name))}</button></p></li>"
        )
    title = escape(translated(view.document.title))
    counts = escape(translated(f"{names.counts}."))
    listed = f'{view.folded(rows, "points names", "name")}<p class="remark">{counts}</p>'
    return f'<section class="result" aria-label="{title}"><h3>{title}</h3>{listed}</section>'

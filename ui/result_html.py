"""A result across articles as its room or the chat shows it: names with ways on, a timeline drawn as well."""

from __future__ import annotations

from rag import Answer, Exportable, Items, Line, Names, Timeline
from ui.answer_html import NameOf, notes_below
from ui.document_html import DocumentView
from ui.html import attributes, counted, escape, own
from ui.timeline_svg import timeline_svg

CITED = 3
"""Places of one name that are cited: the list of articles leads to the others."""
ROOMS_OF = {
    "summary": ("summary", "Summary"),
    "compare": ("comparison", "Compare"),
    "timeline": ("timeline", "Timeline"),
    "new": ("new", "New"),
    "stories": ("stories", "Stories"),
    "people": ("names", "Names"),
}
"""The name and the label of the room where a kind of request can be made with more choice."""


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
    way = f'<p class="remark"><button type="button"{facts}>Open in {label}</button></p>' if name else ""
    return f'<div class="answer served">{notes_below(answer.notes)}{view}</div>{way}'


def _names(names: Names, view: DocumentView, *, narrows: bool) -> str:
    """Each name with its spellings, the first place that names it, and buttons to what else there is of it."""
    blocks = view.document.sections[0].blocks
    marks = [line.marks[:CITED] for block in blocks if isinstance(block, Items) for line in block.lines]
    rows = []
    for name, numbers in zip(names.names, marks, strict=True):
        articles, quote = counted(len(name.files), "article"), Line(" ".join(name.quotes[0].text.split()), numbers)
        also = f" · {escape(name.kind)}" + (f" · also {', '.join(map(own, name.spellings))}" if name.spellings else "")
        facts = {"data-named": name.name, "aria-label": f"Show {articles} with {name.name}"}
        show = f'<button type="button" class="quiet" data-sheet="open"{attributes(facts)}>Show {articles}</button>'
        focus = attributes({"data-room": "summary", "data-focus": name.name})
        rows.append(
            f'<li><h4>{own(name.name)} <span class="facts">{name.reach}{also}</span></h4>'
            f'{view.holder("p", (quote,))}<p class="choices">'
            f'{show if narrows else ""}<button type="button" class="quiet"{focus}>What is said of {own(name.name)}?'
            "</button></p></li>"
        )
    title = escape(view.document.title)
    listed = f'{view.folded(rows, "points names", "name")}<p class="remark">{escape(names.counts)}.</p>'
    return f'<section class="result" aria-label="{title}"><h3>{title}</h3>{listed}</section>'

"""The library beside the conversation: the list of articles, what it shows of them, which are asked, and the folder.

What one tab remembers is plain data; the script `library.js` copies files in and asks how the folder is.
"""

from __future__ import annotations

import itertools
import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import gradio as gr

from rag import Cancellation, Library, LibraryError, Names, ReadacrossError, Stories, WorkProgress
from ui import answer_html
from ui.article_list import ArticleListCache, ListFilter, Named, article_list, list_tools, scope_line
from ui.background import in_background
from ui.error_words import said_of
from ui.events import AT_ONCE, EACH, HIDDEN, sent
from ui.folder_reader import FolderReader
from ui.folder_status import folder_status
from ui.html import attributes
from ui.page_blocks import drawn
from ui.translation import N_, tr
from ui.visitors import Visitor, Visitors

MOST_TICKS = 100_000
"""Ticks that one tab remembers."""
ACTS = """
const act = (data) => window.readacross.send('library', () => trigger('select', data));
element.addEventListener('change', (event) => {
  const part = event.target;
  if (part.dataset.facet !== undefined) act({act: 'facet', name: part.dataset.facet, value: part.value});
  if (part.dataset.tick !== undefined) {
    const all = [...element.querySelectorAll('[data-tick]')];
    act({act: 'ticks', on: all.filter((one) => one.checked).map((one) => one.dataset.tick),
      off: all.filter((one) => !one.checked).map((one) => one.dataset.tick)});
  }
});
element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button || !element.contains(button)) return;
  if (button.dataset.do === 'stories') trigger('expand', {});
  else if (button.dataset.do !== undefined) act({act: button.dataset.do, name: button.dataset.name ?? ''});
});
watch('value', () => window.readacrossLibrary?.drawn(element));
"""
REFRESHES = f"{ACTS}\nwindow.readacrossAct = act;"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PaneState:
    """What one tab remembers of the list: what is shown, the articles that are ticked, and what it removed last.

    `named` are the names that the list has been narrowed by, with the others of that result.
    """

    chosen: ListFilter = field(default_factory=ListFilter)
    page: int = 0
    named: Named = field(default_factory=dict)
    ticked: frozenset[str] = frozenset()
    removed: str = ""
    removed_name: str = ""
    problem: str = ""


class LibraryPane:
    """The list and what belongs to it. Make it, lay out its parts where they are to stand, then `wire` it."""

    def __init__(
        self, library: Library, visitors: Visitors, reader: FolderReader, cache: ArticleListCache, on_load: str
    ) -> None:
        self._library = library
        self._visitors = visitors
        self._reader = reader
        self._cache = cache
        self._on_load = on_load
        self._drawn = itertools.count(1)

    def lay_out(self) -> None:
        """The list."""
        with gr.Row(elem_id="list-head"):
            self._words = gr.Textbox(
                label=N_("Search titles and texts"), placeholder=N_("Search titles and texts …"),
                container=False, elem_id="filter", scale=1,
            )  # fmt: skip
            drawn(_close, elem_id="close-list")
        self._add = drawn(lambda: "" if self._visitors.are_named else self._ways_to_add(), elem_id="add", js_on_load="")
        self._report = gr.HTML("", elem_id="report", js_on_load=f"{self._on_load}\n{REFRESHES}")
        self._tools = gr.HTML("", elem_id="list-tools", js_on_load=ACTS)
        self._list = gr.HTML("", elem_id="articles", js_on_load=f"{self._on_load}\n{ACTS}")

    def lay_out_scope(self) -> None:
        """Which articles are asked, beside the question; and what remembers it."""
        self._state = gr.State(PaneState())
        self.ticked = gr.State(frozenset[str]())
        self._scope = gr.HTML("", elem_id="scope", js_on_load=ACTS)

    def wire(
        self, opens: Callable[..., str], article: gr.HTML, whole: Mapping[gr.HTML, Callable[[gr.Request], str]]
    ) -> None:
        """Connect the parts. What is clicked opens in `article`; `whole` are parts that show the library as it is."""
        for part in (self._report, self._list):
            part.click(opens, outputs=article, **EACH)
        inputs = [self._words, self._state]
        for part in (self._report, self._list, self._tools, self._scope, article):
            acted = part.select(self._act, inputs, self._parts, **EACH)
            _tell_sent(acted)
            if part is self._report:
                acted.then(shown_by(whole.values()), None, list(whole), queue=False, **HIDDEN)
        self._words.change(self._searched, inputs, self._parts, **AT_ONCE)
        self._tools.expand(
            self._grouped, self._state, [self._tools], trigger_mode="once", concurrency_id="stories", **HIDDEN
        ).then(self._searched, inputs, self._parts, queue=False, **HIDDEN)

    def add_when(self, event: Callable[..., Any]) -> None:
        """Show the ways to add articles after an event, to who may add some, where the page has users."""
        if self._visitors.are_named:
            event(self._adding, None, self._add, queue=False, **HIDDEN)

    def _adding(self, request: gr.Request) -> str:
        return self._ways_to_add() if self._visitors.of(request).is_editor else ""

    def _ways_to_add(self) -> str:
        return _ways_to_add(self._library.settings.max_file_mb)

    def narrow_by(self, result: gr.HTML, shown: gr.State) -> None:
        """Narrow the list by a name that is chosen in a room's `result`, of which the tab remembers what is `shown`."""
        _tell_sent(result.select(self._by_name, [shown, self._state], [self._words, *self._parts], **EACH))

    @property
    def shown(self) -> tuple[Callable[..., list[Any]], list[Any], list[Any]]:
        """What shows the list, with its inputs and outputs: for when the page is loaded."""
        return self._searched, [self._words, self._state], self._parts

    @property
    def _parts(self) -> list[Any]:
        return [self._report, self._tools, self._list, self._scope, self._state, self.ticked]

    # -- events ----------------------------------------------------------------------------------------------------

    def _act(self, words: str, state: PaneState, event: gr.EventData, request: gr.Request) -> list[Any]:
        data = event._data if isinstance(event._data, dict) else {}
        visitor = self._visitors.of(request)
        state = replace(state, problem="")
        if str(data.get("page", "")).isdecimal():
            return self._shown(words, replace(state, page=int(data["page"])), visitor)
        act = _ACTS.get(str(data.get("act")))
        if act is None:
            return [gr.skip()] * len(self._parts)
        try:
            if data["act"] in CHANGES:
                visitor.require_editor()
            state = act(self, words, state, data)
        except ReadacrossError as error:
            state = replace(state, problem=said_of(error))
        parts = self._shown(words, state, visitor)
        if data.get("act") in {"ticks", "refresh"} and not data.get("list"):
            parts[2] = gr.skip()
        return parts

    def _by_name(self, shown: Any, state: PaneState, event: gr.EventData, request: gr.Request) -> list[Any]:
        data = event._data if isinstance(event._data, dict) else {}
        if not isinstance(shown.result, Names) or "named" not in data:
            return [gr.skip()] * (1 + len(self._parts))
        named = {name.name: frozenset(name.files) for name in shown.result.names}
        chosen = ListFilter(name=str(data["named"]), sort=state.chosen.sort)
        state = replace(state, chosen=chosen, page=0, named=named)
        return ["", *self._shown("", state, self._visitors.of(request))]

    def _searched(self, words: str, state: PaneState, request: gr.Request) -> list[Any]:
        state = replace(state, page=0) if words != state.chosen.words else state
        return self._shown(words, state, self._visitors.of(request))

    def _shown(self, words: str, state: PaneState, visitor: Visitor) -> list[Any]:
        state = replace(state, chosen=replace(state.chosen, words=words))
        try:
            found = self._cache.find(state.chosen, state.named)
            there = {entry.file for entry in self._cache.entries()} if state.ticked else frozenset()
        except (ReadacrossError, sqlite3.Error) as error:
            trouble = answer_html.trouble(tr("The list cannot be shown"), _advice(error))
            known = folder_status(self._reader.state, str, may_act=visitor.is_editor)
            return [known, "", trouble, gr.skip(), state, gr.skip()]
        ticked = len(state.ticked & there)
        names = {entry.file: entry.name for entry in self._cache.entries()}
        status = folder_status(
            self._reader.state, lambda f: names.get(f, f), state.removed_name, state.problem, may_act=visitor.is_editor
        )
        tools = list_tools(found, state.chosen, self._cache.stories(), state.ticked)
        scope = scope_line(ticked, found.total) if state.ticked else ""
        return [
            status,
            tools,
            article_list(found, state.ticked, state.page, next(self._drawn)),
            scope,
            state,
            state.ticked,
        ]

    def _grouped(self, state: PaneState) -> Iterator[Any]:
        """Group the articles by event, telling how far it is; stopped when the reader goes away."""
        from ui.rooms import working

        stop = Cancellation()

        def work(tell: Callable[[WorkProgress | Stories], None], _: Callable[[], bool]) -> None:
            tell(self._library.stories(progress=tell, cancel=stop))

        yield working(None)
        try:
            for step in in_background(work, stop.cancel):
                if isinstance(step, Stories):
                    self._cache.keep_stories(step)
                elif step is not None:
                    yield working(step)
        except ReadacrossError as error:
            yield answer_html.trouble(tr("The articles could not be grouped"), said_of(error))

    # -- what can be done ------------------------------------------------------------------------------------------

    def _refresh(self, words: str, state: PaneState, data: Mapping[str, Any]) -> PaneState:
        return state

    def _start(self, words: str, state: PaneState, data: Mapping[str, Any]) -> PaneState:
        self._reader.read()
        return state

    def _stop(self, words: str, state: PaneState, data: Mapping[str, Any]) -> PaneState:
        self._reader.stop()
        return state

    def _facet(self, words: str, state: PaneState, data: Mapping[str, Any]) -> PaneState:
        chosen = state.chosen.changed(str(data.get("name")), str(data.get("value") or ""))
        return replace(state, chosen=chosen, page=0)

    def _clear(self, words: str, state: PaneState, data: Mapping[str, Any]) -> PaneState:
        return replace(state, chosen=ListFilter(words, sort=state.chosen.sort), page=0)

    def _ticks(self, words: str, state: PaneState, data: Mapping[str, Any]) -> PaneState:
        ticked = state.ticked - _names(data.get("off")) | _names(data.get("on"))
        return replace(state, ticked=ticked) if len(ticked) <= MOST_TICKS else state

    def _tick(self, words: str, state: PaneState, data: Mapping[str, Any]) -> PaneState:
        found = self._cache.find(replace(state.chosen, words=words), state.named)
        return replace(state, ticked=frozenset(entry.file for entry in found.entries))

    def _untick(self, words: str, state: PaneState, data: Mapping[str, Any]) -> PaneState:
        return replace(state, ticked=frozenset())

    def _remove(self, words: str, state: PaneState, data: Mapping[str, Any]) -> PaneState:
        self._require_idle()
        file = str(data.get("name") or "")
        known = self._cache.entries()
        entry = next((entry for entry in known if entry.file == file), None)
        name = file if entry is None else entry.name if entry.source == file else entry.source
        removed = self._library.remove(file if entry is None else entry.source)
        self._reader.forget(removed.files)
        return replace(state, removed=removed.id, removed_name=name)

    def _undo(self, words: str, state: PaneState, data: Mapping[str, Any]) -> PaneState:
        self._require_idle()
        report = self._library.restore(state.removed)
        self._reader.read([*report.added, *report.changed, *report.unchanged, *(s.file for s in report.skipped)])
        return replace(state, removed="", removed_name="")

    def _require_idle(self) -> None:
        if self._reader.state.reading:
            raise LibraryError(tr("The folder is being read: wait until that is done, or stop it."))


_ACTS: dict[str, Callable[[LibraryPane, str, PaneState, Mapping[str, Any]], PaneState]] = {
    "refresh": LibraryPane._refresh,
    "read": LibraryPane._start,
    "stop": LibraryPane._stop,
    "facet": LibraryPane._facet,
    "clear": LibraryPane._clear,
    "ticks": LibraryPane._ticks,
    "tick": LibraryPane._tick,
    "untick": LibraryPane._untick,
    "remove": LibraryPane._remove,
    "undo": LibraryPane._undo,
}
CHANGES = {"read", "stop", "remove", "undo"}
"""Those that editors alone may do."""


def shown_by(shows: Iterable[Callable[[gr.Request], str]]) -> Callable[[gr.Request], list[str]]:
    """What gives all that parts of the page show to who makes a request."""

    def shown(request: gr.Request) -> list[str]:
        return [show(request) for show in shows]

    return shown


def _tell_sent(acted: Any) -> None:
    for after in (acted.then, acted.failure):
        after(None, None, None, js=sent("library"))


def _names(given: object) -> frozenset[str]:
    return frozenset(name for name in given if isinstance(name, str)) if isinstance(given, list) else frozenset()


def _advice(error: Exception) -> str:
    if isinstance(error, ReadacrossError):
        return said_of(error)
    return tr(
        "The library’s store cannot be read ({reason}): see whether the disk is there, then reload the page.",
        reason=error,
    )


def _close() -> str:
    return f'<button type="button" class="quiet narrow" data-close="sheet">{tr("Close")}</button>'


def _ways_to_add(largest: int) -> str:
    """What brings files and texts in, as HTML; a file may have so many megabytes."""
    size = attributes({"data-largest": str(largest)})
    return (
        f'<div class="adding"><p class="choices"><button type="button" class="quiet" data-do="choose">{tr("Add files")}'
        '</button><button type="button" class="quiet" data-do="paste" aria-expanded="false" aria-controls="paste">'
        f"{tr('Paste a text')}</button>"
        f'<button type="button" class="quiet" data-do="check" id="again">{tr("Check for new files")}</button></p>'
        f'<input type="file" id="files" multiple tabindex="-1" class="unseen" aria-label="{tr("Files to add")}"{size}>'
        f'<form id="paste" hidden><label>{tr("Title")} '
        '<input type="text" name="title" maxlength="200" dir="auto"></label>'
        f'<label>{tr("Text")} <textarea name="text" rows="6" dir="auto" required></textarea></label>'
        f'<p class="choices"><button type="submit" class="quiet">{tr("Add the text")}</button>'
        f'<button type="button" class="quiet" data-do="unpaste">{tr("Cancel")}</button></p></form>'
        '<div id="copying" class="report" role="status" hidden></div></div>'
    )

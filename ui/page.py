"""The page's parts and how they are wired.

The page's own words: its head, its welcome with example questions, and the note on who writes the answers.

How the page looks: gradio's plain theme with the fonts of the reader's own machine, and the page's style sheet.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import gradio as gr

from rag import Library, ReadacrossError
from ui.article_list import ArticleListCache
from ui.article_view import article_pane, missing_pane
from ui.chat import Step, Talk, reply, stopped
from ui.conversation_pane import LINKED, ConversationPane
from ui.endpoints import add_endpoints
from ui.error_words import said_of
from ui.events import EACH, HIDDEN
from ui.folder_reader import FolderReader
from ui.folder_status import empty_library
from ui.html import attributes, escape, own
from ui.library_pane import ACTS, LibraryPane, shown_by
from ui.page_blocks import PageBlocks, drawn
from ui.places import Request, request
from ui.rooms import ROOMS, RoomView, SaveButtons
from ui.settings_pane import SettingsPane
from ui.side_by_side import Side, nothing_beside, pair, pair_view
from ui.translation import IN_SCRIPTS, N_, counted, page_language, tr
from ui.under_way import UNDER_WAY
from ui.visitors import Visitors


def title(library: Library) -> str:
    """The title of the browser's tab."""
    return f"{_name(library)} – readacross"


def bar(library: Library, articles: int, user: str = "") -> str:
    """The line at the head of the page: what this is, which folder, how many articles, and which user has logged in."""
    count = counted(articles, "{n} article", "{n} articles")
    login = f'<p class="login">{own(user)} <a href="logout">{tr("Log out")}</a></p>' if user else ""
    return (
        f'<header class="bar"><a class="skip" href="#question" data-skip="yes">{tr("Skip to the question")}</a>'
        f'<h1>readacross</h1><p class="folder" title="{escape(str(library.folder))}">'
        f"{own(_name(library))}<span> · {count}</span></p>{login}"
        f'<button type="button" id="open-talks" class="quiet" data-talks="open">{tr("Conversations")}</button>'
        f'<button type="button" id="open-list" class="quiet narrow" data-sheet="open">{tr("Articles")}'
        "</button></header>"
    )


def welcome(examples: Sequence[str]) -> str:
    """What stands where the conversation will be, with example questions as buttons."""
    buttons = "".join(
        f'<li><button type="button" class="example" dir="auto"{attributes({"data-ask": question})}>{escape(question)}'
        "</button></li>"
        for question in examples
    )
    shown = f'<ul aria-label="{tr("Example questions")}">{buttons}</ul>' if buttons else ""
    how = tr("Every sentence of an answer carries numbers. Each opens the article it rests on, at the exact words.")
    return f'<div class="welcome"><h2>{tr("Ask across your articles")}</h2><p>{how}</p>{shown}</div>'


def writer_note(library: Library) -> str:
    """Who writes the answers, in plain words."""
    if library.writer == "quoting":
        note = tr("Answers are the articles’ own sentences. No AI model is used.")
    else:
        note = tr(
            "Answers are written by {model} from the articles; each sentence is checked against them.",
            model=library.writer,
        )
    repaired = "".join(f"<li>{escape(said_of(remark))}</li>" for remark in library.notes)
    notes = (
        f"<details><summary>{tr('Notes on this library')}</summary><ul>{repaired}</ul></details>" if repaired else ""
    )
    ways = f'<button type="button" class="quiet" data-room="settings">{tr("Settings")}</button>'
    return f'<div class="writer-note"><p>{escape(note)} {ways}</p>{notes}</div>'


def status(text: str) -> str:
    """A word for screen readers on what has just happened."""
    return f'<p role="status" class="unseen">{escape(text)}</p>'


def _name(library: Library) -> str:
    return library.folder.resolve().name or str(library.folder)


HERE = Path(__file__).parent
SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def theme() -> gr.themes.Base:
    """A theme that fetches no font, light and dark."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.sky,
        neutral_hue=gr.themes.colors.stone,
        font=SANS,
        font_mono=MONO,
    )


@cache
def style_sheet() -> str:
    """The page's CSS."""
    names = ("page.css", "conversations.css", "library.css", "side_by_side.css")
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in names)


SCRIPTS = ("page.js", "side_by_side.js", "conversations.js", "library.js", "results.js")


SAYS = """document.documentElement.lang = %s; const words = %s;
const t = (text, given = {}) => (words[text] ?? text).replace(/{([a-z]+)}/g, (whole, name) => given[name] ?? whole);"""
"""The page's language, and what gives a script its words in it, with `given` values in the places of their names."""


def script() -> str:
    """The page's JavaScript: one function that runs when the page is there, in the page's language."""
    words = {text: tr(text) for text in IN_SCRIPTS.findall(_scripts())}
    return f"() => {{ {SAYS % (json.dumps(page_language()), json.dumps(words))} {_scripts()} }}"


@cache
def _scripts() -> str:
    sources = [(HERE / name).read_text(encoding="utf-8") for name in SCRIPTS]
    return " ".join(f"({source[source.index('() =>') :].strip()})();" for source in sources)


def head() -> str:
    """What goes into the page's head: the style sheet, unscoped, for it styles the frame too."""
    return f"<style>\n{style_sheet()}</style>"


OPENS = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button || !element.contains(button)) return;
  const choose = (data) => window.readacross.send('library', () => trigger('select', data));
  if (button.dataset.file !== undefined) {
    window.readacross.remember(button);
    const data = {...button.dataset};
    window.readacross.send('article', () => trigger('click', data), {latest: true});
  } else if (button.dataset.room !== undefined) window.readacross?.enter(button.dataset.room, button.dataset.focus);
  else if (button.dataset.page !== undefined) choose({page: button.dataset.page});
  else if (button.dataset.named !== undefined) choose({named: button.dataset.named});
  else if (button.dataset.ask !== undefined) trigger('select', {ask: button.dataset.ask});
});
"""
ANSWERS = f"{OPENS}\nwatch('value', () => window.readacross?.answered(element));"
ARTICLE = f"{OPENS}{LINKED.format('article')}\nwatch('value', () => window.readacross?.opened(element));"
PAIR = f"{LINKED.format('pair')}\nwatch('value', () => window.readacross?.paired(element));"


class Page:
    """One page over one library, for any number of tabs. `blocks` is what gradio serves."""

    def __init__(self, library: Library, reader: FolderReader, visitors: Visitors) -> None:
        self._library = library
        self._reader = reader
        self._visitors = visitors
        self._cache = ArticleListCache(library)
        self._pane = LibraryPane(library, visitors, reader, self._cache, OPENS)
        self._opened = itertools.count(1)
        self.blocks = PageBlocks(
            whole=lambda: {"js": script()}, title=title(library), analytics_enabled=False, fill_width=True
        )
        with self.blocks:
            self._lay_out()
            self._wire()
            add_endpoints(library, visitors)
        users = library.settings.max_users
        self.blocks.queue(max_size=8 * users, default_concurrency_limit=users, api_open=False)

    def _lay_out(self) -> None:
        self._talk = gr.State(Talk())
        self._talks = ConversationPane(self._library, self._visitors, self._cache.name_of)
        self._header = drawn(lambda: bar(self._library, 0), elem_id="header")
        with gr.Row(elem_id="columns", equal_height=True):
            self._talks.lay_out()
            with gr.Column(elem_id="chat", min_width=0, scale=11):
                with gr.Tabs(elem_id="rooms"):
                    with gr.Tab(N_("Ask"), id="ask", elem_id="tab-ask"):
                        self._lay_out_chat()
                    self._rooms = [
                        RoomView(room, self._library, self._talks.kept, self._cache.name_of, OPENS) for room in ROOMS
                    ]
                    self._settings = SettingsPane(self._library, self._visitors)
                self._pane.lay_out_scope()
            with gr.Column(elem_id="pane", min_width=0, scale=9):
                self._lay_out_pane()
        self._pair = gr.HTML("", elem_id="pair-source", js_on_load=PAIR)

    def _lay_out_chat(self) -> None:
        with gr.Column(elem_id="log"):
            self._welcome = drawn(lambda: welcome(()), elem_id="welcome", js_on_load=OPENS)
            self._earlier = gr.HTML("", elem_id="earlier", js_on_load=OPENS)
            self._current = gr.HTML("", elem_id="current", js_on_load=ANSWERS)
            self._saves = SaveButtons("conversation")
        self._status = gr.HTML(status(""), elem_id="status")
        with gr.Row(elem_id="composer"):
            self._box = gr.Textbox(
                label=N_("Your question"), placeholder=N_("Ask a question …"), lines=1, max_lines=6, container=False,
                elem_id="question", scale=1,
            )  # fmt: skip
            self._send = gr.Button(N_("Ask"), variant="primary", elem_id="send", scale=0, min_width=72)
            self._stop = gr.Button(N_("Stop"), variant="stop", elem_id="stop", scale=0, min_width=72, visible=False)
            self._leave = gr.Button(N_("Leave"), elem_id="leave", visible="hidden")
            self._fresh = gr.Button(N_("New"), elem_id="fresh", scale=0, min_width=64)
        self._writer = drawn(lambda: writer_note(self._library), elem_id="writer", js_on_load=OPENS)
        self._completes = gr.Checkbox(
            True, label=N_("The model completes follow-up questions"), container=False, elem_id="completes",
            visible=self._library.writer != "quoting",
        )  # fmt: skip

    def _lay_out_pane(self) -> None:
        with gr.Column(elem_id="list"):
            self._pane.lay_out()
        self._article = gr.HTML("", elem_id="article", js_on_load=f"{ARTICLE}\n{ACTS}")

    def _wire(self) -> None:
        asking = gr.on(
            [self._box.submit, self._send.click, self._welcome.select, self._talks.list.submit],
            self._ask,
            inputs=[self._box, self._completes, self._talk, self._pane.ticked, *self._talks.inputs],
            outputs=self._answer_parts,
            trigger_mode="once",
            concurrency_id="ask",
            **HIDDEN,
        )
        asking.then(self._settled, self._talk, self._answer_parts, queue=False, **HIDDEN)
        self._stop.click(lambda talk: UNDER_WAY.stop(talk.answer), self._talk, cancels=[asking], queue=False, **HIDDEN)
        self._leave.click(None, cancels=[asking], queue=False, **HIDDEN)  # the answer goes on without the tab
        self._talks.wire(
            self._talk, [self._fresh.click],
            [self._welcome, self._earlier, self._current, self._status, self._saves.row], self._rooms, self._welcomed,
        )  # fmt: skip
        gr.on(
            [part.click for part in (self._earlier, self._current, self._article)],
            self._open,
            outputs=self._article,
            **EACH,
        )
        self._pair.click(self._open_pair, outputs=self._pair, **EACH)
        self._saves.wire(self._talk, lambda talk: self._library.chat(talk.turns) if talk.turns else None)
        for room in self._rooms:
            for work in room.wire(self._open, self._article, self._talks.conversation, self._pane.ticked):
                self._talks.follow(work.then)
            self._pane.narrow_by(room.result, room.shown)
        whole = {self._header: self._barred, self._writer: self._noted, self._welcome: self._welcomed}
        self._pane.wire(self._open, self._article, whole)
        self._settings.wire({self._writer: self._noted, self._completes: self._completing})
        self._talks.follow(self.blocks.load)
        loaded = self.blocks.load(*self._pane.shown, queue=False, **HIDDEN)
        loaded.then(shown_by([self._barred, self._noted]), None, [self._header, self._writer], queue=False, **HIDDEN)
        self._pane.add_when(loaded.then)
        loaded.then(self._welcomed, None, self._welcome, queue=False, **HIDDEN)

    @property
    def _answer_parts(self) -> list[Any]:
        return [
            self._welcome, self._earlier, self._current, self._status, self._box, self._send, self._stop,
            self._fresh, self._saves.row, self._talk, self._talks.list,
        ]  # fmt: skip

    # -- events --------------------------------------------------------------------------------------------------

    def _ask(
        self,
        question: str,
        completes: bool,
        talk: Talk,
        files: frozenset[str],
        conversation: str,
        words: str,
        event: gr.EventData,
        request: gr.Request,
    ) -> Iterator[list[Any]]:
        data = event._data if isinstance(event._data, dict) else {}
        question = str(data.get("ask") or question or "").strip()
        if not question:
            yield [gr.skip()] * len(self._answer_parts)
            return
        kept = self._talks.kept(request)
        talk, earlier = self._talks.before(kept, talk, conversation, str(data.get("from") or ""))
        steps = reply(
            self._library, talk, question, completes=completes, files=files, name_of=kept.name_of,
            conversations=kept.conversations,
        )  # fmt: skip
        for number, step in enumerate(steps):
            listed = kept.listed(words) if number == 0 or step.done else gr.skip()
            yield [*self._shown(step, earlier if number == 0 else None), listed]

    def _settled(self, talk: Talk) -> list[Any]:
        """After an answer: if it has been stopped, what had come stays, and the box can be used again."""
        return [*self._shown(stopped(talk)), gr.skip()] if talk.running else [gr.skip()] * len(self._answer_parts)

    def _shown(self, step: Step, earlier: str | None = None) -> list[Any]:
        same = gr.skip()
        box = step.returned if step.returned else "" if earlier is not None else same
        return [
            same if earlier is None else "",
            same if earlier is None else earlier,
            step.current,
            status(step.status) if step.status else same,
            box,
            gr.update(visible=step.done),
            gr.update(visible=not step.done),
            gr.update(interactive=step.done),
            gr.update(visible=step.done and bool(step.talk.turns)),
            step.talk,
        ]

    def _open(self, event: gr.EventData, asked: gr.Request) -> str:
        wanted = request(event._data)
        visitor = self._visitors.of(asked)
        opened = next(self._opened)
        if wanted is None:
            return missing_pane(tr("The page asked for something that is not there: reload it."), opened)
        try:
            article, sentences = self._library.article(wanted.file), self._library.sentences(wanted.file)
            marked = wanted.marking(article, sentences)
            return article_pane(article, marked, opened, sentences, may_remove=visitor.is_editor)
        except ReadacrossError as error:
            return missing_pane(said_of(error), opened)

    def _open_pair(self, event: gr.EventData) -> str:
        wanted = pair(event._data)
        opened = next(self._opened)
        if wanted is None:
            return nothing_beside(tr("The page asked for something that is not there: reload it."), opened)
        return pair_view(wanted, [self._side(wanted.told[n]) for n in wanted.shown], opened, self._cache.name_of)

    def _side(self, wanted: Request) -> Side:
        try:
            article, sentences = self._library.article(wanted.file), self._library.sentences(wanted.file)
        except ReadacrossError as error:
            return Side(wanted, trouble=said_of(error))
        return Side(wanted.marking(article, sentences), article, sentences)

    def _barred(self, request: gr.Request) -> str:
        return bar(self._library, self._articles(), self._visitors.of(request).name)

    def _noted(self, request: gr.Request) -> str:
        del request
        return writer_note(self._library)

    def _completing(self, request: gr.Request) -> Any:
        del request
        return gr.update(visible=self._library.writer != "quoting")

    def _articles(self) -> int:
        try:
            return len(self._cache.entries())
        except (ReadacrossError, sqlite3.Error):  # the list says so
            return 0

    def _welcomed(self, request: gr.Request) -> str:
        if not self._articles() and not self._reader.state.reading:
            largest, may_act = self._library.settings.max_file_mb, self._visitors.of(request).is_editor
            return empty_library(self._library.folder.resolve(), largest, may_act=may_act)
        try:
            return welcome(() if self._reader.state.reading else self._cache.examples_at_hand(self._reader.touch))
        except (ReadacrossError, sqlite3.Error):  # the list says so
            return welcome(())

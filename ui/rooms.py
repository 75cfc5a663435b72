"""The page's rooms for results across articles: each has a form, its result, and buttons that save it as a file.

A file is made in the browser: nothing is written where the server runs.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Literal, cast

import gradio as gr

from rag import (
    Cancellation,
    Conversation,
    Exportable,
    KeptResult,
    Library,
    NameKind,
    QuestionError,
    ReadacrossError,
    WorkProgress,
)
from ui import answer_html
from ui.answer_html import NameOf
from ui.background import in_background
from ui.conversation_list import KeptTalks
from ui.error_words import said_of
from ui.events import EACH, HIDDEN, UNQUEUED
from ui.html import attributes, escape
from ui.page_blocks import drawn
from ui.places import exactly
from ui.result_html import result_view
from ui.result_words import translated
from ui.translation import N_, number, tr
from ui.under_way import Runs

Tell = Callable[[WorkProgress], None]
Values = Mapping[str, str]
Files = Sequence[str]
"""The articles that are asked, if not all."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: a line of text, a `few` digits, a `draft` of many lines, or the choice of a story.

    A `choice` is one of `choices`, each a label and its value; choosing starts the work.
    """

    name: str
    label: str
    kind: Literal["line", "few", "draft", "story", "choice"] = "line"
    hint: str = ""
    preset: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Room:
    """One kind of result: what it is for, its form, and the work, which tells how far it is and stops when asked.

    `resumes` says whether work that was stopped goes on where it was when it is asked for again; `starts` whether it
    begins when the room is entered, except for what is `written` by a language model, if there is one.
    """

    name: str
    label: str
    purpose: str
    button: str
    fields: tuple[Field, ...]
    work: Callable[[Library, Values, Files, Tell, Cancellation], Exportable]
    resumes: bool = True
    starts: bool = True
    written: bool = False


def _summary(library: Library, values: Values, files: Files, tell: Tell, stop: Cancellation) -> Exportable:
    points = values["points"].strip()
    if not points.isdecimal() or not 1 <= int(points) <= MOST_POINTS:
        raise QuestionError(tr("The number of points is a whole number from 1 to {most}.", most=MOST_POINTS))
    return library.summarise(
        values["focus"], points=int(points), files=files, story=values["story"], progress=tell, cancel=stop
    )


def _comparison(library: Library, values: Values, files: Files, tell: Tell, stop: Cancellation) -> Exportable:
    focus, story = values["focus"], values["story"]
    return library.compare(files=files, focus=focus, story=story, progress=tell, cancel=stop)


def _timeline(library: Library, values: Values, files: Files, tell: Tell, stop: Cancellation) -> Exportable:
    since, until = values["since"].strip(), values["until"].strip()
    focus, story = values["focus"], values["story"]
    return library.timeline(files=files, focus=focus, story=story, since=since, until=until, progress=tell, cancel=stop)


def _news(library: Library, values: Values, files: Files, tell: Tell, stop: Cancellation) -> Exportable:
    return library.new(files=files, progress=tell, cancel=stop)


def _stories(library: Library, values: Values, files: Files, tell: Tell, stop: Cancellation) -> Exportable:
    return library.stories(files=files, progress=tell, cancel=stop)


def _names(library: Library, values: Values, files: Files, tell: Tell, stop: Cancellation) -> Exportable:
    kind = cast(NameKind | None, values["kind"] or None)  # another is refused
    return library.names(kind, files=files, progress=tell, cancel=stop)


def _draft(library: Library, values: Values, files: Files, tell: Tell, stop: Cancellation) -> Exportable:
    if not values["draft"].strip():
        raise QuestionError(tr("The draft is empty: paste one."))
    return library.check(values["draft"], files=files, progress=tell, cancel=stop)


MOST_POINTS = 60
"""Points of a summary that one page shows well."""
FOCUS = Field("focus", N_("Focus"), hint=N_("Everything"))
STORY = Field("story", N_("Articles"), "story", preset=N_("All articles"))
KIND = Field(
    "kind", N_("Kind"), "choice",
    choices=(
        (N_("All"), ""), (N_("People"), "person"), (N_("Organisations"), "organisation"), (N_("Places"), "place"),
    ),
)  # fmt: skip
ROOMS = (
    Room(
        "summary", N_("Summary"), N_("Key points across all articles, with sources."), N_("Summarise"),
        (FOCUS, STORY, Field("points", N_("Points"), "few", preset="8")),
        _summary, written=True,
    ),
    Room(
        "comparison", N_("Compare"),
        N_("What the reports of one story agree on, where they differ, and what only one tells."), N_("Compare"),
        (FOCUS, Field("story", N_("Story"), "story", preset=N_("The largest story"))), _comparison,
    ),
    Room(
        "timeline", N_("Timeline"),
        N_("What happened when: by the times that the articles tell, not by when they appeared."),
        N_("Make the timeline"),
        (
            FOCUS, STORY, Field("since", N_("From"), hint=N_("YYYY-MM-DD")),
            Field("until", N_("To"), hint=N_("YYYY-MM-DD")),
        ),
        _timeline,
    ),
    Room(
        "new", N_("New"), N_("What the newest articles add: told by them, and by no older article."),
        N_("Show what is new"), (), _news,
    ),
    Room(
        "stories", N_("Stories"), N_("Which articles tell of one event, and which are copies of one report."),
        N_("Group by story"), (), _stories,
    ),
    Room(
        "names", N_("Names"),
        N_("The people, organisations and places that the articles name, and how many name each."),
        N_("List the names"), (KIND,), _names, resumes=False,
    ),
    Room(
        "draft", N_("Check"), N_("Paste a text of your own: each sentence is checked against all articles."),
        N_("Check the draft"), (Field("draft", N_("Your draft"), "draft", hint=N_("Paste your draft …")),),
        _draft, resumes=False, starts=False,
    ),
)  # fmt: skip


Form = Literal["markdown", "html", "docx", "pdf", "json"]
FORMS: dict[Form, tuple[str, str, str]] = {
    "markdown": (N_("Save as Markdown"), "md", "text/markdown"),
    "html": (N_("Save as Web page"), "html", "text/html"),
    "docx": (N_("Save as Word"), "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (N_("Save as PDF"), "pdf", "application/pdf"),
    "json": (N_("Save as JSON"), "json", "application/json"),
}
SAVE = "(file) => window.readacross?.save(file)"


class SaveButtons:
    """A row of buttons, one for each form; `row` is hidden until there is a result. Make it where it is to stand."""

    def __init__(self, name: str) -> None:
        self._name = name
        possible = Exportable.forms()
        with gr.Row(elem_classes="saves", visible=False) as self.row:
            self._buttons = {
                form: gr.Button(label, size="sm", scale=0, min_width=72)
                for form, (label, _, _) in FORMS.items()
                if form in possible
            }
        self._file = gr.Textbox(visible="hidden", elem_classes="unseen")

    def wire(self, state: gr.State, result: Callable[[Any], Exportable | None]) -> None:
        """Save what `result` makes of a tab's state."""
        for form, button in self._buttons.items():
            made = button.click(partial(self._made, result, form), state, self._file, **UNQUEUED)
            made.then(None, self._file, None, js=SAVE)

    def _made(self, result: Callable[[Any], Exportable | None], form: Form, state: Any) -> str:
        found = result(state)
        if found is None:
            return ""
        _, ending, kind = FORMS[form]
        name = f"{file_name(found, self._name)}.{ending}"
        content = found.export(form)
        data = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
        return json.dumps({"name": name, "kind": kind, "data": base64.b64encode(data).decode()})


LONGEST_NAME = 80
"""Characters of a saved file's name, without the day and the ending."""
NO_NAME = re.compile(r"[^\w]+|_+")


def file_name(result: Exportable, name: str) -> str:
    """What a saved file is called: by the question, or by its kind and title, and the day."""
    title = result.turns[0].question if isinstance(result, Conversation) else f"{name} {result.document().title}"
    words = [word for word in NO_NAME.split(title.casefold()) if word]
    shown = ""
    for word in words[1:] if words[:1] == words[1:2] else words:
        longer = f"{shown}-{word}" if shown else word
        if len(longer) > LONGEST_NAME:
            break
        shown = longer
    return f"{shown or name}-{date.today().isoformat()}"


PACE = 0.15
"""Seconds between two signs of progress."""
MOST_STORIES = 100
"""Stories to choose from: the largest."""
FOCUSED = """(...given) => {
  const focus = window.readacross?.focus;
  if (focus) [given[0], window.readacross.focus] = [focus, ""];
  return given;
}"""
"""What a room is entered for goes before what its first field holds."""
FIRST = {"story": ""}
"""What a field of a kind holds at first, if that is not its preset."""
Step = WorkProgress | Exportable | None
"""How far the work is, or its result; None before the first step."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """What one tab remembers of a room: its result, if there is one, how often it was asked, and whether it works."""

    result: Exportable | None = None
    number: int = 0
    running: bool = False


class RoomView:
    """A room in a tab of its own. Make it where it is to stand, then `wire` it.

    Results are kept by what `talks` gives for a request, with the conversation that is shown. `result` is the part that
    shows one, and `shown` what the tab remembers of it; `name_of` gives what an article is called.
    """

    def __init__(
        self, room: Room, library: Library, talks: Callable[[gr.Request], KeptTalks], name_of: NameOf, on_load: str
    ) -> None:
        self._room = room
        self._library = library
        self._talks = talks
        self._name_of = name_of
        self._fields: list[Any] = []
        self._runs = Runs()
        with gr.Tab(room.label, id=room.name, elem_id=f"tab-{room.name}") as self._tab:
            self.shown = gr.State(Shown())
            with gr.Column(elem_id=f"room-{room.name}", elem_classes="room"):
                drawn(lambda: headed(room.label, room.purpose))
                with gr.Row(elem_classes="asks"):
                    self._fields = [self._field(field) for field in room.fields]
                    self._run = gr.Button(room.button, variant="primary", elem_classes="run", scale=0, min_width=72)
                    self._stop = gr.Button(
                        N_("Stop"), variant="stop", elem_classes="halt", scale=0, min_width=72, visible=False
                    )
                self.result = gr.HTML("", elem_classes="outcome", js_on_load=on_load)
                self._saves = SaveButtons(room.name)

    def _field(self, field: Field) -> Any:
        facts: dict[str, Any] = {"label": field.label, "elem_id": f"{self._room.name}-{field.name}"}
        if field.kind == "story":
            return gr.Dropdown([(field.preset, "")], value="", allow_custom_value=True, **facts)
        if field.kind == "choice":
            return gr.Radio(list(field.choices), value=field.preset, **facts)
        lines = 8 if field.kind == "draft" else 1
        return gr.Textbox(
            value=field.preset,
            placeholder=field.hint,
            lines=lines,
            max_lines=2 * lines,
            elem_classes=field.kind,
            **facts,
        )

    def wire(
        self, open_article: Callable[..., str], article: gr.HTML, conversation: gr.Textbox, ticked: gr.State
    ) -> list[Any]:
        """Connect the room's parts; what is clicked in a result opens in the pane `article`.

        `conversation` holds the id of the one that is shown; only what is `ticked` is asked. What is returned are
        the events that a result ends. Entering the room is an event of its own: were it one with the button, what is
        clicked while a tab is entered would be lost. So is each choice: of a button's event gradio drops one that comes
        while another is under way.
        """
        lines = [part.submit for part in self._fields if isinstance(part, gr.Textbox) and part.lines == 1]
        chosen = [part.input for part in self._fields if isinstance(part, gr.Radio)]
        triggers: list[tuple[list[Any], Literal["once", "multiple"]]] = [([self._run.click, *lines], "once")]
        triggers += [(chosen, "multiple")] if chosen else []
        triggers += [([self._tab.select], "once")] if self._room.starts else []
        running = [
            gr.on(
                those, self._work, [*self._fields, ticked, self.shown, conversation], self._parts,
                js=FOCUSED if self._room.fields[:1] == (FOCUS,) else None,
                trigger_mode=mode, concurrency_id="room", concurrency_limit=2, **HIDDEN,
            )
            for those, mode in triggers
        ]  # fmt: skip
        for work in running:
            work.then(self._settled, self.shown, self._parts, queue=False, **HIDDEN)
        self._stop.click(self._halt, **UNQUEUED)
        self.result.click(open_article, outputs=article, **EACH)
        self._saves.wire(self.shown, lambda shown: shown.result)
        stories = [part for part in self._fields if isinstance(part, gr.Dropdown)]
        if stories:
            self._tab.select(self._stories, None, stories, concurrency_id="stories", **HIDDEN)
        return running

    @property
    def parts(self) -> list[Any]:
        """All that a conversation's result fills in."""
        return [*self._fields, *self._parts]

    def showing(self, kept: KeptResult | None, request: gr.Request) -> list[Any]:
        """What `parts` show of a result that was kept, as it was; with None they are as at first.

        Work under way goes on for the conversation that it was begun in, and is shown no more.
        """
        self._runs.leave(str(request.session_hash))
        entered = kept.entered if kept else {}
        fields = [
            gr.update(value=entered.get(field.name, FIRST.get(field.kind, field.preset))) for field in self._room.fields
        ]
        if kept is None:
            return [*fields, *self._showing("", Shown())]
        shown = Shown(result=kept.result, number=1)
        try:
            return [*fields, *self._showing(self._view(kept.result, shown), shown)]
        except Exception:  # a stranger's values may fit together in no way
            log.exception("A kept result could not be shown")
            return [
                *fields,
                *self._showing(answer_html.remark(tr("This result cannot be read. Make it anew.")), Shown()),
            ]

    def _view(self, result: Exportable, shown: Shown) -> str:
        return result_view(result, f"{self._room.name}-{shown.number}", self._name_of, narrows=True)

    @property
    def name(self) -> str:
        """The room's name."""
        return self._room.name

    @property
    def _parts(self) -> list[Any]:
        return [self.result, self._run, self._stop, self._saves.row, self.shown]

    # -- events --------------------------------------------------------------------------------------------------

    def _work(self, event: gr.EventData, request: gr.Request, *given: Any) -> Iterator[list[Any]]:
        *entered, ticked, before, conversation = given
        talks = self._talks(request)
        entering = isinstance(event.target, gr.Tab)
        if entering and not self._begins(before):
            yield [gr.skip()] * len(self._parts)
            return
        values = {field.name: str(value or "") for field, value in zip(self._room.fields, entered, strict=True)}
        shown = Shown(number=before.number + 1, running=True)
        asked = not entering or talks.opened(conversation) is not None

        def made(step: Step) -> list[Any]:
            if isinstance(step, Exportable):
                note = talks.keep_result(conversation, self._room.name, values, step) if asked else ""
                return self._showing(f"{self._view(step, shown)}{note}", replace(shown, result=step, running=False))
            return self._showing(working(step), shown)

        tab = str(request.session_hash)
        stop = self._runs.begin(tab)
        try:
            yield made(None)
            for parts in self._steps(values, ticked, stop, made, shown):
                # A run that is seen no more ends with nothing: gradio sends again what a run has shown last.
                yield parts if self._runs.is_newest(tab, stop) else [gr.skip()] * len(self._parts)
        finally:
            self._runs.end(tab, stop)

    def _steps(
        self,
        values: Values,
        ticked: frozenset[str],
        stop: Cancellation,
        made: Callable[[Step], list[Any]],
        shown: Shown,
    ) -> Iterator[list[Any]]:
        """What `made` makes of the work's steps, at a pace that a reader can follow, and of its result, or why not."""

        def work(tell: Callable[[WorkProgress | Exportable], None], _: Callable[[], bool]) -> None:
            tell(self._room.work(self._library, values, exactly(ticked), tell, stop))

        painted = time.monotonic()
        try:
            for step in in_background(work, stop.cancel):
                if stop.cancelled:
                    yield [gr.skip()] * len(self._parts)
                    return
                if isinstance(step, Exportable) or (step and time.monotonic() - painted >= PACE):
                    painted = time.monotonic()
                    yield made(step)
                elif step is None:  # where gradio notices that the tab is gone
                    yield [gr.skip()] * len(self._parts)
        except ReadacrossError as error:
            yield self._failed(shown, tr("This could not be done"), said_of(error))
        except Exception:
            log.exception("%s failed", self._room.label)
            told = tr("The program's log says what. You can try again.")
            yield self._failed(shown, tr("Something went wrong"), told)

    def _failed(self, shown: Shown, title: str, message: str) -> list[Any]:
        return self._showing(answer_html.trouble(title, message), Shown(number=shown.number))

    def _begins(self, before: Shown) -> bool:
        """Whether work begins as the room is entered: where nothing has been asked, and no model has to be paid."""
        writes = self._room.written and self._library.writer != "quoting"
        return not writes and before == Shown()

    def _halt(self, request: gr.Request) -> None:
        self._runs.stop(str(request.session_hash))

    def _settled(self, shown: Shown, request: gr.Request) -> list[Any]:
        """Afterwards: if the work was stopped, and no other took its place, the form can be used again."""
        if not shown.running or str(request.session_hash) in self._runs:
            return [gr.skip()] * len(self._parts)
        if self._room.resumes:
            told = tr("Stopped. What was finished is kept: start again to go on.")
        else:
            told = tr("Stopped. Nothing of it is kept.")
        return self._showing(answer_html.remark(told), Shown(number=shown.number))

    def _showing(self, result: Any, shown: Shown) -> list[Any]:
        return [
            result,
            gr.update(visible=not shown.running),
            gr.update(visible=shown.running),
            gr.update(visible=shown.result is not None),
            shown,
        ]

    def _stories(self) -> Any:
        try:
            found = self._library.stories()[:MOST_STORIES]
        except ReadacrossError:
            found = ()
        (field,) = (field for field in self._room.fields if field.kind == "story")
        return gr.update(choices=[(tr(field.preset), ""), *((s.title or s.gist.file, s.gist.file) for s in found)])


def headed(label: str, purpose: str) -> str:
    """The head of a room: its name for screen readers, and what it is for."""
    return f'<h2 class="unseen">{escape(tr(label))}</h2><p class="purpose">{escape(tr(purpose))}</p>'


def working(progress: WorkProgress | None) -> str:
    """How far the work is; None before the first step."""
    if progress is None:
        told = tr("Reading all articles …")
        return f'<div class="report"><progress aria-label="{tr("Working")}"></progress><p>{told}</p></div>'
    stage = translated(progress.stage)
    facts = attributes({"aria-label": stage, "value": str(progress.done), "max": str(max(progress.total, 1))})
    done, total = number(progress.done), number(progress.total)
    far = tr("{stage}: {done} of {total}", stage=escape(stage), done=done, total=total)
    return f'<div class="report"><progress{facts}></progress><p>{far}</p></div>'

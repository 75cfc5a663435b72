"""One room on the page: its form, its result, and the buttons that save it as a file."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from rag import Exportable, Library, ReadacrossError, Stop, WorkProgress
from ui import rendering
from ui.background import in_background
from ui.document_view import DocumentView
from ui.markup import attributes, escape
from ui.rooms import Field, Room
from ui.saving import SaveButtons

PACE = 0.15
"""Seconds between two signs of progress."""
MOST_STORIES = 100
"""Stories to choose from: the largest."""
HIDDEN: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """What one tab remembers of a room: its result, if there is one, how often it was asked, and whether it works."""

    result: Exportable | None = None
    number: int = 0
    running: bool = False


class RoomView:
    """A room in a tab of its own. Make it where it is to stand, then `wire` it."""

    def __init__(self, room: Room, library: Library, on_load: str) -> None:
        self._room = room
        self._library = library
        self._fields: list[Any] = []
        with gr.Tab(room.label, id=room.name, elem_id=f"tab-{room.name}") as self._tab:
            self._shown = gr.State(Shown())
            with gr.Column(elem_id=f"room-{room.name}", elem_classes="room"):
                gr.HTML(f'<p class="purpose">{escape(room.purpose)}</p>')
                with gr.Row(elem_classes="asks"):
                    self._fields = [self._field(field) for field in room.fields]
                    self._run = gr.Button(room.button, variant="primary", elem_classes="run", scale=0, min_width=72)
                    self._stop = gr.Button(
                        "Stop", variant="stop", elem_classes="halt", scale=0, min_width=72, visible=False
                    )
                self._result = gr.HTML("", elem_classes="outcome", js_on_load=on_load)
                self._saves = SaveButtons(room.name)

    def _field(self, field: Field) -> Any:
        facts: dict[str, Any] = {"label": field.label, "elem_id": f"{self._room.name}-{field.name}"}
        if field.kind == "story":
            return gr.Dropdown([(field.preset, "")], value="", allow_custom_value=True, **facts)
        lines = 8 if field.kind == "draft" else 1
        return gr.Textbox(
            value=field.preset,
            placeholder=field.hint,
            lines=lines,
            max_lines=2 * lines,
            elem_classes=field.kind,
            **facts,
        )

    def wire(self, open_article: Callable[..., str], article: gr.HTML) -> None:
        """Connect the room's parts; what is clicked in a result opens in the pane `article`."""
        lines = [part.submit for part in self._fields if isinstance(part, gr.Textbox) and part.lines == 1]
        running = gr.on(
            [self._run.click, *lines], self._work, [*self._fields, self._shown], self._parts,
            trigger_mode="once", concurrency_id="room", concurrency_limit=2, **HIDDEN,
        )  # fmt: skip
        running.then(self._settled, self._shown, self._parts, queue=False, **HIDDEN)
        self._stop.click(None, cancels=[running], queue=False, **HIDDEN)
        self._result.click(open_article, outputs=article, queue=False, trigger_mode="always_last", **HIDDEN)
        self._saves.wire(self._shown, lambda shown: shown.result)
        stories = [part for part in self._fields if isinstance(part, gr.Dropdown)]
        if stories:
            self._tab.select(self._stories, None, stories, concurrency_id="stories", **HIDDEN)

    @property
    def _parts(self) -> list[Any]:
        return [self._result, self._run, self._stop, self._saves.row, self._shown]

    # -- events --------------------------------------------------------------------------------------------------

    def _work(self, *given: Any) -> Iterator[list[Any]]:
        *entered, before = given
        values = {field.name: str(value or "") for field, value in zip(self._room.fields, entered, strict=True)}
        shown = Shown(number=before.number + 1, running=True)
        painted = time.monotonic()
        yield self._showing(working(None), shown)

        stop = Stop()

        def work(tell: Callable[[WorkProgress | Exportable], None], closed: Callable[[], bool]) -> None:
            with stop.heard():
                tell(self._room.work(self._library, values, tell, closed))

        try:
            for step in in_background(work, stop.now):
                if isinstance(step, Exportable):
                    view = DocumentView(step.document(unsupported=True), f"{self._room.name}-{shown.number}")
                    yield self._showing(view.html(), replace(shown, result=step, running=False))
                    return
                if step is None or time.monotonic() - painted >= PACE:
                    painted = time.monotonic()
                    yield self._showing(working(step) if step else gr.skip(), shown)
        except ReadacrossError as error:
            yield self._showing(rendering.trouble("This could not be done", str(error)), Shown(number=shown.number))
        except Exception:
            log.exception("%s failed", self._room.label)
            trouble = rendering.trouble("Something went wrong", "The program's log says what. You can try again.")
            yield self._showing(trouble, Shown(number=shown.number))

    def _settled(self, shown: Shown) -> list[Any]:
        """Afterwards: if the work was stopped, the form can be used again."""
        if not shown.running:
            return [gr.skip()] * len(self._parts)
        kept = "What was finished is kept: start again to go on." if self._room.resumes else "Nothing of it is kept."
        return self._showing(rendering.remark(f"Stopped. {kept}"), Shown(number=shown.number))

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
        return gr.update(choices=[(field.preset, ""), *((s.title or s.gist.file, s.gist.file) for s in found)])


def working(progress: WorkProgress | None) -> str:
    """How far the work is; None before the first step."""
    if progress is None:
        return '<div class="report"><progress aria-label="Working"></progress><p>Reading all articles …</p></div>'
    facts = attributes({"aria-label": progress.stage, "value": str(progress.done), "max": str(max(progress.total, 1))})
    far = f"{escape(progress.stage)}: {progress.done:,} of {progress.total:,}"
    return f'<div class="report"><progress{facts}></progress><p>{far}</p></div>'

"""The buttons that save a result as a file. The file is made in the browser: nothing is written where this runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import gradio as gr

from rag import Exportable

Form = Literal["markdown", "html", "json"]
FORMS: dict[Form, tuple[str, str, str]] = {
    "markdown": ("Markdown", "md", "text/markdown"),
    "html": ("Web page", "html", "text/html"),
    "json": ("JSON", "json", "application/json"),
}
SAVE = "(file) => window.readacross?.save(file)"
HIDDEN: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}


class SaveButtons:
    """A row of buttons, one for each form; `row` is hidden until there is a result. Make it where it is to stand."""

    def __init__(self, name: str) -> None:
        self._name = name
        with gr.Row(elem_classes="saves", visible=False) as self.row:
            self._buttons = {
                form: gr.Button(f"Save as {label}", size="sm", scale=0, min_width=72)
                for form, (label, _, _) in FORMS.items()
            }
        self._file = gr.Textbox(visible="hidden", elem_classes="unseen")

    def wire(self, state: gr.State, result: Callable[[Any], Exportable | None]) -> None:
        """Save what `result` makes of a tab's state."""
        for form, button in self._buttons.items():
            made = button.click(partial(self._made, result, form), state, self._file, **HIDDEN)
            made.then(None, self._file, None, js=SAVE)

    def _made(self, result: Callable[[Any], Exportable | None], form: Form, state: Any) -> str:
        found = result(state)
        if found is None:
            return ""
        _, ending, kind = FORMS[form]
        return json.dumps({"name": f"{self._name}.{ending}", "kind": kind, "text": found.export(form)})

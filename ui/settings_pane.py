"""The settings' tab: who writes and checks the answers, on which server, by which embedder; kept in the `.env` file.

A key goes in and never out again: the page says that there is one, and sends it to no other address than its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import gradio as gr

from rag import Library, ReadacrossError, Settings, list_models
from ui import answer_html
from ui.background import in_background
from ui.error_words import said_of
from ui.events import HIDDEN
from ui.library_pane import shown_by
from ui.loopback import is_loopback
from ui.page_blocks import drawn
from ui.rooms import headed
from ui.translation import N_, counted, languages, own_name, tr
from ui.visitors import Visitors

DOTENV = Path(".env")
MODEL, ADDRESS, KEY = "READACROSS_MODEL", "OPENAI_BASE_URL", "OPENAI_API_KEY"
CHECKER, READ, EMBEDDER = "READACROSS_CHECKER", "READACROSS_PASSAGES_READ", "READACROSS_EMBEDDER"
LANGUAGE = "READACROSS_PAGE_LANGUAGE"
MULTILINGUAL = "hf:intfloat/multilingual-e5-small"
EMBEDDERS = {
    "": N_("Built in: quick, best for one language"),
    MULTILINGUAL: N_("Several languages: fetched once from Hugging Face, slower"),
}
CHECKERS = {"": N_("The built-in rules"), "model": N_("The rules, then the model once more: stricter")}
READS = {"": N_("12 (usual)"), "0": N_("None: quickest"), "6": "6", "24": N_("24: slower, finds more")}
LANGUAGES = {"": N_("The browser’s"), **{code: own_name(code) for code in languages()}}
CHOICES: Mapping[str, Mapping[str, str]] = {
    CHECKER: CHECKERS, READ: READS, EMBEDDER: EMBEDDERS, LANGUAGE: LANGUAGES,
}  # fmt: skip
LABELS = {
    ADDRESS: N_("Address of the server"), KEY: N_("Key"), MODEL: N_("Model"), CHECKER: N_("Answers are checked by"),
    READ: N_("Passages read for an answer"), EMBEDDER: N_("Passages are found by"),
    LANGUAGE: N_("Language of the page"),
}  # fmt: skip
NO_MODEL = N_("None: quote the articles")
WORKING = '<div class="report"><progress aria-label="{0}"></progress><p>{0} …</p></div>'
PURPOSE = N_(
    "Without a model the articles’ own sentences are quoted. With one, on any OpenAI-compatible server (Ollama, LM "
    "Studio, llama.cpp, vLLM, OpenAI …), it writes the answers, and the evidence for each question is sent there."
)


class SettingsPane:
    """The tab. Make it where it is to stand, then `wire` it."""

    def __init__(self, library: Library, visitors: Visitors) -> None:
        self._library = library
        self._visitors = visitors
        with gr.Tab(N_("Settings"), id="settings", elem_id="tab-settings") as self._tab, gr.Column(
            elem_id="room-settings", elem_classes="room"
        ):  # fmt: skip
            drawn(lambda: headed("Settings", PURPOSE))
            with gr.Column(elem_classes="asks"):
                self._fields = {name: self._field(name, label) for name, label in LABELS.items()}
                with gr.Row(elem_classes="settings-acts"):
                    self._save = gr.Button(N_("Save"), variant="primary", elem_classes="run", scale=0, min_width=72)
                    self._test = gr.Button(N_("Test connection"), elem_classes="test", scale=0, min_width=72)
            self._told = gr.HTML("", elem_id="settings-told")

    def _field(self, name: str, label: str) -> Any:
        facts: dict[str, Any] = {"label": label, "elem_id": f"setting-{name.lower().replace('_', '-')}"}
        if name == MODEL:
            return gr.Dropdown([(NO_MODEL, "")], value="", allow_custom_value=True, **facts)
        if name in CHOICES:
            return gr.Dropdown([(shown, value) for value, shown in CHOICES[name].items()], value="", **facts)
        return gr.Textbox(
            placeholder=N_("OpenAI’s, if none is given") if name == ADDRESS else "",
            type="password" if name == KEY else "text",
            max_length=2_000,
            html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=False),
            **facts,
        )

    def wire(self, whole: Mapping[Any, Callable[[gr.Request], Any]]) -> None:
        """Connect the parts. `whole` are parts of the page that tell of the settings, and what they show then."""
        fields = [*self._fields.values()]
        parts = [*fields, self._save, self._test, self._told]
        self._tab.select(self._shown, None, parts, queue=False, **HIDDEN)
        saved = self._save.click(self._saved, fields, parts, trigger_mode="once", concurrency_id="settings", **HIDDEN)
        saved.then(shown_by(whole.values()), None, list(whole), queue=False, **HIDDEN)
        self._test.click(
            self._tested, fields, [self._fields[MODEL], self._told], trigger_mode="once", concurrency_id="settings",
            **HIDDEN,
        )  # fmt: skip

    # -- events ----------------------------------------------------------------------------------------------------

    def _may_change(self, request: gr.Request) -> bool:
        return self._visitors.of(request).is_editor if self._visitors.are_named else may_change(request)

    def _shown(self, request: gr.Request) -> list[Any]:
        if not self._may_change(request):
            why = (
                tr("Settings are changed by editors.")
                if self._visitors.are_named
                else tr("Settings are changed on the machine where this runs, or after a login.")
            )
            told = answer_html.remark(why)
            return [
                *[gr.update(value="", interactive=False)] * len(self._fields),
                *[gr.update(visible=False)] * 2,
                told,
            ]
        return [*self._values(), gr.update(visible=True), gr.update(visible=True), self._note()]

    def _values(self) -> list[Any]:
        settings, fixed = self._library.settings, Settings.set_outside()
        values = {
            ADDRESS: settings.shown()[ADDRESS], KEY: "", MODEL: settings.model, CHECKER: settings.checker,
            READ: "" if settings.passages_read == Settings().passages_read else str(settings.passages_read),
            EMBEDDER: "" if settings.embedder == "wordllama" else settings.embedder, LANGUAGE: settings.page_language,
        }  # fmt: skip
        updates = []
        for name, value in values.items():
            is_fixed = name in fixed or self._is_given
            facts: dict[str, Any] = {"value": value, "interactive": not is_fixed}
            facts["label"] = _set_outside(name) if name in fixed else tr(LABELS[name])
            if name == KEY:
                facts["placeholder"] = (
                    tr("Kept; another one replaces it") if settings.openai_api_key else tr("If it wants one")
                )
            if name in CHOICES and value not in CHOICES[name]:
                facts["choices"] = [*((tr(s), v) for v, s in CHOICES[name].items()), (value, value)]
            updates.append(gr.update(**facts))
        return updates

    @property
    def _is_given(self) -> bool:
        """Whether the program that opened the library brought its own model."""
        settings = self._library.settings
        return self._library.writer != "quoting" and not (settings.model or settings.gguf)

    def _note(self) -> str:
        settings = self._library.settings
        if self._is_given:
            return answer_html.remark(tr("The program that opened this library chose the model."))
        if settings.gguf:
            return answer_html.remark(
                tr("READACROSS_GGUF names a file that writes the answers: unset it to use a server.")
            )
        return answer_html.remark(tr("Settings are kept in {file}, which only you can read.", file=DOTENV.resolve()))

    def _saved(self, request: gr.Request, *entered: str) -> Iterator[list[Any]]:
        values = dict(zip(self._fields, (str(value or "").strip() for value in entered), strict=True))
        same = [gr.skip()] * len(self._fields)
        if not self._may_change(request) or self._is_given:
            yield self._shown(request)
            return
        if not values[KEY]:  # the field is empty whether there is a key or not: what is kept stays
            del values[KEY]
        if values[ADDRESS] == self._library.settings.shown()[ADDRESS]:  # a login within it is shown as dots
            values[ADDRESS] = self._library.settings.openai_base_url
        before = self._library.settings

        def work(tell: Callable[[Settings], None], _: Callable[[], bool]) -> None:
            wanted = before.changed(values)
            self._library.configure(wanted)
            before.save(values, DOTENV)
            tell(wanted)

        waiting = gr.update(interactive=False)
        yield [*same, waiting, waiting, WORKING.format(tr("Saving"))]
        ready = gr.update(interactive=True)
        try:
            for _ in in_background(work):
                pass
        except ReadacrossError as error:
            yield [*same, ready, ready, answer_html.trouble(tr("This was not saved"), said_of(error))]
            return
        now = self._library.settings
        told = [
            tr("Saved."),
            "" if before.embedder == now.embedder else tr(
                "Start the program again: all articles are then read anew by the other embedder."
            ),
            "" if before.page_language == now.page_language else tr("Reload the page to see it in the other language."),
        ]  # fmt: skip
        shown = " ".join(filter(None, told))
        yield [*self._values(), ready, ready, f'<p class="told" role="status">{shown}</p>{self._note()}']

    def _tested(self, request: gr.Request, *entered: str) -> Iterator[list[Any]]:
        if not self._may_change(request):
            yield [gr.skip(), gr.skip()]
            return
        yield [gr.skip(), WORKING.format(tr("Connecting"))]
        values = dict(zip(self._fields, (str(value or "").strip() for value in entered), strict=True))
        known = self._library.settings
        address = known.openai_base_url if values[ADDRESS] == known.shown()[ADDRESS] else values[ADDRESS]
        try:
            known.changed({ADDRESS: address})
            key = values[KEY] or (known.openai_api_key if known.same_server(address) else "")
            models = list_models(address, key)
        except ReadacrossError as error:
            yield [gr.skip(), answer_html.trouble(tr("No connection"), said_of(error))]
            return
        choices = [(tr(NO_MODEL), ""), *((name, name) for name in models)]
        there = values[MODEL] in ("", *models)
        missing = "" if there else answer_html.trouble(
            tr("The server has no such model"), tr("{model}: choose one.", model=values[MODEL])
        )  # fmt: skip
        told = counted(len(models), "Connected: {n} model to choose from.", "Connected: {n} models to choose from.")
        yield [gr.update(choices=choices), f'<p class="told" role="status">{told}</p>{missing}']


def _set_outside(name: str) -> str:
    return tr("{label} (set by the environment)", label=tr(LABELS[name]))


def may_change(request: gr.Request) -> bool:
    """Whether, without users, a request is of someone who has logged in, or of this machine under its own name."""
    if request.username:
        return True
    client = getattr(request.client, "host", "")
    host = str(request.headers.get("host", "")).rsplit(":", 1)[0]
    return is_loopback(client) and is_loopback(host.strip("[]"))

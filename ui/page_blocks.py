"""The page's parts in the language of whoever asks for them.

Gradio lays its parts out once, and sends every tab the same description of them, the `config`. So the parts are laid
out in English, and the description is translated for each language once: labels by the catalogue, and what `drawn` made
by being made anew. Events run in the language of the tab that they come from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast
from weakref import WeakKeyDictionary

import gradio as gr

from ui.translation import page_language, speaking, tr

LABELS = ("label", "placeholder", "info")
BUTTON = "button"
"""The type of a part whose value is words of ours."""
_makers: WeakKeyDictionary[gr.HTML, Callable[[], str]] = WeakKeyDictionary()


def drawn(make: Callable[[], str], **facts: Any) -> gr.HTML:
    """HTML that the page has when it opens; `make` makes it in the page's language."""
    part = gr.HTML(make(), **facts)
    _makers[part] = make
    return part


class PageBlocks(gr.Blocks):
    """Blocks whose `config` and events are in the language of the request. `whole` gives what else a page has then.

    That are entries of the config by their names, such as its script.
    """

    def __init__(self, *, whole: Callable[[], Mapping[str, Any]], **facts: Any) -> None:
        self._whole = whole
        self._configs: dict[str, Any] = {}
        super().__init__(**facts)

    @property
    def config(self) -> Any:
        """The description that a tab gets, in the page's language."""
        language = page_language()
        if language not in self._configs:
            self._configs[language] = self._translated()
        return self._configs[language]

    @config.setter
    def config(self, built: Any) -> None:
        self._built = built
        self._configs = {}

    async def process_api(self, *given: Any, request: Any = None, **named: Any) -> dict[str, Any]:
        """Run an event in the language of its request, which has this language alone as the one it accepts."""
        headers = getattr(request, "headers", None) or {}
        with speaking(str(headers.get("accept-language", ""))):
            return await super().process_api(*given, **{**named, "request": request})

    def _translated(self) -> dict[str, Any]:
        parts = [{**part, "props": self._props(part)} for part in self._built["components"]]
        return {**self._built, **self._whole(), "components": parts}

    def _props(self, part: Mapping[str, Any]) -> dict[str, Any]:
        props: dict[str, Any] = dict(part["props"])
        for name in (*LABELS, *(["value"] if part["type"] == BUTTON else [])):
            if isinstance(props.get(name), str):
                props[name] = tr(props[name])
        if isinstance(props.get("choices"), list):
            props["choices"] = [(tr(str(shown)), value) for shown, value in props["choices"]]
        make = _makers.get(cast("gr.HTML", self.blocks.get(part["id"])))
        if make is not None:
            props["value"] = make()
        return props

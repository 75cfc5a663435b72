"""How the page looks: gradio's plain theme with the fonts of the reader's own machine, and the page's style sheet."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import gradio as gr

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
    return (HERE / "page.css").read_text(encoding="utf-8")


@cache
def script() -> str:
    """The page's JavaScript: one function that runs when the page is there."""
    source = (HERE / "page.js").read_text(encoding="utf-8")
    return source[source.index("() =>") :].strip()


def head() -> str:
    """What goes into the page's head: the style sheet, unscoped, for it styles the frame too."""
    return f"<style>\n{style_sheet()}</style>"

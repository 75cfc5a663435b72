"""The page's own words: its head, its welcome with example questions, and the note on who writes the answers."""

from __future__ import annotations

from collections.abc import Sequence

from rag import Library
from ui.markup import attributes, escape, own
from ui.words import counted


def title(library: Library) -> str:
    """The title of the browser's tab."""
    return f"{_name(library)} – readacross"


def bar(library: Library, articles: int) -> str:
    """The line at the head of the page: what this is, which folder, how many articles."""
    count = counted(articles, "article")
    return (
        f'<header class="bar"><h1>readacross</h1><p class="folder" title="{escape(str(library.folder))}">'
        f"{own(_name(library))}<span> · {count}</span></p>"
        '<button type="button" id="open-list" class="quiet narrow" data-sheet="open">Articles</button></header>'
    )


def welcome(examples: Sequence[str]) -> str:
    """What stands where the conversation will be, with example questions as buttons."""
    buttons = "".join(
        f'<li><button type="button" class="example" dir="auto"{attributes({"data-ask": question})}>{escape(question)}'
        "</button></li>"
        for question in examples
    )
    shown = f'<ul aria-label="Example questions">{buttons}</ul>' if buttons else ""
    return (
        '<div class="welcome"><h2>Ask across your articles</h2>'
        "<p>Every sentence of an answer carries numbers. Each opens the article it rests on, at the exact words.</p>"
        f"{shown}</div>"
    )


def writer_note(library: Library) -> str:
    """Who writes the answers, in plain words."""
    if library.writer == "quoting":
        note = "Answers are the articles’ own sentences, quoted word for word. No language model is at work."
    else:
        note = f"Answers are written by {library.writer} from the articles; each sentence is checked against them."
    repaired = "".join(f"<li>{escape(remark)}</li>" for remark in library.notes)
    notes = f"<details><summary>Notes on this library</summary><ul>{repaired}</ul></details>" if repaired else ""
    return f'<div class="writer-note"><p>{escape(note)}</p>{notes}</div>'


def status(text: str) -> str:
    """A word for screen readers on what has just happened."""
    return f'<p role="status" class="unseen">{escape(text)}</p>'


def _name(library: Library) -> str:
    return library.folder.resolve().name or str(library.folder)

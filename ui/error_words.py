"""Errors, and reasons that are phrases, in the page's language."""

from __future__ import annotations

from rag import Phrase, ReadacrossError
from ui.translation import tr


def said_of(told: object) -> str:
    """The message of an error, or a phrase, in the page's language; in English where a catalogue does not have it."""
    if isinstance(told, ReadacrossError):
        told = told.phrase
    if not isinstance(told, Phrase):
        return str(told)
    return tr(told.template, **{name: said_of(value) for name, value in told.values.items()})

"""How the page's events are wired: they are no interface for programs, and the page shows by itself that it works."""

from __future__ import annotations

from typing import Any

HIDDEN: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
UNQUEUED: dict[str, Any] = {**HIDDEN, "queue": False}
AT_ONCE: dict[str, Any] = {**UNQUEUED, "trigger_mode": "always_last"}
EACH: dict[str, Any] = {**UNQUEUED, "trigger_mode": "multiple"}
"""For events that carry data: one that gradio puts off is sent with the data of the one that went before it, so that a
second click would be lost. The page's script sends one after the other instead (`send` in page.js)."""


def sent(lane: str) -> str:
    """The script that tells the page that what it sent in this lane has been done: for after the event."""
    return f"() => window.readacross?.sent?.('{lane}')"

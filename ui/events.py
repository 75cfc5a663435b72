"""How the page's events are wired: they are no interface for programs, and the page shows by itself that it works."""

from __future__ import annotations

from typing import Any

HIDDEN: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
UNQUEUED: dict[str, Any] = {**HIDDEN, "queue": False}
AT_ONCE: dict[str, Any] = {**UNQUEUED, "trigger_mode": "always_last"}

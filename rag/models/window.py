"""How a model's window is shared: what a prompt leaves is what the model may use for its thoughts and its answer."""

from __future__ import annotations

ESTIMATE = 0.85
"""The share of a window that is used, as tokens are mostly estimated."""
SPARE = 50
"""Tokens that a server's own frame around a prompt takes."""
LEAST = 1 / 16
"""The share of a window that a model may use at least: it fits into what `ESTIMATE` leaves over."""


def room_after(window: int, prompt: int) -> int:
    """The tokens of a window that a prompt of so many leaves for thoughts and answer, 1 at least."""
    return max(int(window * ESTIMATE) - SPARE - prompt, int(window * LEAST), 1)

"""How a model's window is shared between prompt and answer."""

from __future__ import annotations

ANSWER_SHARE = 0.25
"""The share of the model's window that is kept for its answer."""
ESTIMATE = 0.85
"""The share of a window that is used, as tokens are mostly estimated."""
SPARE = 50
"""Tokens that a server's own frame around a prompt takes."""

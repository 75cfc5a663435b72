"""How a model's window is shared between prompt and answer."""

from __future__ import annotations

from rag.models.window import ESTIMATE as ESTIMATE
from rag.models.window import SPARE as SPARE

ANSWER_SHARE = 0.25
"""The share of the model's window that is kept for its answer, ..."""
ANSWER_TOKENS = 1024
"""... and the most tokens that are kept. The model may use all that the prompt leaves."""


def prompt_room(window: int) -> int:
    """The tokens of a window that a prompt may take."""
    used = int(window * ESTIMATE)
    return used - min(ANSWER_TOKENS, int(used * ANSWER_SHARE)) - SPARE

"""A text as a model streams it, in pieces."""

from __future__ import annotations

from rag.llm.citation_marks import MarkParser
from rag.llm.clean_stream import ModelText

KEY = "a1b2c3"


def shown(text: str, size: int = 0) -> str:
    """What is shown of a text, with a mark for each "¶" in it, that comes in pieces of so many characters."""
    model, marked = ModelText(MarkParser({KEY})), text.replace("¶", f"[{KEY}]")
    step = size or len(marked) or 1
    return "".join(model.feed(marked[i : i + step]) for i in range(0, len(marked), step)) + model.close()

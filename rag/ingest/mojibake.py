"""Mojibake: UTF-8 that some program took for an older encoding, such as "Ã©" for "é", put right by ftfy."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.ingest.raw_article import Draft


def mended(draft: Draft) -> Draft:
    """The draft with its damaged lines mended, and marked as such; the same draft if none is."""
    if draft.text.isascii():
        return draft
    text = _mended(draft.text)
    if text == draft.text:
        return draft
    title, publisher, author = map(_mended, (draft.title, draft.publisher, draft.author))
    return replace(draft, text=text, title=title, publisher=publisher, author=author, mended=True)


_PAIR = re.compile("[\u00c2-\u00f4РС][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸЂЃѓЉЊЌЋЏђљњќћџЎўЈҐЁЄЇІіґё№єјЅѕї]")
"""Two letters that the first two bytes of a letter in UTF-8 become; ftfy's own test takes ten times as long."""


def _mended(text: str) -> str:
    from ftfy import fix_encoding
    from ftfy.badness import is_bad

    if text.isascii() or not _PAIR.search(text) or not is_bad(text):
        return text
    return "\n".join(fix_encoding(line) if not line.isascii() and is_bad(line) else line for line in text.split("\n"))

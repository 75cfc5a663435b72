"""Sentences that begin in another language than their article and end in its own: "<words of an order>: <a claim>"."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LEAD = re.compile(r"([^:\n]{8,300}):\W*([^\n]+)")
_LATIN = re.compile(r"[a-z]+")
_OTHER = re.compile(r"[^\W\d_a-z\u00df-\u024f]+")
_LEAST_OTHER = 8
"""Letters of another script before a colon; fewer may be a name."""
_LEAST_OWN = 4
"""Words after it; fewer may be a title or a translation."""


def foreign_leads(forms: Sequence[str]) -> set[int]:
    """The numbers of the folded lines, of a text in Latin letters, whose first half is in another script."""
    text = "\n".join(forms)
    if text.isascii() or not _is_latin(text):
        return set()
    return {i for i, form in enumerate(forms) if not form.isascii() and ":" in form and _is_lead(form)}


def _is_latin(text: str) -> bool:
    return 2 * _letters(_OTHER, text) < _letters(_LATIN, text)


def _is_lead(form: str) -> bool:
    lead = _LEAD.match(form)
    if lead is None:
        return False
    other = _letters(_OTHER, lead[1])
    return other >= _LEAST_OTHER and other > _letters(_LATIN, lead[1]) and len(_LATIN.findall(lead[2])) >= _LEAST_OWN


def _letters(pattern: re.Pattern[str], text: str) -> int:
    return sum(map(len, pattern.findall(text)))

"""A timeline as a drawing: a dot for each event, the days below it. The table that follows says the same in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from rag import Event
from ui.html import attributes, escape
from ui.translation import counted, day, tr

WIDTH, MARGIN, STEP = 720, 46, 17
"""In the drawing's units: its width, what is free at both ends, and how far dots of one day stand above each other."""
LABEL = 108
"""How far the names of two days must be apart."""
LEAST, MOST_REPORTS = 4.0, 9
HIGHEST = 12
"""Dots of one day that are drawn above each other."""


def timeline_svg(events: Sequence[Event]) -> str:
    """The events whose day is known, as SVG; "" for fewer than two days. Long times without any are drawn shorter."""
    placed = [(number, event) for number, event in enumerate(events) if event.when.first]
    days = sorted({event.when.first for _, event in placed})
    if len(days) < 2:
        return ""
    at = _places(days)
    heights = dict.fromkeys(days, 0)
    dots = []
    for number, event in placed:
        height = min(heights[event.when.first], HIGHEST)
        heights[event.when.first] += 1
        dots.append((number, event, height))
    base = 26 + STEP * max(min(height, HIGHEST + 1) for height in heights.values())
    drawn = "".join(
        _dot(number, event, at[event.when.first], base - 14 - STEP * height) for number, event, height in dots
    )
    label = counted(
        len(placed),
        "{n} event from {first} to {last}; the table below lists it.",
        "{n} events from {first} to {last}; the table below lists them.",
        first=day(days[0]),
        last=day(days[-1]),
    )
    return (
        f'<div class="wide" tabindex="0" role="group" aria-label="{tr("Drawing of the timeline")}">'
        f'<svg class="timeline" viewBox="0 0 {WIDTH} {base + 30}" role="img"{attributes({"aria-label": label})}>'
        f'<line x1="{MARGIN / 2}" x2="{WIDTH - MARGIN / 2}" y1="{base}" y2="{base}"></line>'
        f"{drawn}{_ticks(at, base)}</svg></div>"
    )


def _places(days: Sequence[str]) -> dict[str, float]:
    """Where each day stands: what lies between two counts by its logarithm."""
    apart = [math.log2(1 + (date.fromisoformat(b) - date.fromisoformat(a)).days) for a, b in pairwise(days)]
    reached, at = 0.0, {days[0]: float(MARGIN)}
    for name, step in zip(days[1:], apart, strict=True):
        reached += step
        at[name] = MARGIN + (WIDTH - 2 * MARGIN) * reached / sum(apart)
    return at


def _dot(number: int, event: Event, x: float, y: float) -> str:
    radius = LEAST + 0.5 * min(event.reports, MOST_REPORTS)
    words = f"{day(event.label)}: {' '.join(event.text.split())}"
    return f'<circle cx="{x:.1f}" cy="{y}" r="{radius:.1f}" data-row="{number}"><title>{escape(words)}</title></circle>'


def _ticks(at: dict[str, float], base: int) -> str:
    last, parts = -math.inf, []
    for name, x in at.items():
        mark = f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{base}" y2="{base + 5}"></line>'
        if x - last >= LABEL:
            last = x
            mark += f'<text x="{x:.1f}" y="{base + 21}">{escape(day(name))}</text>'
        parts.append(mark)
    return "".join(parts)

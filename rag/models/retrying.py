"""How long to wait before another attempt, and when there is no use in one."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_PAUSE = 20.0
"""Seconds that a server can name in its Retry-After and be waited for."""
MINUTE, HOUR, LONGEST_TOLD = 60, 3_600, 72 * 3_600


def pause(error: Exception, attempt: int, first: float) -> float | None:
    """Seconds to wait after an attempt, counted from 1: what the server names, else `first`, doubled each time.

    None if the server names more than `LONGEST_PAUSE`: another attempt would be refused.
    """
    named = named_pause(error)
    if named is None:
        return float(first * 2 ** (attempt - 1))
    return named if named <= LONGEST_PAUSE else None


def named_pause(error: Exception) -> float | None:
    """The seconds that a server names in its Retry-After, as a number or a date; None if it names no time."""
    response = getattr(error, "response", None)
    named = response.headers.get("retry-after", "") if response is not None else ""
    with suppress(ValueError):
        seconds = float(named)
        return seconds if math.isfinite(seconds) and seconds >= 0 else None
    try:
        date = parsedate_to_datetime(named)
        moment = date if date.tzinfo else date.replace(tzinfo=UTC)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):
        return None


def try_again(error: Exception) -> str:
    """The advice to try again: when, if the server names a time that is worth telling."""
    seconds = named_pause(error)
    if seconds is None or not LONGEST_PAUSE < seconds <= LONGEST_TOLD:
        return "Try again later."
    if seconds < 2 * MINUTE:
        return f"Try again in {math.ceil(seconds)} seconds."
    if seconds < 2 * HOUR:
        return f"Try again in {math.ceil(seconds / MINUTE)} minutes."
    return f"Try again in {math.ceil(seconds / HOUR)} hours."

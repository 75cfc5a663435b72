"""The words for days and months."""

from __future__ import annotations

_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_MONTHS = "january february march april may june july august september october november december"
CALENDARS = (frozenset(_DAYS.split()), frozenset(_MONTHS.split()))

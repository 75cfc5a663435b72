"""Words that name a time, and the days that they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Precision = Literal["day", "week", "month", "season", "year", "decade"]
Certainty = Literal["exact", "approximate", "unresolved"]


@dataclass(frozen=True, slots=True)
class DateExpression:
    """Words that name a time: the text's [start, end), in characters, is `text`.

    `first` and `last` are the ISO 8601 dates of the days it begins and ends on, both included; `precision` is the unit
    it is named in. It is `approximate` if the words leave open where the time begins or ends: with "by", "before",
    "after" and "about" the period is the one that is named. An `unresolved` one has "" for both days and precision.

    >>> when = DateExpression(3, 11, "Thursday", "2024-10-03", "2024-10-03", "day", "exact")
    >>> when.label, when.gloss
    ('2024-10-03', 'Thursday: 2024-10-03')
    """

    start: int
    end: int
    text: str
    first: str
    last: str
    precision: Precision | Literal[""]
    certainty: Certainty

    @property
    def label(self) -> str:
        """The time in figures, as coarse as it was told: "2024-10-03", "about 2022-02"; "" if unresolved."""
        if not self.first:
            return ""
        about = "about " if self.certainty == "approximate" else ""
        return about + _days(self.first, self.last)

    @property
    def gloss(self) -> str:
        """The words and the time that they stand for: "Thursday: 2024-10-03"."""
        return f"{' '.join(self.text.split())}: {self.label}"


def _days(first: str, last: str) -> str:
    if first == last:
        return first
    if first[5:] == "01-01" and last[5:] == "12-31":
        years = (first[:4], last[:4])
        if years[0] == years[1]:
            return years[0]
        return f"{years[0]}s" if years[0][3] == "0" and int(years[1]) - int(years[0]) == 9 else " to ".join(years)
    if first[8:] == "01" and (date.fromisoformat(last) + timedelta(1)).day == 1:
        return first[:7] if first[:7] == last[:7] else f"{first[:7]} to {last[:7]}"
    return f"{first} to {last}"

"""What can be asked of all articles at once: each room of the page has a form, and work that makes a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from rag import Exportable, Library, QuestionError, WorkProgress

Tell = Callable[[WorkProgress], None]
Stop = Callable[[], bool]
Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: a line of text, a `few` digits, a `draft` of many lines, or the choice of a story."""

    name: str
    label: str
    kind: Literal["line", "few", "draft", "story"] = "line"
    hint: str = ""
    preset: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """One kind of result: what it is for, its form, and the work, which tells how far it is and stops when asked."""

    name: str
    label: str
    purpose: str
    button: str
    fields: tuple[Field, ...]
    work: Callable[[Library, Values, Tell, Stop], Exportable]


def _summary(library: Library, values: Values, tell: Tell, stop: Stop) -> Exportable:
    points = values["points"].strip()
    if not points.isdecimal() or not 1 <= int(points) <= MOST_POINTS:
        raise QuestionError(f"The number of points is a whole number from 1 to {MOST_POINTS}.")
    return library.summarise(values["focus"], points=int(points), story=values["story"], progress=tell, cancel=stop)


def _stories(library: Library, values: Values, tell: Tell, stop: Stop) -> Exportable:
    return library.stories(progress=tell, cancel=stop)


def _draft(library: Library, values: Values, tell: Tell, stop: Stop) -> Exportable:
    if not values["draft"].strip():
        raise QuestionError("The draft is empty: paste one.")
    return library.check(values["draft"])


MOST_POINTS = 60
STORY = Field("story", "Articles", "story")
ROOMS = (
    Room(
        "summary", "Summary", "What all articles tell, in points; each cites every article that says it.", "Sum up",
        (Field("focus", "Focus", hint="Everything"), STORY, Field("points", "Points", "few", preset="8")),
        _summary,
    ),
    Room(
        "stories", "Stories", "Which articles tell of one event, and which are copies of one report.",
        "Group the articles", (), _stories,
    ),
    Room(
        "draft", "Check", "Paste a text of your own: each sentence is held against all articles.", "Check the draft",
        (Field("draft", "Draft", "draft", hint="Paste your draft …"),), _draft,
    ),
)  # fmt: skip
